// SPDX-License-Identifier: BSD-2-Clause
import { closeSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { MAX_BYTES } from './decode.js';
import type { FileFault, Files } from './files.js';

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of the path is not a directory',
  EISDIR: 'it is a directory',
  EACCES: 'this user may not read it',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'the path is too long',
  ERR_INVALID_ARG_VALUE: 'the path contains a NUL character',
};

/** What the operating system says, as a fault. */
export function faultOf(error: unknown): FileFault {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const fault = WORDS[code] ?? (error instanceof Error ? error.message : String(error));
  return { fault, missing: code === 'ENOENT' || code === 'ENOTDIR' };
}

/**
 * Opens a file, hands it over, and closes it whatever happens.
 *
 * @param regular refuse what is no regular file: images are read several times, and a pipe would block, and give nothing
 *   the second time
 */
function withFile<T>(
  path: string,
  use: (fd: number, bytes: number) => T,
  regular = false,
): T | FileFault {
  try {
    if (regular && !mayBeRead(path)) {
      return { fault: 'it is not a regular file', missing: false };
    }
    const fd = openSync(path, 'r');
    try {
      const stat = fstatSync(fd);
      if (stat.isDirectory())
        return { fault: WORDS['EISDIR'] ?? '', missing: false, directory: true };
      return use(fd, stat.size);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    return faultOf(error);
  }
}

/** Asked before opening, which would wait at a pipe. A directory has words of its own. */
function mayBeRead(path: string): boolean {
  const stat = statSync(path);
  return stat.isFile() || stat.isDirectory();
}

/**
 * At most `length` bytes from the beginning.
 *
 * @param expected how many there seem to be; a pipe or a file of the kernel's says 0 and gives more
 */
function readStart(fd: number, length: number, expected: number): Uint8Array {
  // One byte more than expected, to meet the end without asking for more room.
  let buffer: Uint8Array = new Uint8Array(Math.min(length, expected + 1));
  let filled = 0;
  for (;;) {
    const count = readSync(fd, buffer, filled, buffer.length - filled, null);
    filled += count;
    if (count === 0 || filled === length) return buffer.subarray(0, filled);
    if (filled === buffer.length) buffer = enlarged(buffer, length);
  }
}

function enlarged(buffer: Uint8Array, most: number): Uint8Array {
  const larger = new Uint8Array(Math.min(most, buffer.length * 2));
  larger.set(buffer);
  return larger;
}

/** The machine's own files. `-` is standard input, for text. */
export function nodeFiles(sha256: (bytes: Uint8Array) => string): Files {
  return {
    read(path) {
      // One byte more than is accepted, so that what is too large is seen without being read whole.
      if (path === '-') return withStdin();
      return withFile(path, (fd, bytes) => readStart(fd, MAX_BYTES + 1, bytes));
    },
    size: (path) => withFile(path, (_fd, bytes) => bytes, true),
    head: (path, length) => withFile(path, (fd, bytes) => readStart(fd, length, bytes), true),
    sha256: (path) => withFile(path, (fd) => sha256(readFileSync(fd)), true),
  };
}

function withStdin(): Uint8Array | FileFault {
  try {
    return new Uint8Array(readFileSync(0));
  } catch (error) {
    return faultOf(error);
  }
}
