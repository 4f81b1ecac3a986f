// SPDX-License-Identifier: BSD-2-Clause
import { createHash } from 'node:crypto';
import { placeholderKernel } from '../../src/init/placeholder.js';
import type { FileFault, Files } from '../../src/source/files.js';

/** The content of a file in memory: bytes, text, or the name of a made image such as `@bzimage`. */
export type Content = string | Uint8Array;

/** Images that are made instead of committed. */
const IMAGES: Readonly<Record<string, () => Uint8Array>> = {
  '@bzimage': () => placeholderKernel(),
  '@bzimage32': () => placeholderKernel({ is64: false }),
  '@bzimage-damaged': () => placeholderKernel({ payload: new Uint8Array(64).fill(0xa5) }),
  '@bzimage-of-100-mib': () => placeholderKernel({ initSize: 100 * 2 ** 20 }),
  '@bzimage-short-cmdline': () => placeholderKernel({ cmdlineSize: 16 }),
  '@elf': () => Uint8Array.from({ length: 4096 }, (_, n) => [0x7f, 0x45, 0x4c, 0x46][n] ?? 0),
  '@initrd': () => new Uint8Array(3000).fill(0x30),
  '@initrd-of-60-mib': () => new Uint8Array(60 * 2 ** 20),
  '@empty': () => new Uint8Array(0),
};

function bytesOf(content: Content): Uint8Array {
  if (typeof content !== 'string') return content;
  if (!content.startsWith('@')) return new TextEncoder().encode(content);
  const make = IMAGES[content];
  if (make === undefined) throw new Error(`no made image ${content}`);
  return make();
}

/** Files in memory, by path as the stages write it. */
export function memoryFiles(contents: Readonly<Record<string, Content>>): Files {
  const files = new Map(Object.entries(contents).map(([path, c]) => [path, bytesOf(c)]));
  const using = <T>(path: string, use: (bytes: Uint8Array) => T): T | FileFault => {
    const bytes = files.get(path);
    return bytes === undefined ? { fault: 'there is no such file', missing: true } : use(bytes);
  };
  return {
    read: (path) => using(path, (bytes) => bytes),
    size: (path) => using(path, (bytes) => bytes.length),
    head: (path, length) => using(path, (bytes) => bytes.subarray(0, length)),
    sha256: (path) => using(path, (bytes) => createHash('sha256').update(bytes).digest('hex')),
  };
}
