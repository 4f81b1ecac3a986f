// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES, oneVm } from '../diagnostics/examples.js';
import type { Machine } from '../model/machine.js';
import { valueOf } from './places.js';
import type { Rule } from './rule.js';

/** The inputs of an I/O APIC; without a machine file as many as the schema lets through. */
function pinsOf(machine: Machine | undefined, ioapic: number): number | undefined {
  return machine === undefined ? 240 : machine.ioapics[ioapic]?.pins;
}

export const inputUnknown: Rule = {
  code: 'MK0335',
  severity: 'error',
  title: 'the machine has no such I/O APIC input',
  text: `The machine file lists the I/O APICs and how many inputs each has; without a machine file only the first I/O APIC
is known to exist.`,
  fails: oneVm({ web: 'irqs: { gpio: { pin: 30 } }', top: 'machine: box.yaml' }),
  passes: oneVm({ web: 'irqs: { gpio: { pin: 14 } }', top: 'machine: box.yaml' }),
  files: { ...EXAMPLE_FILES, 'box.yaml': 'makatea_machine: 1\nname: box\n' },
  check({ system, machine }, report, unjudged) {
    if (machine === undefined && system.vms.some(({ irqs }) => irqs.length > 0)) {
      unjudged('which I/O APIC inputs there are');
    }
    for (const vm of system.vms) {
      for (const irq of vm.irqs) {
        const pins =
          machine === undefined && irq.ioapic > 0 ? undefined : pinsOf(machine, irq.ioapic);
        if (pins === undefined) {
          report(
            valueOf(irq, 'ioapic'),
            `there is no I/O APIC ${String(irq.ioapic)} that is known`,
            {
              hint: 'name a machine file that lists it',
            },
          );
        } else if (irq.pin >= pins) {
          const hint = `its inputs are 0 to ${String(pins - 1)}`;
          report(
            valueOf(irq, 'pin'),
            `I/O APIC ${String(irq.ioapic)} has no input ${String(irq.pin)}`,
            { hint },
          );
        }
      }
    }
  },
};
