// SPDX-License-Identifier: BSD-2-Clause
import { execa } from 'execa';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Headers that are written by hand. */
export const INCLUDE = fileURLToPath(new URL('../../vmm-c/include', import.meta.url));

/** What the C side is compiled with; nothing that the composer emits may want less. */
export const STRICT = ['-std=c11', '-Wall', '-Wextra', '-Wconversion', '-Wpedantic', '-Werror'];

/** Compilers that every header must pass. */
export const COMPILERS = ['gcc', 'clang'] as const;

/** Writes files into a fresh directory and gives its path. */
export async function scratch(files: Iterable<readonly [string, string]>): Promise<string> {
  const dir = await mkdtemp(path.join(tmpdir(), 'makatea-header-'));
  for (const [name, text] of files) {
    const file = path.join(dir, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return dir;
}

/** Checks many headers by one run of a compiler; gives what it has to say. */
export async function checkHeaders(
  compiler: string,
  headers: ReadonlyMap<string, string>,
): Promise<string> {
  // The constant is named after its type, so that one line of C uses any of them.
  const users = [...headers].map(([name, text], i) => {
    const constant = /^static const struct \w+_config (\w+) = \{$/m.exec(text)?.[1];
    const user = `#include "${name}"\nextern const void *const use;\nconst void *const use = &${String(constant)};\n`;
    return [`use${String(i)}.c`, user] as const;
  });
  const dir = await scratch([...headers, ...users]);
  const { all } = await execa(
    compiler,
    [...STRICT, '-ffreestanding', '-fsyntax-only', '-I', INCLUDE, ...users.map(([file]) => file)],
    { cwd: dir, all: true, reject: false },
  );
  return all;
}
