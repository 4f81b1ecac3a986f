// SPDX-License-Identifier: BSD-2-Clause
import type { PlanMapEntry } from '../generated/plan.js';

/** A row of the memory table that a guest gets (e820). */
export interface MemoryRow {
  readonly gpa: number;
  bytes: number;
  readonly type: 'ram' | 'reserved' | 'acpi';
}

/** Rows that the zero page has room for (Linux, 64-bit boot protocol). */
export const MEMORY_ROWS = 128;

/**
 * What the memory table says of a kind of region. The windows for BARs are left out: Linux places
 * BARs only where the table is silent, and learns of the windows from ACPI. Everything else that
 * is not RAM is reserved; for the ECAM that is demanded (PCI Firmware 3.2, 4.1.2).
 */
const TYPES: Readonly<Record<PlanMapEntry['kind'], MemoryRow['type'] | undefined>> = {
  ram: 'ram',
  acpi: 'acpi',
  reserved: 'reserved',
  ecam: 'reserved',
  ioapic: 'reserved',
  lapic: 'reserved',
  device: 'reserved',
  mmio32: undefined,
  mmio64: undefined,
};

/** The memory table of a map, neighbours of one type in one row. */
export function memoryTable(map: readonly PlanMapEntry[]): readonly MemoryRow[] {
  const rows: MemoryRow[] = [];
  for (const { kind, gpa, bytes } of map) {
    const type = TYPES[kind];
    if (type === undefined) continue;
    const last = rows.at(-1);
    if (last?.type === type && last.gpa + last.bytes === gpa) last.bytes += bytes;
    else rows.push({ gpa, bytes, type });
  }
  return rows;
}
