// SPDX-License-Identifier: BSD-2-Clause

/** Which source file a span lies in: an index into {@link Sources}. */
export type FileId = number;

/** A piece of a source file: offsets into its text in UTF-16 code units, `end` exclusive. */
export interface Span {
  readonly file: FileId;
  readonly start: number;
  readonly end: number;
}

/** A source file as the renderers need it. */
export interface SourceFile {
  /** The name to show: as the user gave it, `<stdin>` for standard input. */
  readonly name: string;
  readonly text: string;
}

/** All files that spans of one run may refer to, by {@link FileId}. */
export type Sources = readonly SourceFile[];

export type Severity = 'error' | 'warning' | 'note';

/** Another place that belongs to a finding. */
export interface Related {
  readonly span: Span;
  readonly message: string;
}

/** A change of the text that mends the finding. */
export interface Fix {
  readonly title: string;
  readonly span: Span;
  readonly replacement: string;
}

/** One finding. Everything that is told to a user about a description is one of these. */
export interface Diagnostic {
  /** Stable for ever, `MK` and four digits. */
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly span: Span;
  readonly related: readonly Related[];
  readonly hint?: string;
  readonly fix?: Fix;
}

/** A finding that the description accepts: told to programs and in the report, and counted nowhere. */
export interface AcceptedFinding {
  readonly diagnostic: Diagnostic;
  /** As the description gives it. */
  readonly reason: string;
}

/** The parts of a diagnostic that not every finding has. */
export interface Extras {
  readonly related?: readonly Related[];
  readonly hint?: string | undefined;
  readonly fix?: Fix | undefined;
}

/** Makes a diagnostic; the usual way to write one down. */
export function diagnostic(
  page: { readonly code: string; readonly severity: Severity },
  span: Span,
  message: string,
  extras: Extras = {},
): Diagnostic {
  const { related = [], hint, fix } = extras;
  return {
    code: page.code,
    severity: page.severity,
    message,
    span,
    related,
    ...(hint === undefined ? {} : { hint }),
    ...(fix === undefined ? {} : { fix }),
  };
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((d) => d.severity === 'error');
}

/** By file and place, then by code: the order in which a reader meets the findings. */
export function readingOrder(a: Diagnostic, b: Diagnostic): number {
  return (
    a.span.file - b.span.file ||
    a.span.start - b.span.start ||
    (a.code < b.code ? -1 : a.code > b.code ? 1 : 0)
  );
}

/** Findings in the order in which a reader meets them, each once: what an anchor holds is found at every alias. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const told = new Set<string>();
  return [...diagnostics].sort(readingOrder).filter(({ code, span, message }) => {
    const key = `${code} ${String(span.file)} ${String(span.start)} ${message}`;
    if (told.has(key)) return false;
    told.add(key);
    return true;
  });
}
