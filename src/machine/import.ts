// SPDX-License-Identifier: BSD-2-Clause
import {
  diagnostic,
  type Diagnostic,
  type SourceFile,
  type Span,
} from '../diagnostics/diagnostic.js';
import type {
  RawIommu,
  RawMachine,
  RawMemoryRange,
  RawRmrr,
  RawScope,
} from '../generated/machine.js';
import { decode } from '../source/decode.js';
import { entryOf, type Located } from '../source/located.js';
import { parse } from '../source/parse.js';
import { formatSize } from '../util/size.js';
import { MAX_ADDRESS } from './bytes.js';
import { sealed } from './fingerprint.js';
import { badDump } from './pages.js';
import type { Probed } from './probe.js';

/** The lines around the JSON on the serial port. */
const BLOCK = /-----BEGIN MACHINE FILE BLOCK-----([^]*?)-----END MACHINE FILE BLOCK-----/;

export interface ImportOptions {
  readonly name: string;
  /** What the dump is called in findings. */
  readonly place: string;
  /** Of bytes, in hexadecimal. */
  readonly sha256: (bytes: Uint8Array) => string;
}

/**
 * Reads what microkit-x86-machinedump prints: usable memory, where the interrupt controllers and remapping units are,
 * and RMRRs. It knows nothing of PCI functions, processors or interrupt numbers, so the inventory is a beginning.
 */
export function importDump(bytes: Uint8Array, { name, place, sha256 }: ImportOptions): Probed {
  const decoded = decode(0, bytes);
  const text = 'text' in decoded ? decoded.text : '';
  const sources: SourceFile[] = [{ name: place, text }];
  const notes = new Map<string, string>();
  if ('diagnostic' in decoded) return { notes, sources, diagnostics: [decoded.diagnostic] };
  // JSON is YAML, and the reader of YAML knows the place of every value.
  const { root, diagnostics: syntax } = parse(0, onlyBlock(text));
  const reader = makeReader();
  if (root !== undefined && syntax.length === 0) {
    if (PARTS.every((key) => entryOf(root, key) === undefined)) {
      const message = 'this is no machine dump: it has neither "memory" nor "kdevs" nor "rmrrs"';
      const found = diagnostic(badDump, root.span, message, { hint: HINT });
      return { notes, sources, diagnostics: [found] };
    }
    const machine = readMachine(root, reader, { name, notes });
    if (reader.diagnostics.length === 0) {
      return { machine: sealed(machine, sha256), notes, sources, diagnostics: [] };
    }
    return { notes, sources, diagnostics: reader.diagnostics };
  }
  const [first] = syntax;
  const span = first?.span ?? { file: 0, start: 0, end: 0 };
  const message = `this is no JSON: ${first?.message ?? 'there is nothing'}`;
  return { notes, sources, diagnostics: [diagnostic(badDump, span, message, { hint: HINT })] };
}

const HINT = 'name the machine.json of microkit-x86-machinedump, or its serial log, whole';

/** The text with everything outside of the block blanked, so that places stay the same. */
function onlyBlock(text: string): string {
  const match = BLOCK.exec(text);
  if (match === null) return text;
  const start = match.index + match[0].indexOf(match[1] ?? '');
  const end = start + (match[1] ?? '').length;
  const blank = (part: string): string => part.replace(/[^\n]/g, ' ');
  return blank(text.slice(0, start)) + text.slice(start, end) + blank(text.slice(end));
}

/** Takes values out of the document, and notes what is not there. */
interface Reader {
  readonly diagnostics: Diagnostic[];
  list(map: Located, key: string): readonly Located[];
  number(map: Located, key: string, most: number): number;
  text(map: Located, key: string): string;
  fail(span: Span, message: string): void;
}

function makeReader(): Reader {
  const diagnostics: Diagnostic[] = [];
  const fail = (span: Span, message: string): void => {
    // One line lost on the wire breaks everything behind it.
    if (diagnostics.length < 20)
      diagnostics.push(diagnostic(badDump, span, message, { hint: HINT }));
  };
  return {
    diagnostics,
    fail,
    list(map, key) {
      const node = entryOf(map, key)?.value;
      if (node?.kind === 'seq') return node.items;
      fail(node?.span ?? map.span, `"${key}" must be a list`);
      return [];
    },
    number(map, key, most) {
      const node = entryOf(map, key)?.value;
      const value = node?.kind === 'scalar' ? node.value : undefined;
      if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most) {
        return value;
      }
      fail(node?.span ?? map.span, `"${key}" must be a whole number of at most ${String(most)}`);
      return 0;
    },
    text(map, key) {
      const node = entryOf(map, key)?.value;
      if (node?.kind === 'scalar' && typeof node.value === 'string') return node.value;
      fail(node?.span ?? map.span, `"${key}" must be a text`);
      return '';
    },
  };
}

interface Target {
  readonly name: string;
  readonly notes: Map<string, string>;
}

/** The parts of a dump that are read. A file with none of them is something else. */
const PARTS = ['memory', 'kdevs', 'rmrrs'];

function readMachine(root: Located, reader: Reader, { name, notes }: Target): RawMachine {
  const memory = reader.list(root, 'memory').flatMap((item): RawMemoryRange[] => {
    const address = reader.number(item, 'base', MAX_ADDRESS);
    const size = reader.number(item, 'size', MAX_ADDRESS);
    return size === 0 ? [] : [{ address, size: formatSize(size) }];
  });
  const devices = reader.list(root, 'kdevs').map((item) => ({
    name: reader.text(item, 'name'),
    address: reader.number(item, 'base', MAX_ADDRESS),
  }));
  const ioapics = devices.filter((device) => device.name.startsWith('ioapic.'));
  const units = devices.filter((device) => device.name.startsWith('drhu.'));
  const rmrrs = readRmrrs(root, reader);
  const info = entryOf(root, 'bootinfo')?.value ?? root;
  const levels = reader.number(info, 'numIOPTLevels', 6);
  const [first, ...others] = ioapics;
  notes.set('', 'PCI functions and the processor are to be added: the dump does not know them.');
  const assumed = 'gsi_base and pins are assumed: the dump does not say them';
  const more = `; ${String(others.length)} more I/O APICs are left out for that`;
  notes.set('ioapics', others.length > 0 ? `${assumed}${more}` : assumed);
  return {
    makatea_machine: 1,
    name,
    ...(memory.length === 0 ? {} : { memory: memory.sort((a, b) => a.address - b.address) }),
    ...(first === undefined
      ? {}
      : { ioapics: [{ address: first.address, gsi_base: 0, pins: 24 }] }),
    ...(units.length === 0 ? {} : { iommu: iommuOf(units, rmrrs, levels, notes) }),
  };
}

function iommuOf(
  units: readonly { readonly address: number }[],
  rmrrs: RawRmrr[],
  levels: number,
  notes: Map<string, string>,
): RawIommu {
  notes.set('iommu', 'which devices each unit has, and how many domains, the dump does not say');
  return {
    ...(levels >= 2 && levels <= 5 ? { levels } : {}),
    units: units.map(({ address }) => ({ address })),
    ...(rmrrs.length === 0 ? {} : { rmrrs }),
  };
}

/** The dump has one entry for each device of a region; regions are put together again. */
function readRmrrs(root: Located, reader: Reader): RawRmrr[] {
  const regions = new Map<string, RawRmrr>();
  for (const item of reader.list(root, 'rmrrs')) {
    const address = reader.number(item, 'base', MAX_ADDRESS);
    const limit = reader.number(item, 'limit', MAX_ADDRESS);
    const id = reader.number(item, 'devid', 0xffff);
    if (limit < address) {
      reader.fail(item.span, 'the region ends before it begins');
      continue;
    }
    const device = ((id >> 3) & 31).toString(16).padStart(2, '0');
    const scope: RawScope = {
      type: 'endpoint',
      bus: id >> 8,
      path: [`${device}.${String(id & 7)}`],
    };
    const key = `${String(address)} ${String(limit)}`;
    const known = regions.get(key);
    const scopes = [...(known?.scopes ?? []), scope];
    regions.set(key, { address, size: formatSize(limit - address + 1), scopes });
  }
  return [...regions.values()];
}
