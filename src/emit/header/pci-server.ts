// SPDX-License-Identifier: BSD-2-Clause
import type { PlanComponent, PlanVm } from '../../generated/plan.js';
import { parseBdf } from '../../util/bdf.js';
import { passedThrough } from '../guest-pci.js';
import { lookUp, type PlanIndex } from '../plan-index.js';
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
    messages: messageTable(channel.number, channel.vm, index),
  }));
  const rows = clients.map(({ number, vm, functions, messages }) => ({
    cells: [
      cString(vm.name),
      String(number),
      ...[functions.ref, functions.count, messages.ref, messages.count],
    ],
  }));
  const columns = ['vm', 'channel', 'functions', 'function_count', 'messages', 'message_count'];
  return render('camkes/header/pci-server', {
    resources,
    tables: clients.map(({ vm, functions, messages }) => ({ vm: vm.name, functions, messages })),
    clients: table('struct mk_pci_client', 'mk_pci_clients', columns, rows),
  });
}

/** The machine's functions that a VM is given. */
function functionTable(channel: number, vm: PlanVm): Table {
  const hosts = passedThrough(vm).map((fn) => bdf(fn.host));
  return list('struct mk_bdf', `mk_functions_${String(channel)}`, hosts, 3);
}

/** The messages that raise the interrupts of these functions. */
function messageTable(channel: number, vm: PlanVm, index: PlanIndex): Table {
  const hosts = passedThrough(vm).map((fn) => parseBdf(fn.host));
  const { irqs } = lookUp(index.components, vm.component, 'component of the VM');
  const rows = irqs
    .filter((irq) => irq.type === 'msi')
    .map((irq) => {
      const owner = hosts.findIndex(
        (host) =>
          host.bus === irq.bus && host.device === irq.device && host.function === irq.function,
      );
      return {
        cells: [owner, irq.handle, irq.vector].map(String),
        note: irq.name,
      };
    });
  const columns = ['function', 'handle', 'vector'];
  return table('struct mk_pci_message', `mk_messages_${String(channel)}`, columns, rows);
}
