// SPDX-License-Identifier: BSD-2-Clause
import type { PlanComponent, PlanMemory, PlanVm } from '../../generated/plan.js';
import type { PlanIndex } from '../plan-index.js';
import { quantity } from '../quantity.js';
import { render } from '../render.js';
import { address, bdfOf, bytes, cString, enumerator, indexOf, port } from './literal.js';
import { resources } from './resources.js';
import { slotFinder } from './slots.js';
import { list, table, type Table } from './table.js';
import { bootView, imageTable } from './vm-boot.js';
import {
  e820Table,
  gsiTable,
  ioapicTable,
  ramBankTable,
  ramSummary,
  regionOrder,
  regionTable,
} from './vm-memory.js';
import { functionOfIrq, pciTables } from './vm-pci.js';

/** All that a VM's header may take from the rest of the system: what no other VM's entry changes. */
export type VmHeaderSource = Pick<PlanIndex, 'system' | 'images'>;

/**
 * The configuration header of a VM: everything that its monitor needs, and nothing that depends on
 * the entries of other VMs, so adding a VM leaves it as it is.
 */
export function emitVmHeader(vm: PlanVm, component: PlanComponent, source: VmHeaderSource): string {
  const { memory } = component;
  if (memory === undefined) throw new Error(`the monitor "${component.id}" has no guest RAM`);
  checkIrqs(vm, component);
  return render('camkes/header/vm.h', {
    system: source.system,
    vm: vm.name,
    description: vm.description,
    name: cString(vm.name),
    summary: ramSummary(vm, memory),
    paravirt: enumerator('MK_PARAVIRT_', vm.paravirt),
    ram: ramView(vm, memory),
    resources: resources(component, vmChannels(vm), (irq) => functionOfIrq(vm, irq)),
    vcpuCores: list('uint32_t', 'mk_vcpu_cores', vm.cores.map(String)),
    budgeted: component.budget !== undefined,
    ramBanks: ramBankTable(vm, memory),
    regions: regionTable(vm),
    regionOrder: regionOrder(vm),
    e820: e820Table(vm),
    ioapics: ioapicTable(vm),
    gsis: gsiTable(vm),
    images: imageTable(component, source.images),
    boot: bootView(vm.boot, component),
    serial: serialTable(vm),
    terminals: terminalTable(vm),
    pci: pciView(vm),
    ioSpaces: ioSpaceTable(component),
    start: enumerator('MK_START_', vm.start),
    restart: enumerator('MK_RESTART_', vm.restart),
  });
}

/** An interrupt that no guest interrupt follows from would be lost at run time, in silence. */
function checkIrqs(vm: PlanVm, component: PlanComponent): void {
  for (const irq of component.irqs) {
    const target = irq.type === 'msi' ? functionOfIrq(vm, irq) : irq.gsi;
    if (target === undefined) {
      throw new Error(`the plan does not say what "${irq.name}" interrupts in "${vm.name}"`);
    }
  }
}

function vmChannels(vm: PlanVm) {
  return vm.channels.map((channel) => ({
    port: channel.port,
    peer: channel.peer,
    kind: channel.kind,
    txBytes: channel.tx_bytes,
    rxBytes: channel.rx_bytes,
    event: channel.event,
  }));
}

function ramView(vm: PlanVm, memory: PlanMemory) {
  return {
    bytes: address(vm.memory_bytes),
    size: quantity(vm.memory_bytes),
    frames: memory.frames,
    frameBits: memory.frame_bits,
  };
}

function serialTable(vm: PlanVm): Table {
  const channels = vm.channels.map((channel) => channel.port);
  const rows = vm.serial.map((serial) => ({
    cells: [
      cString(serial.port),
      port(serial.first),
      String(serial.gsi),
      indexOf(channels, serial.channel, 'channel'),
    ],
    note: `GSI ${String(serial.gsi)}, channel ${serial.channel}`,
  }));
  return table('struct mk_serial', 'mk_serial', ['name', 'first', 'gsi', 'channel'], rows);
}

function terminalTable(vm: PlanVm): Table {
  const channels = vm.channels.map((channel) => channel.port);
  const rows = vm.terminals.map((terminal) => ({
    cells: [
      cString(terminal.name),
      indexOf(channels, terminal.channel, 'channel'),
      String(terminal.console),
      String(terminal.columns),
      String(terminal.rows),
    ],
    note: `channel ${terminal.channel}`,
  }));
  const columns = ['name', 'channel', 'console', 'columns', 'rows'];
  return table('struct mk_terminal', 'mk_terminals', columns, rows);
}

function pciView(vm: PlanVm) {
  return {
    ...pciTables(vm),
    vectors: vm.pci.functions.reduce((sum, fn) => sum + fn.msix_vectors, 0),
    ecamGpa: address(vm.pci.ecam_gpa),
    ecamBytes: bytes(vm.pci.ecam_bytes),
    buses: vm.pci.buses,
  };
}

function ioSpaceTable(component: PlanComponent): Table {
  const slots = slotFinder(component);
  const rows = component.io_spaces.map((space) => ({
    cells: [
      cString(space.name),
      // An IO space of seL4 has no segment.
      bdfOf(0, space.bus, space.device, space.function),
      slots.first('io_space', space.name),
    ],
  }));
  return table('struct mk_io_space', 'mk_io_spaces', ['name', 'host', 'slot'], rows);
}
