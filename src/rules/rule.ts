// SPDX-License-Identifier: BSD-2-Clause
import type { Extras, Severity, Span } from '../diagnostics/diagnostic.js';
import type { Page } from '../diagnostics/page.js';
import type { ImageTable } from '../facts/images.js';
import type { Machine } from '../model/machine.js';
import type { Acceptor, System } from '../model/system.js';

/** What a system is composed for: seL4's CAMkES, or the bench that `makatea run` boots. */
export type Target = 'camkes' | 'bench';

/** All that a rule may look at. */
export interface RuleInput {
  readonly system: System;
  /** Absent when the description names no machine file, or it could not be read. */
  readonly machine?: Machine;
  readonly images: ImageTable;
  /** What output is wanted for, if it is: what `lint` lets wait (a missing image) is then an error. */
  readonly composing: Target | false;
}

/** What a rule says of a finding beside its place and its message. */
export interface FindingExtras extends Extras {
  readonly severity?: Severity;
  /** The VM or device whose entry can accept the finding; the system where it is left out. */
  readonly of?: Acceptor;
}

export type Report = (span: Span, message: string, extras?: FindingExtras) => void;

/**
 * Says that something could not be judged, because the machine file is absent or does not tell.
 *
 * @param what was not checked, as it stands in a list: "the number of cores"
 * @param of the VM or device whose entry could accept the finding that there may be
 */
export type Unjudged = (what: string, of?: Acceptor) => void;

/** One check of a description's meaning: its page, and the check. A rule prints nothing and changes nothing. */
export interface Rule extends Page {
  readonly check: (input: RuleInput, report: Report, unjudged: Unjudged) => void;
}
