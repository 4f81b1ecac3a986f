// SPDX-License-Identifier: BSD-2-Clause
import type { Diagnostic, SourceFile, Span } from '../diagnostics/diagnostic.js';
import { count } from '../render/text.js';
import type { Files } from '../source/files.js';
import { descriptions } from './descriptions.js';
import { realFiles } from './files.js';
import { EXIT, show, usage, type Format } from './io.js';
import { checkOne, type Findings } from './lint-one.js';

export interface LintOptions {
  readonly format: Format;
  /** How many warnings are let pass; any number when it is not given. */
  readonly maxWarnings?: number;
  /** Mend first what has one right answer. */
  readonly fix: boolean;
}

/** `makatea lint FILE…`: all findings in all files, in the order of the command line. */
export async function lint(named: readonly string[], options: LintOptions): Promise<number> {
  const { format, maxWarnings = Infinity, fix } = options;
  const paths = descriptions(named, realFiles());
  if (typeof paths === 'string') return usage(paths);
  const printsText = fix && paths.includes('-');
  if (printsText && format !== 'pretty') {
    return usage('standard output can not take both the mended text and findings', 'name a file');
  }
  const files = fix ? await mended(paths, realFiles()) : realFiles();
  if (typeof files === 'string') return usage(files);
  const { diagnostics, sources } = joined(await checkAll(paths, files));
  const stream = printsText ? process.stderr : process.stdout;
  const status = await show(diagnostics, sources, format, stream);
  const warnings = diagnostics.filter(({ severity }) => severity === 'warning').length;
  if (warnings <= maxWarnings) return status;
  const found = count(warnings, 'warning');
  process.stderr.write(`makatea: ${found}, and --max-warnings allows ${String(maxWarnings)}\n`);
  return EXIT.findings;
}

/** Loaded late: most runs mend nothing. */
async function mended(paths: readonly string[], files: Files): Promise<Files | string> {
  const { mend } = await import('./fix.js');
  return mend(paths, files);
}

/** Fewer are checked before a second thread has started. */
const FILES_PER_THREAD = 50;

/** Side by side where that pays. Standard input can be read once only, so it stays in this thread. */
async function checkAll(paths: readonly string[], files: Files): Promise<readonly Findings[]> {
  if (paths.length < 2 * FILES_PER_THREAD || paths.includes('-')) {
    return paths.map((path) => checkOne(path, files));
  }
  const { checkSideBySide } = await import('./lint-threads.js');
  return checkSideBySide(paths, Math.floor(paths.length / FILES_PER_THREAD));
}

function joined(all: readonly Findings[]): Findings {
  const sources: SourceFile[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const found of all) {
    for (const diagnostic of found.diagnostics) diagnostics.push(shift(diagnostic, sources.length));
    sources.push(...found.sources);
  }
  return { diagnostics, sources };
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
