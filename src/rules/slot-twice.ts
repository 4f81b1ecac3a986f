// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES, oneVm } from '../diagnostics/examples.js';
import type { Entry, Vm } from '../model/system.js';
import { firstHere, sameKey, valueOf } from './places.js';
import type { Rule } from './rule.js';

interface Pinned {
  readonly vm: Vm;
  readonly slot: number | undefined;
  /** The entry and the key in it that pin the slot. */
  readonly of: Entry;
  readonly at: readonly string[];
}

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
    const pinned: Pinned[] = system.vms.flatMap((vm) => [
      ...[...vm.pci, ...vm.disks].map((d) => ({ vm, slot: d.slot, of: d, at: ['slot'] })),
      { vm, slot: vm.vsock.slot, of: vm, at: ['vsock', 'slot'] },
    ]);
    for (const link of system.links) {
      if (link.type !== 'net') continue;
      for (const end of link.ends) {
        pinned.push({ vm: end.vm, slot: end.slot, of: end, at: ['slot'] });
      }
    }
    const key = (p: Pinned): string | undefined =>
      p.slot === undefined ? undefined : `${p.vm.name} ${String(p.slot)}`;
    for (const { first, again } of sameKey(pinned, key)) {
      const message = `slot ${String(again.slot)} of VM "${again.vm.name}" is pinned twice`;
      report(valueOf(again.of, ...again.at), message, {
        ...firstHere(valueOf(first.of, ...first.at)),
        hint: 'pin one of them elsewhere',
      });
    }
  },
};
