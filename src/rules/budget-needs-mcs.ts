// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES, oneVm } from '../diagnostics/examples.js';
import { valueOf } from './places.js';
import type { Rule } from './rule.js';

export const budgetNeedsMcs: Rule = {
  code: 'MK0315',
  severity: 'error',
  title: 'a budget is given, but the kernel has no budgets',
  text: `Processor budgets are enforced by seL4's MCS kernel only. Set \`sel4: { mcs: true }\`, or take the budget out: it would
not be kept.`,
  fails: oneVm({ web: 'budget: { budget: 5ms, period: 10ms }' }),
  passes: oneVm({ web: 'budget: { budget: 5ms, period: 10ms }', top: 'sel4: { mcs: true }' }),
  files: EXAMPLE_FILES,
  check({ system }, report) {
    if (system.sel4.mcs) return;
    for (const vm of system.vms) {
      if (vm.budget === undefined) continue;
      const message = `VM "${vm.name}" has a budget, which only an MCS kernel keeps`;
      report(valueOf(vm, 'budget'), message, { hint: 'set sel4: { mcs: true }' });
    }
  },
};
