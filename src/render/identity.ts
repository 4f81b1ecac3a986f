// SPDX-License-Identifier: BSD-2-Clause
import { hash } from 'node:crypto';
import type { Diagnostic, Sources } from '../diagnostics/diagnostic.js';

/**
 * What makes a finding the same one in the next version of a file, as a hash for each: its code, its file, the keys that
 * lead to its line, and the text that it points at. Lines that come and go elsewhere, comments, other values on the same
 * line and the wording of the message change nothing. Findings that are alike even so are counted.
 *
 * @param name what a file is called, by its id
 */
export function identities(
  diagnostics: readonly Diagnostic[],
  sources: Sources,
  name: (file: number) => string,
): string[] {
  const trails = sources.map(({ text }) => trailer(text));
  const seen = new Map<string, number>();
  return diagnostics.map(({ code, span }) => {
    const { text } = sources[span.file] ?? { text: '' };
    const [covered = ''] = text.slice(span.start, span.end).split(/[\r\n]/, 1);
    const what = JSON.stringify([
      code,
      name(span.file),
      ...(trails[span.file]?.(span.start) ?? []),
      covered.trim(),
    ]);
    const count = seen.get(what) ?? 0;
    seen.set(what, count + 1);
    const digits = hash('sha256', what.toWellFormed()).slice(0, 32);
    return `${digits}:${String(count + 1)}`;
  });
}

interface Line {
  readonly start: number;
  /** The text up to the first colon: in block style the line's key. */
  readonly key: string;
  readonly indent: number;
  /** The nearest line above that is indented less. */
  readonly parent: Line | undefined;
}

/** For each place of a text the keys that lead to it, told by indentation alone, so that broken YAML has them too. */
function trailer(text: string): (offset: number) => string[] {
  const lines: Line[] = [];
  let last: Line | undefined;
  for (const match of text.matchAll(/^([ ]*)([^\s#][^:\r\n]*)/gm)) {
    const indent = match[1]?.length ?? 0;
    let parent: Line | undefined = last;
    while (parent !== undefined && parent.indent >= indent) parent = parent.parent;
    last = { start: match.index, key: match[2]?.trim() ?? '', indent, parent };
    lines.push(last);
  }
  return (offset) => {
    const keys: string[] = [];
    let line = lastUpTo(lines, offset);
    for (; line !== undefined; line = line.parent) keys.unshift(line.key);
    return keys;
  };
}

/** The last line that begins at a place or before it. */
function lastUpTo(lines: readonly Line[], offset: number): Line | undefined {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[middle]?.start ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return lines[low - 1];
}
