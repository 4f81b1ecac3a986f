// SPDX-License-Identifier: BSD-2-Clause
import {
  RIGHT,
  TCB_SLOT,
  type Cap,
  type CapEntry,
  type CapList,
  type FrameCap,
  type Rights,
  type Span,
} from '../../capdl/model.js';
import type { PlanComponent } from '../../generated/plan.js';
import type { PlanIndex } from '../plan-index.js';
import { objectName } from './names.js';
import { faultBadge, resolveSlots, type SlotContent, type SlotRange } from '../slots.js';

const READ: Rights = RIGHT.read;
const WRITE: Rights = RIGHT.write;
const READ_WRITE: Rights = RIGHT.read | RIGHT.write;

/** What stands in a component's TCB, in its CNode and in its interrupts. */
export function* componentCaps(index: PlanIndex, component: PlanComponent): Generator<CapList> {
  const { id, irqs } = component;
  yield {
    object: { name: objectName.tcb(id) },
    entries: tcbCaps(component, index.plan.kernel.mcs),
  };
  const entries = resolveSlots(index, component).flatMap((range) => rangeCaps(component, range));
  yield { object: { name: objectName.cnode(id) }, entries };
  for (const [i, irq] of irqs.entries()) {
    const object = { name: objectName.irq(id, i, irq.name) };
    yield { object, entries: [{ slot: 0, cap: raise(id, irq.bit) }] };
  }
}

function tcbCaps(component: PlanComponent, mcs: boolean): CapEntry[] {
  const { id } = component;
  const sc = { slot: TCB_SLOT.sc_slot, cap: plain(objectName.schedContext(id)) };
  return [
    { slot: TCB_SLOT.cspace, cap: cnode(component) },
    { slot: TCB_SLOT.vspace, cap: plain(objectName.vspace(id)) },
    ...faultHandler(component, mcs),
    ...(mcs ? [sc] : []),
    { slot: TCB_SLOT.bound_notification, cap: listen(id) },
  ];
}

function faultHandler({ fault_number: number }: PlanComponent, mcs: boolean): CapEntry[] {
  if (!mcs || number === undefined) return [];
  return [{ slot: TCB_SLOT.fault_ep_slot, cap: tellFault(number) }];
}

/** The right to send a fault. That it needs an answer to go on is part of what a fault is. */
function tellFault(number: number): Cap {
  const rights = RIGHT.write | RIGHT.grantReply;
  return { type: 'signal', target: one(objectName.faults), rights, badge: faultBadge(number) };
}

function rangeCaps(component: PlanComponent, { slot, count, content }: SlotRange): CapEntry[] {
  if (content.what !== 'device') return [{ slot, cap: capOf(component, content, count) }];
  // Frames with an address are no array: each is an object of its own.
  const { id, device_frames: ranges } = component;
  const name = nameOf(ranges, content.index);
  return Array.from({ length: count }, (_, k) => {
    const target = one(objectName.deviceFrame(id, content.index, name, k));
    return { slot: slot + k, cap: { ...frame(target, READ_WRITE), uncached: true } };
  });
}

function capOf(
  component: PlanComponent,
  content: Exclude<SlotContent, { what: 'device' }>,
  count: number,
): Cap {
  const { id } = component;
  const { irqs, io_ports: ports, io_spaces: spaces } = component;
  switch (content.what) {
    case 'tcb':
      return plain(objectName.tcb(id));
    case 'cnode':
      return cnode(component);
    case 'vspace':
      return plain(objectName.vspace(id));
    case 'notification':
      return listen(id);
    case 'asid_pool':
      return plain(objectName.asidPool(content.pool));
    case 'untyped':
      return plain(objectName.untyped(id, content.index));
    case 'io_ports':
      return plain(objectName.ioPorts(id, content.index, nameOf(ports, content.index)));
    case 'irq':
      return plain(objectName.irq(id, content.index, nameOf(irqs, content.index)));
    case 'io_space':
      return plain(objectName.ioSpace(id, content.index, nameOf(spaces, content.index)));
    case 'fault':
      return tellFault(content.number);
    case 'faults':
      return { type: 'signal', target: one(objectName.faults), rights: READ };
    case 'reply':
      return plain(objectName.reply(id));
    case 'signal':
      return raise(content.other.component, content.own.raises);
    case 'region_tx':
      return frame(array(objectName.transmit(id, content.own.port), count), READ_WRITE);
    case 'region_rx': {
      const { component: peer, port } = content.other;
      return frame(array(objectName.transmit(peer, port), count), READ);
    }
    case 'memory': {
      const purpose = component.memory?.purpose ?? 'guest_ram';
      return frame(array(objectName.memory(id, purpose), count), READ_WRITE);
    }
  }
}

function nameOf(things: readonly { readonly name: string }[], index: number): string {
  const thing = things[index];
  if (thing === undefined)
    throw new Error('the plan has more slots of a kind than things to put there');
  return thing.name;
}

function one(name: string): Span {
  return { name, count: 1 };
}

function array(name: string, count: number): Span {
  return { name, first: 0, count };
}

function plain(name: string): Cap {
  return { type: 'plain', target: one(name) };
}

function frame(target: Span, rights: Rights): FrameCap {
  return { type: 'frame', target, rights, uncached: false };
}

/** A capability address has 64 bits: the guard takes those that the slot number leaves. */
function cnode({ id, cnode_bits: bits }: PlanComponent): Cap {
  return { type: 'cnode', target: one(objectName.cnode(id)), guard: 0, guardSize: 64 - bits };
}

function listen(id: string): Cap {
  return { type: 'signal', target: one(objectName.notification(id)), rights: READ };
}

/** The right to raise one event of a component, and no other: the badge is fixed. */
function raise(id: string, bit: number): Cap {
  const badge = 1n << BigInt(bit);
  return { type: 'signal', target: one(objectName.notification(id)), rights: WRITE, badge };
}
