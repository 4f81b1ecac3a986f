// SPDX-License-Identifier: BSD-2-Clause
// The program as a user starts it: a process of its own, in a folder of its own.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { placeholderKernel } from '../../src/init/placeholder.js';

const root = path.resolve(import.meta.dirname, '../..');
const built = path.join(root, 'dist/makatea.js');

/** Whether the built program is that of the present source; `npm test` builds it before the tests. */
function upToDate(): boolean {
  if (!existsSync(built)) return false;
  const since = statSync(built).mtimeMs;
  const sources = ['src', 'schema', 'templates'].flatMap((dir) =>
    readdirSync(path.join(root, dir), { recursive: true, encoding: 'utf8' }).map((file) =>
      path.join(root, dir, file),
    ),
  );
  return sources.every((file) => statSync(file).mtimeMs <= since);
}

/** How the program is started: as built, else from its source. */
export const PROGRAM: readonly string[] = upToDate()
  ? [built]
  : ['--import', 'tsx', path.join(root, 'src/cli/main.ts')];

export interface Run {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A folder with a description that composes, and the program in it. */
export class Folder {
  readonly dir = mkdtempSync(path.join(tmpdir(), 'makatea-test-'));

  constructor(system?: string) {
    this.write('images/vmlinuz', placeholderKernel());
    if (system !== undefined) this.write('system.yaml', system);
  }

  path(...parts: string[]): string {
    return path.join(this.dir, ...parts);
  }

  write(file: string, content: string | Uint8Array): void {
    mkdirSync(path.dirname(this.path(file)), { recursive: true });
    writeFileSync(this.path(file), content);
  }

  /** All files below a folder. */
  files(below = '.'): string[] {
    return readdirSync(this.path(below), { recursive: true, encoding: 'utf8', withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => path.relative(this.path(below), path.join(entry.parentPath, entry.name)))
      .sort();
  }

  remove(): void {
    rmSync(this.dir, { recursive: true });
  }

  async makatea(args: readonly string[], { input = '', env = {} }: Run = {}): Promise<Output> {
    // `tsx` is found from the folder of the project, wherever the program runs.
    const node = PROGRAM.map((part) => (part === 'tsx' ? import.meta.resolve('tsx') : part));
    const result = await execa(process.execPath, [...node, ...args], {
      cwd: this.dir,
      input,
      env,
      reject: false,
      stripFinalNewline: false,
    });
    return { status: result.exitCode, out: result.stdout, err: result.stderr };
  }
}

export interface Output {
  readonly status: number | undefined;
  readonly out: string;
  readonly err: string;
}
