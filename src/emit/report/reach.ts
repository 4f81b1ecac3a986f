// SPDX-License-Identifier: BSD-2-Clause
import type { PlanChannel, PlanVm } from '../../generated/plan.js';
import { lifecycleClients } from '../lifecycle-clients.js';
import { append, peerName, regionBytes, type PlanIndex } from '../plan-index.js';
import { quantity } from '../quantity.js';
import { table, text } from './markdown.js';

/** A channel whose both ends are monitors. */
interface VmLink {
  readonly channel: PlanChannel;
  readonly a: PlanVm;
  readonly b: PlanVm;
}

/** The channels between two VMs: the only way from one guest to another. */
export function vmLinks(index: PlanIndex): VmLink[] {
  return index.plan.channels.flatMap((channel) => {
    const [a, b] = channel.ends.map((end) => index.vms.get(end.component));
    return a === undefined || b === undefined ? [] : [{ channel, a, b }];
  });
}

/** Who reaches whom between VMs, one row for each link. */
export function linkTable(index: PlanIndex): string {
  const rows = vmLinks(index).map(({ channel, a, b }) => [
    text(a.name),
    text(b.name),
    text(channel.name),
    channel.kind,
    ...channel.ends.map((end) => quantity(regionBytes(end))),
  ]);
  return table(
    [
      { title: 'VM A' },
      { title: 'VM B' },
      { title: 'Link' },
      { title: 'Kind' },
      { title: 'A writes', right: true },
      { title: 'B writes', right: true },
    ],
    rows,
  );
}

/** VMs that reach one another through links, over others too. Between groups there is no way. */
export function groups(index: PlanIndex): string[] {
  const leader = new Map(index.plan.vms.map((vm) => [vm.name, vm.name]));
  const find = (name: string): string => {
    let root = name;
    for (
      let next = leader.get(root);
      next !== undefined && next !== root;
      next = leader.get(root)
    ) {
      // Halving the path keeps a thousand VMs in a row fast.
      leader.set(root, leader.get(next) ?? next);
      root = next;
    }
    return root;
  };
  for (const { a, b } of vmLinks(index)) leader.set(find(b.name), find(a.name));
  const members = new Map<string, string[]>();
  for (const vm of index.plan.vms) append(members, find(vm.name), text(vm.name));
  return [...members.values()].map((names) => names.join(', '));
}

/** Who is connected to which console. */
export function consoleTable(index: PlanIndex): string {
  const rows = index.plan.consoles.flatMap((console) =>
    console.ports.map((port) => [
      text(console.name),
      text(console.uart),
      text(port.vm),
      text(port.port),
    ]),
  );
  const columns = ['Console', 'UART', 'VM', 'Port'].map((title) => ({ title }));
  return table(columns, rows);
}

/** Disks, and the components that store their blocks. */
export function storageTable(index: PlanIndex): string {
  const rows = index.plan.channels
    .filter(({ kind }) => kind === 'disk')
    .flatMap((channel) => {
      const own = channel.ends.find((end) => index.vms.has(end.component));
      const other = channel.ends.find((end) => end !== own);
      if (own === undefined || other === undefined) return [];
      return [
        [
          text(peerName(index, own.component)),
          text(channel.name),
          text(other.component),
          quantity(regionBytes(own)),
          quantity(regionBytes(other)),
        ],
      ];
    });
  return table(
    [
      { title: 'VM' },
      { title: 'Disk' },
      { title: 'Stored by' },
      { title: 'VM writes', right: true },
      { title: 'It writes', right: true },
    ],
    rows,
  );
}

/** Who may start, stop and restart which VM. */
export function controlTable(index: PlanIndex): string {
  const managers = index.plan.components.filter(({ role }) => role === 'lifecycle');
  const rows = managers
    .flatMap(({ id }) => lifecycleClients(index, id))
    .map(({ name, vms }) => [text(name), vms.map(text).join(', ')]);
  return table([{ title: 'Who' }, { title: 'May start, stop and restart' }], rows);
}
