// SPDX-License-Identifier: BSD-2-Clause
import type { PlanChannel, PlanComponent, PlanIrq } from '../../generated/plan.js';
import { count, quantity } from '../quantity.js';
import { render } from '../render.js';
import { address, bytes, cString, enumerator, NONE, orNone, port } from './literal.js';
import { NO_SLOTS, slotFinder, type SlotFinder } from './slots.js';
import { list, table, type Row, type Table } from './table.js';

/** A channel as the table of channels shows it. */
export interface HeaderChannel {
  readonly port: string;
  readonly peer: string;
  readonly kind: string;
  readonly txBytes: number;
  readonly rxBytes: number;
  readonly event: number;
}

/** The row of the guest's PCI functions that an interrupt belongs to, if it does. */
export type FunctionOfIrq = (irq: PlanIrq) => number | undefined;

/** Enumerators by kind; a kind that is missing here does not compile. */
const CHANNEL_KINDS: Readonly<Record<PlanChannel['kind'], string>> = {
  net: 'MK_CHANNEL_NET',
  serial: 'MK_CHANNEL_SERIAL',
  vsock: 'MK_CHANNEL_VSOCK',
  console: 'MK_CHANNEL_CONSOLE',
  timer: 'MK_CHANNEL_TIMER',
  lifecycle: 'MK_CHANNEL_LIFECYCLE',
  pci_config: 'MK_CHANNEL_PCI_CONFIG',
  disk: 'MK_CHANNEL_DISK',
};

/** The tables that every component has, and the initializer of its `struct mk_resources`. */
export function resources(
  component: PlanComponent,
  channels: readonly HeaderChannel[],
  functionOfIrq: FunctionOfIrq = () => undefined,
): { tables: string; initializer: string } {
  const slots = slotFinder(component);
  const view = {
    component: cString(component.id),
    cnodeBits: component.cnode_bits,
    own: ownSlots(component, slots),
    eventMask: eventMask(component, channels),
    memory: memoryView(component, slots),
    untyped: untypedTable(component),
    untypedNote: untypedNote(component),
    channels: channelTable(channels, slots),
    irqs: irqTable(component, slots, functionOfIrq),
    events: eventTable(component, channels),
    ioPorts: portTable(component, slots),
    deviceFrames: deviceFrameTable(component, slots),
  };
  return {
    tables: render('camkes/header/resources-tables', view).trimEnd(),
    initializer: render('camkes/header/resources', view).trimEnd(),
  };
}

function ownSlots(component: PlanComponent, slots: SlotFinder) {
  return {
    tcb: slots.optional('tcb'),
    cnode: slots.optional('cnode'),
    vspace: slots.optional('vspace'),
    notification: slots.optional('notification'),
    faults: slots.optional('faults'),
    reply: slots.optional('reply'),
    asidPool: slots.optional('asid_pool'),
    untyped: slots.run('untyped', component.untyped.length),
    free: slots.any('free'),
  };
}

function memoryView({ memory }: PlanComponent, slots: SlotFinder) {
  if (memory === undefined) return { frameBits: 0, frames: NO_SLOTS, note: 'none' };
  const { frames, frame_bits: bits, purpose } = memory;
  return {
    frameBits: bits,
    frames: slots.run('memory', frames, purpose),
    note: `${quantity(frames * 2 ** bits)} in ${count(frames, 'frame')} of ${quantity(2 ** bits)}`,
  };
}

function portTable(component: PlanComponent, slots: SlotFinder): Table {
  const rows = component.io_ports.map((range) => ({
    cells: [
      cString(range.name),
      port(range.first),
      port(range.last),
      slots.first('io_ports', range.name),
    ],
    note: count(range.last - range.first + 1, 'port'),
  }));
  const columns = ['name', 'first', 'last', 'slot'];
  return table('struct mk_port_range', 'mk_io_ports', columns, rows);
}

function untypedNote({ untyped }: PlanComponent): string {
  if (untyped.length === 0) return '';
  return `, ${quantity(untyped.reduce((sum, bits) => sum + 2 ** bits, 0))} in all`;
}

function untypedTable(component: PlanComponent): Table {
  return list('uint8_t', 'mk_untyped_bits', component.untyped.map(String), 16);
}

function channelTable(channels: readonly HeaderChannel[], slots: SlotFinder): Table {
  const rows = channels.map((channel) => ({
    cells: [
      cString(channel.port),
      cString(channel.peer),
      channelKind(channel.kind),
      String(channel.event),
      slots.first('signal', channel.port),
      bytes(channel.txBytes),
      bytes(channel.rxBytes),
      slots.any('region_tx', channel.port),
      slots.any('region_rx', channel.port),
    ],
    note: bothWays(channel),
  }));
  const columns = ['port', 'peer', 'kind', 'event', 'signal', 'tx_bytes', 'rx_bytes', 'tx', 'rx'];
  return table('struct mk_channel', 'mk_channels', columns, rows);
}

function bothWays({ txBytes, rxBytes }: HeaderChannel): string {
  if (txBytes === rxBytes) return `${quantity(txBytes)} each way`;
  return `writes ${quantity(txBytes)}, reads ${quantity(rxBytes)}`;
}

function channelKind(kind: string): string {
  const name = (CHANNEL_KINDS as Readonly<Record<string, string | undefined>>)[kind];
  if (name === undefined) throw new Error(`the plan has a channel of unknown kind "${kind}"`);
  return name;
}

function irqTable(
  component: PlanComponent,
  slots: SlotFinder,
  functionOfIrq: FunctionOfIrq,
): Table {
  const rows = component.irqs.map((irq): Row => {
    const msi = irq.type === 'msi';
    return {
      cells: [
        cString(irq.name),
        enumerator('MK_IRQ_', irq.type),
        slots.first('irq', irq.name),
        String(irq.bit),
        msi ? NONE : orNone(irq.gsi),
        orNone(functionOfIrq(irq)),
        msi ? String(irq.handle) : '0',
      ],
    };
  });
  const columns = ['name', 'kind', 'slot', 'event', 'gsi', 'function', 'handle'];
  return table('struct mk_irq', 'mk_irqs', columns, rows);
}

interface Source {
  readonly bit: number;
  readonly source: 'MK_EVENT_CHANNEL' | 'MK_EVENT_IRQ';
  readonly index: number;
  readonly note: string;
}

function sources(component: PlanComponent, channels: readonly HeaderChannel[]): Source[] {
  return [
    ...channels.map((channel, index): Source => ({
      bit: channel.event,
      source: 'MK_EVENT_CHANNEL',
      index,
      note: `${channel.port}: ${channel.kind} with ${channel.peer}`,
    })),
    ...component.irqs.map((irq, index): Source => ({
      bit: irq.bit,
      source: 'MK_EVENT_IRQ',
      index,
      note: irq.name,
    })),
  ].sort((a, b) => a.bit - b.bit);
}

function eventTable(component: PlanComponent, channels: readonly HeaderChannel[]): Table {
  const rows = sources(component, channels).map(({ bit, source, index, note }) => ({
    cells: [String(bit), source, String(index)],
    note,
  }));
  return table('struct mk_event', 'mk_events', ['bit', 'source', 'index'], rows);
}

function eventMask(component: PlanComponent, channels: readonly HeaderChannel[]): string {
  // 64 bits do not fit into a number.
  const mask = sources(component, channels).reduce(
    (bits, { bit }) => bits | (1n << BigInt(bit)),
    0n,
  );
  return `0x${mask.toString(16).padStart(16, '0')}`;
}

function deviceFrameTable(component: PlanComponent, slots: SlotFinder): Table {
  const rows = component.device_frames.map((range) => ({
    cells: [
      cString(range.name),
      address(range.paddr),
      String(range.frame_bits),
      slots.run('device', range.frames, range.name),
    ],
    note: quantity(range.frames * 2 ** range.frame_bits),
  }));
  const columns = ['name', 'paddr', 'frame_bits', 'frames'];
  return table('struct mk_device_frames', 'mk_device_frames', columns, rows);
}
