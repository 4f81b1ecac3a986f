// SPDX-License-Identifier: BSD-2-Clause
import type { Located, Path } from '../source/located.js';
import { parse } from '../source/parse.js';

/** Where in a description the user types. */
export interface Cursor {
  /** The document as it reads with something written at the cursor. */
  readonly root: Located;
  readonly path: Path;
  readonly at: 'key' | 'value';
  /** The word at the cursor, from offset to offset. */
  readonly start: number;
  readonly end: number;
  readonly word: string;
  /** Whether the word is followed by a colon. */
  readonly isKey: boolean;
}

/** Stands for the word at the cursor while the text is read. A text that has it already gets no completion. */
const MARK = 'makateaCursor';

/**
 * Reads a text that is being written: the word at the cursor, which may be missing yet, is replaced by one that can be
 * found again. The YAML reader goes on after mistakes, so what stands elsewhere need not be right.
 *
 * @returns the ways to read it: a word alone on its line may become a key, or go on with what is above.
 */
export function cursorsAt(text: string, offset: number): Cursor[] {
  if (text.includes(MARK)) return [];
  const start = wordStart(text, offset);
  const line = lineRest(text, offset);
  const rest = /^[^\s,[\]{}]*?(?=:?(?:[\s,[\]{}]|$))/.exec(line)?.[0] ?? '';
  const end = offset + rest.length;
  const alone =
    line.slice(rest.length).trim() === '' && /(?:^|[\r\n])[ \t]*$/.test(lineStart(text, start));
  return (alone ? [`${MARK}:`, MARK] : [MARK]).flatMap((mark) => {
    const { root } = parse(0, text.slice(0, start) + mark + text.slice(end));
    const found = root === undefined ? undefined : find(root, []);
    if (root === undefined || found === undefined) return [];
    const isKey = text[end] === ':';
    return { ...found, root, start, end, word: text.slice(start, end), isKey };
  });
}

/** What stands before a word in its line, as far as it can matter. */
function lineStart(text: string, start: number): string {
  return text.slice(Math.max(0, start - MAX_WORD), start);
}

function wordStart(text: string, offset: number): number {
  let start = offset;
  while (start > 0 && !/[\s,[\]{}]/.test(text[start - 1] ?? '')) start -= 1;
  return start;
}

function lineRest(text: string, offset: number): string {
  return /^[^\r\n]*/.exec(text.slice(offset, offset + MAX_WORD))?.[0] ?? '';
}

/** No name is longer; what is need not be completed. */
const MAX_WORD = 200;

function find(node: Located, path: Path): Pick<Cursor, 'path' | 'at'> | undefined {
  if (node.kind === 'scalar') return node.value === MARK ? { path, at: 'value' } : undefined;
  if (node.kind === 'seq') {
    for (const [index, item] of node.items.entries()) {
      const found = find(item, [...path, String(index)]);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  for (const { key, value } of [...node.entries.values(), ...node.repeated]) {
    if (key === MARK) return { path: [...path, key], at: 'key' };
    const found = find(value, [...path, key]);
    if (found !== undefined) return found;
  }
  return undefined;
}
