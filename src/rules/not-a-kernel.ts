// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES, oneVm } from '../diagnostics/examples.js';
import { valueOf } from './places.js';
import type { Rule } from './rule.js';
import { linuxVms, factsOf } from './boot-facts.js';

export const notAKernel: Rule = {
  code: 'MK0403',
  severity: 'error',
  title: 'a kernel image is not a 64-bit bzImage',
  text: `The VM is started by Linux' 64-bit boot protocol, which needs a bzImage of a 64-bit kernel with protocol 2.12 or newer,
such as a distribution's /boot/vmlinuz. A 32-bit kernel, an ELF vmlinux or a file cut short would only fail at boot.`,
  fails: oneVm().replace('images/vmlinuz', 'images/vmlinuz32'),
  passes: oneVm(),
  files: { ...EXAMPLE_FILES, 'images/vmlinuz32': '@bzimage32' },
  check(input, report) {
    for (const { vm, boot } of linuxVms(input)) {
      const kernel = factsOf(input, boot.kernel)?.kernel;
      if (kernel === undefined || !('fault' in kernel)) continue;
      const message = `${JSON.stringify(boot.kernel)} is not a kernel that can be booted: ${kernel.fault}`;
      report(valueOf(vm, 'boot', 'kernel'), message, {
        hint: "a 64-bit bzImage is needed, such as a distribution's vmlinuz",
      });
    }
  },
};
