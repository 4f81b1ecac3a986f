// SPDX-License-Identifier: BSD-2-Clause
import type { PlanMapEntry, PlanRamBank } from '../generated/plan.js';
import {
  ECAM,
  HIGH_RAM_BASE,
  IOAPIC_BASE,
  IOAPIC_STRIDE,
  LAPIC,
  lowRamBytes,
  MMIO32,
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
  ecamBytes: number,
  ioapics: number,
  window64: Window64,
): PlanMapEntry[] {
  const low = lowRamBytes(vm.memory);
  const entries: PlanMapEntry[] = [
    { kind: 'ram', name: 'low memory', gpa: 0, bytes: LOW_END },
    { kind: 'reserved', name: 'EBDA and option ROMs', gpa: LOW_END, bytes: ACPI.gpa - LOW_END },
    { kind: 'acpi', name: 'ACPI tables', gpa: ACPI.gpa, bytes: ACPI.bytes },
    { kind: 'ram', name: 'memory below 3 GiB', gpa: MIB, bytes: low - MIB },
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
  if (vm.memory > low) {
    const bytes = vm.memory - low;
    entries.push({ kind: 'ram', name: 'memory above 4 GiB', gpa: HIGH_RAM_BASE, bytes });
  }
  if (window64.bytes > 0) {
    entries.push({ kind: 'mmio64', name: 'PCI window above RAM', ...window64 });
  }
  return entries.sort((a, b) => a.gpa - b.gpa);
}

/** Which frames of guest RAM stand where: all below 3 GiB, then from 4 GiB on. */
export function ramBanks(memory: number, frameBits: number): PlanRamBank[] {
  const low = lowRamBytes(memory);
  const size = 2 ** frameBits;
  const banks = [{ gpa: 0, first_frame: 0, frames: low / size }];
  if (memory > low) {
    banks.push({ gpa: HIGH_RAM_BASE, first_frame: low / size, frames: (memory - low) / size });
  }
  return banks;
}
