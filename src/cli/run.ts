// SPDX-License-Identifier: BSD-2-Clause
import type { Sources } from '../diagnostics/diagnostic.js';
import { composeFile, type Composition } from '../pipeline/compose.js';
import { buildImage } from '../run/build.js';
import { makeRunDir, type RunDir } from '../run/cache.js';
import { isRunFault, type RunFault } from '../run/fault.js';
import { chooseMachine, type Chosen } from '../run/machine.js';
import { machineMemory } from '../run/memory.js';
import { Progress } from '../run/progress.js';
import { BENCH_TOOLS, EMULATOR_TOOLS, missingTools } from '../run/tools.js';
import { whyNotEmulated } from '../run/unfit.js';
import { BootLog } from '../workspace/boot-log.js';
import { boot, judge, type Run, type RunOptions } from './boot.js';
import { realFiles } from './files.js';
import { onInterrupt } from './interrupt.js';
import { EXIT, show, usage } from './io.js';
import { provideImages } from './provide.js';
import { runOnSel4 } from './run-sel4.js';

/** `makatea run FILE`: composes, builds an image, boots it, and connects its console. */
export async function run(path: string, options: RunOptions): Promise<number> {
  const interrupt = onInterrupt();
  const progress = new Progress(process.stderr);
  const { workspace } = options;
  try {
    const parts = { progress, signal: interrupt.signal };
    const status =
      workspace === undefined
        ? await runOnBench(path, options, parts)
        : await runOnSel4(path, { ...options, workspace }, parts);
    return interrupt.status ?? status;
  } finally {
    progress.end();
    interrupt.remove();
  }
}

async function runOnBench(path: string, options: RunOptions, run: Run): Promise<number> {
  const unprovided = await provideImages(path, run);
  if (unprovided !== undefined) return refused(unprovided);
  const { composition, ...found } = composeFile(path, realFiles(), { target: 'bench' });
  const status = await show(found, 'pretty', process.stderr);
  if (composition === undefined) return status;
  const unfit = whyNotEmulated(composition.plan, 'the bench');
  if (unfit !== undefined) return refused(unfit);
  const computer = { root: '/', searchPath: process.env['PATH'] ?? '' };
  const chosen = chooseMachine(options.machine, computer);
  if (isRunFault(chosen)) return refused(chosen);
  const needs = [...BENCH_TOOLS, ...EMULATOR_TOOLS[chosen.kind]];
  const missing = missingTools(needs, computer.searchPath);
  if (missing !== undefined) return refused(missing);
  const dir = makeRunDir(options.keep);
  if (isRunFault(dir)) return refused(dir);
  try {
    return await buildAndBoot({ composition, sources: found.sources, chosen, dir, options, run });
  } finally {
    dir.discard();
  }
}

function refused({ fault, hint }: RunFault): number {
  return usage(fault, hint);
}

interface Job {
  readonly composition: Composition;
  readonly sources: Sources;
  readonly chosen: Chosen;
  readonly dir: RunDir;
  readonly options: RunOptions;
  readonly run: Run;
}

async function buildAndBoot(job: Job): Promise<number> {
  const { composition, sources, chosen, dir, options, run } = job;
  const { plan } = composition;
  const { progress, signal } = run;
  progress.stage('compiling …');
  const image = await buildImage(composition, { dir: dir.path, exits: options.exits, signal });
  progress.end();
  if (signal.aborted) return EXIT.fine;
  if (isRunFault(image)) return refused(image);
  const log = new BootLog();
  const booted = await boot({
    what: 'the bench',
    chosen,
    iso: image.iso,
    memory: machineMemory(plan),
    cores: 1,
    dir: dir.path,
    names: plan.vms.map(({ name }) => name),
    watch: (printed) => {
      log.hear(printed);
      return false;
    },
    options,
    run,
  });
  if (options.exits) process.stdout.write(`\n${booted.report.table()}`);
  const status = judge(booted, options);
  if (status === EXIT.fine) return status;
  return Math.max(
    status,
    await show({ sources, diagnostics: log.failures(composition) }, 'pretty', process.stderr),
  );
}
