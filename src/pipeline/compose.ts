// SPDX-License-Identifier: BSD-2-Clause
import { hasErrors, sortDiagnostics, type Diagnostic } from '../diagnostics/diagnostic.js';
import { emitAll, type Output } from '../emit/all.js';
import type { Plan } from '../generated/plan.js';
import type { System } from '../model/system.js';
import { makePlan } from '../plan/plan.js';
import type { Target } from '../rules/rule.js';
import type { Files } from '../source/files.js';
import { assetsOf } from './assets.js';
import { checkFile, type Checked } from './check.js';

/** A composed system: its plan and every file of the output. */
export interface Composition {
  readonly system: System;
  readonly plan: Plan;
  readonly output: Output;
}

/** How a system is composed. */
export interface How {
  /** Whether a check that could not be made is an error. */
  readonly strict?: boolean;
  /** What for; `camkes` by default. */
  readonly target?: Target;
}

export interface Composed extends Pick<Checked, 'sources' | 'accepted'> {
  readonly diagnostics: readonly Diagnostic[];
  /** Absent when nothing usable is left of the description. */
  readonly system?: System;
  /** Absent when there are errors. */
  readonly composition?: Composition;
}

/**
 * Checks a description and, when it has no errors, plans and emits it. Writes nothing.
 *
 * @param strict whether a check that could not be made is an error
 */
export function composeFile(path: string, files: Files, how: How = {}): Composed {
  const { strict = false, target = 'camkes' } = how;
  const { diagnostics, system, machine, images, ...checked } = checkFile(path, {
    files,
    composing: target,
    strict,
  });
  if (system === undefined) return { ...checked, diagnostics };
  if (hasErrors(diagnostics)) return { ...checked, diagnostics, system };
  const input = { system, images };
  const planned = makePlan(machine === undefined ? input : { ...input, machine });
  if (planned.plan === undefined) {
    const all = sortDiagnostics([...diagnostics, ...planned.diagnostics]);
    return { ...checked, diagnostics: all, system };
  }
  const { plan } = planned;
  const output = emitAll(plan, assetsOf(images));
  return { ...checked, diagnostics, system, composition: { system, plan, output } };
}
