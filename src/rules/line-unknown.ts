// SPDX-License-Identifier: BSD-2-Clause
import { ACCEPT, EXAMPLE_FILES, MACHINE_FILES, oneVm } from '../diagnostics/examples.js';
import { interruptsOf } from '../model/interrupts.js';
import { ioapicInput } from '../model/machine.js';
import { passedThrough } from './passthrough.js';
import { valueOf } from './places.js';
import type { Rule } from './rule.js';

const DEVICE = oneVm({
  top: 'machine: box.yaml',
  web: `pci: { uplink: { bdf: "0000:03:00.0", ${ACCEPT} } }`,
});

export const lineUnknown: Rule = {
  code: 'MK0506',
  severity: 'error',
  title: "a device's interrupt line reaches no I/O APIC",
  text: `The machine file gives the INTx line a global number that lies in none of its I/O APICs.`,
  fails: DEVICE.replace('03:00.0', '04:00.0'),
  passes: DEVICE,
  files: {
    ...EXAMPLE_FILES,
    'box.yaml': MACHINE_FILES['box.yaml'].replace('gsi: 17', 'gsi: 99'),
  },
  check(input, report) {
    const { machine } = input;
    for (const { device, field, fn } of passedThrough(input)) {
      if (machine === undefined || fn?.intx === undefined) continue;
      if (interruptsOf(device, fn).type !== 'intx') continue;
      if (ioapicInput(machine.ioapics, fn.intx.gsi) !== undefined) continue;
      const message = `interrupt ${String(fn.intx.gsi)} of device "${device.name}" reaches no I/O APIC of machine "${machine.name}"`;
      report(valueOf(device, field), message, {
        hint: `correct "ioapics", or "intx" of "${fn.name}", in the machine file`,
      });
    }
  },
};
