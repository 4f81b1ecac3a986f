// SPDX-License-Identifier: BSD-2-Clause
import type { FileFault } from './files.js';

/**
 * A directory tree to read an inventory from: a captured one, or that of the running machine. Paths are relative to its
 * root, with `/` between names.
 */
export interface Tree {
  /** At most `limit` bytes, from `offset` on; `offset` is for files of registers, which can not be read from the start. */
  read(path: string, limit: number, offset?: number): Uint8Array | FileFault;
  /** The names in a directory, in no particular order. */
  list(path: string): readonly string[] | FileFault;
}
