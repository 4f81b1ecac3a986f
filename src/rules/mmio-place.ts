// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES, oneVm } from '../diagnostics/examples.js';
import { ECAM, GPA_END, IOAPIC_BASE, LAPIC, MMIO32 } from '../model/platform.js';
import type { Vm } from '../model/system.js';
import { ramOf } from './boot-facts.js';
import { valueOf } from './places.js';
import type { Rule, RuleInput } from './rule.js';
import { type Owned, hex } from './owned.js';

export const mmioPlace: Rule = {
  code: 'MK0333',
  severity: 'error',
  title: 'device memory can not stand at this address',
  text: `The guest sees passed-through device memory at its own physical address. That must be page-aligned, and must not meet
the guest's RAM, its PCI windows (0xc0000000–0xefffffff), its I/O APICs (0xfec00000–0xfecfffff) or its local APIC
(0xfee00000–0xfeefffff). It ends below 512 GiB, which is what every processor's EPT can translate.`,
  fails: oneVm({ web: 'mmio: { fpga: { address: 0x1000000, size: 4KiB } }' }),
  passes: oneVm({ web: 'mmio: { fpga: { address: 0xfd000000, size: 4KiB } }' }),
  files: EXAMPLE_FILES,
  check(input, report) {
    for (const vm of input.system.vms) {
      for (const m of vm.mmio) {
        const end = m.address + m.bytes;
        if (m.address % 4096 !== 0 || m.bytes % 4096 !== 0) {
          report(valueOf(m), `device memory "${m.name}" is not made of whole 4 KiB pages`, {
            hint: 'begin at a multiple of 0x1000, and give a size that is a multiple of 4KiB',
          });
        }
        if (end > GPA_END) {
          report(valueOf(m), `device memory "${m.name}" does not end below 512 GiB`, {
            hint: 'correct the address: further than that a guest can not see',
          });
          continue;
        }
        const taken = guestRanges(input, vm).find((r) => m.address <= r.last && r.first < end);
        if (taken === undefined) continue;
        const message = `device memory ${hex(m.address)}–${hex(end - 1)} meets the ${taken.owner} of VM "${vm.name}" (${hex(taken.first)}–${hex(taken.last)})`;
        report(valueOf(m, 'address'), message, {
          hint: 'correct the address, or leave it out: the guest sees device memory where the machine has it, which must be free there',
        });
      }
    }
  },
};

/** Where a guest has memory or devices of its own. */
export function guestRanges(input: RuleInput, vm: Vm): Owned[] {
  return [
    ...ramOf(input, vm).map((r) => ({ first: r.gpa, last: r.gpa + r.bytes - 1, owner: 'RAM' })),
    { first: MMIO32.base, last: ECAM.end - 1, owner: 'PCI windows' },
    // The most that interrupts can need; above stand the HPET and the TPM of a PC, which can be given to a guest.
    { first: IOAPIC_BASE, last: IOAPIC_BASE + 0xf_ffff, owner: 'I/O APICs' },
    { first: LAPIC.base, last: LAPIC.base + 0xf_ffff, owner: 'local APIC' },
  ];
}
