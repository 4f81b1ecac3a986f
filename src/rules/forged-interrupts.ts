// SPDX-License-Identifier: BSD-2-Clause
import { ACCEPT, MACHINE_FILES } from '../diagnostics/examples.js';
import { passedThrough } from './passthrough.js';
import { valueOf } from './places.js';
import type { Rule } from './rule.js';
import { passes } from './pci-example.js';

export const forgedInterrupts: Rule = {
  code: 'MK0320',
  severity: 'warning',
  title: 'a passed-through device can forge interrupts',
  text: `VT-d confines the device's DMA, but seL4 does not remap interrupts: a write of the device to 0xFEExxxxx raises any
vector on any core. A hostile device, or a guest that drives one so, can therefore disturb other components (not read or
change their memory), and for availability its VM counts to the system's trusted computing base. Accept this by name:
\`accept: { MK0320: { reason: "..." } }\` in the device's entry. The report lists it.`,
  fails: passes.replace(`, ${ACCEPT}`, ''),
  passes,
  files: MACHINE_FILES,
  check(input, report) {
    for (const { vm, device, field } of passedThrough(input)) {
      if (device.accept.has('MK0320')) continue;
      const message = `device "${device.name}" of VM "${vm.name}" can forge interrupt messages`;
      report(valueOf(device, field), message, {
        hint: 'seL4 does not remap interrupts; accept it with accept: { MK0320: { reason: "..." } }',
      });
    }
  },
};
