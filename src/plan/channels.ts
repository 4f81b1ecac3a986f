// SPDX-License-Identifier: BSD-2-Clause
import type { PlanChannel } from '../generated/plan.js';
import { channelId, componentId, portName } from '../model/names.js';
import type { Console, Link, System, Vm } from '../model/system.js';
import { KIB, MIB } from '../util/size.js';

/** A channel whose event bits are still to be given out. */
export interface DraftChannel {
  readonly id: string;
  readonly kind: PlanChannel['kind'];
  readonly name: string;
  readonly ends: readonly [DraftEnd, DraftEnd];
}

interface DraftEnd {
  readonly component: string;
  readonly port: string;
  /** Size of the region that this end writes. */
  readonly bytes: number;
}

/** A page each way: characters, or a few words of state. */
const SMALL = 4 * KIB;

/** Requests one way and data both ways, in one large page each. */
const DISK = 2 * MIB;

function channel(
  id: string,
  kind: PlanChannel['kind'],
  name: string,
  bytes: number,
  [a, portA]: readonly [string, string],
  [b, portB]: readonly [string, string],
): DraftChannel {
  return {
    id,
    kind,
    name,
    ends: [
      { component: a, port: portA, bytes },
      { component: b, port: portB, bytes },
    ],
  };
}

/** Channels between a VM's monitor and the system's services. */
function serviceChannels(vm: Vm): DraftChannel[] {
  const vmm = componentId.vmm(vm.name);
  const client = portName.ofVm(vm.name);
  const timer = channelId.timer(vm.name);
  const control = channelId.control(vm.name);
  const channels = [
    channel(timer, 'timer', vm.name, SMALL, [vmm, portName.timer], [componentId.time, client]),
    channel(
      control,
      'lifecycle',
      vm.name,
      SMALL,
      [vmm, portName.control],
      [componentId.lifecycle, client],
    ),
  ];
  if (vm.pci.length > 0) {
    const id = channelId.config(vm.name);
    channels.push(
      channel(
        id,
        'pci_config',
        vm.name,
        SMALL,
        [vmm, portName.pciConfig],
        [componentId.pciConfig, client],
      ),
    );
  }
  return channels;
}

function deviceChannels(vm: Vm): DraftChannel[] {
  const vmm = componentId.vmm(vm.name);
  const serial = vm.serial.map(({ port, console }) =>
    channel(
      channelId.serial(vm.name, port),
      'console',
      console.name,
      SMALL,
      [vmm, portName.serial(port)],
      [componentId.console(console.name), portName.ofVmPort(vm.name, port)],
    ),
  );
  const terminals = vm.terminals.map(({ name, console }, number) =>
    channel(
      channelId.terminal(vm.name, number),
      'console',
      console.name,
      SMALL,
      [vmm, portName.terminal(name)],
      [componentId.console(console.name), portName.ofVmTerminal(vm.name, number)],
    ),
  );
  const disks = vm.disks.map(({ name }) =>
    channel(
      channelId.disk(vm.name, name),
      'disk',
      name,
      DISK,
      [vmm, portName.disk(name)],
      [componentId.ramdisk(vm.name, name), portName.ramdiskClient],
    ),
  );
  return [...serial, ...terminals, ...disks];
}

function linkChannel(link: Link): DraftChannel {
  const bytes = link.type === 'serial' ? SMALL : link.ring;
  const [a, b] = link.ends;
  const port = portName.link(link.name);
  return channel(
    channelId.link(link.name),
    link.type,
    link.name,
    bytes,
    [componentId.vmm(a.vm.name), port],
    [componentId.vmm(b.vm.name), port],
  );
}

/** Consoles and the lifecycle manager wait for times, too: for a line to be completed, for the next try to start. */
function alarmChannel(component: string, client: string): DraftChannel {
  const id = channelId.alarm(component);
  const ends = [
    [component, portName.timer],
    [componentId.time, client],
  ] as const;
  return channel(id, 'timer', component, SMALL, ...ends);
}

function consoleChannels({ name }: Console): DraftChannel[] {
  const id = componentId.console(name);
  const menu = channel(
    channelId.menu(name),
    'lifecycle',
    name,
    SMALL,
    [id, portName.menu],
    [componentId.lifecycle, portName.ofConsole(name)],
  );
  return [menu, alarmChannel(id, portName.ofConsole(name))];
}

/** All channels: first each VM's own, then the consoles' and the lifecycle manager's, then the links. */
export function planChannels(system: System): DraftChannel[] {
  return [
    ...system.vms.flatMap((vm) => [...serviceChannels(vm), ...deviceChannels(vm)]),
    ...system.consoles.flatMap(consoleChannels),
    alarmChannel(componentId.lifecycle, componentId.lifecycle),
    ...system.links.map(linkChannel),
  ];
}
