// SPDX-License-Identifier: BSD-2-Clause
import type { PlanComponent, PlanVm } from '../../generated/plan.js';
import { passedThrough } from '../guest-pci.js';
import type { PlanIndex } from '../plan-index.js';
import { render } from '../render.js';
import { channelsToVms } from './channel-number.js';
import { bdf, cString } from './literal.js';
import { list, table, type Table } from './table.js';

/** The part of the PCI configuration component's header that is its own. */
export function pciServerBody(
  component: PlanComponent,
  index: PlanIndex,
  resources: string,
): string {
  const clients = channelsToVms(index, component.id, 'pci_config').map((channel) => ({
    ...channel,
    functions: functionTable(channel.number, channel.vm),
  }));
  const rows = clients.map(({ number, vm, functions }) => ({
    cells: [cString(vm.name), String(number), functions.ref, functions.count],
  }));
  const columns = ['vm', 'channel', 'functions', 'function_count'];
  return render('camkes/header/pci-server', {
    resources,
    functions: clients.map(({ vm, functions }) => ({ vm: vm.name, table: functions })),
    clients: table('struct mk_pci_client', 'mk_pci_clients', columns, rows),
  });
}

/** The machine's functions that a VM is given. */
function functionTable(channel: number, vm: PlanVm): Table {
  const hosts = passedThrough(vm).map((fn) => bdf(fn.host));
  return list('struct mk_bdf', `mk_functions_${String(channel)}`, hosts, 3);
}
