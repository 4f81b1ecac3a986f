// SPDX-License-Identifier: BSD-2-Clause
import type { Span } from '../diagnostics/diagnostic.js';
import { EXAMPLE_FILES, oneVm, twoVms } from '../diagnostics/examples.js';
import { cidOf, macOf } from '../model/identity.js';
import type { System, Vm } from '../model/system.js';
import { firstHere, nameOf, sameKey, valueOf } from './places.js';
import type { Rule } from './rule.js';

export const macTwice: Rule = {
  code: 'MK0309',
  severity: 'error',
  title: 'two network devices have the same MAC address',
  text: `Ethernet addresses must differ, or the two ends can not tell each other apart. An address that is left out is derived
from the names of VM and link; should it meet one that is written down, write this one down too.`,
  fails: twoVms({
    top: 'links:\n  private: { type: net, ends: { web: { mac: "02:00:00:00:00:01" }, db: { mac: "02:00:00:00:00:01" } } }',
  }),
  passes: twoVms({
    top: 'links:\n  private: { type: net, ends: { web: { mac: "02:00:00:00:00:01" }, db: { mac: "02:00:00:00:00:02" } } }',
  }),
  files: EXAMPLE_FILES,
  check({ system }, report) {
    const ends = system.links.flatMap((link) =>
      link.type !== 'net' ? [] : link.ends.map((end) => ({ end, mac: macOf(link, end) })),
    );
    for (const { first, again } of sameKey(ends, ({ mac }) => mac)) {
      const message = `VMs "${first.end.vm.name}" and "${again.end.vm.name}" both have the MAC address ${again.mac}`;
      report(valueOf(again.end, 'mac'), message, {
        ...firstHere(valueOf(first.end, 'mac')),
        hint: 'give one of them another address: mac: "02:..."',
      });
    }
  },
};

function socketVms(system: System): Vm[] {
  const names = new Set(
    system.links.flatMap((l) => (l.type === 'vsock' ? l.ends.map((end) => end.vm.name) : [])),
  );
  return system.vms.filter((vm) => names.has(vm.name));
}

export const cidTwice: Rule = {
  code: 'MK0310',
  severity: 'error',
  title: 'two VMs have the same socket context id',
  text: `A program reaches another VM's socket by its context id (CID), so they must differ. A CID that is left out is derived from
the VM's name; should two collide, pin one with \`vsock: { cid: N }\`.`,
  fails: twoVms({
    web: 'vsock: { cid: 7 }',
    db: 'vsock: { cid: 7 }',
    top: 'links:\n  control: { type: vsock, ends: { web: {}, db: {} } }',
  }),
  passes: twoVms({
    web: 'vsock: { cid: 7 }',
    db: 'vsock: { cid: 8 }',
    top: 'links:\n  control: { type: vsock, ends: { web: {}, db: {} } }',
  }),
  files: EXAMPLE_FILES,
  check({ system }, report) {
    const place = (vm: Vm): Span =>
      vm.vsock.cid === undefined ? nameOf(system, vm) : valueOf(vm, 'vsock', 'cid');
    for (const { first, again } of sameKey(socketVms(system), (vm) => String(cidOf(vm)))) {
      const message = `VMs "${first.name}" and "${again.name}" both have the context id ${String(cidOf(again))}`;
      report(place(again), message, {
        ...firstHere(place(first)),
        hint: 'pin another one: vsock: { cid: N }',
      });
    }
  },
};

export const idleVsock: Rule = {
  code: 'MK0311',
  severity: 'warning',
  title: 'a vsock entry does nothing',
  text: `\`vsock\` only pins the numbers of a socket device, and the device exists only where a vsock link ends.`,
  fails: oneVm({ web: 'vsock: { cid: 7 }' }),
  passes: twoVms({
    web: 'vsock: { cid: 7 }',
    top: 'links:\n  control: { type: vsock, ends: { web: {}, db: {} } }',
  }),
  files: EXAMPLE_FILES,
  check({ system }, report) {
    if (system.partial) return;
    const used = new Set(socketVms(system));
    for (const vm of system.vms) {
      const pinned = vm.vsock.cid !== undefined || vm.vsock.slot !== undefined;
      if (!pinned || used.has(vm)) continue;
      const message = `VM "${vm.name}" has no vsock link, so "vsock" does nothing`;
      report(valueOf(vm, 'vsock'), message, { hint: 'add a link of type vsock, or take it out' });
    }
  },
};

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
