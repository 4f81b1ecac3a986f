// SPDX-License-Identifier: BSD-2-Clause
import { RIGHT } from '../capdl/model.js';
import { resolveSlots, type SlotRange } from '../emit/slots.js';
import type { PlanIndex } from '../emit/plan-index.js';
import type { PlanComponent } from '../generated/plan.js';
import { eventWords, ITS_EVENTS, ownPart } from './built-facts.js';
import { statementOf } from './built-objects.js';
import type { BuiltSystem, Held, Task } from './built.js';
import type { Fact } from './facts.js';
import { LIFECYCLE, plannedInterrupt, plannedRegion } from './plan-facts.js';
import * as words from './words.js';

/** Slots below belong to CAMkES (the plan's schema says so). */
const FIRST_SLOT = 256;

const READ_WRITE = RIGHT.read | RIGHT.write;

/** Slots whose contents are told in the same words. */
interface Run {
  readonly first: number;
  readonly last: number;
  readonly what: string;
}

/**
 * What stands in which slot by the plan. A program names its capabilities by the plan's slots, so
 * that the right capability in another slot is as good as none.
 */
export function* plannedSlots(index: PlanIndex, leaders: Leaders): Generator<Fact> {
  for (const component of index.plan.components) {
    const runs = resolveSlots(index, component).flatMap((range) =>
      plannedRuns(component, range, leaders),
    );
    yield* slotFacts(component.id, runs);
  }
}

/** Who stands for an ASID pool. */
export type Leaders = ReadonlyMap<number, string>;

function plannedRuns(component: PlanComponent, range: SlotRange, leaders: Leaders): Run[] {
  const { slot, count, content } = range;
  if (content.what !== 'device') {
    return [
      { first: slot, last: slot + count - 1, what: plannedWords(component, content, leaders) },
    ];
  }
  const { paddr = 0, frame_bits: bits = 0 } = component.device_frames[content.index] ?? {};
  return Array.from({ length: count }, (_, i) => {
    const what = words.deviceFrame(paddr + i * 2 ** bits, bits, READ_WRITE);
    return { first: slot + i, last: slot + i, what };
  });
}

type Content = Exclude<SlotRange['content'], { what: 'device' }>;

function plannedWords(component: PlanComponent, content: Content, leaders: Leaders): string {
  const { id, io_ports: ports, io_spaces: spaces, irqs, untyped, memory } = component;
  switch (content.what) {
    case 'tcb':
      return 'its thread';
    case 'cnode':
      return 'its CNode';
    case 'vspace':
      return 'its address space';
    case 'notification':
      return ITS_EVENTS;
    case 'asid_pool':
      return words.asidPool(leaders.get(content.pool) ?? '');
    case 'memory':
      return words.ownFrame(memory?.frame_bits ?? 0, READ_WRITE);
    case 'untyped':
      return words.untyped(untyped[content.index]);
    case 'io_ports': {
      const range = ports[content.index];
      return range ? words.ports(range.first, range.last) : NOTHING;
    }
    case 'io_space': {
      const space = spaces[content.index];
      return space ? words.ioSpace(space, space.domain_id) : NOTHING;
    }
    case 'irq': {
      const irq = irqs[content.index];
      return irq ? plannedInterrupt(id, irq) : NOTHING;
    }
    case 'fault':
      return words.endpoint(RIGHT.write, [LIFECYCLE]);
    case 'faults':
      return words.endpoint(RIGHT.read, [LIFECYCLE]);
    case 'reply':
      return words.REPLY;
    case 'signal': {
      const { own, other } = content;
      return `raising ${words.event(other.component, 1n << BigInt(own.raises))}`;
    }
    case 'region_tx':
      return plannedRegion(content.own, content.other);
    case 'region_rx':
      return plannedRegion(content.other, content.own);
  }
}

const NOTHING = 'nothing';

/** What stands in which slot of the built system, where the plan's part of the CNodes begins. */
export function* builtSlots(system: BuiltSystem): Generator<Fact> {
  for (const task of system.tasks.values()) {
    const runs = task.slots
      .filter(({ slot }) => slot >= FIRST_SLOT)
      .map((held) => ({ first: held.slot, last: held.slot, what: heldWords(system, task, held) }));
    yield* slotFacts(task.id, runs);
  }
}

function heldWords(system: BuiltSystem, task: Task, held: Held): string {
  const { cap, target } = held;
  if (target === undefined) return cap.type === 'control' ? cap.control : NOTHING;
  const rights = cap.type === 'frame' || cap.type === 'signal' ? cap.rights : 0;
  if (target.object.type === 'rtreply') return words.REPLY;
  return (
    ownPart(task, held) ??
    eventWords(system, task, held) ??
    statementOf(system, target)?.words(rights) ??
    `the ${target.object.type} \`${target.name}\``
  );
}

function* slotFacts(component: string, runs: readonly Run[]): Generator<Fact> {
  let run: Run | undefined;
  const fact = ({ first, last, what }: Run): Fact => ({
    kind: 'slot',
    component,
    what: `slot 0x${first.toString(16)}${last > first ? ` to 0x${last.toString(16)}` : ''}: ${what}`,
  });
  for (const next of runs.toSorted((a, b) => a.first - b.first)) {
    if (run?.what === next.what && run.last + 1 === next.first) {
      run = { ...run, last: next.last };
    } else {
      if (run !== undefined) yield fact(run);
      run = next;
    }
  }
  if (run !== undefined) yield fact(run);
}
