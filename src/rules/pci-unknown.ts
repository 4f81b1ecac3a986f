// SPDX-License-Identifier: BSD-2-Clause
import { MACHINE_FILES } from '../diagnostics/examples.js';
import { formatBdf } from '../util/bdf.js';
import { choiceHint } from '../util/suggest.js';
import { passedThrough } from './passthrough.js';
import { valueOf } from './places.js';
import type { Rule } from './rule.js';
import { passes } from './pci-example.js';

export const pciUnknown: Rule = {
  code: 'MK0303',
  severity: 'error',
  title: 'the machine has no such PCI function',
  text: `The machine file lists no function with this address or name. Either the description is wrong, or the inventory is of
another machine or older than the card.`,
  fails: passes.replace('0000:03:00.0', '0000:03:00.1'),
  passes,
  files: MACHINE_FILES,
  check(input, report) {
    const { machine } = input;
    // What was refused of the machine file may be the function.
    if (machine === undefined || machine.partial) return;
    for (const { device, field, fn } of passedThrough(input)) {
      if (fn !== undefined) continue;
      const { by } = device;
      const wanted = 'bdf' in by ? formatBdf(by.bdf) : by.device;
      const known = machine.functions.map((f) => ('bdf' in by ? formatBdf(f.bdf) : f.name));
      const hint = choiceHint(wanted, known, 'the machine file lists no PCI functions');
      const message = `the machine "${machine.name}" has no PCI function ${wanted}`;
      report(valueOf(device, field), message, { hint });
    }
  },
};
