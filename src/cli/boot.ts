// SPDX-License-Identifier: BSD-2-Clause
import { Chat, type ChatStep } from '../run/chat.js';
import type { MachineChoice } from '../run/choices.js';
import { emulator } from '../run/emulator.js';
import { VmReports } from '../run/exits.js';
import type { Chosen } from '../run/machine.js';
import type { Progress } from '../run/progress.js';
import { runSession, type Ending } from '../run/session.js';
import { EXIT } from './io.js';

/** How a system is booted, as the user wants it. */
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
  /** The CAMkES project tree to build in; the bench where it is not given. */
  readonly workspace?: string;
}

/** What all steps of a run have in common. */
export interface Run {
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

export interface BootOptions {
  /** For the message. */
  readonly what: string;
  readonly chosen: Chosen;
  readonly iso: string;
  /** In MiB. */
  readonly memory: number;
  readonly cores: number;
  /** For the emulator's own files. */
  readonly dir: string;
  /** The VMs. */
  readonly names: readonly string[];
  /** Looks at all that was printed so far; says whether nothing more will come. */
  readonly watch?: (printed: Buffer, report: VmReports) => boolean;
  readonly options: RunOptions;
  readonly run: Run;
}

/** How a machine that was booted came to its end. */
export interface Booted {
  readonly ending: Ending;
  readonly chat: Chat;
  readonly report: VmReports;
}

/** Boots an image and connects its console, until one side ends it. */
export async function boot(boot: BootOptions): Promise<Booted> {
  const { chosen, iso, memory, cores, dir, options, run } = boot;
  const { progress, signal } = run;
  const { cpu, timeout } = options;
  const report = new VmReports(boot.names);
  const chat = new Chat(options.chat);
  progress.stage(bootLine(boot));
  const ending = await runSession({
    dir,
    machine: (port) =>
      emulator(chosen.kind, { dir, iso, memory, cores, port, ...(cpu && { cpu }) }),
    chat,
    toTheEnd: options.exits,
    ...(timeout === undefined ? {} : { timeout }),
    hear: (printed) => {
      progress.end();
      report.hear(printed);
      process.stdout.write(printed);
      return boot.watch?.(printed, report) ?? false;
    },
    input: process.stdin,
    signal,
  });
  progress.end();
  return { ending, chat, report };
}

function bootLine({ what, chosen: { kind, because }, memory }: BootOptions): string {
  const where = kind === 'kvm' ? 'under KVM' : 'in Bochs';
  const reason = because === undefined ? '' : ` (not under KVM: ${because})`;
  const leave = process.stdin.isTTY ? '; Ctrl-] leaves' : '';
  return `booting ${what} ${where} with ${String(memory)} MiB${reason}${leave} …`;
}

/** Says how it ended, when it did not end well. */
export function judge({ ending, chat, report }: Booted, options: RunOptions): number {
  const unsaid =
    chat.awaited === undefined ? '' : ` before the console said ${JSON.stringify(chat.awaited)}`;
  switch (ending.kind) {
    case 'agreed':
      return EXIT.fine;
    case 'left':
      if (unsaid !== '') return failed(`left${unsaid}`);
      // Whatever comes next begins a line of its own.
      process.stderr.write('\n');
      return EXIT.fine;
    case 'timeout':
      return failed(`the time of ${String(options.timeout)} s was over${unsaid}`);
    case 'settled':
    case 'ended':
      if (report.ended === 0 && ending.kind === 'ended') {
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
