// SPDX-License-Identifier: BSD-2-Clause
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import type { RunFault } from '../run/fault.js';
import { readKernel, type KernelFacts } from '../workspace/kernel.js';
import { partsOf, type Found, type SourceTree } from '../workspace/tree.js';

/** A CAMkES project tree of this computer. */
export interface Workspace {
  /** Absolute. */
  readonly dir: string;
  readonly parts: readonly Found[];
  readonly kernel: KernelFacts;
  /** Commits by folder, of the folders that are git's. */
  readonly commits: ReadonlyMap<string, string>;
}

/** CMake's, ninja's and make's files of such a tree do not quote paths everywhere. */
const PLAIN = /^[\w/.+@,-]+$/;

/** Looks at a directory, and says what it lacks to be a tree in which a system can be built. */
export async function openWorkspace(path: string): Promise<Workspace | RunFault> {
  if (!existsSync(path) || !statSync(path).isDirectory()) {
    return { fault: `${path} is not a directory`, hint: 'name the root of a CAMkES project tree' };
  }
  const dir = realpathSync(path);
  if (!PLAIN.test(dir)) {
    const fault = `seL4's build can not work with the path ${JSON.stringify(dir)}`;
    return { fault, hint: 'letters, digits and -_.,+@ only, and no spaces' };
  }
  const tree = sourceTree(dir);
  const found = partsOf(tree);
  if ('lacks' in found) {
    return {
      fault: `${path} is not a CAMkES project tree that makatea can build in; it lacks${list(found.lacks)}`,
      hint: 'docs/on-sel4.md says how to get one',
    };
  }
  const commits = await Promise.all(
    found.parts.map(async ({ folder }) => [folder, await commitOf(join(dir, folder))] as const),
  );
  return {
    dir,
    parts: found.parts,
    kernel: readKernel(tree),
    commits: new Map(
      commits.flatMap(([folder, commit]) => (commit === undefined ? [] : [[folder, commit]])),
    ),
  };
}

function list(items: readonly string[]): string {
  return items.map((item) => `\n    ${item}`).join('');
}

function sourceTree(root: string): SourceTree {
  const orNothing = <T>(use: () => T): T | undefined => {
    try {
      return use();
    } catch {
      return undefined;
    }
  };
  return {
    text: (path) => orNothing(() => readFileSync(join(root, path), 'utf8')),
    list: (path) => orNothing(() => readdirSync(join(root, path)).sort()) ?? [],
  };
}

/** The commit that is checked out; nothing where the folder is none of git's by itself. */
async function commitOf(folder: string): Promise<string | undefined> {
  if (!existsSync(join(folder, '.git'))) return undefined;
  const { stdout, failed } = await execa('git', ['-C', folder, 'rev-parse', 'HEAD'], {
    reject: false,
    stdin: 'ignore',
  });
  return failed ? undefined : stdout.trim();
}
