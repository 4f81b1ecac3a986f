// SPDX-License-Identifier: BSD-2-Clause
import type { Machine } from '../model/machine.js';
import type { Link, PciDevice, System, Vm } from '../model/system.js';
import { formatBdf } from '../util/bdf.js';
import { formatSize } from '../util/size.js';

/** What a diagram shows of a system, whatever it is drawn with. VMs and consoles are known by their number. */
export interface Picture {
  readonly title: string;
  readonly description: string;
  /** What the system runs on, in a few words. */
  readonly ground: string;
  readonly vms: readonly PictureVm[];
  readonly consoles: readonly PictureBox[];
  readonly wires: readonly Wire[];
}

export interface PictureBox {
  readonly name: string;
  /** A few words each. */
  readonly facts: readonly string[];
}

export interface PictureVm extends PictureBox {
  readonly devices: readonly PictureDevice[];
}

export interface PictureDevice extends PictureBox {
  /** Storage is a component of its own; hardware belongs to the machine. */
  readonly kind: 'hardware' | 'storage';
}

export type WireKind = 'net' | 'serial' | 'vsock' | 'control' | 'console';

/** What connects VMs with each other or with a console. */
export interface Wire {
  readonly kind: WireKind;
  readonly name: string;
  /** What it is, for the eye: "network". */
  readonly words: string;
  readonly ends: readonly WireEnd[];
  /** The VM that gives orders, at a wire of kind `control`. */
  readonly from?: number;
  /** The console, at a wire of kind `console`. */
  readonly console?: number;
}

export interface WireEnd {
  readonly vm: number;
  /** What stands at this end. */
  readonly label: string;
  readonly words: string;
}

/** What is drawn of a system. No file but the description is needed; a machine file adds addresses. */
export function pictureOf(system: System, machine?: Machine): Picture {
  const number = new Map(system.vms.map((vm, index) => [vm.name, index]));
  const at = (vm: Vm): number => number.get(vm.name) ?? 0;
  const { cores, mcs } = system.sel4;
  return {
    title: system.name,
    description: system.description,
    ground: ['x86-64', counted(cores, 'core'), ...(mcs ? ['MCS'] : [])].join(' · '),
    vms: system.vms.map((vm) => ({
      name: vm.name,
      facts: vmFacts(vm),
      devices: devices(vm, machine),
    })),
    consoles: system.consoles.map(({ name, uart, output }) => ({
      name,
      facts: [
        `console on ${uart.toUpperCase()}`,
        output === 'colour' ? 'VMs by colour' : 'VMs by name',
      ],
    })),
    wires: [
      ...system.links.map((link) => linkWire(link, at)),
      ...controlWires(system, at),
      ...consoleWires(system, at),
    ],
  };
}

function counted(n: number, word: string): string {
  return `${String(n)} ${word}${n === 1 ? '' : 's'}`;
}

function vmFacts(vm: Vm): string[] {
  const boots = vm.boot.type === 'linux' ? 'Linux' : 'UEFI';
  const cores = `${vm.cores.length === 1 ? 'core' : 'cores'} ${vm.cores.join(', ')}`;
  return [
    `${boots} · ${formatSize(vm.memory)} · ${cores}`,
    ...(vm.lifecycle.start === 'manual' ? ['waits to be started'] : []),
  ];
}

function devices(vm: Vm, machine: Machine | undefined): PictureDevice[] {
  const hex = (value: number): string => `0x${value.toString(16)}`;
  const hardware = [
    ...vm.pci.map((d) => ({ name: d.name, facts: [`PCI ${pciAddress(d, machine)}`] })),
    ...vm.ioports.map(({ name, first, last }) => ({
      name,
      facts: [first === last ? `I/O port ${hex(first)}` : `I/O ports ${hex(first)}–${hex(last)}`],
    })),
    ...vm.mmio.map((d) => ({
      name: d.name,
      facts: [`memory ${hex(d.address)}, ${formatSize(d.bytes)}`],
    })),
    ...vm.irqs.map((d) => ({
      name: d.name,
      facts: [`I/O APIC ${String(d.ioapic)} pin ${String(d.pin)}`],
    })),
  ];
  const served = [
    ...vm.disks.map(({ name, backend, bytes }) => ({
      name,
      facts: [bytes === undefined ? backend : `${backend}, ${formatSize(bytes)}`],
    })),
    ...vm.nics.map(({ name, backend }) => ({ name, facts: [`network by ${backend}`] })),
  ];
  return [
    ...hardware.map((d) => ({ ...d, kind: 'hardware' as const })),
    ...served.map((d) => ({ ...d, kind: 'storage' as const })),
  ];
}

function pciAddress({ by }: PciDevice, machine: Machine | undefined): string {
  if ('bdf' in by) return formatBdf(by.bdf);
  const fn = machine?.functions.find(({ name }) => name === by.device);
  return fn === undefined ? by.device : formatBdf(fn.bdf);
}

const LINK_WORDS = { net: 'network', serial: 'serial cable', vsock: 'sockets' } as const;

/** Where in its VM an end is, for those that say so. */
function portOf(end: Link['ends'][number]): string[] {
  if ('port' in end) return [end.port];
  return 'terminal' in end ? [`terminal ${end.terminal}`] : [];
}

function linkWire(link: Link, at: (vm: Vm) => number): Wire {
  const words = LINK_WORDS[link.type];
  const ends = link.ends.map((end) => ({
    vm: at(end.vm),
    label: link.name,
    words: [words, ...portOf(end)].join(', '),
  }));
  return { kind: link.type, name: link.name, words, ends };
}

/** One wire for each VM that gives orders, to all that take them. */
function controlWires(system: System, at: (vm: Vm) => number): Wire[] {
  return system.vms.flatMap((from) => {
    const subjects = system.vms.filter((vm) => vm.lifecycle.controllers.includes(from));
    const [only, ...more] = subjects;
    if (only === undefined) return [];
    const whom = more.length === 0 ? only.name : `${String(subjects.length)} VMs`;
    return {
      kind: 'control' as const,
      name: from.name,
      words: 'controls',
      from: at(from),
      ends: [
        { vm: at(from), label: `controls ${whom}`, words: '' },
        ...subjects.map((vm) => ({ vm: at(vm), label: '', words: `controlled by ${from.name}` })),
      ],
    };
  });
}

function consoleWires(system: System, at: (vm: Vm) => number): Wire[] {
  return system.consoles.flatMap((console, index) => {
    const ends = system.vms.flatMap((vm) =>
      [...vm.serial, ...vm.terminals]
        .filter((port) => port.console.name === console.name)
        .map(({ name }) => ({ vm: at(vm), label: name, words: `console ${console.name}` })),
    );
    if (ends.length === 0) return [];
    return { kind: 'console' as const, name: console.name, words: 'console', console: index, ends };
  });
}
