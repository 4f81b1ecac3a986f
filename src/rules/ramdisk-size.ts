// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES, oneVm } from '../diagnostics/examples.js';
import { MAX_MEMORY } from '../model/platform.js';
import { entryOf } from '../source/located.js';
import { formatSize, MIB } from '../util/size.js';
import { nameOf, valueOf } from './places.js';
import type { Rule } from './rule.js';

export const ramdiskSize: Rule = {
  code: 'MK0406',
  severity: 'error',
  title: 'a ramdisk has no size, or one that it can not have',
  text: `A ramdisk is memory of a component of its own, made of 2 MiB frames: \`size\` is needed, is a multiple of 2 MiB, and at
most 256 GiB.`,
  fails: oneVm({ web: 'disks: { data: { backend: ramdisk, size: 3MiB } }' }),
  passes: oneVm({ web: 'disks: { data: { backend: ramdisk, size: 4MiB } }' }),
  files: EXAMPLE_FILES,
  check({ system }, report) {
    for (const disk of system.vms.flatMap((vm) => vm.disks)) {
      if (disk.backend !== 'ramdisk') continue;
      if (disk.bytes === undefined) {
        // A size that was refused is told elsewhere.
        if (entryOf(disk.node, 'size') !== undefined) continue;
        const hint = 'add size, a multiple of 2MiB';
        report(nameOf(system, disk), `the ramdisk "${disk.name}" has no size`, { hint });
      } else if (disk.bytes % (2 * MIB) !== 0) {
        const message = `the size of ramdisk "${disk.name}", ${formatSize(disk.bytes)}, is not a multiple of 2MiB`;
        const hint = `the next is ${formatSize(Math.ceil(disk.bytes / 2 / MIB) * 2 * MIB)}`;
        report(valueOf(disk, 'size'), message, { hint });
      } else if (disk.bytes > MAX_MEMORY) {
        const message = `the ramdisk "${disk.name}" can not have ${formatSize(disk.bytes)}`;
        report(valueOf(disk, 'size'), message, { hint: 'a ramdisk has at most 256GiB' });
      }
    }
  },
};
