// SPDX-License-Identifier: BSD-2-Clause
import type { Plan } from '../../generated/plan.js';
import { indexPlan, type PlanIndex } from '../plan-index.js';
import { render } from '../render.js';
import {
  deviceMemoryTable,
  dmaTable,
  imageTable,
  irqTable,
  limitTable,
  memoryTable,
  portTable,
  processorTable,
} from './machine.js';
import { storageTable, consoleTable, controlTable, groups, linkTable } from './reach.js';
import { summaryTable } from './summary.js';
import { acceptedTable, deviceTable, serviceTable } from './tcb.js';
import { vmSection } from './vm.js';

/** The report of a plan: for people who must trust the isolation of what was composed. */
export function emitReport(plan: Plan, index: PlanIndex = indexPlan(plan)): string {
  return render('camkes/report/report.md', {
    system: plan.system,
    description: plan.description,
    summary: summaryTable(index),
    reach: {
      links: linkTable(index),
      groups: groups(index),
      consoles: consoleTable(index),
      storage: storageTable(index),
      control: controlTable(index),
    },
    tcb: {
      services: serviceTable(index),
      debug: plan.kernel.build === 'debug',
      devices: deviceTable(index),
      accepted: acceptedTable(index),
    },
    machine: {
      limits: limitTable(index),
      processor: processorTable(index),
      memory: memoryTable(index),
      interrupts: irqTable(index),
      ports: portTable(index),
      deviceMemory: deviceMemoryTable(index),
      dma: dmaTable(index),
    },
    images: imageTable(index),
    vms: plan.vms.map((vm) => vmSection(index, vm).trimEnd()),
  });
}
