// SPDX-License-Identifier: BSD-2-Clause
import type { Fix, Span } from './diagnostic.js';

/** The fix that writes something in place of what stands there; none where nothing is sure. */
export function writeInstead(span: Span, replacement: string | undefined): Fix | undefined {
  if (replacement === undefined) return undefined;
  return { title: `write ${replacement}`, span, replacement };
}

/** Those of the fixes of one text that can be made together: of several that meet, the first by place and order. */
export function compatible<T extends { readonly fix: Fix }>(wanted: readonly T[]): T[] {
  const byPlace = [...wanted].sort((a, b) => a.fix.span.start - b.fix.span.start);
  const chosen: T[] = [];
  let end = -1;
  for (const item of byPlace) {
    const { span } = item.fix;
    // Two that touch may meet too: which of them comes first would be a guess.
    if (span.start <= end) continue;
    chosen.push(item);
    end = span.end;
  }
  return chosen;
}

/** A text with fixes made that do not meet, in the order of their places. Nothing else in it changes. */
export function applyFixes(text: string, fixes: readonly Fix[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const { span, replacement } of fixes) {
    parts.push(text.slice(at, span.start), replacement);
    at = span.end;
  }
  return [...parts, text.slice(at)].join('');
}
