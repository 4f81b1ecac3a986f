// SPDX-License-Identifier: BSD-2-Clause
import type { Files } from './files.js';

/**
 * Files whose size and beginning are looked up once: the systems of a folder mostly boot the same few images. For one run
 * only, in which a file that changes meanwhile may be seen as it was.
 */
export function remembered(files: Files): Files {
  return {
    ...files,
    size: once((path) => files.size(path)),
    head: once((path, length) => files.head(path, length)),
  };
}

function once<T>(look: (path: string, length: number) => T): (path: string, length?: number) => T {
  const known = new Map<string, T>();
  return (path, length = 0) => {
    const key = `${String(length)} ${path}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const found = look(path, length);
    known.set(key, found);
    return found;
  };
}
