// SPDX-License-Identifier: BSD-2-Clause
import { MACHINE_FILES, oneVm } from '../diagnostics/examples.js';
import { passedThrough } from './passthrough.js';
import { valueOf } from './places.js';
import type { Rule } from './rule.js';
import { passes } from './pci-example.js';

export const noIommu: Rule = {
  code: 'MK0305',
  severity: 'error',
  title: 'a device is passed through on a machine without VT-d',
  text: `Without VT-d a passed-through device can read and write all memory, the kernel's included. Pass-through is refused on a
machine whose file has no \`iommu\`. If the machine has VT-d, see that it is switched on in the firmware, and complete the
machine file.`,
  fails: passes,
  passes: oneVm(),
  files: {
    ...MACHINE_FILES,
    'box.yaml': MACHINE_FILES['box.yaml'].replace('iommu: {}\n', ''),
  },
  check(input, report) {
    // What was refused of the machine file may be its IOMMU.
    if (input.machine === undefined || input.machine.partial) return;
    if (input.machine.iommu !== undefined) return;
    for (const { device, field } of passedThrough(input)) {
      const message = `the machine "${input.machine.name}" has no VT-d, so the device's DMA can not be confined`;
      report(valueOf(device, field), message, {
        hint: 'switch VT-d on in the firmware and probe again; a machine without it can pass nothing through',
      });
    }
  },
};
