// SPDX-License-Identifier: BSD-2-Clause
import type { Plan, PlanComponent } from '../../generated/plan.js';
import { log2Ceil } from '../../util/size.js';

/**
 * Kernel objects that CAMkES adds to each component: frames of its program, heap and stack, and
 * their page tables. Seen with empty bodies: TODO.
 */
const PROGRAM_OBJECTS = 2048;

export function loaderSize(plan: Plan): { objects: number; cnodeBits: number } {
  const own = plan.components.reduce((sum, c) => sum + ownObjects(c), 0);
  const objects = own + plan.components.length * PROGRAM_OBJECTS;
  return { objects, cnodeBits: log2Ceil(objects * 3) };
}

function ownObjects(c: PlanComponent): number {
  return c.caps.reduce((n, cap) => n + cap.count, 0);
}
