// SPDX-License-Identifier: BSD-2-Clause
import { execa } from 'execa';
import type { BuildLog } from './log.js';
import { makePipe } from './pipe.js';

export interface ToolOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly log: BuildLog;
  readonly signal: AbortSignal;
  /** Takes each line that it prints. */
  readonly hear?: (line: string) => void;
}

/** Ninja takes back what it has half written when it is asked to end, which may take a while. */
const PATIENCE_MS = 20_000;

/** How long the last output may take to come through when the tool is gone: what it has started may hold the pipe. */
const DRAIN_MS = 1000;

/**
 * Runs a tool of the build. What it prints goes to the log.
 *
 * @returns whether it did its work
 */
export async function runTool(
  command: string,
  args: readonly string[],
  { cwd, env = {}, log, signal, hear = () => undefined }: ToolOptions,
): Promise<boolean> {
  log.begin([command, ...args]);
  const pipe = makePipe();
  const ended = new Promise((resolve) => pipe.output.once('close', resolve));
  let line = '';
  pipe.output.setEncoding('utf8');
  pipe.output.on('data', (text: string) => {
    log.write(text);
    const lines = (line + text).split('\n');
    line = lines.pop() ?? '';
    for (const whole of lines) hear(whole);
  });
  // Execa's types know a few descriptors only; it takes any.
  const input = pipe.input as 3;
  const child = execa(command, args, {
    cwd,
    // Failures are recognised by their words, which are to be those of no other language.
    env: { LC_ALL: 'C.UTF-8', ...env },
    stdin: 'ignore',
    stdout: input,
    stderr: input,
    reject: false,
    cancelSignal: signal,
    forceKillAfterDelay: PATIENCE_MS,
  });
  pipe.release();
  const result = await child;
  await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, DRAIN_MS).unref())]);
  pipe.output.destroy();
  // It could not be started.
  if (result.failed && result.exitCode === undefined) log.write(`${String(result.shortMessage)}\n`);
  return !result.failed;
}
