// SPDX-License-Identifier: BSD-2-Clause
import type { ErrorObject } from 'ajv';
import { diagnostic, type Diagnostic } from '../diagnostics/diagnostic.js';
import { writeInstead } from '../diagnostics/fix.js';
import type { Page } from '../diagnostics/page.js';
import { keySpan, nodeAt, valueSpan, type Located, type Path } from '../source/located.js';
import { choiceHint, suggest, surely } from '../util/suggest.js';
import { branchTypes, deref, schemaAt, type SchemaNode } from './lookup.js';
import * as pages from './pages.js';
import { respelt } from './respelt.js';

interface Context {
  readonly root: Located;
  readonly schema: unknown;
}

/** Keys and indices of a JSON pointer. */
export function pathOf(pointer: string): Path {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The validator's words turned into a person's: at the place, with what is wanted there. */
export function humanise(
  root: Located,
  schema: unknown,
  errors: readonly ErrorObject[],
): Diagnostic[] {
  const context = { root, schema };
  const named = mapsWithBadNames(errors);
  const unknown = unknownKeys(errors);
  return errors
    .filter((error) => !insideName(error, named) && !toldOtherwise(context, error, unknown))
    .map((error) => one(context, error));
}

/** The maps, by place, some key of which can not be a name. */
export function mapsWithBadNames(errors: readonly ErrorObject[]): ReadonlySet<string> {
  return new Set(errors.filter((e) => e.keyword === 'propertyNames').map((e) => e.instancePath));
}

/** What is wrong inside a property's name points at the map; it is told by the error about the name itself. */
export function insideName(error: ErrorObject, named: ReadonlySet<string>): boolean {
  return ['enum', 'pattern', 'maxLength'].includes(error.keyword) && named.has(error.instancePath);
}

function unknownKeys(errors: readonly ErrorObject[]): ReadonlyMap<string, readonly string[]> {
  const keys = new Map<string, string[]>();
  for (const error of errors) {
    if (error.keyword !== 'additionalProperties') continue;
    const key = parameter(error, 'additionalProperty');
    const known = keys.get(error.instancePath);
    if (known === undefined) keys.set(error.instancePath, [key]);
    else known.push(key);
  }
  return keys;
}

/** A key is missing because it is misspelt, or it is the type of a branch: one finding is enough. */
function toldOtherwise(
  context: Context,
  error: ErrorObject,
  unknown: ReadonlyMap<string, readonly string[]>,
): boolean {
  if (error.keyword !== 'required') return false;
  const missing = parameter(error, 'missingProperty');
  const { oneOf, properties } = failing(context, error);
  if (oneOf !== undefined && missing === 'type') return true;
  const allowed = Object.keys(properties ?? {});
  const here = unknown.get(error.instancePath) ?? [];
  return here.some((key) => suggest(key, allowed) === missing);
}

function one(context: Context, error: ErrorObject): Diagnostic {
  const path = pathOf(error.instancePath);
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownKey(context, error, path);
    case 'required':
      return missingKey(context, error, path);
    case 'propertyNames':
      return badName(context, error, path);
    case 'discriminator':
      return badType(context, error, path);
    default:
      return badValue(context, error, path);
  }
}

/** The schema node whose keyword failed. */
function failing(context: Context, error: ErrorObject): SchemaNode {
  const at = error.schemaPath.slice(0, error.schemaPath.lastIndexOf('/'));
  return deref(context.schema, schemaAt(context.schema, at));
}

function parameter(error: ErrorObject, name: string): string {
  return String((error.params as Record<string, unknown>)[name]);
}

function quoted(path: Path): string {
  return path.length === 0 ? 'the description' : `"${path.join('.')}"`;
}

function unknownKey(context: Context, error: ErrorObject, path: Path): Diagnostic {
  const key = parameter(error, 'additionalProperty');
  const allowed = Object.keys(failing(context, error).properties ?? {});
  const hint = choiceHint(key, allowed, 'nothing may stand here');
  const message = `unknown key "${key}" in ${quoted(path)}`;
  const span = keySpan(context.root, [...path, key]);
  const fix = writeInstead(span, meantKey(context, path, key, allowed));
  return diagnostic(pages.unknownKey, span, message, { hint, fix });
}

/** The key that is surely meant, unless it stands beside this one already or is meant by another one too. */
function meantKey(
  context: Context,
  path: Path,
  key: string,
  allowed: readonly string[],
): string | undefined {
  const meant = surely(key, allowed);
  const map = nodeAt(context.root, path);
  if (meant === undefined || map?.kind !== 'map' || map.entries.has(meant)) return undefined;
  const others = [...map.entries.keys()].filter((other) => other !== key);
  const claimed = others.some(
    (other) => !allowed.includes(other) && suggest(other, [meant]) === meant,
  );
  return claimed ? undefined : meant;
}

function missingKey(context: Context, error: ErrorObject, path: Path): Diagnostic {
  const key = parameter(error, 'missingProperty');
  const node = deref(context.schema, failing(context, error).properties?.[key] ?? {});
  const message = `${quoted(path)} lacks "${key}"`;
  const hint = wanted(node);
  return diagnostic(pages.missingKey, keySpan(context.root, path), message, { hint });
}

function badName(context: Context, error: ErrorObject, path: Path): Diagnostic {
  const name = parameter(error, 'propertyName');
  const node = deref(context.schema, failing(context, error).propertyNames ?? {});
  const span = keySpan(context.root, [...path, name]);
  if (node.enum !== undefined) {
    const message = `unknown key "${name}" in ${quoted(path)}`;
    const allowed = node.enum.map(String);
    const hint = choiceHint(name, allowed, '');
    const fix = writeInstead(span, meantKey(context, path, name, allowed));
    return diagnostic(pages.unknownKey, span, message, { hint, fix });
  }
  const hint = node.description;
  return diagnostic(pages.badName, span, `"${name}" can not be a name`, { hint });
}

/** The `type` that selects a branch is missing or unknown. */
function badType(context: Context, error: ErrorObject, path: Path): Diagnostic {
  const types = branchTypes(context.schema, failing(context, error));
  const value = nodeAt(context.root, [...path, 'type']);
  if (value === undefined) {
    const hint = choiceHint('', types, '');
    const span = keySpan(context.root, path);
    return diagnostic(pages.missingKey, span, `${quoted(path)} lacks "type"`, { hint });
  }
  const text = value.kind === 'scalar' ? String(value.value) : value.kind;
  const message = `${quoted(path)} can not be of type "${text}"`;
  const hint = choiceHint(text, types, '');
  const fix = writeInstead(value.span, surely(text, types));
  return diagnostic(pages.notAllowed, value.span, message, { hint, fix });
}

function badValue(context: Context, error: ErrorObject, path: Path): Diagnostic {
  const node = failing(context, error);
  const span = valueSpan(context.root, path);
  const { page, message } = describe(context, error, path, node);
  const hint = page === pages.notAllowed ? choices(context, path, node) : wanted(node);
  const fix = writeInstead(span, meantValue(nodeAt(context.root, path), error.keyword, node));
  return diagnostic(page, span, message, { hint, fix });
}

/** What is surely meant by a text that is not allowed: the word that is near, or the same in the one spelling. */
function meantValue(
  value: Located | undefined,
  keyword: string,
  node: SchemaNode,
): string | undefined {
  if (value?.kind !== 'scalar' || typeof value.value !== 'string') return undefined;
  if (keyword === 'pattern') return respelt(value.value, node);
  // A wrong number is another number: only words are misspelt.
  const words = (node.enum ?? []).filter((word) => typeof word === 'string');
  return keyword === 'enum' ? surely(value.value, words) : undefined;
}

function choices(context: Context, path: Path, node: SchemaNode): string {
  const value = nodeAt(context.root, path);
  const allowed = node.enum ?? [node.const];
  const text = value?.kind === 'scalar' ? String(value.value) : '';
  return choiceHint(text, allowed.map(String), '');
}

/** What belongs at a place, in the words of the schema. */
function wanted(node: SchemaNode): string | undefined {
  const example = node.examples?.[0];
  const text = node.description ?? '';
  if (example === undefined) return text === '' ? undefined : text;
  return `${text} For example: ${JSON.stringify(example)}`.trim();
}

/** What stands at a place, for a sentence. */
function found(node: Located | undefined): string {
  if (node === undefined) return 'nothing';
  if (node.kind === 'map') return 'a map';
  if (node.kind === 'seq') return 'a list';
  if (node.value === null) return 'no value';
  if (typeof node.value === 'string') return `the text ${JSON.stringify(node.value)}`;
  return `${typeof node.value === 'number' ? 'the number' : 'the truth value'} ${String(node.value)}`;
}

const KINDS: Readonly<Record<string, string>> = {
  object: 'a map',
  array: 'a list',
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
};

/** Bounds as ajv names them, and the words for each. */
const BOUNDS: Readonly<Record<string, string>> = {
  minimum: 'is below the least value',
  maximum: 'is above the greatest value',
  minLength: 'is shorter than',
  maxLength: 'is longer than',
  minItems: 'has fewer items than',
  minProperties: 'has fewer entries than',
};

function describe(
  context: Context,
  error: ErrorObject,
  path: Path,
  node: SchemaNode,
): { page: Page; message: string } {
  const value = nodeAt(context.root, path);
  const what = found(value);
  const bound = BOUNDS[error.keyword];
  if (bound !== undefined) {
    const message = `${quoted(path)} ${bound} ${parameter(error, 'limit')}`;
    return { page: pages.outOfRange, message };
  }
  switch (error.keyword) {
    case 'type': {
      if (node.title === 'Bdf')
        return { page: pages.unquotedBdf, message: `${what} is no PCI address` };
      const kind = KINDS[parameter(error, 'type')] ?? parameter(error, 'type');
      return { page: pages.wrongType, message: `${quoted(path)} wants ${kind}, not ${what}` };
    }
    case 'pattern': {
      const page = node.title === 'Bdf' ? pages.badBdf : pages.malformed;
      return { page, message: `${what} is malformed for ${quoted(path)}` };
    }
    case 'uniqueItems':
      return { page: pages.repeatedItem, message: `the list ${quoted(path)} has an item twice` };
    case 'enum':
    case 'const':
      return { page: pages.notAllowed, message: `${quoted(path)} can not be ${what}` };
    default:
      throw new Error(`schema keyword without words: ${error.keyword}`);
  }
}
