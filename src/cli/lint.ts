// SPDX-License-Identifier: BSD-2-Clause
import type { Diagnostic, SourceFile, Span } from '../diagnostics/diagnostic.js';
import { checkFile } from '../pipeline/check.js';
import { realFiles } from './files.js';
import { show, type Format } from './io.js';

/** `makatea lint FILE…`: all findings in all files, in the order of the command line. */
export function lint(paths: readonly string[], format: Format): number {
  const files = realFiles();
  const sources: SourceFile[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const path of paths) {
    const checked = checkFile(path, { files, composing: false });
    diagnostics.push(...checked.diagnostics.map((d) => shift(d, sources.length)));
    sources.push(...checked.sources);
  }
  return show(diagnostics, sources, format, process.stdout);
}

/** The same finding, with its file ids counted from another beginning. */
function shift(d: Diagnostic, by: number): Diagnostic {
  if (by === 0) return d;
  const move = (span: Span): Span => ({ ...span, file: span.file + by });
  return {
    ...d,
    span: move(d.span),
    related: d.related.map((r) => ({ ...r, span: move(r.span) })),
    ...(d.fix === undefined ? {} : { fix: { ...d.fix, span: move(d.fix.span) } }),
  };
}
