// SPDX-License-Identifier: BSD-2-Clause
import type { AcceptedFinding, Diagnostic, SourceFile, Span } from '../diagnostics/diagnostic.js';
import { count } from '../render/text.js';
import type { Files } from '../source/files.js';
import { descriptions } from './descriptions.js';
import { realFiles } from './files.js';
import type { Found } from './found.js';
import { EXIT, show, usage, type Format } from './io.js';
import { checkOne } from './lint-one.js';

export interface LintOptions {
  readonly format: Format;
  /** How many warnings are let pass; any number when it is not given. */
  readonly maxWarnings?: number;
  /** Mend first what has one right answer. */
  readonly fix: boolean;
  /** Fail where a check could not be made. */
  readonly strict: boolean;
  /** A machine, or what was captured of one, with which the machine files are compared. */
  readonly against?: string;
}

/** `makatea lint FILE…`: all findings in all files, in the order of the command line. */
export async function lint(named: readonly string[], options: LintOptions): Promise<number> {
  const { format, maxWarnings = Infinity, fix, strict } = options;
  const paths = descriptions(named, realFiles());
  if (typeof paths === 'string')
    return usage(paths, 'a description is a .yaml or .yml file with the key "makatea"');
  const printsText = fix && paths.includes('-');
  if (printsText && format !== 'pretty') {
    return usage('standard output can not take both the mended text and findings', 'name a file');
  }
  const files = fix ? await mended(paths, realFiles()) : realFiles();
  if (typeof files === 'string') return usage(files);
  const checked = await checkAll(paths, files, strict);
  const drifts =
    options.against === undefined ? [] : await driftsOf(checked, options.against, files);
  if (typeof drifts === 'string') return usage(drifts);
  const found = joined([...checked, ...drifts]);
  const stream = printsText ? process.stderr : process.stdout;
  const status = await show(found, format, stream);
  const warnings = found.diagnostics.filter(({ severity }) => severity === 'warning').length;
  if (warnings <= maxWarnings) return status;
  const words = count(warnings, 'warning');
  process.stderr.write(`makatea: ${words}, and --max-warnings allows ${String(maxWarnings)}\n`);
  return EXIT.findings;
}

/** Loaded late: most runs mend nothing. */
async function mended(paths: readonly string[], files: Files): Promise<Files | string> {
  const { mend } = await import('./fix.js');
  return mend(paths, files);
}

/** Loaded late: most runs ask no machine. */
async function driftsOf(
  checked: readonly Found[],
  dir: string,
  files: Files,
): Promise<Found[] | string> {
  const { drifts } = await import('./drift.js');
  return drifts(
    checked.map(({ machineFile }) => machineFile),
    dir,
    files,
  );
}

/** Fewer are checked before a second thread has started. */
const FILES_PER_THREAD = 50;

/** Side by side where that pays. Standard input can be read once only, so it stays in this thread. */
async function checkAll(
  paths: readonly string[],
  files: Files,
  strict: boolean,
): Promise<readonly Found[]> {
  if (paths.length < 2 * FILES_PER_THREAD || paths.includes('-')) {
    return paths.map((path) => checkOne(path, files, strict));
  }
  const { checkSideBySide } = await import('./lint-threads.js');
  return checkSideBySide(paths, strict, Math.floor(paths.length / FILES_PER_THREAD));
}

function joined(all: readonly Found[]): Found {
  const sources: SourceFile[] = [];
  const diagnostics: Diagnostic[] = [];
  const accepted: AcceptedFinding[] = [];
  for (const found of all) {
    const by = sources.length;
    for (const diagnostic of found.diagnostics) diagnostics.push(shift(diagnostic, by));
    for (const one of found.accepted ?? []) {
      accepted.push({ ...one, diagnostic: shift(one.diagnostic, by) });
    }
    sources.push(...found.sources);
  }
  return { diagnostics, accepted, sources };
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
