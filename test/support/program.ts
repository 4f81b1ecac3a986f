// SPDX-License-Identifier: BSD-2-Clause
// The program in any folder, as a user starts it.
import path from 'node:path';
import { execa } from 'execa';
import { PROGRAM } from './cli.js';

export const root = path.resolve(import.meta.dirname, '../..');

export interface Ran {
  readonly status: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `makatea ARGS` in a folder, with a text on standard input. */
export async function makatea(cwd: string, args: readonly string[], input = ''): Promise<Ran> {
  const node = PROGRAM.map((part) => (part === 'tsx' ? import.meta.resolve('tsx') : part));
  const options = { cwd, input, reject: false, stripFinalNewline: false };
  const { exitCode, stdout, stderr } = await execa(process.execPath, [...node, ...args], options);
  return { status: exitCode, stdout, stderr };
}
