// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES, oneVm } from '../diagnostics/examples.js';
import { firstHere, sameKey, valueOf } from './places.js';
import type { Rule } from './rule.js';

export const slotTwice: Rule = {
  code: 'MK0312',
  severity: 'error',
  title: 'a PCI slot is pinned twice',
  text: 'Two devices of one VM are pinned to the same PCI device number. Give one of them another, or none.',
  fails: oneVm({
    web: 'disks:\n  a: { backend: ramdisk, size: 2MiB, slot: 5 }\n  b: { backend: ramdisk, size: 2MiB, slot: 5 }',
  }),
  passes: oneVm({
    web: 'disks:\n  a: { backend: ramdisk, size: 2MiB, slot: 5 }\n  b: { backend: ramdisk, size: 2MiB, slot: 6 }',
  }),
  files: EXAMPLE_FILES,
  check({ system }, report) {
    const pinned = system.vms.flatMap((vm) => [
      ...[...vm.pci, ...vm.disks].map((d) => ({ vm, slot: d.slot, span: valueOf(d, 'slot') })),
      { vm, slot: vm.vsock.slot, span: valueOf(vm, 'vsock', 'slot') },
    ]);
    for (const link of system.links) {
      if (link.type !== 'net') continue;
      for (const end of link.ends) {
        pinned.push({ vm: end.vm, slot: end.slot, span: valueOf(end, 'slot') });
      }
    }
    const key = (p: (typeof pinned)[number]): string | undefined =>
      p.slot === undefined ? undefined : `${p.vm.name} ${String(p.slot)}`;
    for (const { first, again } of sameKey(pinned, key)) {
      const message = `slot ${String(again.slot)} of VM "${again.vm.name}" is pinned twice`;
      report(again.span, message, { ...firstHere(first.span), hint: 'pin one of them elsewhere' });
    }
  },
};
