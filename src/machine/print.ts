// SPDX-License-Identifier: BSD-2-Clause
import { Document, isScalar, Pair, Scalar, YAMLMap, YAMLSeq, type ScalarTag } from 'yaml';
import type { RawMachine, RawPciFunction } from '../generated/machine.js';

/** Keys whose numbers people know in hexadecimal, with the number of digits that they are used to. */
const HEX: Readonly<Record<string, number>> = {
  address: 0,
  offset: 0,
  port: 4,
  first: 4,
  last: 4,
  vendor_id: 4,
  device_id: 4,
  class: 6,
  bus: 2,
  first_bus: 2,
  last_bus: 2,
  secondary: 2,
  subordinate: 2,
};

/** Keys whose map stands on one line. */
const ON_ONE_LINE = new Set([
  ...['firmware', 'bridge', 'intx', 'msix_table', 'msix_pba', 'apicv_parts'],
  ...['path', 'reset', 'acs', 'acs_enabled'],
]);

/** Keys of lists or maps whose entries each stand on one line. */
const ENTRIES_ON_ONE_LINE = new Set([
  ...['memory', 'reserved', 'ioapics', 'interrupt_overrides', 'ecam', 'ioports'],
  ...['scopes', 'bars', 'uarts'],
]);

/** What stands above the sections. */
const ABOVE: Readonly<Record<string, string>> = {
  memory: 'Usable memory from 1 MiB on, in whole pages.',
  reserved: 'Memory and address space that the firmware keeps.',
  interrupt_overrides: 'ISA interrupts that are wired in another manner than usual.',
  iommu: 'VT-d, from the DMAR table and the registers of the units.',
  ecam: 'Configuration spaces in memory.',
  ioports: 'Ports of the mainboard.',
  pci: 'Names are yours to change; "probe --former" keeps them.',
};

/**
 * An inventory as YAML for people: hexadecimal where that is usual, small things on one line, remarks beside what can
 * not be known. The same inventory gives the same text.
 *
 * @param notes remarks by path of keys joined with a dot; that of the empty path stands at the top
 * @param origin a sentence about where it is from
 */
export function printMachine(
  machine: RawMachine,
  notes: ReadonlyMap<string, string>,
  origin: string,
): string {
  const document = new Document(undefined, { customTags: (tags) => [...HEX_TAGS, ...tags] });
  document.contents = mapOf(machine, '', { notes, mates: matesOf(machine), block: true });
  const top = [origin, notes.get('')].filter((line) => line !== undefined);
  document.commentBefore = top.map((line) => ` ${line}`).join('\n');
  return document.toString({ lineWidth: 0, indentSeq: true, flowCollectionPadding: true });
}

interface Style {
  readonly notes: ReadonlyMap<string, string>;
  readonly mates: ReadonlyMap<number, readonly string[]>;
  /** Not on one line. */
  readonly block: boolean;
  /** The name of the function that is being printed. */
  readonly self?: string;
}

/** Formats for the `yaml` package, which has no leading zeros of its own. */
const HEX_TAGS: readonly ScalarTag[] = [...new Set(Object.values(HEX))].map((digits) => ({
  identify: (value) => typeof value === 'number' && Number.isInteger(value) && value >= 0,
  default: true,
  tag: 'tag:yaml.org,2002:int',
  format: `HEX${String(digits)}`,
  test: /^(?!)/,
  resolve: (text) => text,
  stringify: ({ value }) => `0x${Number(value).toString(16).padStart(digits, '0')}`,
}));

function mapOf(object: object, path: string, style: Style): YAMLMap {
  const map = new YAMLMap();
  map.flow = !style.block;
  for (const [key, value] of Object.entries(object) as [string, unknown][]) {
    if (value === undefined) continue;
    const inner = path === '' ? key : `${path}.${key}`;
    const name = new Scalar(/^[0-9]+$/.test(key) ? Number(key) : key);
    const node = nodeOf(key, value, inner, path === 'pci' ? { ...style, self: key } : style);
    decorate(name, node, { key, path, value, style });
    map.items.push(new Pair(name, node));
  }
  return map;
}

type Node = YAMLMap | YAMLSeq | Scalar;

function nodeOf(key: string, value: unknown, path: string, style: Style): Node {
  const block = style.block && !ON_ONE_LINE.has(key);
  const entries = { ...style, block: block && !ENTRIES_ON_ONE_LINE.has(key) };
  if (Array.isArray(value)) {
    const list = new YAMLSeq();
    list.flow = !block;
    for (const [index, item] of (value as unknown[]).entries()) {
      const at = `${path}.${String(index)}`;
      const node = nodeOf(`${key}[]`, item, at, entries);
      remark(node, style.notes.get(at));
      list.items.push(node);
    }
    return list;
  }
  if (typeof value !== 'object' || value === null) return scalarOf(key, value);
  if (!ENTRIES_ON_ONE_LINE.has(key)) return mapOf(value, path, { ...style, block });
  const map = mapOf(value, path, entries);
  map.flow = !block;
  return map;
}

function scalarOf(key: string, value: unknown): Scalar {
  const scalar = new Scalar(value);
  const digits = HEX[key];
  if (digits !== undefined && typeof value === 'number') scalar.format = `HEX${String(digits)}`;
  // Some readers take what has colons or dots for a number (decision 1), so addresses are always quoted.
  if (key === 'bdf' || key === 'path[]') scalar.type = Scalar.QUOTE_DOUBLE;
  return scalar;
}

interface Decorated {
  readonly key: string;
  readonly path: string;
  readonly value: unknown;
  readonly style: Style;
}

/** Blank lines between sections, headings, and remarks behind what they are about. */
function decorate(name: Scalar, node: Node, { key, path, value, style }: Decorated): void {
  if (path === '') {
    const scalar = isScalar(node);
    name.spaceBefore = !scalar;
    const lines = [ABOVE[key], style.notes.get(key)].filter((line) => line !== undefined);
    if (lines.length > 0 && !scalar) name.commentBefore = lines.map((l) => ` ${l}`).join('\n');
    return;
  }
  if (path === 'pci' || !style.block) return;
  remark(node, style.notes.get(`${path}.${key}`) ?? remarkOf(key, value, style));
}

function remark(node: Node, text: string | undefined): void {
  if (text !== undefined) node.comment = ` ${text}`;
}

function remarkOf(key: string, value: unknown, { mates, self }: Style): string | undefined {
  if (self === undefined) return undefined;
  if (key === 'pin') return 'which interrupt it reaches is not known: no driver had enabled it';
  if (key === 'reset' && Array.isArray(value) && value.length === 0) {
    return 'it can not be reset alone';
  }
  if (key !== 'iommu_group' || typeof value !== 'number') return undefined;
  const others = (mates.get(value) ?? []).filter((name) => name !== self);
  if (others.length === 0) return undefined;
  const more = others.length > 8 ? ` and ${String(others.length - 8)} more` : '';
  return `together with ${others.slice(0, 8).join(', ')}${more}`;
}

/** Names of functions by IOMMU group. */
function matesOf({ pci = {} }: RawMachine): Map<number, string[]> {
  const mates = new Map<number, string[]>();
  for (const [name, { iommu_group: group }] of Object.entries<RawPciFunction>(pci)) {
    if (group === undefined) continue;
    const list = mates.get(group);
    if (list === undefined) mates.set(group, [name]);
    else list.push(name);
  }
  return mates;
}
