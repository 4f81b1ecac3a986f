// SPDX-License-Identifier: BSD-2-Clause
import type { MachineFunction } from './machine.js';
import type { PciDevice, PciInterrupts } from './system.js';

/** MSI-X vectors of a device whose entry does not say: enough for a queue pair and more, few of seL4's 108. */
const DEFAULT_MSIX = 4;

/** How a function that is passed through interrupts: as its entry says, else the best that it has. */
export function interruptsOf(device: PciDevice, fn: MachineFunction): PciInterrupts {
  if (device.interrupts !== undefined) return device.interrupts;
  if (fn.msix > 0) return { type: 'msix', vectors: Math.min(fn.msix, DEFAULT_MSIX) };
  if (fn.msi) return { type: 'msi' };
  return { type: fn.intx === undefined ? 'none' : 'intx' };
}
