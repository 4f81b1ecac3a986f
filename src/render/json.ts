// SPDX-License-Identifier: BSD-2-Clause
import type { AcceptedFinding, Diagnostic, Sources, Span } from '../diagnostics/diagnostic.js';
import { indexText, position } from '../diagnostics/lines.js';

/** Findings for programs: one JSON object; lines and columns from 1, columns in characters. */
export function renderJson(
  diagnostics: readonly Diagnostic[],
  sources: Sources,
  accepted: readonly AcceptedFinding[] = [],
): string {
  const indices = sources.map(({ text }) => indexText(text));
  const place = (span: Span): object => {
    const source = sources[span.file];
    const index = indices[span.file];
    if (source === undefined || index === undefined)
      throw new Error(`no source ${String(span.file)}`);
    const at = (offset: number): object => position(index, offset);
    return { file: source.name, start: at(span.start), end: at(span.end) };
  };
  const finding = (d: Diagnostic): object => ({
    code: d.code,
    severity: d.severity,
    message: d.message,
    ...place(d.span),
    related: d.related.map(({ span, message }) => ({ message, ...place(span) })),
    ...(d.hint === undefined ? {} : { hint: d.hint }),
    ...(d.fix === undefined
      ? {}
      : { fix: { title: d.fix.title, ...place(d.fix.span), replacement: d.fix.replacement } }),
  });
  const shown = {
    makatea_diagnostics: 1,
    diagnostics: diagnostics.map(finding),
    accepted: accepted.map(({ diagnostic, reason }) => ({ ...finding(diagnostic), reason })),
  };
  return `${JSON.stringify(shown, null, 2)}\n`;
}
