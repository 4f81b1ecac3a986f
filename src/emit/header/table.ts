// SPDX-License-Identifier: BSD-2-Clause
import { cComment } from '../filters.js';
import { render } from '../render.js';

/** A row: C expressions in the order of the type's members, and a remark for people. */
export interface Row {
  readonly cells: readonly string[];
  readonly note?: string;
}

/** A table of a header, ready to be printed. */
export interface Table {
  /** The definition, or a comment that there is none: C11 has no empty arrays. */
  readonly text: string;
  /** What points to it. */
  readonly ref: string;
  /** Its number of rows, as an expression. */
  readonly count: string;
}

/** A table of structures, its cells in columns under the names of the members. */
export function table(
  type: string,
  name: string,
  columns: readonly string[],
  rows: readonly Row[],
): Table {
  const { header, lines } = align(
    columns,
    rows.map((row) => row.cells),
  );
  const width = longest(lines);
  const remarked = lines.map((line, i) => {
    const note = rows[i]?.note;
    return note === undefined ? line : `${line.padEnd(width)} /* ${cComment(note)} */`;
  });
  return define(type, name, [`/* ${header} */`, ...remarked], rows.length);
}

/** A table of plain numbers or strings, a few in a line. */
export function list(type: string, name: string, cells: readonly string[], inLine = 8): Table {
  const lines: string[] = [];
  for (let i = 0; i < cells.length; i += inLine) {
    lines.push(`${cells.slice(i, i + inLine).join(', ')},`);
  }
  return define(type, name, lines, cells.length);
}

/** A table whose rows are written out by the caller, each of several lines. */
export function records(type: string, name: string, rows: readonly string[]): Table {
  return define(
    type,
    name,
    rows.flatMap((row) => row.trimEnd().split('\n')),
    rows.length,
  );
}

function define(type: string, name: string, lines: readonly string[], rows: number): Table {
  if (rows === 0) return { text: '/* None. */', ref: 'NULL', count: '0' };
  // Joined here: a loop in a template costs more than all the rest, and there are many rows.
  const body = lines.map((line) => `    ${line}`).join('\n');
  const text = render('camkes/header/table', { type, name, body }).trimEnd();
  return { text, ref: name, count: `MK_COUNT(${name})` };
}

/** Pads cells to columns. The heading stands over them, shifted by the width of a comment's start. */
function align(columns: readonly string[], rows: readonly (readonly string[])[]) {
  const cells = rows.map((row) => row.map((cell, i) => cell + (i + 1 < row.length ? ',' : '')));
  const widths = columns.map((column, i) =>
    // The first column's heading begins a place further right: `/* ` is longer than `{ `.
    Math.max(column.length + (i === 0 ? 1 : 0), longest(cells.map((row) => row[i] ?? ''))),
  );
  const pad = (row: readonly string[], less = 0): string =>
    row
      .map((cell, i) => cell.padEnd((widths[i] ?? 0) - (i === 0 ? less : 0)))
      .join(' ')
      .trimEnd();
  return { header: pad(columns, 1), lines: cells.map((row) => `{ ${pad(row)} },`) };
}

function longest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, text.length), 0);
}
