// SPDX-License-Identifier: BSD-2-Clause
import type { PlanIrq, PlanPciFunction, PlanVm } from '../../generated/plan.js';
import { intxName } from '../../model/names.js';
import { parseBdf } from '../../util/bdf.js';
import { hex } from '../filters.js';
import { guestAddress, passedThrough } from '../guest-pci.js';
import { quantity } from '../quantity.js';
import { render } from '../render.js';
import { address, bytes, cString, enumerator, indexOf, NONE } from './literal.js';
import { records, table, type Table } from './table.js';
import { memberOf } from './vm-pci-member.js';

/** The PCI functions, and the tables that they point to. */
export function pciTables(vm: PlanVm): { peers: Table[]; functions: Table } {
  const channels = vm.channels.map((channel) => channel.port);
  const peers = new Map<PlanPciFunction, Table>();
  for (const fn of vm.pci.functions) {
    if (fn.kind === 'vsock') peers.set(fn, peerTable(fn, channels));
  }
  const passed = passedThrough(vm);
  const rows = vm.pci.functions.map((fn) =>
    render('camkes/header/pci-function', {
      ...functionView(fn, channels),
      members: [memberOf(fn, passed.indexOf(fn), peers.get(fn))].filter((m) => m !== undefined),
    }),
  );
  return {
    peers: [...peers.values()],
    functions: records('struct mk_pci_function', 'mk_pci_functions', rows),
  };
}

/** The row of the function that an interrupt belongs to: a message of its own, or its pin. */
export function functionOfIrq(vm: PlanVm, irq: PlanIrq): number | undefined {
  if (irq.type !== 'msi') {
    const row = vm.pci.functions.findIndex(
      (fn) => fn.kind === 'passthrough' && irq.name === intxName(fn.name),
    );
    return row < 0 ? undefined : row;
  }
  const index = vm.pci.functions.findIndex((fn) => {
    if (fn.host === '') return false;
    const host = parseBdf(fn.host);
    return host.bus === irq.bus && host.device === irq.device && host.function === irq.function;
  });
  return index < 0 ? undefined : index;
}

function peerTable(fn: PlanPciFunction, channels: readonly string[]): Table {
  const rows = fn.peers.map((peer) => ({
    cells: [String(peer.cid), indexOf(channels, peer.channel, 'channel')],
    note: peer.channel,
  }));
  const name = `mk_vsock_peers_${guestAddress(fn).replace(/[:.]/g, '_')}`;
  return table('struct mk_vsock_peer', name, ['cid', 'channel'], rows);
}

function functionView(fn: PlanPciFunction, channels: readonly string[]) {
  return {
    title: `${guestAddress(fn)} ${fn.name}`,
    name: cString(fn.name),
    kind: enumerator('MK_PCI_', fn.kind),
    bus: hex(fn.bus, 2),
    device: hex(fn.device, 2),
    function: fn.function,
    multifunction: String(fn.multifunction),
    msi: String(fn.msi),
    msixVectors: fn.msix_vectors,
    intxGsi: fn.intx_gsi === 0 ? NONE : String(fn.intx_gsi),
    channel: fn.channel === '' ? NONE : indexOf(channels, fn.channel, 'channel'),
    bars: barViews(fn),
  };
}

function barViews(fn: PlanPciFunction) {
  return fn.bars.map((bar) => ({
    index: bar.index,
    type: enumerator('MK_BAR_', bar.type),
    gpa: address(bar.gpa),
    bytes: bytes(bar.bytes),
    paddr: address(bar.paddr),
    prefetchable: String(bar.prefetchable),
    note: bar.type === 'io' ? `${String(bar.bytes)} ports` : quantity(bar.bytes),
  }));
}
