// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES, oneVm } from '../diagnostics/examples.js';
import { bootLayout } from '../model/boot-layout.js';
import { formatSize } from '../util/size.js';
import { valueOf } from './places.js';
import type { Rule } from './rule.js';
import { linuxVms, factsOf, kernelOf } from './boot-facts.js';

/** Leaves out the files of Linux' tracing, which are made at boot (6.1: inodes and dentries of 8.7 MiB). */
const THRIFT = 'initcall_blacklist=tracer_init_tracefs';

export const bootDoesNotFit: Rule = {
  code: 'MK0404',
  severity: 'error',
  title: 'kernel and initrd do not fit into the guest memory',
  text: `The kernel's header says where it is loaded and how much memory it needs to unpack itself (init_size); the initrd must
fit above it, below the kernel's own limit and below 3 GiB. A kernel also needs some memory to run in: with 8 MiB it can boot, with
less than 16 MiB this is a warning, for then Debian's kernel runs out of memory unless its command line has
\`initcall_blacklist=tracer_init_tracefs\`, which saves it 9 MiB.`,
  fails: oneVm().replace('vmlinuz', 'large'),
  passes: oneVm(),
  files: { ...EXAMPLE_FILES, 'images/large': '@bzimage-of-100-mib' },
  check(input, report) {
    for (const { vm, boot } of linuxVms(input)) {
      const kernel = kernelOf(input, boot);
      if (kernel === undefined) continue;
      const initrd = factsOf(input, boot.initrd)?.bytes ?? 0;
      const layout = bootLayout(vm.memory, kernel, initrd);
      const memory = `the memory of VM "${vm.name}", ${formatSize(vm.memory)},`;
      if ('fault' in layout) {
        const hint = `give it at least ${formatSize(layout.needed)}`;
        report(valueOf(vm, 'memory'), `${memory} is too small: ${layout.fault}`, { hint });
      } else if (vm.memory < layout.ample && !boot.cmdline.includes(THRIFT)) {
        const message = `${memory} leaves little beside kernel and initrd`;
        const hint = `give it ${formatSize(layout.ample)}, or a kernel that needs less; "${THRIFT}" on Debian's command line saves 9 MiB`;
        report(valueOf(vm, 'memory'), message, { severity: 'warning', hint });
      }
    }
  },
};
