// SPDX-License-Identifier: BSD-2-Clause
import type { Spec } from '../capdl/model.js';
import { indexPlan } from '../emit/plan-index.js';
import type { Plan } from '../generated/plan.js';
import { builtFacts } from './built-facts.js';
import { readSystem } from './built.js';
import { differences, type Mismatch } from './facts.js';
import { planFacts, poolLeaders } from './plan-facts.js';
import { builtSlots, plannedSlots } from './slot-facts.js';

export { formatMismatch, type Mismatch } from './facts.js';

/**
 * Finds in a specification, as CAMkES built it, exactly the authority that the plan grants: every
 * component with its thread, events, memory, devices and interrupts, and nothing beyond them.
 *
 * Not looked at is what a component needs to run its own program, as far as nobody else reaches
 * it: frames of text, data and stack, fault endpoints, replies. Whether capabilities stand in the
 * planned slots is only told where the authority is right; before, it would say all things twice.
 */
export function comparePlanWithCdl(plan: Plan, cdl: Spec): Mismatch[] {
  const system = readSystem(cdl, plan);
  const granted = differences(planFacts(plan), builtFacts(system));
  if (granted.length > 0) return granted;
  return differences(plannedSlots(indexPlan(plan), poolLeaders(plan)), builtSlots(system));
}
