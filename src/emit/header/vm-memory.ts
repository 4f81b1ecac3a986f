// SPDX-License-Identifier: BSD-2-Clause
import type { PlanMemory, PlanVm } from '../../generated/plan.js';
import { memoryTable } from '../../plan/memory-table.js';
import { count, quantity } from '../quantity.js';
import { address, cString, enumerator } from './literal.js';
import { table, type Table } from './table.js';

/** Where the frames of guest RAM stand. */
export function ramBankTable(vm: PlanVm, memory: PlanMemory): Table {
  const rows = vm.ram.map((bank) => {
    const size = bank.frames * 2 ** memory.frame_bits;
    return {
      cells: [address(bank.gpa), String(bank.first_frame), String(bank.frames)],
      note: `${quantity(size)}, ends at ${address(bank.gpa + size)}`,
    };
  });
  return table('struct mk_ram_bank', 'mk_ram_banks', ['gpa', 'first_frame', 'frames'], rows);
}

/** The guest-physical memory map. */
export function regionTable(vm: PlanVm): Table {
  const rows = vm.map.map((entry) => ({
    cells: [
      address(entry.gpa),
      address(entry.bytes),
      enumerator('MK_REGION_', entry.kind),
      cString(entry.name),
    ],
    note: quantity(entry.bytes),
  }));
  return table('struct mk_region', 'mk_regions', ['gpa', 'bytes', 'kind', 'name'], rows);
}

/** The memory table that Linux gets, neighbours of one type in one row. */
export function e820Table(vm: PlanVm): Table {
  const rows = memoryTable(vm.map).map(({ gpa, bytes, type }) => ({
    cells: [address(gpa), address(bytes), enumerator('MK_E820_', type)],
    note: quantity(bytes),
  }));
  return table('struct mk_e820', 'mk_e820', ['gpa', 'bytes', 'type'], rows);
}

/** The I/O APICs. */
export function ioapicTable(vm: PlanVm): Table {
  const rows = vm.ioapics.map((ioapic) => ({
    cells: [address(ioapic.gpa), String(ioapic.gsi_base), String(ioapic.pins), String(ioapic.id)],
    note: `GSI ${String(ioapic.gsi_base)} to ${String(ioapic.gsi_base + ioapic.pins - 1)}`,
  }));
  return table('struct mk_ioapic', 'mk_ioapics', ['gpa', 'gsi_base', 'pins', 'id'], rows);
}

/** Who uses which interrupt. */
export function gsiTable(vm: PlanVm): Table {
  const rows = vm.interrupts.map((gsi) => ({
    cells: [String(gsi.gsi), String(gsi.level), String(gsi.active_low), cString(gsi.name)],
    note: `${gsi.level ? 'level' : 'edge'}, active ${gsi.active_low ? 'low' : 'high'}`,
  }));
  return table('struct mk_gsi', 'mk_gsis', ['gsi', 'level', 'active_low', 'name'], rows);
}

/** What C can check of the memory map when it is compiled: that each region ends before the next. */
export function regionOrder(vm: PlanVm): { end: string; next: string; row: number }[] {
  return vm.map.slice(1).map((next, i) => {
    const entry = vm.map[i];
    const end =
      entry === undefined ? '0' : `UINT64_C(${address(entry.gpa)}) + ${address(entry.bytes)}`;
    return { end, next: address(next.gpa), row: i };
  });
}

/** Guest RAM in words. */
export function ramSummary(vm: PlanVm, memory: PlanMemory): string {
  const frame = quantity(2 ** memory.frame_bits);
  return `${quantity(vm.memory_bytes)} in ${count(memory.frames, 'frame')} of ${frame}`;
}
