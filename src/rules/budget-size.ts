// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES, oneVm } from '../diagnostics/examples.js';
import type { Rule } from './rule.js';
import { valueSpan } from '../source/located.js';
import { formatDuration } from '../util/size.js';

export const budgetTooLarge: Rule = {
  code: 'MK0316',
  severity: 'error',
  title: 'a budget exceeds its period, or is too small',
  text: `In each period a VM can run for at most the whole period. seL4 refuses budgets below its own timer's overhead; 100
microseconds is the least that makes sense for a VM.`,
  fails: oneVm({ web: 'budget: { budget: 20ms, period: 10ms }', top: 'sel4: { mcs: true }' }),
  passes: oneVm({ web: 'budget: { budget: 10ms, period: 20ms }', top: 'sel4: { mcs: true }' }),
  files: EXAMPLE_FILES,
  check({ system }, report) {
    for (const { name, budget, node } of system.vms) {
      if (budget === undefined) continue;
      const span = valueSpan(node, ['budget', 'budget']);
      if (budget.budget > budget.period) {
        const message = `VM "${name}" has a budget of ${formatDuration(budget.budget)} in a period of ${formatDuration(budget.period)}`;
        report(span, message, { hint: 'the budget can be the whole period at most' });
      } else if (budget.budget < 100) {
        report(span, `the budget of VM "${name}" is below 100 us`, { hint: 'write 100us or more' });
      }
    }
  },
};
