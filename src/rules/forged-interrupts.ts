// SPDX-License-Identifier: BSD-2-Clause
import { ACCEPT, MACHINE_FILES } from '../diagnostics/examples.js';
import { passedThrough } from './passthrough.js';
import { valueOf } from './places.js';
import type { Rule } from './rule.js';
import { passes } from './pci-example.js';

export const forgedInterrupts: Rule = {
  code: 'MK0320',
  severity: 'error',
  title: 'a passed-through device can forge interrupts',
  acceptable: true,
  text: `VT-d confines the device's DMA, but seL4 does not remap interrupts: a write of the device to 0xFEExxxxx raises any
vector on any core. A hostile device, or a guest that drives one so, can therefore disturb other components (not read or
change their memory), and for availability its VM counts to the system's trusted computing base. So a device is
passed through only where the description accepts this by name, in the device's own entry, with a reason that the report
shows: \`accept: { MK0320: { reason: "..." } }\`.`,
  fails: passes.replace(`, ${ACCEPT}`, ''),
  passes,
  files: MACHINE_FILES,
  check(input, report) {
    for (const { vm, device, field } of passedThrough(input)) {
      const message = `device "${device.name}" of VM "${vm.name}" can forge interrupt messages`;
      report(valueOf(device, field), message, {
        of: device,
        hint: 'seL4 does not remap interrupts; accept it here: accept: { MK0320: { reason: "..." } }',
      });
    }
  },
};
