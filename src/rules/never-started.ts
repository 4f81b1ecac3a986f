// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES, oneVm } from '../diagnostics/examples.js';
import { valueOf } from './places.js';
import type { Rule } from './rule.js';

export const neverStarted: Rule = {
  code: 'MK0317',
  severity: 'warning',
  title: 'a VM is never started',
  acceptable: true,
  text: `The VM starts by hand, but no VM is named as its controller and there is no console whose menu could start it.`,
  fails: oneVm({ web: 'lifecycle: { start: manual }' }),
  passes: oneVm({
    web: 'lifecycle: { start: manual }\nserial: { com1: { console: front } }',
    top: 'consoles: { front: {} }',
  }),
  files: EXAMPLE_FILES,
  check({ system }, report) {
    if (system.consoles.length > 0 || system.partial) return;
    for (const vm of system.vms) {
      const { start, controllers } = vm.lifecycle;
      if (start === 'auto' || controllers.some((c) => c !== vm)) continue;
      const message = `VM "${vm.name}" starts by hand, but nobody can start it`;
      report(valueOf(vm, 'lifecycle', 'start'), message, {
        of: vm,
        hint: 'name a controller, or give the system a console',
      });
    }
  },
};
