// SPDX-License-Identifier: BSD-2-Clause
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { grid } from './harness.js';

const VMM = 'vmm-c';
const TITLE = ['trusted for one VM: its monitor', 'files', 'lines', 'text', 'data', 'bss'] as const;

/** Files, lines of code, then bytes of text, data and bss. */
type Size = readonly [number, number, number, number, number];

const NOTHING: Size = [0, 0, 0, 0, 0];

function plus(a: Size, b: Size): Size {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3], a[4] + b[4]];
}

/** A string or a character, which may look like the beginning of a comment; or a comment. */
const TOKEN = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\/\*[^]*?\*\/|\/\/[^\n]*/g;

/** Lines of C that are neither blank nor nothing but comment. */
export function codeLines(text: string): number {
  const bare = text.replace(TOKEN, (token) =>
    token.startsWith('/') ? token.replace(/[^\n]/g, '') : token,
  );
  return bare.split('\n').filter((line) => line.trim() !== '').length;
}

async function linesOf(file: string): Promise<number> {
  return codeLines(await readFile(path.join(VMM, file), 'utf8'));
}

/** A row of what `size` prints: text, data, bss, two sums, the object. */
const ROW = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+\d+\s+[\da-f]+\s+.*?\/gcc\/(.*)\.o$/;

/** Objects by folder, as the makefile says that they end in a monitor. */
async function objects(): Promise<Map<string, Size>> {
  const { stdout } = await execa('make', ['-s', '-j2', '-C', VMM, 'monitor']);
  const folders = new Map<string, Size>();
  for (const line of stdout.split('\n')) {
    const [, text, data, bss, source] = ROW.exec(line) ?? [];
    if (source === undefined) continue;
    const size: Size = [1, await linesOf(source), Number(text), Number(data), Number(bss)];
    const folder = path.dirname(source);
    folders.set(folder, plus(folders.get(folder) ?? NOTHING, size));
  }
  if (folders.size === 0) throw new Error(`no objects in:\n${stdout}`);
  return folders;
}

/** Headers have no bytes of their own: what they make is in the objects. */
async function headers(folders: readonly string[]): Promise<Size> {
  let sum = NOTHING;
  for (const folder of folders) {
    const names = await readdir(path.join(VMM, folder));
    for (const name of names.filter((each) => each.endsWith('.h'))) {
      sum = plus(sum, [1, await linesOf(path.join(folder, name)), 0, 0, 0]);
    }
  }
  return sum;
}

/**
 * How much code one VM has to trust beside seL4: the monitor's, as it is compiled for a root task.
 * Its state, `struct mk_vm`, is the property of the program that starts it.
 */
export async function trusted(): Promise<string> {
  const folders = await objects();
  const include = await headers(['include/makatea', ...folders.keys()]);
  const rows: (readonly [string, Size])[] = [...folders, ['headers', include]];
  const sum = rows.reduce((all, [, size]) => plus(all, size), NOTHING);
  const cells = [...rows, ['sum', sum] as const].map(([name, size]) => [name, ...size.map(String)]);
  const table = grid([TITLE, ...cells]);
  return `${table}\nseL4, which every VM trusts, and the loader are not counted.`;
}
