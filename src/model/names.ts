// SPDX-License-Identifier: BSD-2-Clause
import type { Entry, System } from './system.js';

/**
 * Names in what is emitted. Every name of a description gets a prefix, so that it can meet neither a keyword of the ADL
 * or of C nor a name of the system's own.
 */
export const componentId = {
  vmm: (vm: string): string => `vm_${vm}`,
  console: (console: string): string => `console_${console}`,
  ramdisk: (vm: string, disk: string): string => `ramdisk_${vm}_${disk}`,
  time: 'time',
  lifecycle: 'lifecycle',
  pciConfig: 'pci_config',
} as const;

/** Ids of channels, system-wide. */
export const channelId = {
  link: (link: string): string => `link_${link}`,
  serial: (vm: string, port: string): string => `serial_${vm}_${port}`,
  /** By number: names of VM and terminal may have underscores. */
  terminal: (vm: string, number: number): string => `terminal_${vm}_${String(number)}`,
  disk: (vm: string, disk: string): string => `disk_${vm}_${disk}`,
  timer: (vm: string): string => `timer_${vm}`,
  /** To the time source from a component that is no monitor. */
  alarm: (component: string): string => `alarm_${component}`,
  control: (vm: string): string => `control_${vm}`,
  menu: (console: string): string => `menu_${console}`,
  config: (vm: string): string => `config_${vm}`,
} as const;

/** Names of channels at a component: the prefix of its dataports. */
export const portName = {
  link: (link: string): string => `link_${link}`,
  serial: (port: string): string => `serial_${port}`,
  terminal: (name: string): string => `terminal_${name}`,
  disk: (disk: string): string => `disk_${disk}`,
  timer: 'timer',
  control: 'control',
  pciConfig: 'pci_config',
  menu: 'menu',
  /** At a service: the client's own. */
  ofVm: (vm: string): string => `vm_${vm}`,
  ofVmPort: (vm: string, port: string): string => `vm_${vm}_${port}`,
  ofVmTerminal: (vm: string, number: number): string => `vm_${vm}_terminal${String(number)}`,
  ofConsole: (console: string): string => `console_${console}`,
  ramdiskClient: 'client',
} as const;

/** The interrupt of the machine that a passed-through function's pin raises. */
export function intxName(device: string): string {
  return `pci_${device}_intx`;
}

/** A component and the entry that it stems from. */
export interface NamedComponent {
  readonly id: string;
  readonly entry: Entry;
}

/** Every component that an entry of the description brings about. */
export function componentNames(system: System): NamedComponent[] {
  return [
    ...system.vms.map((vm) => ({ id: componentId.vmm(vm.name), entry: vm })),
    ...system.consoles.map((c) => ({ id: componentId.console(c.name), entry: c })),
    ...system.vms.flatMap((vm) =>
      vm.disks.map((disk) => ({ id: componentId.ramdisk(vm.name, disk.name), entry: disk })),
    ),
  ];
}
