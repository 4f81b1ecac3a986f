// SPDX-License-Identifier: BSD-2-Clause
import { MACHINE_FILES, oneVm } from '../diagnostics/examples.js';
import type { Page } from '../diagnostics/page.js';
import { passes } from './pci-example.js';

export const acceptedInVain: Page = {
  code: 'MK0321',
  severity: 'warning',
  title: 'an accepted finding does not occur',
  text: `The entry accepts a finding that there is none of here: it was mended, or it is about another entry. What is about a
passed-through device is accepted in the device's own entry, what is about a VM in the VM's, anything else at the top. Take
the line out, so that the next reader does not look for a risk that is not there.`,
  fails: passes.replace('accept: { ', 'accept: { MK0354: { reason: "it never restarts" }, '),
  passes,
  files: {
    ...MACHINE_FILES,
    'box.yaml': MACHINE_FILES['box.yaml'].replace('msix: 8', 'msix: 8\n    reset: [flr]'),
  },
};

export const acceptedUnknown: Page = {
  code: 'MK0346',
  severity: 'error',
  title: 'an accepted finding does not exist',
  text: `No finding has this code. \`makatea explain\` lists all codes, and says of each whether it can be accepted.`,
  fails: passes.replace('accept: { ', 'accept: { MK0999: { reason: "no such thing" }, '),
  passes,
  files: MACHINE_FILES,
};

export const neverAcceptable: Page = {
  code: 'MK0347',
  severity: 'error',
  title: 'a finding is accepted that can not be accepted',
  text: `Isolation is not up to the description: what would let one VM reach another's memory or devices is refused, whatever the
reason. Nor can be accepted what could not be composed or could not run. Mend what the finding is about.`,
  fails: oneVm({ top: 'accept: { MK0301: { reason: "both VMs are ours" } }' }),
  passes: oneVm({
    top: 'consoles: { front: {} }\naccept: { MK0308: { reason: "its VM comes next month" } }',
  }),
  files: MACHINE_FILES,
};

export const acceptancePages: readonly Page[] = [acceptedInVain, acceptedUnknown, neverAcceptable];
