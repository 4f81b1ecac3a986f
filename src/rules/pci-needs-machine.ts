// SPDX-License-Identifier: BSD-2-Clause
import { ACCEPT, MACHINE_FILES, oneVm } from '../diagnostics/examples.js';
import { passedThrough } from './passthrough.js';
import { valueOf } from './places.js';
import type { Rule } from './rule.js';
import { passes } from './pci-example.js';

export const pciNeedsMachine: Rule = {
  code: 'MK0302',
  severity: 'error',
  title: 'a device is passed through without a machine file',
  text: `The device's registers become capabilities to its physical memory, and those addresses stand in the machine file.
Without it, what the VM would be given can not be known. Name the inventory with \`machine:\`.`,
  fails: oneVm({ web: `pci: { uplink: { bdf: "0000:03:00.0", ${ACCEPT} } }` }),
  passes,
  files: MACHINE_FILES,
  check(input, report) {
    if (input.machine !== undefined || input.system.machinePath !== undefined) return;
    for (const { device, field } of passedThrough(input)) {
      const message = `device "${device.name}" is passed through, but no machine file tells what it is`;
      const hint =
        'name the hardware inventory: "machine: FILE"; "makatea machine probe" makes one';
      report(valueOf(device, field), message, { hint });
    }
  },
};
