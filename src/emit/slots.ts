// SPDX-License-Identifier: BSD-2-Clause
import type { PlanCap, PlanChannelEnd, PlanComponent } from '../generated/plan.js';
import { lookUp, type PlanIndex } from './plan-index.js';

/** Neighbouring slots of a component's CNode, and what the plan puts there. */
export interface SlotRange {
  readonly slot: number;
  readonly count: number;
  readonly content: SlotContent;
}

export type SlotContent =
  | { readonly what: 'tcb' | 'cnode' | 'vspace' | 'notification' | 'memory' }
  | { readonly what: 'faults' | 'reply' }
  /** Of the monitor with this number. */
  | { readonly what: 'fault'; readonly number: number }
  | { readonly what: 'asid_pool'; readonly pool: number }
  /** `index` counts in the component's list of that kind. */
  | {
      readonly what: 'untyped' | 'io_ports' | 'irq' | 'io_space';
      readonly index: number;
    }
  | { readonly what: 'device'; readonly index: number }
  /** `own` raises `signal` at `other` and writes `region_tx`; `other` writes `region_rx`. */
  | {
      readonly what: 'signal' | 'region_tx' | 'region_rx';
      readonly own: PlanChannelEnd;
      readonly other: PlanChannelEnd;
    };

/**
 * Turns the plan's table of slots, which names things, into the things themselves. The only place
 * that knows how the table is to be read; that it does not fit is a fault of the plan.
 */
export function resolveSlots(index: PlanIndex, component: PlanComponent): SlotRange[] {
  const ends = new Map(
    (index.ends.get(component.id) ?? []).map(({ port, channel }) => {
      const own = channel.ends.find((end) => end.component === component.id);
      const other = channel.ends.find((end) => end.component !== component.id);
      return [port, { own, other }] as const;
    }),
  );
  const next = counter();
  return component.caps.flatMap(({ slot, count, kind, name }): SlotRange[] => {
    switch (kind) {
      case 'free':
        return [];
      case 'tcb':
      case 'cnode':
      case 'vspace':
      case 'notification':
      case 'memory':
      case 'faults':
      case 'reply':
        return [{ slot, count, content: { what: kind } }];
      case 'fault': {
        const { fault_number: number } = component;
        if (number === undefined) throw new Error(`nobody hears of faults of "${component.id}"`);
        return [{ slot, count, content: { what: kind, number } }];
      }
      case 'asid_pool': {
        const { asid_pool: pool } = component;
        if (pool === undefined) throw new Error(`the plan gives "${component.id}" no ASID pool`);
        return [{ slot, count, content: { what: kind, pool } }];
      }
      case 'signal':
      case 'region_tx':
      case 'region_rx': {
        const { own, other } = lookUp(ends, name, 'channel');
        if (!own || !other) throw new Error(`the channel at "${name}" lacks an end`);
        return [{ slot, count, content: { what: kind, own, other } }];
      }
      case 'device':
        return [{ slot, count, content: { what: kind, index: next(kind) } }];
      case 'untyped':
      case 'io_ports':
      case 'io_space':
      case 'irq':
        return Array.from({ length: count }, (_, i) => ({
          slot: slot + i,
          count: 1,
          content: { what: kind, index: next(kind) },
        }));
    }
  });
}

/**
 * What the lifecycle manager hears when a monitor has faulted: a bit that none of its events has, and the monitor's number.
 */
export function faultBadge(number: number): bigint {
  return (1n << BigInt(FAULT_BIT)) | BigInt(number);
}

/** Above the bits that events have (`MK_COMPONENT_FAULT` in vmm-c/components/component.h). */
const FAULT_BIT = 40;

/** Counts each kind from 0: the table has the things of a kind in the order of the component's list. */
function counter(): (kind: PlanCap['kind']) => number {
  const counts = new Map<PlanCap['kind'], number>();
  return (kind) => {
    const count = counts.get(kind) ?? 0;
    counts.set(kind, count + 1);
    return count;
  };
}
