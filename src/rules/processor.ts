// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES, oneVm } from '../diagnostics/examples.js';
import { valueOf } from './places.js';
import type { Rule } from './rule.js';
import { valueSpan } from '../source/located.js';

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
        const message = `VM "${vm.name}" wants core ${String(core)}`;
        report(valueOf(vm, 'cores', String(index)), message, { hint: `${hint} (sel4.cores)` });
      });
    }
  },
};

export const machineCores: Rule = {
  code: 'MK0314',
  severity: 'error',
  title: 'seL4 is to start more cores than the machine has',
  text: 'The machine file says how many cores there are.',
  fails: oneVm({ top: 'machine: box.yaml\nsel4: { cores: 8 }' }),
  passes: oneVm({ top: 'machine: box.yaml\nsel4: { cores: 4 }' }),
  files: { ...EXAMPLE_FILES, 'box.yaml': 'makatea_machine: 1\nname: box\ncpu: { cores: 4 }\n' },
  check({ system, machine }, report) {
    if (machine?.cores === undefined || system.sel4.cores <= machine.cores) return;
    const message = `seL4 is to start ${String(system.sel4.cores)} cores, but machine "${machine.name}" has ${String(machine.cores)}`;
    report(valueSpan(system.node, ['sel4', 'cores']), message);
  },
};

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
        const message = `VM "${name}" has a budget of ${String(budget.budget)} us in a period of ${String(budget.period)} us`;
        report(span, message, { hint: 'the budget can be the whole period at most' });
      } else if (budget.budget < 100) {
        report(span, `the budget of VM "${name}" is below 100 us`, { hint: 'give it more time' });
      }
    }
  },
};

export const neverStarted: Rule = {
  code: 'MK0317',
  severity: 'warning',
  title: 'a VM is never started',
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
        hint: 'name a controller, or give the system a console',
      });
    }
  },
};

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
