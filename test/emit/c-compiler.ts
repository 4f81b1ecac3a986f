// SPDX-License-Identifier: BSD-2-Clause
import { execa } from 'execa';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Headers that are written by hand. */
export const INCLUDE = fileURLToPath(new URL('../../vmm-c/include', import.meta.url));

/** What the C side is compiled with; nothing that the composer emits may want less. */
export const STRICT = ['-std=c11', '-Wall', '-Wextra', '-Wconversion', '-Wpedantic', '-Werror'];

/** Compilers that every header must pass. */
export const COMPILERS = ['gcc', 'clang'] as const;

/** Writes files into a fresh directory for as long as something is done there. */
export async function inScratch<T>(
  files: Iterable<readonly [string, string]>,
  use: (dir: string) => Promise<T>,
): Promise<T> {
  const dir = await mkdtemp(path.join(tmpdir(), 'makatea-header-'));
  try {
    for (const [name, text] of files) {
      const file = path.join(dir, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text);
    }
    return await use(dir);
  } finally {
    await rm(dir, { recursive: true });
  }
}

/** The constant that a header defines: the last definition in it. */
function constantOf(header: string): string {
  return /^static const struct \w+_config (\w+) = \{$/m.exec(header)?.[1] ?? 'missing';
}

/** Checks headers, each included as a component does it; gives what the compiler has to say. */
export async function checkHeaders(
  compiler: string,
  headers: ReadonlyMap<string, string>,
): Promise<string> {
  const users = [...headers].map(([name, text], i) => {
    const use = `extern const void *const use;\nconst void *const use = &${constantOf(text)};\n`;
    return [`use${String(i)}.c`, `#include "${name}"\n${use}`] as const;
  });
  return check(
    compiler,
    [...headers, ...users],
    users.map(([file]) => file),
  );
}

/** The same for many, faster: one source file has them all, each in a function of its own. */
export async function checkTogether(compiler: string, headers: readonly string[]): Promise<string> {
  const functions = headers.map((text, i) => {
    const name = `use${String(i)}`;
    const macros = [...text.matchAll(/^# *define (\w+)/gm)].map(
      ([, macro]) => `#undef ${String(macro)}`,
    );
    return [
      `const void *${name}(void);`,
      `const void *${name}(void) {`,
      text,
      `return &${constantOf(text)};`,
      '}',
      ...macros,
    ].join('\n');
  });
  const source = ['#include "makatea/config_component.h"', ...functions, ''].join('\n');
  return check(compiler, [['all.c', source]], ['all.c']);
}

async function check(
  compiler: string,
  files: readonly (readonly [string, string])[],
  sources: readonly string[],
): Promise<string> {
  const flags = [...STRICT, '-ffreestanding', '-fsyntax-only', '-I', INCLUDE];
  return inScratch(files, async (cwd) => {
    const { all } = await execa(compiler, [...flags, ...sources], {
      cwd,
      all: true,
      reject: false,
    });
    return all;
  });
}
