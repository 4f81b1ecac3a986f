// SPDX-License-Identifier: BSD-2-Clause

/** A place for people: line and column from 1, the column in characters. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Offsets at which the lines of a text begin. CR LF, LF and a lone CR each end a line. */
export function lineStarts(text: string): number[] {
  const starts = [0];
  const breaks = /\r\n|\n|\r/g;
  while (breaks.exec(text) !== null) starts.push(breaks.lastIndex);
  return starts;
}

/** The index of the line that holds an offset, from 0. */
export function lineIndex(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Line and column of an offset. */
export function position(text: string, starts: readonly number[], offset: number): Position {
  const clamped = Math.min(offset, text.length);
  const index = lineIndex(starts, clamped);
  const before = text.slice(starts[index] ?? 0, clamped);
  return { line: index + 1, column: Array.from(before).length + 1 };
}
