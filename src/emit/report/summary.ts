// SPDX-License-Identifier: BSD-2-Clause
import { count, quantity } from '../quantity.js';
import type { PlanIndex } from '../plan-index.js';
import { table } from './markdown.js';
import { systemMemory } from './memory.js';
import { vmLinks } from './reach.js';

/** The few facts that a reader wants first. */
export function summaryTable(index: PlanIndex): string {
  const { plan } = index;
  const { kernel } = plan;
  const passed = plan.vms.flatMap((vm) => vm.pci.functions.filter((fn) => fn.host !== ''));
  const guestRam = plan.vms.reduce((sum, vm) => sum + vm.memory_bytes, 0);
  const rows = [
    ['Virtual machines', `${String(plan.vms.length)}, with ${quantity(guestRam)} of memory`],
    ['Links between them', String(vmLinks(index).length)],
    ['Consoles', String(plan.consoles.length)],
    ['PCI functions passed through', String(passed.length)],
    ['Components (seL4 tasks)', String(plan.components.length)],
    ['Memory in all', quantity(systemMemory(index))],
    ['seL4 kernel', kernelWords(kernel)],
  ];
  return table([{ title: 'What' }, { title: 'How much' }], rows);
}

function kernelWords(kernel: PlanIndex['plan']['kernel']): string {
  return [
    count(kernel.cores, 'core'),
    kernel.mcs ? 'with MCS' : 'without MCS',
    `${kernel.build} build`,
    kernel.iommu ? 'VT-d needed' : 'VT-d not needed',
  ].join(', ');
}
