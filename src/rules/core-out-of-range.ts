// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES, oneVm } from '../diagnostics/examples.js';
import { valueOf } from './places.js';
import type { Rule } from './rule.js';

export const coreOutOfRange: Rule = {
  code: 'MK0313',
  severity: 'error',
  title: 'a VM runs on a core that seL4 does not start',
  text: 'Cores are numbered from 0 to `sel4.cores` - 1. Raise `sel4.cores`, as far as the machine has them, or choose another.',
  fails: oneVm({ web: 'cores: [1]' }),
  passes: oneVm({ web: 'cores: [1]', top: 'sel4: { cores: 2 }' }),
  files: EXAMPLE_FILES,
  check({ system }, report) {
    const { cores } = system.sel4;
    for (const vm of system.vms) {
      vm.cores.forEach((core, index) => {
        if (core < cores) return;
        const hint =
          cores === 1
            ? 'seL4 starts one core, number 0'
            : `seL4 starts cores 0 to ${String(cores - 1)}`;
        const message = `VM "${vm.name}" wants core ${String(core)}, which seL4 does not start`;
        report(valueOf(vm, 'cores', String(index)), message, { hint: `${hint} (sel4.cores)` });
      });
    }
  },
};
