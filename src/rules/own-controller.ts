// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES, oneVm } from '../diagnostics/examples.js';
import { valueOf } from './places.js';
import type { Rule } from './rule.js';

export const ownController: Rule = {
  code: 'MK0318',
  severity: 'error',
  title: 'a VM controls itself',
  text: `A VM that is stopped can not start itself, and to restart or power off itself a guest needs no authority. Name another
VM, or none.`,
  fails: oneVm({ web: 'lifecycle: { controllers: [web] }' }),
  passes: oneVm({ web: 'lifecycle: { restart: always }' }),
  files: EXAMPLE_FILES,
  check({ system }, report) {
    for (const vm of system.vms) {
      if (!vm.lifecycle.controllers.includes(vm)) continue;
      const message = `VM "${vm.name}" is named as its own controller`;
      report(valueOf(vm, 'lifecycle', 'controllers'), message, { hint: 'take it out of the list' });
    }
  },
};
