// SPDX-License-Identifier: BSD-2-Clause
import type { PlanAcceptance } from '../generated/plan.js';
import type { Acceptor } from '../model/system.js';

/**
 * The findings that an entry accepts.
 *
 * @param entry how the plan calls it
 */
export function accepted(entry: string, { accept }: Acceptor): PlanAcceptance[] {
  return [...accept].map(([code, reason]) => ({ entry, code, reason }));
}
