// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES, oneVm } from '../diagnostics/examples.js';
import { COM_PORTS, GUEST_GSI, PCI_GSI_BASE, PCI_GSI_COUNT } from '../model/platform.js';
import { valueOf } from './places.js';
import type { Rule } from './rule.js';

export const inputEmulated: Rule = {
  code: 'MK0336',
  severity: 'error',
  title: 'a passed-through interrupt meets one of the guest',
  text: `The guest sees the interrupt under its global number, where it already has a device: serial ports (3, 4, 5, 7),
real-time clock (8), generic event device (9) or PCI (16–23).`,
  fails: oneVm({ web: 'irqs: { gpio: { pin: 8 } }' }),
  passes: oneVm({ web: 'irqs: { gpio: { pin: 10 } }' }),
  files: EXAMPLE_FILES,
  check({ system, machine }, report) {
    const pci = { first: PCI_GSI_BASE, last: PCI_GSI_BASE + PCI_GSI_COUNT - 1 };
    const fixed = new Map<number, string>([
      [GUEST_GSI.rtc, 'the real-time clock'],
      [GUEST_GSI.ged, 'the generic event device'],
      ...Object.entries(COM_PORTS).map(([port, { gsi }]) => [gsi, port] as const),
    ]);
    for (const vm of system.vms) {
      for (const irq of vm.irqs) {
        const gsi = (machine?.ioapics[irq.ioapic]?.gsiBase ?? 0) + irq.pin;
        const owner = gsi >= pci.first && gsi <= pci.last ? 'its PCI devices' : fixed.get(gsi);
        if (owner === undefined) continue;
        const message = `VM "${vm.name}" has interrupt ${String(gsi)} already, for ${owner}`;
        report(valueOf(irq, 'pin'), message, {
          hint: 'leave it out: the guest sees the interrupt under its own number, which must be free there',
        });
      }
    }
  },
};
