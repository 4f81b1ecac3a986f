// SPDX-License-Identifier: BSD-2-Clause
import type { Diagnostic } from '../diagnostics/diagnostic.js';
import type { Plan, PlanConsole, PlanVm } from '../generated/plan.js';
import { componentId, portName } from '../model/names.js';
import type { Console, System } from '../model/system.js';
import { valueSpan } from '../source/located.js';
import { endsByComponent, layOutSlots, type DraftComponent } from './caps.js';
import { accepted } from './accepted.js';
import { planChannels } from './channels.js';
import {
  planConsole,
  planLifecycle,
  planMonitor,
  planPciConfig,
  planRamdisk,
  planTime,
} from './components.js';
import { planContext, refuse, type PlanContext, type PlanInput } from './context.js';
import { assignEvents, EventTable } from './events.js';
import { planVm } from './guest.js';
import { planImages } from './images.js';
import { outOfAsids } from './pages.js';
import { Supply } from './resources.js';

/** Spare ASID pools on x86-64: eight in all, one is the loader's. */
const SPARE_POOLS = 7;

/** A plan, or why there can be none. */
export type Planned =
  | { readonly plan: Plan; readonly diagnostics: readonly Diagnostic[] }
  | { readonly plan?: undefined; readonly diagnostics: readonly Diagnostic[] };

/** Decides everything numeric about a system, once. The system has passed all rules. */
export function makePlan(input: PlanInput): Planned {
  const context = planContext(input);
  const { system } = context;
  const drafts = planChannels(system);
  const tables = eventTables(system);
  const channels = assignEvents(drafts, tables);
  const ends = endsByComponent(channels);
  const table = (id: string): EventTable => tables.get(id) ?? new EventTable();
  const vms = system.vms.map((vm) => {
    const id = componentId.vmm(vm.name);
    return planVm(context, vm, ends.get(id) ?? [], table(id));
  });
  // What did not fit can not be counted.
  if (context.diagnostics.length > 0) return { diagnostics: context.diagnostics };
  const supply = new Supply();
  const components = planComponents(context, vms, supply, table).map((component) =>
    layOutSlots(component, ends.get(component.id) ?? [], system.sel4.mcs),
  );
  const pools = 1 + Math.max(-1, ...components.map(({ asid_pool }) => asid_pool ?? -1));
  if (pools > SPARE_POOLS) {
    const message = `${String(vms.length)} VMs need ${String(pools)} ASID pools; seL4 has ${String(SPARE_POOLS)} to spare`;
    const hint = 'split the system into several';
    refuse(context, outOfAsids, valueSpan(system.node, ['name']), message, hint);
  }
  const { diagnostics } = context;
  if (diagnostics.length > 0) return { diagnostics };
  const plan: Plan = {
    makatea_plan: 1,
    system: system.name,
    description: system.description,
    kernel: {
      ...system.sel4,
      iommu: supply.domainsUsed > 0,
      rmrr_entries: rmrrEntries(context),
      vectors: supply.vectorsUsed,
      io_domains: supply.domainsUsed,
      asid_pools: pools,
    },
    images: planImages(context),
    components,
    channels,
    vms,
    consoles: system.consoles.map((console) => planConsolePorts(system, console)),
    accepted: accepted('', system),
  };
  return { plan, diagnostics };
}

/** Entries in seL4's table of reserved regions: one for each device of each (src/plat/pc99/machine/acpi.c). */
function rmrrEntries({ machine }: PlanContext): number {
  return (machine?.iommu?.rmrrs ?? []).reduce((sum, { scopes }) => sum + scopes.length, 0);
}

/** A table for every component, before anything can raise an event at it. */
function eventTables(system: System): Map<string, EventTable> {
  const ids = [
    componentId.time,
    componentId.lifecycle,
    componentId.pciConfig,
    ...system.consoles.map(({ name }) => componentId.console(name)),
    ...system.vms.flatMap((vm) => [
      componentId.vmm(vm.name),
      ...vm.disks.map((disk) => componentId.ramdisk(vm.name, disk.name)),
    ]),
  ];
  return new Map(ids.map((id) => [id, new EventTable()]));
}

/** Services first, then each VM's monitor with its ramdisks: the machine's numbers are given out in this order. */
function planComponents(
  context: PlanContext,
  guests: readonly PlanVm[],
  supply: Supply,
  table: (id: string) => EventTable,
): DraftComponent[] {
  const { system } = context;
  const needsConfig = system.vms.some((vm) => vm.pci.length > 0);
  return [
    planTime(supply, table(componentId.time)),
    planLifecycle(table(componentId.lifecycle)),
    ...(needsConfig ? [planPciConfig(table(componentId.pciConfig))] : []),
    ...system.consoles.map((c) => planConsole(c, supply, table(componentId.console(c.name)))),
    ...system.vms.flatMap((vm, index) => {
      const guest = guests[index];
      if (guest === undefined) throw new Error(`no guest plan for ${vm.name}`);
      return [
        planMonitor(context, vm, guest, index, supply, table(componentId.vmm(vm.name))),
        ...vm.disks.map((disk) =>
          planRamdisk(vm, disk, table(componentId.ramdisk(vm.name, disk.name))),
        ),
      ];
    }),
  ];
}

function planConsolePorts(system: System, console: Console): PlanConsole {
  const ports = system.vms.flatMap((vm) => [
    ...vm.serial
      .filter((serial) => serial.console === console)
      .map(({ port }) => ({ vm: vm.name, port, channel: portName.ofVmPort(vm.name, port) })),
    ...vm.terminals
      .map(({ name: port, console: to }, number) => ({ to, port, number }))
      .filter(({ to }) => to === console)
      .map(({ port, number }) => ({
        vm: vm.name,
        port,
        channel: portName.ofVmTerminal(vm.name, number),
      })),
  ]);
  return {
    name: console.name,
    component: componentId.console(console.name),
    uart: console.uart,
    baud: console.baud,
    // Ctrl and a letter is the letter's place in the alphabet (ECMA-48, C0).
    escape: console.escape.charCodeAt(0) - 'a'.charCodeAt(0) + 1,
    output: console.output,
    ports: ports.map((port, colour) => ({ ...port, colour })),
  };
}
