// SPDX-License-Identifier: BSD-2-Clause
import { RIGHT, type Rights } from '../capdl/model.js';
import type {
  Plan,
  PlanCap,
  PlanChannel,
  PlanChannelEnd,
  PlanComponent,
  PlanImage,
  PlanIrq,
  PlanKernel,
} from '../generated/plan.js';
import { componentId } from '../model/names.js';
import type { Fact } from './facts.js';
import * as words from './words.js';

const READ_WRITE = RIGHT.read | RIGHT.write;

/** Everything that a plan grants. */
export function* planFacts(plan: Plan): Generator<Fact> {
  const images = new Map(plan.images.map((image) => [image.id, image]));
  const leaders = poolLeaders(plan);
  for (const component of plan.components) {
    yield* threadFacts(component, plan.kernel);
    yield* deviceFacts(component);
    yield* memoryFacts(component, images);
    yield* faultFacts(component);
    const pool = component.asid_pool;
    if (pool !== undefined) {
      const what = words.asidPool(leaders.get(pool) ?? '');
      yield { kind: 'asid_pool', component: component.id, what };
    }
  }
  for (const image of plan.images) {
    for (const what of imageWords(image)) yield { kind: 'image', component: '', what };
  }
  yield* channelFacts(plan.channels);
}

/** A pool is known by the first, in alphabetical order, of those who share it. */
export function poolLeaders({ components }: Plan): Map<number, string> {
  const leaders = new Map<number, string>();
  for (const { id, asid_pool: pool } of components) {
    if (pool === undefined) continue;
    const leader = leaders.get(pool);
    if (leader === undefined || id < leader) leaders.set(pool, id);
  }
  return leaders;
}

/** Who hears of faults. */
export const LIFECYCLE = componentId.lifecycle;

function* faultFacts({ id, caps }: PlanComponent): Generator<Fact> {
  const has = (kind: PlanCap['kind']): boolean => caps.some((cap) => cap.kind === kind);
  const fact = (rights: Rights): Fact => ({
    kind: 'control',
    component: id,
    what: words.endpoint(rights, [LIFECYCLE]),
  });
  if (has('fault')) yield fact(RIGHT.write);
  if (has('faults')) yield fact(RIGHT.read);
}

function* threadFacts(component: PlanComponent, kernel: PlanKernel): Generator<Fact> {
  const { id, priority, core, budget } = component;
  const times = budget ? words.times(budget.budget_us, budget.period_us) : words.times(1, 1);
  const what = words.thread(priority, priority, core, kernel.mcs ? times : '');
  yield { kind: 'component', component: id, what: 'the component' };
  yield { kind: 'thread', component: id, what };
}

function* deviceFacts(component: PlanComponent): Generator<Fact> {
  const { id } = component;
  for (const { first, last } of component.io_ports) {
    yield { kind: 'io_ports', component: id, what: words.ports(first, last) };
  }
  for (const space of component.io_spaces) {
    yield { kind: 'io_space', component: id, what: words.ioSpace(space, space.domain_id) };
  }
  for (const irq of component.irqs) {
    yield { kind: 'irq', component: id, what: plannedInterrupt(id, irq) };
  }
  for (const { paddr, frame_bits: bits, frames } of component.device_frames) {
    for (let i = 0; i < frames; i += 1) {
      const what = words.deviceFrame(paddr + i * 2 ** bits, bits, READ_WRITE);
      yield { kind: 'device', component: id, what };
    }
  }
}

/** The words for an interrupt of a component. */
export function plannedInterrupt(id: string, irq: PlanIrq): string {
  const source =
    irq.type === 'msi'
      ? words.message(irq, irq.handle)
      : words.ioapicInput(irq.ioapic, irq.pin, irq.level, irq.active_low);
  return words.interrupt(source, irq.vector, words.event(id, 1n << BigInt(irq.bit)));
}

function* memoryFacts(
  component: PlanComponent,
  images: ReadonlyMap<string, PlanImage>,
): Generator<Fact> {
  const { id, memory } = component;
  for (const bits of component.untyped) {
    yield { kind: 'untyped', component: id, what: words.untyped(bits) };
  }
  if (memory !== undefined && memory.frames > 0) {
    const what = words.ownFrame(memory.frame_bits, READ_WRITE);
    yield { kind: 'memory', component: id, what, count: memory.frames };
  }
  for (const name of component.images) {
    const image = images.get(name);
    if (image === undefined) continue;
    for (const what of imageWords(image)) {
      yield { kind: 'image', component: id, what: `${what} (${words.access(RIGHT.read)})` };
    }
  }
}

function* imageWords({ id, bytes, frame_bits: bits, frames }: PlanImage): Generator<string> {
  for (let i = 0; i < frames; i += 1) {
    const offset = i * 2 ** bits;
    if (offset >= bytes) return;
    yield words.imageFrame(id, offset, Math.min(2 ** bits, bytes - offset), bits);
  }
}

function* channelFacts(channels: readonly PlanChannel[]): Generator<Fact> {
  const raised = new Set<string>();
  for (const { ends } of channels) {
    const [a, b] = ends;
    if (a === undefined || b === undefined) continue;
    for (const [own, other] of [
      [a, b],
      [b, a],
    ] as const) {
      if (own.frames > 0) yield regionFact(own, other);
      const what = `raising ${words.event(other.component, 1n << BigInt(own.raises))}`;
      // Where many channels share a bit, one capability or several say the same.
      const key = `${own.component} ${what}`;
      if (!raised.has(key)) yield { kind: 'event', component: own.component, what };
      raised.add(key);
    }
  }
}

function regionFact(writer: PlanChannelEnd, reader: PlanChannelEnd): Fact {
  const what = plannedRegion(writer, reader);
  return { kind: 'shared', component: writer.component, what, count: writer.frames };
}

/** The words for a frame of a region. */
export function plannedRegion(writer: PlanChannelEnd, reader: PlanChannelEnd): string {
  return words.shared(writer.frame_bits, [
    [writer.component, READ_WRITE],
    [reader.component, RIGHT.read],
  ]);
}
