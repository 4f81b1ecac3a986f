// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES } from '../diagnostics/examples.js';
import { componentNames } from '../model/names.js';
import { firstHere, nameOf, sameKey } from './places.js';
import type { Rule } from './rule.js';

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
