// SPDX-License-Identifier: BSD-2-Clause
import type { RawApicv } from '../../generated/machine.js';

/** What the bundled monitor means by APICv: the registers of the virtual-APIC page, and interrupts delivered from them. */
export function hasApicv(parts: RawApicv): boolean {
  return (
    parts.tpr_shadow === true && parts.apic_registers === true && parts.interrupt_delivery === true
  );
}
