// SPDX-License-Identifier: BSD-2-Clause
import type { PlanCap, PlanComponent } from '../../generated/plan.js';
import { append } from '../plan-index.js';
import { NONE } from './literal.js';

/** Finds the slots of a component's capabilities. */
export interface SlotFinder {
  /** The first slot of a run; the plan must have it. */
  first(kind: PlanCap['kind'], name?: string): string;
  /** The first slot of a run, or `MK_NONE`. */
  optional(kind: PlanCap['kind']): string;
  /** A run of a known length, as an initializer of `struct mk_slots`. */
  run(kind: PlanCap['kind'], count: number, name?: string): string;
  /** A run of whatever length, or none. */
  any(kind: PlanCap['kind'], name?: string): string;
}

/** No slots, as an initializer of `struct mk_slots`. */
export const NO_SLOTS = '{ 0, 0 }';

/**
 * Runs are found by kind and name. Where several have the same name, each call takes the next one,
 * so rows get their slots in the order of both tables.
 */
export function slotFinder(component: PlanComponent): SlotFinder {
  const runs = new Map<string, PlanCap[]>();
  const key = (kind: string, name: string): string => `${kind} ${name}`;
  for (const cap of component.caps) append(runs, key(cap.kind, cap.name), cap);
  const take = (kind: PlanCap['kind'], name: string = kind): PlanCap | undefined =>
    runs.get(key(kind, name))?.shift();
  const must = (kind: PlanCap['kind'], name: string = kind): PlanCap => {
    const cap = take(kind, name);
    if (cap === undefined) throw new Error(`"${component.id}" has no slot for ${kind} "${name}"`);
    return cap;
  };
  return {
    first: (kind, name) => String(must(kind, name).slot),
    optional: (kind) => String(take(kind)?.slot ?? NONE),
    run(kind, count, name) {
      if (count === 0) return NO_SLOTS;
      const cap = must(kind, name);
      if (cap.count !== count) throw new Error(`"${component.id}": ${kind} has a wrong count`);
      return slots(cap);
    },
    any(kind, name) {
      const cap = take(kind, name);
      return cap === undefined ? NO_SLOTS : slots(cap);
    },
  };
}

function slots(cap: PlanCap): string {
  return `{ ${String(cap.slot)}, ${String(cap.count)} }`;
}
