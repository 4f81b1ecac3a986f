// SPDX-License-Identifier: BSD-2-Clause
import type { Span } from '../diagnostics/diagnostic.js';
import type { Page } from '../diagnostics/page.js';
import type { Plan } from '../generated/plan.js';
import type { System } from '../model/system.js';

/** What was built, and of which description. */
export interface About {
  readonly system: System;
  readonly plan: Plan;
}

/** A failure as it is told. */
export interface Telling {
  readonly span: Span;
  readonly message: string;
  readonly hint?: string;
}

/** A failure of a tool, of seL4 or of a guest that has a name. */
export interface Failure {
  readonly page: Page;
  /**
   * Found in what was printed, in which white space of any kind and length is one space: CMake breaks lines where it likes.
   */
  readonly pattern: RegExp;
  readonly tell: (match: RegExpExecArray, about: About) => Telling;
}
