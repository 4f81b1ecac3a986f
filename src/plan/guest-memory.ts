// SPDX-License-Identifier: BSD-2-Clause
import type { PlanMapEntry, PlanRamBank } from '../generated/plan.js';
import {
  ECAM,
  HIGH_RAM_BASE,
  IOAPIC_BASE,
  IOAPIC_STRIDE,
  LAPIC,
  MMIO32,
  type RamRun,
} from '../model/platform.js';
import type { Vm } from '../model/system.js';
import { KIB, MIB } from '../util/size.js';
import type { Window64 } from './guest-bars.js';

/** Room for ACPI tables in the BIOS area, where the guest looks for the RSDP (ACPI 6.4, 5.2.5.1). */
export const ACPI = { gpa: 0xe_0000, bytes: 128 * KIB } as const;

/** Conventional memory ends below the EBDA, as on a PC. */
const LOW_END = 0x9_f000;

/** The guest-physical memory map, by address. */
export function memoryMap(
  vm: Vm,
  ram: readonly RamRun[],
  ecamBytes: number,
  ioapics: number,
  window64: Window64,
): PlanMapEntry[] {
  const entries: PlanMapEntry[] = [
    { kind: 'ram', name: 'low memory', gpa: 0, bytes: LOW_END },
    { kind: 'reserved', name: 'EBDA and option ROMs', gpa: LOW_END, bytes: ACPI.gpa - LOW_END },
    { kind: 'acpi', name: 'ACPI tables', gpa: ACPI.gpa, bytes: ACPI.bytes },
    ...ram.map(mainMemory),
    {
      kind: 'mmio32',
      name: 'PCI window below 4 GiB',
      gpa: MMIO32.base,
      bytes: MMIO32.end - MMIO32.base,
    },
    { kind: 'ecam', name: 'PCI Express configuration space', gpa: ECAM.base, bytes: ecamBytes },
    ...Array.from({ length: ioapics }, (_, n) => ({
      kind: 'ioapic' as const,
      name: `I/O APIC ${String(n)}`,
      gpa: IOAPIC_BASE + n * IOAPIC_STRIDE,
      bytes: IOAPIC_STRIDE,
    })),
    { kind: 'lapic', name: 'local APIC', gpa: LAPIC.base, bytes: LAPIC.bytes },
    ...vm.mmio.map((m) => ({
      kind: 'device' as const,
      name: m.name,
      gpa: m.address,
      bytes: m.bytes,
    })),
  ];
  if (window64.bytes > 0) {
    entries.push({ kind: 'mmio64', name: 'PCI window above RAM', ...window64 });
  }
  return entries.sort((a, b) => a.gpa - b.gpa);
}

/** A run of RAM in the map. What is below 1 MiB has rows of its own. */
function mainMemory({ gpa, bytes }: RamRun): PlanMapEntry {
  const name = gpa < HIGH_RAM_BASE ? 'memory below 3 GiB' : 'memory above 4 GiB';
  const first = Math.max(gpa, MIB);
  return { kind: 'ram', name, gpa: first, bytes: gpa + bytes - first };
}

/** Which frames of guest RAM stand where. */
export function ramBanks(ram: readonly RamRun[], frameBits: number): PlanRamBank[] {
  const size = 2 ** frameBits;
  let first_frame = 0;
  return ram.map(({ gpa, bytes }) => {
    const bank = { gpa, first_frame, frames: bytes / size };
    first_frame += bank.frames;
    return bank;
  });
}
