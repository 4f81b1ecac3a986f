// SPDX-License-Identifier: BSD-2-Clause
import type { Sources, Span } from '../diagnostics/diagnostic.js';
import { indexText, lineIndex, type TextIndex } from '../diagnostics/lines.js';

/** A span as programs count: lines and columns from 1, columns in UTF-16 code units, the end exclusive. */
export interface Region {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** Where spans of these sources lie. Each text is indexed once. */
export function regions(sources: Sources): (span: Span) => Region {
  const indices = sources.map(({ text }) => indexText(text));
  return ({ file, start, end }) => {
    const index = indices[file];
    if (index === undefined) throw new Error(`no source ${String(file)}`);
    const [startLine, startColumn] = place(index, start);
    const [endLine, endColumn] = place(index, Math.max(start, end));
    return { startLine, startColumn, endLine, endColumn };
  };
}

function place(index: TextIndex, offset: number): [line: number, column: number] {
  const clamped = Math.min(offset, index.length);
  const line = lineIndex(index, clamped);
  return [line + 1, clamped - (index.starts[line] ?? 0) + 1];
}
