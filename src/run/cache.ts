// SPDX-License-Identifier: BSD-2-Clause
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { makeFolder } from '../output/folder.js';
import { PACKAGE } from '../util/package.js';
import type { RunFault } from './fault.js';

/**
 * Where files stand that can be made again: in a clone its own `.cache`, which git ignores; for an installed program the
 * user's (XDG Base Directory Specification 0.8).
 */
export function cacheDir(home = PACKAGE): string {
  if (existsSync(join(home, '.git'))) return join(home, '.cache');
  const { XDG_CACHE_HOME = '' } = process.env;
  const base = isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : join(homedir(), '.cache');
  return join(base, 'makatea');
}

/** A folder for one run. */
export interface RunDir {
  readonly path: string;
  /** Takes it away again, unless the user wants to keep it. */
  readonly discard: () => void;
}

/** Make splits words at spaces and knows `$`, `#`, `:` and more, and can not be told otherwise. */
const MAKE_KNOWS = /^[\w/.+@,-]+$/;

/** Makes the folder: the one that the user wants kept, else one in the cache. */
export function makeRunDir(keep?: string): RunDir | RunFault {
  const parent = keep === undefined ? join(cacheDir(), 'run') : resolve(keep);
  for (const path of [parent, PACKAGE]) {
    if (!MAKE_KNOWS.test(path)) {
      const fault = `make can not work with the path ${JSON.stringify(path)}`;
      return { fault, hint: 'letters, digits and -_.,+@ only, and no spaces' };
    }
  }
  try {
    makeFolder(parent);
    if (keep !== undefined) return { path: parent, discard: () => undefined };
    const path = mkdtempSync(join(parent, 'system-'));
    return {
      path,
      discard: () => {
        rmSync(path, { recursive: true, force: true });
      },
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { fault: `${parent} can not be written: ${reason}` };
  }
}
