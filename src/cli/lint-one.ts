// SPDX-License-Identifier: BSD-2-Clause
import { checkFile } from '../pipeline/check.js';
import type { Files } from '../source/files.js';
import type { Found } from './found.js';

/** Checks one description. Of one without findings nothing is kept, so that any number can be checked. */
export function checkOne(path: string, files: Files, strict: boolean): Found {
  const options = { files, composing: false, strict } as const;
  const { diagnostics, accepted, sources, machineFile } = checkFile(path, options);
  const fine = diagnostics.length === 0 && accepted.length === 0;
  return {
    diagnostics,
    accepted,
    sources: fine ? [] : sources,
    ...(machineFile && { machineFile }),
  };
}
