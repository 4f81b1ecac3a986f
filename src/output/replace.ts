// SPDX-License-Identifier: BSD-2-Clause
import { chmodSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Gives a file new content, whole or not at all: written beside it, then renamed over it. A symbolic link stays one, and
 * the file keeps its mode.
 *
 * @returns what went wrong, if anything.
 */
export function replaceFile(path: string, bytes: Uint8Array): string | undefined {
  let temporary: string | undefined;
  try {
    const target = realpathSync(path);
    temporary = join(dirname(target), `.makatea-${String(process.pid)}.tmp`);
    writeFileSync(temporary, bytes, { flag: 'wx' });
    chmodSync(temporary, statSync(target).mode);
    renameSync(temporary, target);
    return undefined;
  } catch (error) {
    if (temporary !== undefined) rmSync(temporary, { force: true });
    return `${path} can not be replaced: ${error instanceof Error ? error.message : String(error)}`;
  }
}
