// SPDX-License-Identifier: BSD-2-Clause
import type * as crypto from 'node:crypto';

/**
 * Stands for `node:crypto` in the built program, and loads it (3 ms) at the first use: most runs
 * hash nothing. Named without `node:` it is the real one.
 */
export function hash(algorithm: string, data: crypto.BinaryLike): string {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- only this loads late and at once
  return (require('crypto') as typeof crypto).hash(algorithm, data);
}
