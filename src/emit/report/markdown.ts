// SPDX-License-Identifier: BSD-2-Clause
import { hex, markdownCell } from '../filters.js';

/** A column's heading; numbers stand at the right. */
export interface Column {
  readonly title: string;
  readonly right?: boolean;
}

/** Any text, so that Markdown shows it as it is. */
export const text = markdownCell;

/** A number or a sign of our own, in the font of code. */
export function code(value: string): string {
  return `\`${value}\``;
}

/** An address with a fixed number of digits. */
export function address(value: number, digits: number): string {
  return code(hex(value, digits));
}

/** A range of addresses, both ends inclusive. */
export function range(first: number, bytes: number, digits: number): string {
  return code(`${hex(first, digits)} – ${hex(first + Math.max(bytes, 1) - 1, digits)}`);
}

/** What may be empty. */
export function orDash(value: string): string {
  return value === '' ? '–' : value;
}

/** A longer cell does not widen its column: one of them would make every row as long. */
const WIDEST = 110;

/**
 * A table whose cells are Markdown already, padded so that it reads well as plain text too. Without
 * rows it is a word that says so.
 */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return 'None.';
  const widths = columns.map((column, i) =>
    rows
      .map((row) => width(row[i] ?? ''))
      .filter((cell) => cell <= WIDEST)
      .reduce((most, cell) => Math.max(most, cell), Math.max(3, width(column.title))),
  );
  const line = (cells: readonly string[]): string =>
    `| ${columns.map((column, i) => pad(cells[i] ?? '', widths[i] ?? 0, column.right)).join(' | ')} |`;
  const rule = columns.map((column, i) => {
    const dashes = '-'.repeat((widths[i] ?? 0) - 1);
    return column.right === true ? `${dashes}:` : `${dashes}-`;
  });
  return [columns.map((column) => column.title), rule, ...rows].map(line).join('\n');
}

function pad(cell: string, to: number, right = false): string {
  const blanks = ' '.repeat(Math.max(0, to - width(cell)));
  return right ? blanks + cell : cell + blanks;
}

/** Characters, not UTF-16 units. */
function width(cell: string): number {
  return Array.from(cell).length;
}
