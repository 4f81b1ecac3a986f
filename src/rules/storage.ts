// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES, oneVm, twoVms } from '../diagnostics/examples.js';
import { componentNames } from '../model/names.js';
import { formatSize, isPowerOfTwo, KIB, MIB } from '../util/size.js';
import { firstHere, nameOf, sameKey, valueOf } from './places.js';
import type { Rule } from './rule.js';

export const ramdiskSize: Rule = {
  code: 'MK0406',
  severity: 'error',
  title: 'a ramdisk has no size, or not one of whole frames',
  text: 'A ramdisk is memory of a component of its own, made of 2 MiB frames: `size` is needed, and is a multiple of 2 MiB.',
  fails: oneVm({ web: 'disks: { data: { backend: ramdisk, size: 3MiB } }' }),
  passes: oneVm({ web: 'disks: { data: { backend: ramdisk, size: 4MiB } }' }),
  files: EXAMPLE_FILES,
  check({ system }, report) {
    for (const disk of system.vms.flatMap((vm) => vm.disks)) {
      if (disk.backend !== 'ramdisk') continue;
      if (disk.bytes === undefined) {
        const hint = 'add size, a multiple of 2MiB';
        report(nameOf(system, disk), `the ramdisk "${disk.name}" has no size`, { hint });
      } else if (disk.bytes % (2 * MIB) !== 0) {
        const message = `the size of ramdisk "${disk.name}", ${formatSize(disk.bytes)}, is not a multiple of 2MiB`;
        const hint = `${formatSize(Math.ceil(disk.bytes / 2 / MIB) * 2 * MIB)} is`;
        report(valueOf(disk, 'size'), message, { hint });
      }
    }
  },
};

export const ringSize: Rule = {
  code: 'MK0407',
  severity: 'error',
  title: "a link's ring has a wrong size",
  text: `The memory that the two ends share in each direction is a power of two: 128 KiB to 16 MiB for a network cable (a
segment of 64 KiB must fit twice), 16 KiB to 16 MiB for sockets.`,
  fails: twoVms({
    top: 'links:\n  private: { type: net, ring: 96KiB, ends: { web: {}, db: {} } }',
  }),
  passes: twoVms({
    top: 'links:\n  private: { type: net, ring: 256KiB, ends: { web: {}, db: {} } }',
  }),
  files: EXAMPLE_FILES,
  check({ system }, report) {
    for (const link of system.links) {
      if (link.type === 'serial') continue;
      const least = link.type === 'net' ? 128 * KIB : 16 * KIB;
      if (isPowerOfTwo(link.ring) && link.ring >= least && link.ring <= 16 * MIB) continue;
      const message = `the ring of link "${link.name}" can not have ${formatSize(link.ring)}`;
      const hint = `a power of two from ${formatSize(least)} to 16MiB`;
      report(valueOf(link, 'ring'), message, { hint });
    }
  },
};

export const nameClash: Rule = {
  code: 'MK0340',
  severity: 'error',
  title: 'two entries give a component the same name',
  text: `Names are joined with underscores in what is emitted: disk \`c\` of VM \`a_b\` and disk \`b_c\` of VM \`a\` would both be
called ramdisk_a_b_c. Rename one of them.`,
  fails: `makatea: 1
name: small
vms:
  a_b:
    memory: 64MiB
    boot: { type: linux, kernel: images/vmlinuz }
    disks: { c: { backend: ramdisk, size: 2MiB } }
  a:
    memory: 64MiB
    boot: { type: linux, kernel: images/vmlinuz }
    disks: { b_c: { backend: ramdisk, size: 2MiB } }
`,
  passes: `makatea: 1
name: small
vms:
  a_b:
    memory: 64MiB
    boot: { type: linux, kernel: images/vmlinuz }
    disks: { c: { backend: ramdisk, size: 2MiB } }
  a:
    memory: 64MiB
    boot: { type: linux, kernel: images/vmlinuz }
    disks: { d: { backend: ramdisk, size: 2MiB } }
`,
  files: EXAMPLE_FILES,
  check({ system }, report) {
    const names = componentNames(system);
    for (const { first, again } of sameKey(names, ({ id }) => id)) {
      report(nameOf(system, again.entry), `two components would be called "${again.id}"`, {
        ...firstHere(nameOf(system, first.entry)),
        hint: 'rename one of the entries',
      });
    }
  },
};
