// SPDX-License-Identifier: BSD-2-Clause
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReadStream } from 'node:tty';
import { execa } from 'execa';
import type { Chat } from './chat.js';
import type { Emulator } from './emulator.js';
import { connectKeyboard } from './keyboard.js';
import { SerialLine } from './serial-line.js';

export interface SessionOptions {
  /** For what the emulator itself says. */
  readonly dir: string;
  /** The machine, whose first serial port is connected to a TCP port. */
  readonly machine: (port: number) => Emulator;
  readonly chat: Chat;
  /** Whether to go on to the machine's own end when the conversation is over. */
  readonly toTheEnd: boolean;
  /** In seconds; none when it is not given. */
  readonly timeout?: number;
  /** Takes what the machine prints; says whether all is over although the machine goes on. */
  readonly hear: (printed: Buffer) => boolean;
  readonly input: ReadStream;
  readonly signal: AbortSignal;
}

/** How a session came to its end. */
export type Ending =
  /** The conversation is over. */
  | { readonly kind: 'agreed' }
  /** Nothing more will come, although the machine goes on. */
  | { readonly kind: 'settled' }
  /** The machine ended by itself. */
  | { readonly kind: 'ended'; readonly log: string }
  | { readonly kind: 'timeout' }
  /** The user left. */
  | { readonly kind: 'left' };

/** Starts the machine and connects its console with the user and the conversation, until one of them ends it. */
export async function runSession(options: SessionOptions): Promise<Ending> {
  const { chat, toTheEnd, timeout, hear, input, signal } = options;
  let finish: (ending: Ending) => void = () => undefined;
  const finished = new Promise<Ending>((resolve) => {
    finish = resolve;
  });
  const line = await SerialLine.listen((printed) => {
    const isSettled = hear(printed);
    for (const bytes of chat.hear(printed)) line.type(bytes);
    if (chat.over && !toTheEnd) finish({ kind: 'agreed' });
    if (isSettled) finish({ kind: 'settled' });
  });
  const leave = (): void => {
    finish({ kind: 'left' });
  };
  const timer =
    timeout === undefined ? undefined : setTimeout(finish, timeout * 1000, { kind: 'timeout' });
  signal.addEventListener('abort', leave);
  if (signal.aborted) leave();
  const type = line.type.bind(line);
  const disconnect = connectKeyboard(input, { type, leave });
  const process = startEmulator(options, line);
  void process.ended.then((log) => {
    finish({ kind: 'ended', log });
  });
  const ending = await finished;
  clearTimeout(timer);
  disconnect();
  process.kill();
  await process.ended;
  line.close();
  signal.removeEventListener('abort', leave);
  return ending;
}

interface EmulatorProcess {
  /** Settles with the emulator's last words when it is gone and all of the console's output was heard. Never fails. */
  readonly ended: Promise<string>;
  readonly kill: () => void;
}

/** How long the last output may take to come through when the emulator is gone already. */
const DRAIN_MS = 1000;

function startEmulator({ dir, machine }: SessionOptions, line: SerialLine): EmulatorProcess {
  const { command, args, files, log, telling } = machine(line.port);
  for (const [path, text] of files) writeFileSync(path, text);
  const said = join(dir, 'emulator.out');
  // Killed at once, and only itself: it has nothing to save. Execa kills it too when this process ends by itself.
  const child = execa(command, args, {
    stdin: 'ignore',
    stdout: { file: said },
    stderr: { file: said },
    reject: false,
    killSignal: 'SIGKILL',
  });
  const ended = child.then(async (result) => {
    const drained = new Promise((resolve) => setTimeout(resolve, DRAIN_MS).unref());
    await Promise.race([line.closed, drained]);
    if (result.code === 'ENOENT') return String(result.shortMessage);
    const texts = [said, ...(log === undefined ? [] : [log])].map(textOf);
    return lastWords(texts.join(''), telling);
  });
  return { ended, kill: () => void child.kill() };
}

const LINES_SHOWN = 5;

/** Why an emulator stopped: the lines that tell it, or the last ones when none does. */
function lastWords(text: string, telling?: RegExp): string {
  const told = telling === undefined ? [] : [...text.matchAll(telling)].map(([, words]) => words);
  const lines = told.length > 0 ? told : text.trimEnd().split('\n');
  return lines.slice(-LINES_SHOWN).join('\n');
}

/** A text file; nothing when there is none. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
