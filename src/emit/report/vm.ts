// SPDX-License-Identifier: BSD-2-Clause
import type { PlanBar, PlanComponent, PlanPciFunction, PlanVm } from '../../generated/plan.js';
import { hex } from '../filters.js';
import { guestAddress } from '../guest-pci.js';
import { lookUp, type PlanIndex } from '../plan-index.js';
import { count, quantity } from '../quantity.js';
import { render } from '../render.js';
import { address, code, orDash, range, table, text } from './markdown.js';
import { sourceWords } from './machine.js';

/** A VM's section: what its guest sees, and what its monitor may do. */
export function vmSection(index: PlanIndex, vm: PlanVm): string {
  const monitor = lookUp(index.components, vm.component, 'monitor');
  return render('camkes/report/vm.md', {
    name: vm.name,
    description: vm.description,
    facts: factTable(index, vm),
    memory: memoryMapTable(vm),
    pci: pciTable(vm),
    interrupts: interruptTable(vm),
    serial: serialTable(vm),
    channels: channelTable(vm),
    authority: authorityTable(monitor),
  });
}

const RESTART: Readonly<Record<PlanVm['restart'], string>> = {
  never: 'never restarts by itself',
  'on-crash': 'restarts after a crash',
  always: 'restarts whenever it ends',
};

function factTable(index: PlanIndex, vm: PlanVm): string {
  const { boot } = vm;
  const start = vm.start === 'auto' ? 'starts with the system' : 'starts when a controller says so';
  const rows = [
    ['Monitor', text(vm.component)],
    ['Virtual CPUs', `${String(vm.cores.length)}, on core ${vm.cores.join(', ')}`],
    ['Memory', quantity(vm.memory_bytes)],
    ['Paravirtual interface', vm.paravirt],
    ['Lifecycle', `${start}, ${RESTART[vm.restart]}`],
    ['Controllers', orDash(vm.controllers.map(text).join(', '))],
    ['Kernel', imageWords(index, boot.kernel_image, boot.kernel_gpa)],
    ['Initial RAM disk', imageWords(index, boot.initrd_image, boot.initrd_gpa)],
    ['Command line', orDash(text(boot.cmdline))],
  ];
  return table([{ title: 'What' }, { title: 'Value' }], rows);
}

function imageWords(index: PlanIndex, id: string | undefined, gpa: number): string {
  if (id === undefined) return '–';
  return `${text(lookUp(index.images, id, 'image').path)} at ${address(gpa, 8)}`;
}

function memoryMapTable(vm: PlanVm): string {
  const rows = vm.map.map((entry) => [
    range(entry.gpa, entry.bytes, 12),
    quantity(entry.bytes),
    entry.kind,
    text(entry.name),
  ]);
  return table(
    [
      { title: 'Guest-physical addresses' },
      { title: 'Size', right: true },
      { title: 'Kind' },
      { title: 'What' },
    ],
    rows,
  );
}

function pciTable(vm: PlanVm): string {
  const rows = vm.pci.functions.map((fn) => [
    code(guestAddress(fn)),
    fn.kind,
    text(fn.name),
    orDash(fn.bars.map(barWords).join('; ')),
    orDash(interruptWords(fn)),
    orDash(detailWords(vm, fn)),
  ]);
  const columns = ['Address', 'Kind', 'Name', 'BARs', 'Interrupts', 'Details'];
  return table(
    columns.map((title) => ({ title })),
    rows,
  );
}

function barWords(bar: PlanBar): string {
  const machine = bar.paddr === 0 ? '' : ` = machine ${code(hex(bar.paddr))}`;
  const size = bar.type === 'io' ? count(bar.bytes, 'port') : quantity(bar.bytes);
  return `${String(bar.index)}: ${code(hex(bar.gpa))}, ${size}${machine}`;
}

function interruptWords(fn: PlanPciFunction): string {
  return [
    ...(fn.msix_vectors > 0 ? [`MSI-X × ${String(fn.msix_vectors)}`] : []),
    ...(fn.msi ? ['MSI'] : []),
    ...(fn.intx_gsi > 0 ? [`INTx as ${String(fn.intx_gsi)}`] : []),
  ].join(', ');
}

function detailWords(vm: PlanVm, fn: PlanPciFunction): string {
  switch (fn.kind) {
    case 'host_bridge':
      return '';
    case 'root_port':
      return `bus ${String(fn.secondary_bus)} behind it`;
    case 'net':
      return `${code(fn.mac)}, MTU ${String(fn.mtu)}`;
    case 'vsock':
      return `CID ${String(fn.cid)}, reaches ${fn.peers.map(({ cid }) => String(cid)).join(', ')}`;
    case 'block':
      return `${quantity(fn.sectors * 512)}${fn.readonly ? ', read-only' : ''}`;
    case 'console':
      return vm.terminals.map(({ name }) => text(name)).join(', ');
    case 'passthrough':
      return `machine's ${code(fn.host)}`;
  }
}

function interruptTable(vm: PlanVm): string {
  const rows = vm.interrupts.map((gsi) => [
    String(gsi.gsi),
    text(gsi.name),
    `${gsi.level ? 'level' : 'edge'}, active ${gsi.active_low ? 'low' : 'high'}`,
  ]);
  return table([{ title: 'GSI', right: true }, { title: 'Used by' }, { title: 'Trigger' }], rows);
}

function serialTable(vm: PlanVm): string {
  const peers = new Map(vm.channels.map((channel) => [channel.port, channel.peer]));
  const rows = vm.serial.map((serial) => [
    serial.port,
    range(serial.first, 8, 4),
    String(serial.gsi),
    text(peers.get(serial.channel) ?? ''),
  ]);
  return table(
    [
      { title: 'Port' },
      { title: 'I/O ports' },
      { title: 'GSI', right: true },
      { title: 'Leads to' },
    ],
    rows,
  );
}

function channelTable(vm: PlanVm): string {
  const rows = vm.channels.map((channel) => [
    text(channel.port),
    text(channel.kind),
    text(channel.peer),
    quantity(channel.tx_bytes),
    quantity(channel.rx_bytes),
    String(channel.event),
  ]);
  return table(
    [
      { title: 'Channel' },
      { title: 'Kind' },
      { title: 'Shared with' },
      { title: 'Writes', right: true },
      { title: 'Reads', right: true },
      { title: 'Event', right: true },
    ],
    rows,
  );
}

/** All that the monitor holds beside its channels: a guest that takes it over has no more. */
function authorityTable(monitor: PlanComponent): string {
  const { memory } = monitor;
  const rows = [
    ...(memory === undefined
      ? []
      : [['Guest RAM', `${count(memory.frames, 'frame')} of ${quantity(2 ** memory.frame_bits)}`]]),
    ['Untyped memory', orDash(monitor.untyped.map((bits) => quantity(2 ** bits)).join(', '))],
    ['Images, read-only', orDash(monitor.images.map(text).join(', '))],
    ...monitor.io_ports.map(({ name, first, last }) => [
      'I/O ports',
      `${range(first, last - first + 1, 4)} ${text(name)}`,
    ]),
    ...monitor.device_frames.map(({ name, paddr, frames, frame_bits: bits }) => [
      'Device memory',
      `${range(paddr, frames * 2 ** bits, 12)} ${text(name)}`,
    ]),
    ...monitor.irqs.map((irq) => ['Interrupt', `${text(irq.name)}: ${sourceWords(irq)}`]),
    ...monitor.io_spaces.map(({ name }) => ['IO space (DMA)', text(name)]),
  ];
  return table([{ title: 'What' }, { title: 'Which' }], rows);
}
