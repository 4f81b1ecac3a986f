// SPDX-License-Identifier: BSD-2-Clause
import type { PlanComponent } from '../../generated/plan.js';
import { lifecycleClients } from '../lifecycle-clients.js';
import { lookUp, type PlanIndex } from '../plan-index.js';
import { render } from '../render.js';
import { channelsToVms } from './channel-number.js';
import { cString, enumerator, orNone } from './literal.js';
import { list, table } from './table.js';

/** The part of the lifecycle manager's header that is its own. */
export function lifecycleBody(
  component: PlanComponent,
  index: PlanIndex,
  resources: string,
): string {
  const rowOf = new Map(index.plan.vms.map((vm, row) => [vm.name, row]));
  const clients = lifecycleClients(index, component.id).map((client) => {
    const rows = client.vms.map((name) => String(lookUp(rowOf, name, 'VM')));
    return { client, table: list('uint32_t', `mk_controls_${String(client.number)}`, rows) };
  });
  const rows = clients.map(({ client, table: vms }) => ({
    cells: [cString(client.name), String(client.number), vms.ref, vms.count],
  }));
  const columns = ['name', 'channel', 'vms', 'vm_count'];
  return render('camkes/header/lifecycle', {
    resources,
    controls: clients.map(({ client, table: vms }) => ({ client: client.name, table: vms })),
    clients: table('struct mk_lifecycle_client', 'mk_lifecycle_clients', columns, rows),
    vms: vmTable(component, index),
  });
}

function vmTable(component: PlanComponent, index: PlanIndex) {
  const channelOf = new Map(
    channelsToVms(index, component.id, 'lifecycle').map(({ vm, number }) => [vm.name, number]),
  );
  const rows = index.plan.vms.map((vm, row) => ({
    cells: [
      cString(vm.name),
      orNone(channelOf.get(vm.name)),
      enumerator('MK_START_', vm.start),
      enumerator('MK_RESTART_', vm.restart),
    ],
    note: String(row),
  }));
  const columns = ['name', 'channel', 'start', 'restart'];
  return table('struct mk_lifecycle_vm', 'mk_lifecycle_vms', columns, rows);
}
