// SPDX-License-Identifier: BSD-2-Clause
import type { Diagnostic, Sources } from '../diagnostics/diagnostic.js';
import { checkFile } from '../pipeline/check.js';
import type { Files } from '../source/files.js';

/** What was found in a description, and the texts that this is about. */
export interface Findings {
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: Sources;
}

/** Checks one description. Of one without findings nothing is kept, so that any number can be checked. */
export function checkOne(path: string, files: Files): Findings {
  const { diagnostics, sources } = checkFile(path, { files, composing: false });
  return diagnostics.length === 0 ? { diagnostics, sources: [] } : { diagnostics, sources };
}
