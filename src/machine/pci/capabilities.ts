// SPDX-License-Identifier: BSD-2-Clause
import { hex, type Bytes } from '../bytes.js';

/** Where a function's capabilities lie: the first of each id. */
export interface Capabilities {
  readonly standard: ReadonlyMap<number, number>;
  readonly extended: ReadonlyMap<number, number>;
  readonly faults: readonly string[];
}

/** Ids: PCI Code and ID Assignment Specification 1.16, chapters 2 and 3. */
export const CAP = { pm: 0x01, msi: 0x05, pcie: 0x10, msix: 0x11, af: 0x13 } as const;
export const EXT = { acs: 0x000d, sriov: 0x0010 } as const;

/** PCI Express 6.0, 7.5.1.1.4: bit 4 of the status register says whether there is a list. */
const STATUS = 0x06;
const STATUS_LIST = 1 << 4;

/** The capabilities pointer of devices and bridges; CardBus bridges have it elsewhere (PC Card Standard 8.0). */
const POINTER = 0x34;
const POINTER_CARDBUS = 0x14;

const STANDARD_FIRST = 0x40;
const STANDARD_END = 0x100;
const EXTENDED_END = 0x1000;

/**
 * Follows both lists. An address is visited once, so a list that leads back into itself comes to an end.
 *
 * @param type of the header
 */
export function readCapabilities(config: Bytes, type: number): Capabilities {
  const faults: string[] = [];
  const standard = new Map<number, number>();
  const extended = new Map<number, number>();
  if (((config.u16(STATUS) ?? 0) & STATUS_LIST) !== 0 && config.length > STANDARD_FIRST) {
    const first = config.u8(type === 2 ? POINTER_CARDBUS : POINTER) ?? 0;
    follow(first, STANDARD_FIRST, STANDARD_END, faults, (offset) => {
      const id = config.u8(offset);
      const next = config.u8(offset + 1);
      return id === undefined || next === undefined ? undefined : note(standard, id, offset, next);
    });
  }
  // PCI Express 6.0, 7.6.3: the first extended capability; all zeros when there is none, all ones when nothing answers.
  const start = config.u32(STANDARD_END) ?? 0;
  if (start !== 0 && start !== 0xffffffff) {
    follow(STANDARD_END, STANDARD_END, EXTENDED_END, faults, (offset) => {
      const head = config.u32(offset);
      return head === undefined ? undefined : note(extended, head & 0xffff, offset, head >>> 20);
    });
  }
  return { standard, extended, faults };
}

function note(list: Map<number, number>, id: number, offset: number, next: number): number {
  if (!list.has(id)) list.set(id, offset);
  return next;
}

/** @param visit notes the entry at an address and gives the next one's; nothing where the bytes end */
function follow(
  first: number,
  from: number,
  end: number,
  faults: string[],
  visit: (offset: number) => number | undefined,
): void {
  const visited = new Set<number>();
  // The two lowest bits of a pointer are reserved: PCI Express 6.0, 7.5.1.1.11 and 7.6.3.
  let offset = first & ~3;
  while (offset !== 0) {
    if (offset < from || offset >= end) {
      faults.push(
        `the capability list leads to ${hex(offset)}, outside of ${hex(from)} to ${hex(end - 1)}`,
      );
      return;
    }
    if (visited.has(offset)) {
      faults.push(`the capability list leads back to ${hex(offset)}: it is a loop`);
      return;
    }
    visited.add(offset);
    const next = visit(offset);
    if (next === undefined) {
      faults.push(`the capability at ${hex(offset)} lies behind the end of the captured bytes`);
      return;
    }
    offset = next & ~3;
  }
}
