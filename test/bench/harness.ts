// SPDX-License-Identifier: BSD-2-Clause
import { performance } from 'node:perf_hooks';

/** Something whose run time is compared with that of the others. */
export interface Case {
  readonly name: string;
  run(): unknown;
}

export interface Result {
  readonly name: string;
  /** Median of all rounds, in milliseconds. */
  readonly median: number;
  readonly fastest: number;
  /** Median over the first case's median. */
  readonly ratio: number;
}

/**
 * Times several cases side by side: each round runs every one of them once, so that whatever else
 * the machine does meanwhile falls on all alike. The first case is what the others are compared to.
 */
export async function compare(cases: readonly Case[], rounds: number): Promise<Result[]> {
  const times = new Map<Case, number[]>(cases.map((each) => [each, []]));
  for (const each of cases) await each.run(); // warms files and caches
  for (let round = 0; round < rounds; round++) {
    for (const [each, list] of times) {
      const start = performance.now();
      await each.run();
      list.push(performance.now() - start);
    }
  }
  const results = [...times].map(([{ name }, list]) => ({ name, ...summary(list) }));
  const base = results[0]?.median ?? NaN;
  return results.map((result) => ({ ...result, ratio: result.median / base }));
}

function summary(times: readonly number[]): { median: number; fastest: number } {
  const sorted = times.toSorted((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)] ?? NaN, fastest: sorted[0] ?? NaN };
}

/** The results as a table of plain text. */
export function table(title: string, results: readonly Result[]): string {
  const rows = results.map((result) => [
    result.name,
    `${result.median.toFixed(1)} ms`,
    `${result.fastest.toFixed(1)} ms`,
    `${result.ratio.toFixed(2)} x`,
  ]);
  const all = [[title, 'median', 'fastest', 'ratio'], ...rows];
  return grid(all);
}

/** Rows in columns: the first one to the left, the others to the right. */
export function grid(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const pad = (cell: string, column: number): string =>
    column === 0 ? cell.padEnd(widths?.[0] ?? 0) : cell.padStart(widths?.[column] ?? 0);
  return rows.map((row) => row.map(pad).join('  ')).join('\n');
}
