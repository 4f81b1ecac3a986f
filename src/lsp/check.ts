// SPDX-License-Identifier: BSD-2-Clause
import type {
  CodeAction,
  Diagnostic as Shown,
  DiagnosticSeverity,
  Location,
  Range,
  TextEdit,
} from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Diagnostic, SourceFile, Span } from '../diagnostics/diagnostic.js';
import { checkFile } from '../pipeline/check.js';
import { checksMissing } from '../rules/unjudged.js';
import { readInventory } from '../pipeline/inventory.js';
import type { Files } from '../source/files.js';
import { kindOf } from '../source/kind.js';
import type { Workspace } from './workspace.js';

/** A finding as an editor shows it, with the file that it lies in. */
export interface Finding {
  readonly uri: string;
  readonly shown: Shown;
  readonly fix?: { readonly title: string; readonly uri: string; readonly edit: TextEdit };
}

export interface Check {
  readonly findings: readonly Finding[];
  /** Paths of all files that were looked at, or missed: the check is stale when one of them changes. */
  readonly reads: ReadonlySet<string>;
}

/** Checks an open document: a description with its machine file, a machine file by itself, others not at all. */
export function checkDocument(workspace: Workspace, document: TextDocument): Check {
  const path = workspace.pathOf(document.uri);
  const reads = new Set<string>([path]);
  const kind = kindOf(document.getText());
  if (kind === undefined) return { findings: [], reads };
  const files = noted(workspace.files, reads);
  if (kind === 'machine') {
    const { source, diagnostics } = readInventory(files, path);
    return { findings: translate(workspace, [source], diagnostics), reads };
  }
  const { sources, diagnostics } = checkFile(path, { files, composing: false });
  // What could not be checked is a matter of the system that is to be built; while typing it would stand under every name.
  const shown = diagnostics.filter(({ code }) => code !== checksMissing.code);
  return { findings: translate(workspace, sources, shown), reads };
}

/** Files that keep account of what is looked at. */
function noted(files: Files, paths: Set<string>): Files {
  const note = (path: string): string => {
    paths.add(path);
    return path;
  };
  return {
    read: (path) => files.read(note(path)),
    size: (path) => files.size(note(path)),
    head: (path, length) => files.head(note(path), length),
    sha256: (path) => files.sha256(note(path)),
  };
}

const SEVERITIES: Readonly<Record<Diagnostic['severity'], DiagnosticSeverity>> = {
  error: 1,
  warning: 2,
  note: 3,
};

/** Offsets in sources become lines and columns in documents. */
function translate(
  workspace: Workspace,
  sources: readonly SourceFile[],
  diagnostics: readonly Diagnostic[],
): Finding[] {
  const documents = sources.map(({ name, text }) => workspace.document(name, text));
  const locate = (span: Span): Location => {
    const document = documents[span.file];
    if (document === undefined) throw new Error(`no file ${String(span.file)}`);
    return { uri: document.uri, range: rangeOf(document, span) };
  };
  return diagnostics.map(({ code, severity, message, hint, span, related, fix }) => {
    const { uri, range } = locate(span);
    const shown: Shown = {
      range,
      severity: SEVERITIES[severity],
      code,
      source: 'makatea',
      message: hint === undefined ? message : `${message}\n${hint}`,
      relatedInformation: related.map((r) => ({ location: locate(r.span), message: r.message })),
    };
    if (fix === undefined) return { uri, shown };
    const at = locate(fix.span);
    const edit = { range: at.range, newText: fix.replacement };
    return { uri, shown, fix: { title: fix.title, uri: at.uri, edit } };
  });
}

export function rangeOf(document: TextDocument, { start, end }: Omit<Span, 'file'>): Range {
  return { start: document.positionAt(start), end: document.positionAt(end) };
}

/** The quick fixes of findings that a range touches. */
export function quickFixes(findings: readonly Finding[], uri: string, range: Range): CodeAction[] {
  return findings.flatMap(({ shown, fix, ...finding }) => {
    if (fix === undefined || finding.uri !== uri || !touch(shown.range, range)) return [];
    return {
      title: fix.title,
      kind: 'quickfix',
      diagnostics: [shown],
      isPreferred: true,
      edit: { changes: { [fix.uri]: [fix.edit] } },
    };
  });
}

function touch(a: Range, b: Range): boolean {
  const after = (x: Range['start'], y: Range['start']): boolean =>
    x.line > y.line || (x.line === y.line && x.character > y.character);
  return !after(a.start, b.end) && !after(b.start, a.end);
}
