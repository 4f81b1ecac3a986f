// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES, twoVms } from '../diagnostics/examples.js';
import type { System, Vm } from '../model/system.js';
import { valueOf } from './places.js';
import type { Rule } from './rule.js';

export const pageFaultsMixed: Rule = {
  code: 'MK0322',
  severity: 'warning',
  title: 'a VM can be stopped between a page fault and the reading of its address',
  acceptable: true,
  text: `seL4 does not switch CR2, the register with the address of the last page fault, between guests. A guest that loses the
processor after a page fault and before it has read the address can find the address of another guest's fault there; Linux
crashes by that. The monitors of a core leave it to each other where no guest is harmed, as long as their VMs have the same priority
and no budgets. A higher priority takes the processor at once, and a budget ends at any instruction.

Give the VMs of a core the same priority, or each VM a core of its own. Budgets of VMs that have their cores for themselves do no harm.`,
  fails: twoVms({ web: 'priority: 110' }),
  passes: twoVms({ web: 'priority: 110', db: 'priority: 110' }),
  files: EXAMPLE_FILES,
  check({ system }, report) {
    for (const vm of system.vms) {
      const others = neighbours(system, vm);
      const above = others.find(({ priority }) => priority > vm.priority);
      if (above !== undefined) {
        const message = `VM "${above.name}" takes the processor from VM "${vm.name}" at any instruction, also after a page fault`;
        report(valueOf(above, 'priority'), message, {
          of: vm,
          hint: 'give both the same priority, or each a core of its own',
        });
      } else if (vm.budget !== undefined && others.length > 0) {
        const message = `VM "${vm.name}" loses the processor at any instruction when its budget is used up, also after a page fault`;
        report(valueOf(vm, 'budget'), message, {
          of: vm,
          hint: 'take the budget out, or give the VM a core of its own',
        });
      }
    }
  },
};

/** The other VMs of the cores that a VM runs on. */
function neighbours(system: System, vm: Vm): readonly Vm[] {
  return system.vms.filter(
    (other) => other !== vm && other.cores.some((core) => vm.cores.includes(core)),
  );
}
