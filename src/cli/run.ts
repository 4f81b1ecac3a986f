// SPDX-License-Identifier: BSD-2-Clause
import { provideExamples } from '../guest/examples.js';
import { composeFile, type Composition } from '../pipeline/compose.js';
import { buildImage } from '../run/build.js';
import { makeRunDir, type RunDir } from '../run/cache.js';
import { Chat, type ChatStep } from '../run/chat.js';
import type { MachineChoice } from '../run/choices.js';
import { emulator } from '../run/emulator.js';
import { BenchReport } from '../run/exits.js';
import { isRunFault, type RunFault } from '../run/fault.js';
import { chooseMachine, type Chosen } from '../run/machine.js';
import { machineMemory } from '../run/memory.js';
import { Progress } from '../run/progress.js';
import { runSession, type Ending } from '../run/session.js';
import { missingTools } from '../run/tools.js';
import { whyNotOnBench } from '../run/unfit.js';
import { realFiles } from './files.js';
import { onInterrupt } from './interrupt.js';
import { EXIT, show, usage } from './io.js';

export interface RunOptions {
  readonly machine: MachineChoice;
  readonly cpu?: string;
  /** In seconds. */
  readonly timeout?: number;
  readonly chat: readonly ChatStep[];
  /** Print a table of VM exits at the end. */
  readonly exits: boolean;
  /** Where to keep the image and all else. */
  readonly keep?: string;
}

/** `makatea run FILE`: composes, builds an image for the bench, boots it, and connects its console. */
export async function run(path: string, options: RunOptions): Promise<number> {
  const interrupt = onInterrupt();
  const progress = new Progress(process.stderr);
  try {
    const status = await composeAndRun(path, options, { progress, signal: interrupt.signal });
    return interrupt.status ?? status;
  } finally {
    progress.end();
    interrupt.remove();
  }
}

/** What all steps of a run have in common. */
interface Run {
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

async function composeAndRun(path: string, options: RunOptions, run: Run): Promise<number> {
  const provided = await provideExamples(path, (text) => {
    run.progress.stage(`${text} …`);
  });
  run.progress.end();
  if (provided !== undefined) return refused(provided);
  const { composition, ...found } = composeFile(path, realFiles(), { target: 'bench' });
  const status = await show(found, 'pretty', process.stderr);
  if (composition === undefined) return status;
  const unfit = whyNotOnBench(composition.plan);
  if (unfit !== undefined) return refused(unfit);
  const computer = { root: '/', searchPath: process.env['PATH'] ?? '' };
  const chosen = chooseMachine(options.machine, computer);
  if (isRunFault(chosen)) return refused(chosen);
  const missing = missingTools(chosen.kind, computer.searchPath);
  if (missing !== undefined) return refused(missing);
  const dir = makeRunDir(options.keep);
  if (isRunFault(dir)) return refused(dir);
  try {
    return await buildAndBoot({ composition, chosen, dir, options, run });
  } finally {
    dir.discard();
  }
}

function refused({ fault, hint }: RunFault): number {
  return usage(fault, hint);
}

interface Job {
  readonly composition: Composition;
  readonly chosen: Chosen;
  readonly dir: RunDir;
  readonly options: RunOptions;
  readonly run: Run;
}

async function buildAndBoot({ composition, chosen, dir, options, run }: Job): Promise<number> {
  const { plan } = composition;
  const { progress, signal } = run;
  progress.stage('compiling …');
  const image = await buildImage(composition, { dir: dir.path, exits: options.exits, signal });
  progress.end();
  if (signal.aborted) return EXIT.fine;
  if (isRunFault(image)) return refused(image);
  const memory = machineMemory(plan);
  progress.stage(bootLine(chosen, memory));
  const report = new BenchReport(plan.vms.map(({ name }) => name));
  const chat = new Chat(options.chat);
  const { cpu } = options;
  const ending = await runSession({
    dir: dir.path,
    machine: (port) =>
      emulator(chosen.kind, { dir: dir.path, iso: image.iso, memory, port, ...(cpu && { cpu }) }),
    chat,
    toTheEnd: options.exits,
    ...(options.timeout === undefined ? {} : { timeout: options.timeout }),
    hear: (printed) => {
      progress.end();
      report.hear(printed);
      process.stdout.write(printed);
    },
    input: process.stdin,
    signal,
  });
  progress.end();
  if (options.exits) process.stdout.write(`\n${report.table()}`);
  return judge(ending, { chat, report, options });
}

function bootLine({ kind, because }: Chosen, memory: number): string {
  const where = kind === 'kvm' ? 'under KVM' : 'in Bochs';
  const reason = because === undefined ? '' : ` (not under KVM: ${because})`;
  const leave = process.stdin.isTTY ? '; Ctrl-] leaves' : '';
  return `booting the bench ${where} with ${String(memory)} MiB${reason}${leave} …`;
}

interface Judged {
  readonly chat: Chat;
  readonly report: BenchReport;
  readonly options: RunOptions;
}

/** Says how it ended, when it did not end well. */
function judge(ending: Ending, { chat, report, options }: Judged): number {
  const unsaid =
    chat.awaited === undefined ? '' : ` before the console said ${JSON.stringify(chat.awaited)}`;
  switch (ending.kind) {
    case 'agreed':
      return EXIT.fine;
    case 'left':
      return unsaid === '' ? EXIT.fine : failed(`left${unsaid}`);
    case 'timeout':
      return failed(`the time of ${String(options.timeout)} s was over${unsaid}`);
    case 'ended':
      if (report.ended === 0) {
        return failed(`the machine stopped, and no VM had ended\n${ending.log.trimEnd()}`);
      }
      if (unsaid !== '') return failed(`the machine ended${unsaid}`);
      return report.failures.length === 0 ? EXIT.fine : failed(report.failures.join(', '));
  }
}

function failed(message: string): number {
  process.stderr.write(`\nmakatea: ${message}\n`);
  return EXIT.findings;
}
