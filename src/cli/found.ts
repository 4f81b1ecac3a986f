// SPDX-License-Identifier: BSD-2-Clause
import type { AcceptedFinding, Diagnostic, Sources } from '../diagnostics/diagnostic.js';

/** Findings, and the texts that they are about. */
export interface Found {
  readonly diagnostics: readonly Diagnostic[];
  /** Shown to programs only. */
  readonly accepted?: readonly AcceptedFinding[];
  readonly sources: Sources;
  /** The machine file that the description names, as it was opened. */
  readonly machineFile?: string;
}
