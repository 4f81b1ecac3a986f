// SPDX-License-Identifier: BSD-2-Clause
import type { ComPort } from './system.js';

/** Numbers of the PC platform that both the rules and the plan go by: the machine's and the guest's. */

/** I/O ports of a 16550 (the PC's own numbers), and its interrupt in the guest. */
export interface ComResources {
  readonly first: number;
  readonly last: number;
  /** The guest's global system interrupt. com3 and com4 get lines of their own: edge interrupts can not be shared. */
  readonly gsi: number;
  /** The machine's ISA interrupt line, which is the I/O APIC input of the same number. */
  readonly hostPin: number;
}

export const COM_PORTS: Readonly<Record<ComPort, ComResources>> = {
  com1: { first: 0x3f8, last: 0x3ff, gsi: 4, hostPin: 4 },
  com2: { first: 0x2f8, last: 0x2ff, gsi: 3, hostPin: 3 },
  com3: { first: 0x3e8, last: 0x3ef, gsi: 5, hostPin: 4 },
  com4: { first: 0x2e8, last: 0x2ef, gsi: 7, hostPin: 3 },
};

/** Interrupts of the guest's platform devices. */
export const GUEST_GSI = { rtc: 8, ged: 9 } as const;

/** INTx lines of the guest's PCI devices: inputs 16 to 23, as on a PC. */
export const PCI_GSI_BASE = 16;
export const PCI_GSI_COUNT = 8;

/** The programmable interval timer, which the time component drives: ports, and the input it reaches (ISA line 0 → 2). */
export const PIT = { first: 0x40, last: 0x43, pin: 2 } as const;

/** PCI configuration mechanism 1 (PCI 3.0, 3.2.2.3.2). */
export const PCI_CONFIG = { first: 0xcf8, last: 0xcff } as const;

/** The real-time clock: the guest's, and the machine's, which the time component reads. */
export const RTC = { first: 0x70, last: 0x71 } as const;

/** Where the guest's memory is interrupted: 3 GiB to 4 GiB hold no RAM. */
export const LOW_RAM_END = 0xc000_0000;
export const HIGH_RAM_BASE = 0x1_0000_0000;

/** Fixed places in the hole. ECAM needs 1 MiB a bus, 256 MiB at most. */
export const MMIO32 = { base: 0xc000_0000, end: 0xe000_0000 } as const;
export const ECAM = { base: 0xe000_0000, end: 0xf000_0000 } as const;
export const IOAPIC_BASE = 0xfec0_0000;
export const IOAPIC_STRIDE = 0x1000;
export const IOAPIC_PINS = 24;
export const LAPIC = { base: 0xfee0_0000, bytes: 0x1000 } as const;

/** Guest-physical addresses that every VT-x processor's EPT can translate: 39 bits. */
export const GPA_END = 2 ** 39;

/** The largest guest memory that leaves room for 64-bit BARs below {@link GPA_END}. */
export const MAX_MEMORY = 256 * 2 ** 30;

/** seL4's interrupt vectors on x86: 0 to 107 are for user interrupts. */
export const VECTORS = 108;

/** A run of guest RAM. */
export interface RamRun {
  readonly gpa: number;
  readonly bytes: number;
}

/** Where a guest's RAM stands, as on a PC: all below 3 GiB, then from 4 GiB on. */
export function ramRuns(memory: number): RamRun[] {
  const low = Math.min(memory, LOW_RAM_END);
  const high = { gpa: HIGH_RAM_BASE, bytes: memory - low };
  return [{ gpa: 0, bytes: low }, ...(high.bytes > 0 ? [high] : [])];
}

/** The first address past a guest's RAM. */
export function ramEnd(memory: number): number {
  return memory <= LOW_RAM_END ? memory : HIGH_RAM_BASE + (memory - LOW_RAM_END);
}
