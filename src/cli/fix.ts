// SPDX-License-Identifier: BSD-2-Clause
import { replaceFile } from '../output/replace.js';
import { fixFiles, type Change } from '../pipeline/fix.js';
import { count, harmless } from '../render/text.js';
import type { Files } from '../source/files.js';

/**
 * Mends what has one right answer, in place; standard input's text goes to standard output. What was changed is told on
 * standard error, whatever the format of the findings.
 *
 * @returns the files as they are now, or what went wrong.
 */
export function mend(paths: readonly string[], files: Files): Files | string {
  const fixed = fixFiles(paths, files);
  for (const [path, bytes] of fixed.contents) {
    if (path === '-') continue;
    const fault = replaceFile(path, bytes);
    if (fault !== undefined) return fault;
  }
  const stdin = paths.includes('-') ? fixed.files.read('-') : undefined;
  if (stdin instanceof Uint8Array) process.stdout.write(stdin);
  for (const change of fixed.changes) process.stderr.write(`${told(change)}\n`);
  if (fixed.changes.length > 0)
    process.stderr.write(`${count(fixed.changes.length, 'fix', 'fixes')} made\n\n`);
  return fixed.files;
}

function told({ name, line, column, code, title }: Change): string {
  return `fixed ${harmless(name)}:${String(line)}:${String(column)}: ${code}: ${harmless(title)}`;
}
