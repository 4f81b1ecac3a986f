// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES, oneVm } from '../diagnostics/examples.js';
import type { Rule } from './rule.js';
import { valueSpan } from '../source/located.js';

export const machineCores: Rule = {
  code: 'MK0314',
  severity: 'error',
  title: 'seL4 is to start more cores than the machine has',
  text: 'The machine file says how many cores there are.',
  fails: oneVm({ top: 'machine: box.yaml\nsel4: { cores: 8 }' }),
  passes: oneVm({ top: 'machine: box.yaml\nsel4: { cores: 4 }' }),
  files: { ...EXAMPLE_FILES, 'box.yaml': 'makatea_machine: 1\nname: box\ncpu: { cores: 4 }\n' },
  check({ system, machine }, report, unjudged) {
    if (machine?.cores === undefined && system.sel4.cores > 1) {
      unjudged('whether the machine has so many cores');
    }
    if (machine?.cores === undefined || system.sel4.cores <= machine.cores) return;
    const message = `seL4 is to start ${String(system.sel4.cores)} cores, but machine "${machine.name}" has ${String(machine.cores)}`;
    report(valueSpan(system.node, ['sel4', 'cores']), message, {
      hint: `sel4: { cores: ${String(machine.cores)} } at most`,
    });
  },
};
