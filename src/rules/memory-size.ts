// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES, oneVm } from '../diagnostics/examples.js';
import { MAX_MEMORY } from '../model/platform.js';
import { formatSize, MIB } from '../util/size.js';
import { valueOf } from './places.js';
import type { Rule } from './rule.js';

export const memorySize: Rule = {
  code: 'MK0401',
  severity: 'error',
  title: 'a guest can not have this much memory',
  text: `Guest memory consists of 2 MiB frames, so it is a multiple of 2 MiB. A VM has at least 16 MiB and at most 256 GiB.`,
  fails: oneVm().replace('64MiB', '63MiB'),
  passes: oneVm(),
  files: EXAMPLE_FILES,
  check({ system }, report) {
    for (const vm of system.vms) {
      const span = valueOf(vm, 'memory');
      if (vm.memory % (2 * MIB) !== 0) {
        const message = `the memory of VM "${vm.name}", ${formatSize(vm.memory)}, is not a multiple of 2MiB`;
        report(span, message, {
          hint: `the next is ${formatSize(Math.ceil(vm.memory / 2 / MIB) * 2 * MIB)}`,
        });
      } else if (vm.memory < 16 * MIB || vm.memory > MAX_MEMORY) {
        const message = `VM "${vm.name}" can not have ${formatSize(vm.memory)} of memory`;
        report(span, message, { hint: 'a VM has 16MiB to 256GiB' });
      }
    }
  },
};
