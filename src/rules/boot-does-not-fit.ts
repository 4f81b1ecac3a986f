// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES, oneVm } from '../diagnostics/examples.js';
import { bootLayout } from '../model/boot-layout.js';
import { formatSize } from '../util/size.js';
import { valueOf } from './places.js';
import type { Rule } from './rule.js';
import { linuxVms, factsOf, kernelOf } from './boot-facts.js';

export const bootDoesNotFit: Rule = {
  code: 'MK0404',
  severity: 'error',
  title: 'kernel and initrd do not fit into the guest memory',
  text: `The kernel's header says where it is loaded and how much memory it needs to unpack itself (init_size); the initrd must
fit above it, below the kernel's own limit and below 3 GiB. A kernel also needs some memory to run in.`,
  fails: oneVm().replace('64MiB', '16MiB'),
  passes: oneVm(),
  files: EXAMPLE_FILES,
  check(input, report) {
    for (const { vm, boot } of linuxVms(input)) {
      const kernel = kernelOf(input, boot);
      if (kernel === undefined) continue;
      const initrd = factsOf(input, boot.initrd)?.bytes ?? 0;
      const layout = bootLayout(vm.memory, kernel, initrd);
      if (!('fault' in layout)) continue;
      const hint = `give it at least ${formatSize(layout.needed)}`;
      const message = `the memory of VM "${vm.name}", ${formatSize(vm.memory)}, is too small: ${layout.fault}`;
      report(valueOf(vm, 'memory'), message, { hint });
    }
  },
};
