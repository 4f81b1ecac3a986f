// SPDX-License-Identifier: BSD-2-Clause

/** A place for people: line and column from 1, the column in characters. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** What is needed to turn offsets of a text into places, made once for each text. */
export interface TextIndex {
  readonly length: number;
  /** Offsets at which lines begin. CR LF, LF and a lone CR each end a line. */
  readonly starts: readonly number[];
  /** Offsets just past each character that takes two code units. */
  readonly wide: readonly number[];
}

export function indexText(text: string): TextIndex {
  const starts = [0];
  const breaks = /\r\n|\n|\r/g;
  while (breaks.exec(text) !== null) starts.push(breaks.lastIndex);
  const pairs = text.matchAll(/[\ud800-\udbff][\udc00-\udfff]/g);
  return { length: text.length, starts, wide: Array.from(pairs, (pair) => pair.index + 2) };
}

/** How many of the ascending numbers are not above a value. */
function countUpTo(numbers: readonly number[], value: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The index of the line that holds an offset, from 0. */
export function lineIndex({ starts }: TextIndex, offset: number): number {
  return countUpTo(starts, offset) - 1;
}

/** Line and column of an offset. */
export function position(index: TextIndex, offset: number): Position {
  const clamped = Math.min(offset, index.length);
  const line = lineIndex(index, clamped);
  const start = index.starts[line] ?? 0;
  const wide = countUpTo(index.wide, clamped) - countUpTo(index.wide, start);
  return { line: line + 1, column: clamped - start - wide + 1 };
}
