// SPDX-License-Identifier: BSD-2-Clause
import type { RawMemoryRange, RawReservedRange } from '../../generated/machine.js';
import { formatSize, KIB, MIB } from '../../util/size.js';
import { hex, MAX_ADDRESS } from '../bytes.js';
import { AS_ROOT, listNames, parseNumber, readLine, readText, type Input } from '../input.js';
import { textMalformed, unreadablePart } from '../pages.js';

/** The memory map, in ascending order of address. */
export interface MemoryMap {
  readonly memory: readonly RawMemoryRange[];
  readonly reserved: readonly RawReservedRange[];
}

interface Range {
  readonly start: number;
  /** The last byte. */
  readonly end: number;
  readonly type: string;
}

type Kind = NonNullable<RawReservedRange['kind']>;

/** As Linux calls the types of ACPI 6.5, table 15.6. */
const KINDS: Readonly<Record<string, Kind>> = {
  reserved: 'reserved',
  'acpi tables': 'acpi',
  'acpi non-volatile storage': 'nvs',
  'unusable memory': 'unusable',
  'persistent memory': 'persistent',
  'persistent memory (legacy)': 'persistent',
};
const USABLE = 'system ram';

const FIRMWARE = 'sys/firmware/memmap';
const IOMEM = 'proc/iomem';

/** The firmware's map as it was handed to Linux; what Linux made of it where that is not to be had. */
export function readMemory(input: Input): MemoryMap {
  const firmware = fromFirmware(input);
  const ranges = (firmware.length > 0 ? firmware : fromIomem(input)).sort(
    (a, b) => a.start - b.start || a.end - b.end,
  );
  const path = firmware.length > 0 ? FIRMWARE : IOMEM;
  if (firmware.length === 0 && ranges.length > 0) {
    input.notes.set('memory', 'as Linux has divided it, not as the firmware reported it');
  }
  reportOverlaps(input, path, ranges);
  return {
    memory: ranges.filter(({ type }) => type === USABLE).flatMap(usable),
    reserved: ranges.filter(({ type }) => type !== USABLE).flatMap(notUsable),
  };
}

function fromFirmware(input: Input): Range[] {
  return listNames(input, FIRMWARE).flatMap((name) => {
    const [start, end, type] = ['start', 'end', 'type'].map((file) =>
      readLine(input, `${FIRMWARE}/${name}/${file}`, 60),
    );
    if (start === undefined || end === undefined || type === undefined) return [];
    return rangeOf(input, `${FIRMWARE}/${name}`, [start, end, type]);
  });
}

function fromIomem(input: Input): Range[] {
  const text = readText(input, IOMEM, MIB);
  const ranges = (text ?? '').split('\n').flatMap((line) => {
    const [, start = '', end = '', type = ''] = /^([0-9a-f]+)-([0-9a-f]+) : (.+)$/.exec(line) ?? [];
    const known = type.toLowerCase() in KINDS || type.toLowerCase() === USABLE;
    return known ? rangeOf(input, IOMEM, [`0x${start}`, `0x${end}`, type]) : [];
  });
  if (ranges.length > 1 && ranges.every(({ end }) => end === 0)) {
    input.findings.report(
      unreadablePart,
      IOMEM,
      'the kernel shows its addresses to root only',
      AS_ROOT,
    );
    return [];
  }
  return ranges;
}

function rangeOf(
  { findings }: Input,
  path: string,
  [first, last, type]: readonly [string, string, string],
): Range[] {
  const start = parseNumber(first);
  const end = parseNumber(last);
  // Space at the end of the address space is reported by some firmware; no machine file can hold it.
  if (start === undefined || end === undefined || end < start || end > MAX_ADDRESS) {
    findings.report(textMalformed, path, `${first} to ${last} is not a range of memory`);
    return [];
  }
  return [{ start, end, type: type.toLowerCase() }];
}

function reportOverlaps({ findings }: Input, path: string, ranges: readonly Range[]): void {
  let reach = -1;
  for (const { start, end } of ranges) {
    if (start <= reach) {
      const message = `memory from ${hex(start)} on is reported twice`;
      findings.report(
        textMalformed,
        path,
        message,
        'look whether the inventory says what is right',
      );
    }
    reach = Math.max(reach, end);
  }
}

/** Whole pages, without the first MiB, of which seL4 uses none. */
function usable({ start, end }: Range): RawMemoryRange[] {
  const address = Math.max(Math.ceil(start / (4 * KIB)) * 4 * KIB, MIB);
  const size = Math.floor((end + 1) / (4 * KIB)) * 4 * KIB - address;
  return size > 0 ? [{ address, size: formatSize(size) }] : [];
}

/** All pages that it touches. */
function notUsable({ start, end, type }: Range): RawReservedRange[] {
  const address = Math.floor(start / (4 * KIB)) * 4 * KIB;
  const size = Math.ceil((end + 1) / (4 * KIB)) * 4 * KIB - address;
  const kind = KINDS[type] ?? 'other';
  return [{ address, size: formatSize(size), ...(kind === 'reserved' ? {} : { kind }) }];
}
