// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES, oneVm } from '../diagnostics/examples.js';
import { formatSize } from '../util/size.js';
import { valueOf } from './places.js';
import type { Rule } from './rule.js';

const MACHINE = `makatea_machine: 1
name: box
memory: [{ address: 0x100000, size: 100MiB }]
`;

export const machineMemory: Rule = {
  code: 'MK0319',
  severity: 'error',
  title: 'the VMs need more memory than the machine has',
  text: `All guest memory and all ramdisks are allocated when the system starts; nothing is shared or paged. Their sum exceeds the
usable memory that the machine file lists. seL4 and the other components need some beside it.`,
  fails: oneVm({ top: 'machine: box.yaml' }).replace('64MiB', '128MiB'),
  passes: oneVm({ top: 'machine: box.yaml' }),
  files: { ...EXAMPLE_FILES, 'box.yaml': MACHINE },
  check({ system, machine }, report) {
    if (machine === undefined || machine.memory === 0) return;
    let needed = 0;
    for (const vm of system.vms) {
      needed += vm.memory;
      for (const disk of vm.disks) needed += disk.bytes ?? 0;
      if (needed <= machine.memory) continue;
      const message = `with VM "${vm.name}" the system needs ${formatSize(needed)}; machine "${machine.name}" has ${formatSize(machine.memory)}`;
      report(valueOf(vm, 'memory'), message, { hint: 'give the VMs less memory' });
      return;
    }
  },
};
