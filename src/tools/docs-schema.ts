// SPDX-License-Identifier: BSD-2-Clause
// A reference page from a JSON schema: one section for each kind of entry, with a table of its keys.
import { code, generatedFrom, table } from './docs-markdown.js';

/** The keywords that the project's schemas use. */
export interface SchemaNode {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, SchemaNode>>;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>;
  readonly propertyNames?: SchemaNode;
  readonly additionalProperties?: boolean | SchemaNode;
  readonly items?: SchemaNode;
  readonly oneOf?: readonly SchemaNode[];
}

export interface SchemaPage {
  readonly title: string;
  readonly source: string;
  /** What the reader must know before the tables, in Markdown. */
  readonly introduction: string;
  /** Whether people write such files, and what they leave out is filled in. */
  readonly filledIn: boolean;
}

/** What stands in a path for a key that the author chooses; elsewhere it is NAME. */
const CHOSEN: Readonly<Record<string, string>> = {
  consoles: 'CONSOLE',
  vms: 'VM',
  links: 'LINK',
  backends: 'BACKEND',
  ends: 'VM',
  serial: 'PORT',
  accept: 'CODE',
  bars: 'NUMBER',
};

/** Units of what the named forms write, for the column of types. */
const UNITS: Readonly<Record<string, string>> = {
  size: 'KiB, MiB, GiB',
  duration: 'us, ms, s',
};

interface Section {
  /** For people: `vms.VM.boot`. */
  readonly path: string;
  /** Its anchor. */
  readonly id: string;
  readonly node: SchemaNode;
  readonly depth: number;
  /** The value of `type` that chooses this form of an entry. */
  readonly variant?: string;
  /** The form of an entry further out that it belongs to. */
  readonly within?: string;
}

/** Where sections are noted: the path and anchor before a key, with their separators. */
interface Place {
  readonly path: string;
  readonly id: string;
  readonly within?: string;
}

/** The page of one schema. */
export function schemaPage(schema: SchemaNode, page: SchemaPage): string {
  return new Writer(schema, page).write();
}

class Writer {
  private readonly sections: Section[] = [];
  /** Section anchors by definition: one that several keys use is described where it is met first. */
  private readonly known = new Map<string, string>();
  private readonly forms = new Set<string>();

  constructor(
    private readonly schema: SchemaNode,
    private readonly page: SchemaPage,
  ) {}

  write(): string {
    this.sections.push({ path: '', id: 'top', node: this.schema, depth: 0 });
    this.collectKeys({ path: '', id: '' }, this.schema, 1);
    // Tables note the forms that they refer to, so they are made before the list of contents.
    const bodies = this.sections.map((section) => this.section(section));
    const forms = Object.entries(this.schema.$defs ?? {}).filter(([name]) => this.forms.has(name));
    const contents = [...this.sections.map(entry), ...(forms.length > 0 ? [FORMS] : [])];
    return [
      `# ${this.page.title}`,
      generatedFrom(this.page.source),
      this.page.introduction,
      `## Contents\n\n${contents.join('\n')}`,
      ...bodies,
      ...(forms.length > 0 ? [this.formTable(forms)] : []),
    ].join('\n\n');
  }

  /** Notes a section for a map with known keys, and those for what lies in it, depth first. */
  private collect({ path, id, ...outer }: Place, node: SchemaNode, depth: number): void {
    const target = this.resolve(node);
    if (!target.oneOf && !target.properties && target.additionalProperties !== false) return;
    if (node.$ref !== undefined) this.known.set(node.$ref, id);
    this.sections.push({ path, id, ...outer, node: target, depth });
    this.collectKeys({ path: `${path}.`, id: `${id}-`, ...outer }, target, depth + 1);
    for (const form of this.branches(target)) {
      const variant = typeOf(form);
      const inner = { path, id: `${id}-${variant}`, node: form, depth: depth + 1, variant };
      this.sections.push(inner);
      this.collectKeys({ path: `${path}.`, id: `${inner.id}-`, within: variant }, form, depth + 2);
    }
  }

  private collectKeys(place: Place, node: SchemaNode, depth: number): void {
    for (const [key, value] of Object.entries(node.properties ?? {})) {
      const { node: inner, ...at } = this.inner(place, key, value);
      if (inner.$ref === undefined || !this.known.has(inner.$ref)) this.collect(at, inner, depth);
    }
  }

  /** What a key's section is about: the map itself, or the entries of a map or list. */
  private inner(
    place: Place,
    key: string,
    node: SchemaNode,
  ): Place & { readonly node: SchemaNode } {
    const target = this.resolve(node);
    const value = element(target);
    const chosen = value ? `${key}.${chosenName(key)}` : target.items ? `${key}[]` : key;
    return {
      ...place,
      path: place.path + chosen,
      id: place.id + anchor(chosen),
      node: value ?? target.items ?? node,
    };
  }

  private branches(node: SchemaNode): SchemaNode[] {
    return (node.oneOf ?? []).map((branch) => this.resolve(branch));
  }

  /** What a node means: words beside a reference go before those of the definition. */
  private resolve(node: SchemaNode): SchemaNode {
    if (node.$ref === undefined) return node;
    const target = this.schema.$defs?.[defName(node.$ref)];
    if (!target) throw new Error(`the schema has no ${node.$ref}`);
    const { $ref: _ref, ...own } = node;
    return { ...target, ...own };
  }

  private section(section: Section): string {
    const { id, node, depth } = section;
    const level = '#'.repeat(Math.min(depth + 2, 5));
    const head = [`<a id="${id}"></a>`, `${level} ${label(section)}`, node.description ?? ''];
    return [...head, node.oneOf ? this.choice(id, node) : this.keys(section)]
      .filter((part) => part !== '')
      .join('\n\n');
  }

  private choice(id: string, node: SchemaNode): string {
    const links = this.branches(node).map((form) => {
      const type = typeOf(form);
      return `[${code(type)}](#${id}-${type})`;
    });
    return `Its ${code('type')} says which keys it has: ${links.join(', ')}.`;
  }

  private keys({ path, id, node }: Section): string {
    const place = path === '' ? { path: '', id: '' } : { path: `${path}.`, id: `${id}-` };
    const rows = Object.entries(node.properties ?? {}).map(([key, value]) => {
      const target = this.resolve(value);
      const meaning = [target.description ?? '', example(value)].filter((text) => text !== '');
      return [
        `<a id="${id}.${key}"></a>${code(key)}`,
        this.type(place, key, value),
        this.presence(node.required?.includes(key) === true, target),
        meaning.join(' '),
      ];
    });
    for (const [pattern, value] of Object.entries(node.patternProperties ?? {})) {
      rows.push([code(`${pattern.slice(1)}…`), 'anything', '–', value.description ?? '']);
    }
    if (rows.length === 0) return `It has no keys: ${code('{}')}.`;
    return table(['Key', 'Type', this.page.filledIn ? 'Default' : 'Always there', 'Meaning'], rows);
  }

  private presence(required: boolean, target: SchemaNode): string {
    if (!this.page.filledIn) return required ? 'yes' : 'no';
    return required ? '**required**' : fallback(target);
  }

  private type(place: Place, key: string, node: SchemaNode): string {
    const target = this.resolve(node);
    const value = element(target);
    if (value) {
      const to = this.linkTo(place, key, node);
      return `map by ${this.keyForm(key, target)} of [${code(`${key}.${chosenName(key)}`)}](#${to})`;
    }
    if (target.items) {
      const items = this.resolve(target.items);
      const what = isMap(items)
        ? `[${code(`${key}[]`)}](#${this.linkTo(place, key, node)})`
        : this.scalar(target.items).replace(/^(integer|text)/, '$1s');
      return `list of ${what}${bounds(target)}`;
    }
    return isMap(target) ? `[map](#${this.linkTo(place, key, node)})` : this.scalar(node);
  }

  private linkTo(place: Place, key: string, node: SchemaNode): string {
    const { id, node: inner } = this.inner(place, key, node);
    return (inner.$ref === undefined ? undefined : this.known.get(inner.$ref)) ?? id;
  }

  private keyForm(key: string, { propertyNames }: SchemaNode): string {
    const chosen = chosenName(key);
    if (propertyNames?.enum) return propertyNames.enum.map(value).join(', ');
    if (propertyNames?.$ref === undefined || chosen === 'CODE') return code(chosen);
    return this.form(propertyNames.$ref);
  }

  private form(ref: string): string {
    const name = defName(ref);
    this.forms.add(name);
    const unit = UNITS[name];
    return `[${words(name)}](#form-${name.toLowerCase()})${unit === undefined ? '' : ` (${unit})`}`;
  }

  private scalar(node: SchemaNode): string {
    if (node.$ref !== undefined) return this.form(node.$ref);
    if (node.const !== undefined) return value(node.const);
    if (node.enum) return node.enum.map(value).join(', ');
    if (node.type === 'integer') return integer(node);
    if (node.type === 'string') return text(node);
    return node.type ?? 'anything';
  }

  private formTable(forms: readonly (readonly [string, SchemaNode])[]): string {
    const rows = forms.map(([name, form]) => [
      `<a id="form-${name.toLowerCase()}"></a>${words(name)}`,
      this.scalar(form),
      form.examples ? form.examples.map(value).join(', ') : '–',
      form.description ?? '',
    ]);
    const head = ['Form', 'Type', 'Example', 'Meaning'];
    return `<a id="forms"></a>\n\n## Forms of values\n\n${table(head, rows)}`;
  }
}

const FORMS = '- [Forms of values](#forms)';

/** A line of the list of contents. */
function entry(section: Section): string {
  return `${'  '.repeat(section.depth)}- [${label(section)}](#${section.id})`;
}

function label({ path, variant, within }: Section): string {
  if (path === '') return 'Top level';
  if (within !== undefined) return `${code(path)}, for type ${code(within)}`;
  return variant === undefined ? code(path) : `${code(path)} of type ${code(variant)}`;
}

function chosenName(key: string): string {
  return CHOSEN[key] ?? 'NAME';
}

function anchor(path: string): string {
  return path.replaceAll('[]', '').replaceAll('.', '-').toLowerCase();
}

function typeOf(form: SchemaNode): string {
  return String(form.properties?.['type']?.const);
}

function isMap(node: SchemaNode): boolean {
  return node.oneOf !== undefined || node.type === 'object';
}

function bounds({ minItems, maxItems, uniqueItems }: SchemaNode): string {
  const said = [
    ...(minItems === undefined ? [] : [`at least ${minItems}`]),
    ...(maxItems === undefined ? [] : [`at most ${maxItems}`]),
    ...(uniqueItems === true ? ['each once'] : []),
  ];
  return said.length > 0 ? ` (${said.join(', ')})` : '';
}

function defName(ref: string): string {
  return ref.slice(ref.lastIndexOf('/') + 1);
}

/** `comPort` → `com port`: names of definitions for people. */
function words(name: string): string {
  const known: Readonly<Record<string, string>> = {
    bdf: 'PCI address',
    mac: 'MAC address',
    comPort: 'serial port',
    slot: 'PCI slot',
  };
  return known[name] ?? name;
}

/** The schema of a map's values, for a map whose keys the author chooses. */
function element(node: SchemaNode): SchemaNode | undefined {
  return typeof node.additionalProperties === 'object' ? node.additionalProperties : undefined;
}

function value(data: unknown): string {
  return code(typeof data === 'string' ? data : JSON.stringify(data));
}

/** A default, as YAML's flow style writes it. */
function fallback(node: SchemaNode): string {
  return node.default === undefined ? '–' : value(node.default === '' ? '""' : flow(node.default));
}

function flow(data: unknown): string {
  if (Array.isArray(data)) return `[${data.map(flow).join(', ')}]`;
  if (typeof data === 'object' && data !== null) {
    const entries = Object.entries(data).map(([key, inner]) => `${key}: ${flow(inner)}`);
    return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
  }
  return String(data);
}

function example(node: SchemaNode): string {
  if (!node.examples || node.examples.length === 0) return '';
  const shown = node.examples.map((data) => code(quoted(data))).join(', ');
  return `Example: ${shown}.`;
}

/** As a description writes it: what YAML could take for something else stands in quotes. */
function quoted(data: unknown): string {
  return typeof data === 'string' && data.includes(':') ? `"${data}"` : flow(data);
}

function integer({ minimum, maximum }: SchemaNode): string {
  if (minimum !== undefined && maximum !== undefined) {
    return `integer, ${bound(minimum)} to ${bound(maximum)}`;
  }
  return minimum === undefined ? 'integer' : `integer from ${bound(minimum)}`;
}

/** Large bounds are addresses. */
function bound(n: number): string {
  return n > 0xffff_ffff ? `0x${n.toString(16)}` : String(n);
}

function text({ pattern, maxLength }: SchemaNode): string {
  const rules = [
    ...(pattern === undefined ? [] : [code(pattern)]),
    ...(maxLength === undefined ? [] : [`at most ${maxLength} characters`]),
  ];
  return ['text', ...rules].join(', ');
}
