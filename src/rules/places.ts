// SPDX-License-Identifier: BSD-2-Clause
import type { Related, Span } from '../diagnostics/diagnostic.js';
import type { Entry, System } from '../model/system.js';
import { keySpan, valueSpan, type Path } from '../source/located.js';

/** The place of an entry's name. */
export function nameOf(system: System, entry: Entry): Span {
  return keySpan(system.node, entry.path);
}

/** The place of a value inside an entry; of what is around it where it is not written. */
export function valueOf(entry: Entry, ...path: Path): Span {
  return valueSpan(entry.node, path);
}

/** The first to claim something, and those who claim it too. */
export interface Claim<T> {
  readonly first: T;
  readonly again: T;
}

/** Pairs of items with the same key: each later one with the first. Items without a key claim nothing. */
export function sameKey<T>(items: readonly T[], key: (item: T) => string | undefined): Claim<T>[] {
  const seen = new Map<string, T>();
  return items.flatMap((item) => {
    const k = key(item);
    if (k === undefined) return [];
    const first = seen.get(k);
    if (first !== undefined) return { first, again: item };
    seen.set(k, item);
    return [];
  });
}

/** A range of something, both ends included. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

/** Pairs of overlapping ranges: each range with the one before it that reaches furthest. */
export function overlaps<T extends Range>(ranges: readonly T[]): Claim<T>[] {
  const found: Claim<T>[] = [];
  let reach: T | undefined;
  for (const range of [...ranges].sort((a, b) => a.first - b.first || a.last - b.last)) {
    if (reach !== undefined && range.first <= reach.last)
      found.push({ first: reach, again: range });
    if (reach === undefined || range.last > reach.last) reach = range;
  }
  return found;
}

/** The note that shows the first of two claims. */
export function firstHere(span: Span): { readonly related: readonly Related[] } {
  return { related: [{ span, message: 'first here' }] };
}
