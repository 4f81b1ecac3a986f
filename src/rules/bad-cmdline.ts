// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES, oneVm } from '../diagnostics/examples.js';
import { valueOf } from './places.js';
import type { Rule } from './rule.js';
import { linuxVms, kernelOf } from './boot-facts.js';

export const badCmdline: Rule = {
  code: 'MK0405',
  severity: 'error',
  title: 'a command line can not be handed to the kernel',
  text: `The command line is printable ASCII without line breaks, and not longer than the kernel's header allows.`,
  fails: oneVm().replace('vmlinuz }', 'vmlinuz, cmdline: "quiet\\nsplash" }'),
  passes: oneVm().replace('vmlinuz }', 'vmlinuz, cmdline: "quiet splash" }'),
  files: EXAMPLE_FILES,
  check(input, report) {
    for (const { vm, boot } of linuxVms(input)) {
      const span = valueOf(vm, 'boot', 'cmdline');
      const odd = Array.from(boot.cmdline).find((c) => c < ' ' || c > '~');
      if (odd !== undefined) {
        const code = (odd.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
        const message = `the command line of VM "${vm.name}" contains U+${code}`;
        report(span, message, { hint: 'only printable ASCII can be passed to the kernel' });
      }
      const limit = kernelOf(input, boot)?.cmdlineSize;
      if (limit === undefined || boot.cmdline.length <= limit) continue;
      const message = `the command line of VM "${vm.name}" has ${String(boot.cmdline.length)} characters; its kernel takes ${String(limit)}`;
      report(span, message);
    }
  },
};
