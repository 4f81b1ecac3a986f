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

/** What `vmm-c/components/pci_config.c` can do (PCIe 6.6.2, and the Advanced Features ECN). */
const MADE: readonly string[] = ['flr', 'af_flr'];

export const noReset: Rule = {
  code: 'MK0354',
  severity: 'warning',
  title: 'a passed-through device can not be reset',
  acceptable: true,
  text: `The function has no reset that Makatea's pci_config component makes: function-level reset (FLR), of PCI Express or of
Advanced Features. What else the machine file lists is Linux' to do. When its VM restarts, the device goes on as the last guest left
it: it may still write to memory that is the new guest's, and it keeps what it knew. Only switching the machine off brings
it to rest. Accept this for a device whose driver takes it over in any state, or let the VM never restart.`,
  fails: example,
  passes: example.replace('fixed.yaml', 'flr.yaml'),
  files: { ...MACHINE_FILES, 'fixed.yaml': box('pm, bus'), 'flr.yaml': box('flr') },
  check(input, report, unjudged) {
    for (const { vm, device, field, fn } of passedThrough(input)) {
      if (fn === undefined) continue;
      if (fn.reset === undefined) unjudged('whether passed-through devices can be reset', device);
      if (fn.reset === undefined || fn.reset.some((way) => MADE.includes(way))) continue;
      const message = `device "${device.name}" can not be reset: a restarted VM "${vm.name}" finds it as it was left`;
      report(valueOf(device, field), message, {
        of: device,
        hint: 'accept it here: accept: { MK0354: { reason: "..." } }',
      });
    }
  },
};
