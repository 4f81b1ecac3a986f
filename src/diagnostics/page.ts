// SPDX-License-Identifier: BSD-2-Clause
import type { Severity } from './diagnostic.js';

/**
 * What is known of a diagnostic code: the text of `makatea explain`, of the reference in docs/, and two examples that
 * the tests run.
 */
export interface Page {
  readonly code: string;
  readonly severity: Severity;
  readonly title: string;
  /** Whether a description may accept it. Never so where isolation breaks, or nothing could run. */
  readonly acceptable?: true;
  /**
   * What the examples are: a system description where it is left out; the files of an inventory, as YAML with their
   * paths as keys; a machine dump; pieces of a kernel's source, as YAML with their paths as keys; what tools printed.
   */
  readonly kind?: 'inventory' | 'dump' | 'kernel' | 'log';
  /** Why it matters and what to do, in Markdown. */
  readonly text: string;
  /** A description that gives this code. */
  readonly fails: string;
  /** The same, mended: gives no error, and not this code. */
  readonly passes: string;
  /**
   * Files that the examples name, by path relative to them: text, or the name of a made image (see the tests'
   * support), e.g. `@bzimage`.
   */
  readonly files?: Readonly<Record<string, string>>;
}
