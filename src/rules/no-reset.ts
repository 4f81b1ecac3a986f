// SPDX-License-Identifier: BSD-2-Clause
import { ACCEPT, MACHINE_FILES, oneVm } from '../diagnostics/examples.js';
import { passedThrough } from './passthrough.js';
import { valueOf } from './places.js';
import type { Rule } from './rule.js';

const box = (reset: string): string =>
  MACHINE_FILES['box.yaml'].replace('msix: 8', `msix: 8\n    reset: [${reset}]`);

const example = oneVm({
  top: 'machine: fixed.yaml',
  web: `pci: { uplink: { device: nic0, ${ACCEPT} } }`,
});

export const noReset: Rule = {
  code: 'MK0354',
  severity: 'warning',
  title: 'a passed-through device can not be reset',
  acceptable: true,
  text: `The machine file knows no way to reset the function alone. When its VM restarts, the device goes on as the last guest left
it: it may still write to memory that is the new guest's, and it keeps what it knew. Only switching the machine off brings
it to rest. Accept this for a device whose driver takes it over in any state, or let the VM never restart.`,
  fails: example,
  passes: example.replace('fixed.yaml', 'flr.yaml'),
  files: { ...MACHINE_FILES, 'fixed.yaml': box(''), 'flr.yaml': box('flr') },
  check(input, report, unjudged) {
    for (const { vm, device, field, fn } of passedThrough(input)) {
      if (fn === undefined) continue;
      if (fn.reset === undefined) unjudged('whether passed-through devices can be reset', device);
      if (fn.reset?.length !== 0) continue;
      const message = `device "${device.name}" can not be reset: a restarted VM "${vm.name}" finds it as it was left`;
      report(valueOf(device, field), message, {
        of: device,
        hint: 'accept it here: accept: { MK0354: { reason: "..." } }',
      });
    }
  },
};
