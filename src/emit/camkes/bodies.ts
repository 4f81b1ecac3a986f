// SPDX-License-Identifier: BSD-2-Clause
import type { PlanComponent } from '../../generated/plan.js';
import { passedThrough } from '../guest-pci.js';
import { lookUp, type PlanIndex } from '../plan-index.js';
import { render } from '../render.js';
import { describe } from './assembly.js';
import { BOOT_TSC, dataportName, identifier, imageSymbol, systemName } from './names.js';

type Role = PlanComponent['role'];

/** What a role's body needs beside the configuration: headers, and the name of the configuration. */
const ROLES: Readonly<Record<Role, { readonly config: string; readonly headers: string[] }>> = {
  vmm: { config: 'mk_vm_config', headers: ['makatea/storage.h', 'platform/sel4/monitor.h'] },
  console: { config: 'mk_console_config', headers: ['components/console.h'] },
  time: { config: 'mk_time_config', headers: ['components/time.h', 'platform/sel4/boot_tsc.h'] },
  lifecycle: {
    config: 'mk_lifecycle_config',
    headers: ['components/lifecycle.h', 'platform/sel4/faults.h'],
  },
  pci_config: { config: 'mk_pci_server_config', headers: ['components/pci_config.h'] },
  ramdisk: { config: 'mk_ramdisk_config', headers: [] },
};

/** What a monitor keeps of as many devices as its plan has. */
const STORAGE = 'MK_STORAGE_OF_PLAN(storage);';

/** The start of a component's program: it joins what CAMkES has placed with the code of its role. */
export function emitBody(index: PlanIndex, component: PlanComponent): string {
  const { id, role } = component;
  const { config, headers } = ROLES[role];
  const images = component.images.map((image) => ({
    symbol: imageSymbol(identifier(image)),
    bytes: lookUp(index.images, image, 'image').bytes,
  }));
  return render('camkes/main.c', {
    system: systemName(index.system),
    id: identifier(id),
    what: describe(component),
    headers: hasDevices(component) ? [...headers, 'platform/sel4/host_devices.h'] : headers,
    config,
    images: role === 'time' ? [{ symbol: BOOT_TSC }] : images,
    regions: regionsOf(index, component),
    state: role === 'vmm' ? STORAGE : '',
    body: bodyOf(index, component, images),
  });
}

/** The dataports of each channel, by the channel's number. */
function regionsOf(index: PlanIndex, { id }: PlanComponent) {
  return (index.ends.get(id) ?? []).map(({ port, channel }) => {
    const dataport = (end: 'tx' | 'rx', isOwn: boolean): string => {
      const writer = channel.ends.find(({ component }) => (component === id) === isOwn);
      return writer && writer.frames > 0 ? identifier(dataportName(port, end)) : 'NULL';
    };
    return { tx: dataport('tx', true), rx: dataport('rx', false) };
  });
}

/** Room is for one row a channel: a component has no more ports, VMs or askers than that. */
function bodyOf(index: PlanIndex, component: PlanComponent, images: readonly object[]): string {
  const { id, role } = component;
  const rows = Math.max(1, index.ends.get(id)?.length ?? 0);
  switch (role) {
    case 'vmm':
      return render('camkes/body/vmm', { images, devices: hasDevices(component) });
    case 'time':
      return render('camkes/body/time', { rows, tsc: BOOT_TSC });
    case 'console':
    case 'lifecycle':
      return render(`camkes/body/${role}`, { rows });
    case 'pci_config':
      return render('camkes/body/pci_config', { rows, functions: allPassedThrough(index) });
    case 'ramdisk':
      return render('camkes/body/idle', { config: ROLES[role].config });
  }
}

/** Whether a monitor's guest has devices of the machine; others do without the code for them. */
function hasDevices({
  role,
  io_ports: ports,
  irqs,
  device_frames: frames,
}: PlanComponent): boolean {
  return role === 'vmm' && ports.length + irqs.length + frames.length > 0;
}

/** Room for the functions of all VMs. */
function allPassedThrough({ plan }: PlanIndex): number {
  return Math.max(
    1,
    plan.vms.reduce((sum, vm) => sum + passedThrough(vm).length, 0),
  );
}
