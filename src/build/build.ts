// SPDX-License-Identifier: BSD-2-Clause
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { differences, writeOutput } from '../output/write.js';
import type { Composition } from '../pipeline/compose.js';
import type { Progress } from '../run/progress.js';
import type { RunFault } from '../run/fault.js';
import { compile, type Step } from './compile.js';
import { claimHome, configure } from './configure.js';
import { layoutOf, type Layout } from './layout.js';
import { BuildLog } from './log.js';
import type { Workspace } from './open.js';

interface BuildOptions {
  /** Monitors report their exits at a VM's end. */
  readonly exits: boolean;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** How a build came out. */
export type BuildOutcome =
  | { readonly kind: 'built'; readonly layout: Layout }
  /** It never began. */
  | { readonly kind: 'refused'; readonly fault: RunFault }
  /** A tool failed. */
  | { readonly kind: 'failed'; readonly output: string; readonly log: string }
  /** The user stopped it, or reads no more of what is said. */
  | { readonly kind: 'stopped' };

/** Puts a composed system into a project tree as an application, configures it there, and builds it. */
export async function buildInTree(
  workspace: Workspace,
  composition: Composition,
  { exits, progress, signal }: BuildOptions,
): Promise<BuildOutcome> {
  const layout = layoutOf(workspace.dir, composition.plan.system);
  const fault = prepare(layout, composition);
  if (fault !== undefined) return { kind: 'refused', fault };
  const log = new BuildLog(layout.log);
  try {
    progress.stage('configuring …');
    const isConfigured = await configure(workspace, layout, { exits, log, signal });
    if (isConfigured && !signal.aborted) {
      progress.stage('building …');
      const step = ({ done, all, what }: Step): void => {
        progress.step(done, all, what);
      };
      const isBuilt = await compile(layout, { log, signal, step });
      if (isBuilt) {
        const missing = [layout.kernel, layout.loader].filter((file) => !existsSync(file));
        if (missing.length === 0) return { kind: 'built', layout };
        const names = missing.map((file) => basename(file)).join(' and no ');
        log.write(`error: ninja has ended well, but made no ${names}\n`);
      }
    }
    if (signal.aborted) return { kind: 'stopped' };
    return { kind: 'failed', output: log.end, log: layout.log };
  } finally {
    progress.end();
    log.close();
  }
}

/** Makes what is ours in the tree, as far as it is not there already. */
function prepare(layout: Layout, { output }: Composition): RunFault | undefined {
  const fault = claimHome(layout);
  if (fault !== undefined) return fault;
  const { application } = layout;
  if (differences(application, output).length === 0) return undefined;
  const refused = writeOutput(application, output);
  if (refused === undefined) return undefined;
  const hint =
    'the application goes there in the tree: move away what is there, or name the system otherwise';
  return { fault: refused.fault, hint };
}
