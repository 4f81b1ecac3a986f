// SPDX-License-Identifier: BSD-2-Clause
import { relative } from 'node:path';
import { buildInTree, type BuildOutcome } from '../build/build.js';
import type { Layout } from '../build/layout.js';
import { tellingLines } from '../build/log.js';
import { openWorkspace, type Workspace } from '../build/open.js';
import { TREE_TOOLS } from '../build/tools.js';
import { hasErrors, sortDiagnostics, type Diagnostic } from '../diagnostics/diagnostic.js';
import { composeFile, type Composition } from '../pipeline/compose.js';
import { isRunFault } from '../run/fault.js';
import { Progress } from '../run/progress.js';
import { missingTools, type Need } from '../run/tools.js';
import { judgeKernel } from '../workspace/judge-kernel.js';
import { buildFailures } from '../workspace/recognise.js';
import { unverified } from '../workspace/revisions.js';
import type { Run } from './boot.js';
import { realFiles } from './files.js';
import type { Found } from './found.js';
import { onInterrupt } from './interrupt.js';
import { EXIT, show, usage, type Format } from './io.js';
import { provideImages } from './provide.js';

export interface BuildOptions {
  /** The CAMkES project tree. */
  readonly workspace: string;
  readonly format: Format;
  /** Fail where a check could not be made, and where the kernel has a known fault. */
  readonly strict: boolean;
  /** What is needed beside the tree's own tools. */
  readonly needs?: readonly Need[];
  /** Monitors report their exits at a VM's end. */
  readonly exits?: boolean;
}

/** Nothing was built, because nobody reads standard output any more: a shell's status of who ends by SIGPIPE. */
const UNREAD = 141;

/** `makatea build FILE --workspace DIR`: composes, and builds kernel and loader image in a CAMkES project tree. */
export async function build(path: string, options: BuildOptions): Promise<number> {
  const interrupt = onInterrupt();
  const progress = new Progress(process.stderr);
  try {
    const built = await buildSystem(path, options, { progress, signal: interrupt.signal });
    if ('status' in built) return interrupt.status ?? built.status;
    await built.tell([]);
    if (options.format === 'pretty') process.stdout.write(told(path, options, built.layout));
    return EXIT.fine;
  } finally {
    progress.end();
    interrupt.remove();
  }
}

function told(path: string, { workspace }: BuildOptions, layout: Layout): string {
  const images = [layout.kernel, layout.loader].map((file) => `  ${relative('.', file)}\n`);
  return `built:\n${images.join('')}boot it: makatea run ${path} --workspace ${workspace}\n`;
}

/** What was built, and how to tell what is found about it later. */
export interface BuiltSystem {
  readonly composition: Composition;
  readonly layout: Layout;
  /**
   * Shows findings: those of the description and the kernel were shown already where people read along, and are shown with these
   * where programs do, once.
   *
   * @returns the exit status that they call for
   */
  readonly tell: (more: readonly Diagnostic[]) => Promise<number>;
}

/** Composes and builds, and says what goes wrong. */
export async function buildSystem(
  path: string,
  options: BuildOptions,
  run: Run,
): Promise<BuiltSystem | { readonly status: number }> {
  const { format, strict, needs = [], exits = false } = options;
  const workspace = await openWorkspace(options.workspace);
  if (isRunFault(workspace)) return refused(workspace);
  const missing = missingTools([...TREE_TOOLS, ...needs], process.env['PATH'] ?? '');
  if (missing !== undefined) return refused(missing);
  const unprovided = await provideImages(path, run);
  if (unprovided !== undefined) return refused(unprovided);
  const { composition, system, diagnostics, ...found } = composeFile(path, realFiles(), { strict });
  const kernel = system === undefined ? [] : judgeKernel(system, workspace.kernel, { strict });
  const all = { ...found, diagnostics: sortDiagnostics([...diagnostics, ...kernel]) };
  const isBad = composition === undefined || hasErrors(all.diagnostics);
  if (isBad) return { status: await show(all, format, process.stderr) };
  if (format === 'pretty') await show(all, format, process.stderr);
  const tell = tellerOf(all, format);
  const outcome = await buildInTree(workspace, composition, { ...run, exits });
  if (outcome.kind === 'built') return { composition, layout: outcome.layout, tell };
  return { status: await unbuilt(outcome, { workspace, composition, tell }) };
}

function refused({ fault, hint }: { readonly fault: string; readonly hint?: string }) {
  return { status: usage(fault, hint) };
}

function tellerOf(found: Found, format: Format): BuiltSystem['tell'] {
  return (more) => {
    const shown = format === 'pretty' ? more : sortDiagnostics([...found.diagnostics, ...more]);
    if (format === 'pretty' && more.length === 0) return Promise.resolve(EXIT.fine);
    return show({ ...found, diagnostics: shown }, format, process.stderr);
  };
}

interface Unbuilt {
  readonly workspace: Workspace;
  readonly composition: Composition;
  readonly tell: BuiltSystem['tell'];
}

/** Says why nothing was built: as a finding where the reason has a name, else by what the tool said. */
async function unbuilt(
  outcome: Exclude<BuildOutcome, { kind: 'built' }>,
  { workspace, composition, tell }: Unbuilt,
): Promise<number> {
  if (outcome.kind === 'stopped') return UNREAD;
  if (outcome.kind === 'refused') return refused(outcome.fault).status;
  const { output, log } = outcome;
  const named = buildFailures(output, composition);
  if (named.length > 0) {
    const status = await tell(named);
    process.stderr.write(`makatea: the whole log is ${log}\n`);
    return status;
  }
  await tell([]);
  const lines = tellingLines(output).map((line) => `  ${line}\n`);
  const others = unverified(workspace.parts, (folder) => workspace.commits.get(folder));
  const hint = others.length === 0 ? '' : `; the tree is another one: ${others.join('; ')}`;
  return usage(
    `the system can not be built\n${lines.join('')}`.trimEnd(),
    `the whole log is ${log}${hint}`,
  );
}
