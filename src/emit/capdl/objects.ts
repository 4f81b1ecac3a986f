// SPDX-License-Identifier: BSD-2-Clause
import type { KernelObject, ObjectDecl, SchedTimes, Thread } from '../../capdl/model.js';
import type { PlanComponent, PlanIrq, PlanKernel } from '../../generated/plan.js';
import type { PlanIndex } from '../plan-index.js';
import { FULL_TURN_US } from '../time-slice.js';
import { imageFrames } from './images.js';
import { objectName } from './names.js';

/** The kernel objects of a plan: each component's own, then those that several share. */
export function* planObjects(index: PlanIndex): Generator<ObjectDecl> {
  const { plan } = index;
  const pools = new Set<number>();
  for (const component of plan.components) {
    yield* componentObjects(component, plan.kernel);
    for (const { channel, port } of index.ends.get(component.id) ?? []) {
      const own = channel.ends.find((end) => end.component === component.id);
      if (own === undefined || own.frames === 0) continue;
      yield frames(objectName.transmit(component.id, port), own.frame_bits, own.frames);
    }
    if (component.asid_pool !== undefined) pools.add(component.asid_pool);
  }
  // The loader's own pool is number 0.
  for (const pool of pools) {
    yield one(objectName.asidPool(pool), { type: 'asid_pool', asidHigh: pool + 1 });
  }
  for (const image of plan.images) yield* imageFrames(image);
}

function* componentObjects(component: PlanComponent, kernel: PlanKernel): Generator<ObjectDecl> {
  const { id, memory } = component;
  yield one(objectName.tcb(id), tcbOf(component, kernel.mcs));
  yield one(objectName.cnode(id), { type: 'cnode', bits: component.cnode_bits });
  yield one(objectName.vspace(id), { type: 'pml4' });
  yield one(objectName.notification(id), { type: 'notification' });
  for (const { kind } of component.caps) {
    if (kind === 'faults') yield one(objectName.faults, { type: 'ep' });
    if (kind === 'reply') yield one(objectName.reply(id), { type: 'rtreply' });
  }
  if (kernel.mcs) yield one(objectName.schedContext(id), { type: 'sc', times: timesOf(component) });
  for (const [i, bits] of component.untyped.entries()) {
    yield one(objectName.untyped(id, i), { type: 'ut', bits, children: [] });
  }
  for (const [i, { name, first, last }] of component.io_ports.entries()) {
    yield one(objectName.ioPorts(id, i, name), { type: 'io_ports', first, last });
  }
  for (const [i, irq] of component.irqs.entries()) {
    yield one(objectName.irq(id, i, irq.name), interrupt(irq));
  }
  for (const [i, space] of component.io_spaces.entries()) {
    const { bus, device, function: fn } = space;
    const object: KernelObject = {
      type: 'io_device',
      domain: space.domain_id,
      bus,
      device,
      function: fn,
    };
    yield one(objectName.ioSpace(id, i, space.name), object);
  }
  yield* deviceFrames(component);
  if (memory !== undefined && memory.frames > 0) {
    yield frames(objectName.memory(id, memory.purpose), memory.frame_bits, memory.frames);
  }
}

function* deviceFrames({ id, device_frames: ranges }: PlanComponent): Generator<ObjectDecl> {
  for (const [i, range] of ranges.entries()) {
    for (let k = 0; k < range.frames; k += 1) {
      const paddr = range.paddr + k * 2 ** range.frame_bits;
      const frame: KernelObject = { type: 'frame', bits: range.frame_bits, paddr, fill: [] };
      yield one(objectName.deviceFrame(id, i, range.name, k), frame);
    }
  }
}

/** Without MCS a thread names the slot of the endpoint for its faults; with it, the TCB has the capability. */
function tcbOf(component: PlanComponent, mcs: boolean): KernelObject {
  const slot = component.caps.find(({ kind }) => kind === 'fault')?.slot;
  const thread = threadOf(component);
  return { type: 'tcb', thread, ...(!mcs && slot !== undefined && { faultEp: slot }) };
}

/** The addresses are those of a program that is yet to be linked. */
function threadOf({ priority, core }: PlanComponent): Thread {
  return { addr: 0, ip: 0, sp: 0, prio: priority, maxPrio: priority, affinity: core };
}

/** A whole processor, in turns. */
const FULL: SchedTimes = { period: FULL_TURN_US, budget: FULL_TURN_US };

function timesOf({ budget }: PlanComponent): SchedTimes {
  return budget === undefined ? FULL : { period: budget.period_us, budget: budget.budget_us };
}

function interrupt(irq: PlanIrq): KernelObject {
  if (irq.type === 'msi') {
    const { handle, bus, device, function: fn } = irq;
    return { type: 'msi_irq', handle, bus, device, function: fn };
  }
  const { ioapic, pin } = irq;
  return {
    type: 'ioapic_irq',
    ioapic,
    pin,
    level: irq.level ? 1 : 0,
    polarity: irq.active_low ? 1 : 0,
  };
}

function one(name: string, object: KernelObject): ObjectDecl {
  return { name, object };
}

function frames(name: string, bits: number, count: number): ObjectDecl {
  return { name, count, object: { type: 'frame', bits, fill: [] } };
}
