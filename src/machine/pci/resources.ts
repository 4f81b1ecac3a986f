// SPDX-License-Identifier: BSD-2-Clause
import type { RawBar } from '../../generated/machine.js';
import { formatSize } from '../../util/size.js';
import { addressOf } from '../bytes.js';

/** Base address registers as the `resource` file of sysfs tells them. */
export interface Resources {
  readonly bars: Readonly<Record<string, RawBar>>;
  /** Registers that nobody has given an address. */
  readonly unassigned: readonly number[];
  readonly faults: readonly string[];
}

/** include/linux/ioport.h of Linux: a stable part of its interface to programs. */
const IO = 0x100;
const MEM = 0x200;
const PREFETCH = 0x2000;
const MEM_64 = 0x100000;
const UNSET = 0x20000000;

const LINE = /^0x([0-9a-f]{1,16}) 0x([0-9a-f]{1,16}) 0x([0-9a-f]{1,16})$/;

/**
 * Reads the lines of a `resource` file: start, end and flags of each region. Linux has sized the registers; a captured
 * configuration space alone does not say how large they are.
 *
 * @param count how many of the lines are base address registers: expansion ROM and windows of bridges follow them
 */
export function readResources(text: string, count: number): Resources {
  const bars: Record<string, RawBar> = {};
  const unassigned: number[] = [];
  const faults: string[] = [];
  for (const [index, line] of text.split('\n').slice(0, count).entries()) {
    if (line === '') continue;
    const [, start = '', end = '', flag = ''] = LINE.exec(line) ?? [];
    if (flag === '') {
      faults.push(`line ${String(index + 1)} is not a start, an end and flags`);
      continue;
    }
    const flags = Number.parseInt(flag.slice(-8), 16);
    if ((flags & (IO | MEM)) === 0) continue;
    const bar = readBar(BigInt(`0x${start}`), BigInt(`0x${end}`), flags);
    if (typeof bar === 'string') faults.push(`BAR ${String(index)} ${bar}`);
    else if ((flags & UNSET) !== 0 || bar.address === 0) unassigned.push(index);
    else bars[index] = bar;
  }
  return { bars, unassigned, faults };
}

function readBar(start: bigint, end: bigint, flags: number): RawBar | string {
  const address = addressOf(start);
  const last = addressOf(end);
  if (address === undefined || last === undefined) return 'lies beyond 52 bits';
  if (last < address) return 'ends before it begins';
  const type = (flags & IO) !== 0 ? 'io' : (flags & MEM_64) !== 0 ? 'mmio64' : 'mmio32';
  return {
    type,
    address,
    size: formatSize(last - address + 1),
    ...((flags & PREFETCH) !== 0 && type !== 'io' ? { prefetchable: true } : {}),
  };
}
