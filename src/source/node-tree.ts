// SPDX-License-Identifier: BSD-2-Clause
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readSync,
  readdirSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { join, sep } from 'node:path';
import type { FileFault } from './files.js';
import { faultOf } from './node-files.js';
import type { Tree } from './tree.js';

/**
 * A directory of the file system as a tree, or why it can not be one. Links that lead out of it are not followed: a
 * captured tree may come from anyone.
 */
export function nodeTree(directory: string): Tree | FileFault {
  try {
    const root = realpathSync(directory);
    if (!statSync(root).isDirectory()) return { fault: 'it is not a directory', missing: false };
    return {
      read: (path, limit, offset) => guarded(root, path, (file) => readPart(file, limit, offset)),
      list: (path) => guarded(root, path, (file) => readdirSync(file)),
    };
  } catch (error) {
    return faultOf(error);
  }
}

function guarded<T>(root: string, path: string, use: (file: string) => T): T | FileFault {
  try {
    const file = realpathSync(join(root, path));
    const inside = root === sep || file === root || file.startsWith(root + sep);
    if (!inside) return { fault: 'it is a link that leads out of the directory', missing: false };
    return use(file);
  } catch (error) {
    return faultOf(error);
  }
}

function readPart(file: string, limit: number, offset?: number): Uint8Array | FileFault {
  // Not blocking: a pipe that someone put there would wait for ever.
  const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(fd);
    if (stat.isDirectory()) return { fault: 'it is a directory', missing: false, directory: true };
    if (stat.isFIFO() || stat.isSocket()) return { fault: 'it is not a file', missing: false };
    const buffer = new Uint8Array(limit);
    let filled = 0;
    while (filled < limit) {
      const position = offset ?? null;
      const count = readSync(fd, buffer, filled, limit - filled, position);
      filled += count;
      // A file of registers gives what was asked for at once.
      if (count === 0 || offset !== undefined) break;
    }
    return buffer.slice(0, filled);
  } finally {
    closeSync(fd);
  }
}
