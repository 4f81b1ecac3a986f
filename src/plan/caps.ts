// SPDX-License-Identifier: BSD-2-Clause
import type { PlanCap, PlanChannel, PlanComponent } from '../generated/plan.js';
import { log2Ceil } from '../util/size.js';

/** Slots below belong to CAMkES, which fills them by itself. */
const FIRST_SLOT = 256;

/** A component but for its table of slots. */
export type DraftComponent = Omit<PlanComponent, 'caps' | 'cnode_bits'> & {
  /** Slots that stay empty for objects and copies which the component makes. */
  readonly freeSlots: number;
};

/** A channel as one of its ends sees it. */
export interface OwnEnd {
  readonly kind: PlanChannel['kind'];
  readonly own: PlanChannel['ends'][number];
  readonly other: PlanChannel['ends'][number];
}

/** The ends of all channels by component. */
export function endsByComponent(channels: readonly PlanChannel[]): Map<string, OwnEnd[]> {
  const ends = new Map<string, OwnEnd[]>();
  const add = (end: OwnEnd): void => {
    const list = ends.get(end.own.component);
    if (list === undefined) ends.set(end.own.component, [end]);
    else list.push(end);
  };
  for (const channel of channels) {
    const { kind } = channel;
    const [a, b] = channel.ends;
    if (a === undefined || b === undefined) throw new Error(`channel ${channel.id} lacks an end`);
    add({ kind, own: a, other: b });
    add({ kind, own: b, other: a });
  }
  return ends;
}

type Run = Omit<PlanCap, 'slot'>;

function one(kind: PlanCap['kind'], name: string = kind): Run {
  return { kind, name, count: 1 };
}

function runs(draft: DraftComponent, ends: readonly OwnEnd[], mcs: boolean): Run[] {
  const { untyped, asid_pool, memory, freeSlots, fault_number } = draft;
  const isHandler = draft.role === 'lifecycle';
  const many = (kind: PlanCap['kind'], count: number): Run[] =>
    count > 0 ? [{ kind, name: kind, count }] : [];
  return [
    one('tcb'),
    one('cnode'),
    one('vspace'),
    one('notification'),
    ...(fault_number === undefined ? [] : [one('fault')]),
    ...(isHandler ? [one('faults')] : []),
    ...(isHandler && mcs ? [one('reply')] : []),
    ...(asid_pool === undefined ? [] : [one('asid_pool')]),
    ...many('untyped', untyped.length),
    ...ends.map(({ own }) => one('signal', own.port)),
    ...ends.flatMap(({ own, other }): Run[] => [
      { kind: 'region_tx', name: own.port, count: own.frames },
      { kind: 'region_rx', name: own.port, count: other.frames },
    ]),
    ...draft.io_ports.map(({ name }) => one('io_ports', name)),
    ...draft.io_spaces.map(({ name }) => one('io_space', name)),
    ...draft.irqs.map(({ name }) => one('irq', name)),
    ...draft.device_frames.map(({ name, frames }): Run => ({
      kind: 'device',
      name,
      count: frames,
    })),
    ...(memory === undefined
      ? []
      : [{ kind: 'memory' as const, name: memory.purpose, count: memory.frames }]),
    ...many('free', freeSlots),
  ];
}

/** Gives everything that a component is handed its slot. The largest runs stand last, so that the small ones stay put. */
export function layOutSlots(
  draft: DraftComponent,
  ends: readonly OwnEnd[],
  mcs: boolean,
): PlanComponent {
  let slot = FIRST_SLOT;
  const caps = runs(draft, ends, mcs).map((run): PlanCap => {
    const cap = { slot, ...run };
    slot += run.count;
    return cap;
  });
  const { freeSlots: _, ...rest } = draft;
  return { ...rest, cnode_bits: log2Ceil(slot), caps };
}
