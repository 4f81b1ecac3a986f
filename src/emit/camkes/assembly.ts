// SPDX-License-Identifier: BSD-2-Clause
import type { Plan, PlanComponent } from '../../generated/plan.js';
import { render } from '../render.js';
import { FULL_TURN_US } from '../time-slice.js';
import { dataportName, identifier, systemName, typeName } from './names.js';
import type { Region } from './regions.js';

/** What the component is, for people. */
const ROLES: Readonly<Record<PlanComponent['role'], string>> = {
  vmm: 'monitor of the VM',
  console: 'multiplexer of the console',
  time: 'time source',
  pci_config: 'access to the PCI configuration space',
  lifecycle: 'starts and stops VMs',
  ramdisk: 'disk in memory, of the VM',
};

/** What a component is in the system, in a few words. */
export function describe({ role, of }: PlanComponent): string {
  return of === '' ? ROLES[role] : `${ROLES[role]} ${of}`;
}

/** The ADL: component types, instances, what connects them, and their settings. */
export function emitAssembly(plan: Plan, regions: readonly Region[]): string {
  const dataports = dataportsByComponent(regions);
  return render('camkes/assembly.camkes', {
    system: systemName(plan.system),
    description: plan.description,
    components: plan.components.map((component) => ({
      id: identifier(component.id),
      type: typeName(component.id),
      what: describe(component),
      dataports: dataports.get(component.id) ?? [],
      settings: settings(component, plan.kernel.mcs),
    })),
    connections: regions.map(({ connection, writer, reader, channel }) => ({
      name: identifier(connection),
      from: `${identifier(writer.component)}.${identifier(dataportName(writer.port, 'tx'))}`,
      to: `${identifier(reader.component)}.${identifier(dataportName(reader.port, 'rx'))}`,
      what: channel.kind,
    })),
  });
}

interface Dataport {
  readonly name: string;
  readonly bytes: number;
  /** `RW` or `R`, as the connector's attribute spells it. */
  readonly access: string;
}

function dataportsByComponent(regions: readonly Region[]): Map<string, Dataport[]> {
  const dataports = new Map<string, Dataport[]>();
  const add = (component: string, dataport: Dataport): void => {
    const list = dataports.get(component) ?? [];
    list.push(dataport);
    dataports.set(component, list);
  };
  for (const { writer, reader, bytes } of regions) {
    const port = { bytes };
    add(writer.component, {
      ...port,
      name: identifier(dataportName(writer.port, 'tx')),
      access: 'RW',
    });
    add(reader.component, {
      ...port,
      name: identifier(dataportName(reader.port, 'rx')),
      access: 'R',
    });
  }
  return dataports;
}

/** What the monitor's deepest calls need, with as much again; CAMkES' own 16 KiB are too few for its page tables. */
const STACK_BYTES = 64 * 1024;

/** Settings of all threads of an instance. A setting that is misspelt is ignored in silence. */
function settings({ priority, core, cnode_bits, budget }: PlanComponent, mcs: boolean) {
  return [
    { name: 'priority', value: priority },
    { name: 'max_priority', value: priority },
    { name: '_stack_size', value: STACK_BYTES },
    // Without an underscore: only then is a core that the kernel does not have an error in C.
    { name: 'affinity', value: core },
    ...(mcs
      ? [
          { name: 'period', value: budget?.period_us ?? FULL_TURN_US },
          { name: 'budget', value: budget?.budget_us ?? FULL_TURN_US },
        ]
      : []),
    { name: 'cnode_size_bits', value: cnode_bits },
  ];
}
