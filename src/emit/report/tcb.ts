// SPDX-License-Identifier: BSD-2-Clause
import type { PlanAcceptance, PlanComponent, PlanVm } from '../../generated/plan.js';
import { lookUp, type PlanIndex } from '../plan-index.js';
import { passedThrough } from '../guest-pci.js';
import { code, orDash, table, text } from './markdown.js';

/** Services with authority over every VM, and what they could do with it. */
const SYSTEM_WIDE: Readonly<Partial<Record<PlanComponent['role'], string>>> = {
  time: 'wakes every monitor: it can delay or stop all of them, but sees nothing of theirs',
  lifecycle: 'starts, stops and restarts every VM, but sees nothing of theirs',
  pci_config:
    "the only one that reaches the machine's PCI configuration space: it could move or switch off any device",
};

/** Components that every VM must trust, whatever its links. */
export function serviceTable(index: PlanIndex): string {
  const rows = index.plan.components.flatMap(({ id, role }) => {
    const why = SYSTEM_WIDE[role];
    return why === undefined ? [] : [[text(id), why]];
  });
  return table([{ title: 'Component' }, { title: 'Why' }], rows);
}

/** VMs whose devices can do what seL4 does not confine. */
export function deviceTable(index: PlanIndex): string {
  const rows = index.plan.vms.flatMap((vm) => [...pciRows(vm), ...directRows(index, vm)]);
  return table([{ title: 'VM' }, { title: 'Is given' }, { title: 'Why' }], rows);
}

function pciRows(vm: PlanVm): string[][] {
  return passedThrough(vm).map((fn) => [
    text(vm.name),
    `${text(fn.name)}, PCI ${code(fn.host)}`,
    'it can raise any interrupt vector by DMA: seL4 does not remap interrupts. Its DMA reaches only this VM',
  ]);
}

/** Devices that are given by port or address: nobody knows what they can do. */
function directRows(index: PlanIndex, vm: PlanVm): string[][] {
  const monitor = lookUp(index.components, vm.component, 'monitor');
  const bars = new Set(passedThrough(vm).flatMap((fn) => fn.bars.map((bar) => bar.paddr)));
  const why = 'what the device behind it can do is not known here';
  const given = [
    ...monitor.io_ports
      .filter(({ first }) => !bars.has(first))
      .map((r) => `I/O ports ${text(r.name)}`),
    ...monitor.device_frames
      .filter(({ paddr }) => !bars.has(paddr))
      .map((r) => `device memory ${text(r.name)}`),
  ];
  return given.map((what) => [text(vm.name), what, why]);
}

/** Findings that the description accepts, with the reasons given there. */
export function acceptedTable(index: PlanIndex): string {
  const { plan } = index;
  const row = (vm: string, { entry, code: finding, reason }: PlanAcceptance): string[] => [
    orDash(text(vm)),
    orDash(text(entry)),
    text(finding),
    text(reason),
  ];
  const rows = [
    ...plan.accepted.map((finding) => row('', finding)),
    ...plan.vms.flatMap((vm) => vm.accepted.map((finding) => row(vm.name, finding))),
  ];
  const columns = ['VM', 'Entry', 'Finding', 'Reason given'].map((title) => ({ title }));
  return table(columns, rows);
}
