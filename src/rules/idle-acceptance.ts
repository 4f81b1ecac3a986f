// SPDX-License-Identifier: BSD-2-Clause
import { MACHINE_FILES } from '../diagnostics/examples.js';
import { passedThrough } from './passthrough.js';
import { valueOf } from './places.js';
import type { Rule } from './rule.js';
import { passes } from './pci-example.js';

export const idleAcceptance: Rule = {
  code: 'MK0321',
  severity: 'warning',
  title: 'an accepted finding does not occur',
  text: `The entry accepts a finding that there is none of here. Only MK0320 can be accepted for a device. Take the line out, so
that the next reader does not look for a risk that is not there.`,
  fails: passes.replace('accept: { ', 'accept: { MK0301: { reason: "the card is trusted" }, '),
  passes,
  files: MACHINE_FILES,
  check(input, report) {
    for (const { device } of passedThrough(input)) {
      for (const code of device.accept.keys()) {
        if (code === 'MK0320') continue;
        const message = `${code} is accepted for device "${device.name}", but there is no such finding to accept`;
        report(valueOf(device, 'accept', code), message, { hint: 'take it out' });
      }
    }
  },
};
