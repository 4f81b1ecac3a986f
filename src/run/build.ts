// SPDX-License-Identifier: BSD-2-Clause
import { join } from 'node:path';
import { execa } from 'execa';
import { writeOutput } from '../output/write.js';
import type { Composition } from '../pipeline/compose.js';
import { PACKAGE } from '../util/package.js';
import type { RunFault } from './fault.js';
import { imageSource } from './image-source.js';

/** How an image is built. */
export interface BuildOptions {
  /** Below it stand `system`, what is compiled, and `build`, what comes of it. */
  readonly dir: string;
  /** Count VM exits. */
  readonly exits: boolean;
  readonly signal: AbortSignal;
}

/** Lines of a failed build that are shown: the first errors, not all that follows from them. */
const LINES_SHOWN = 30;

/** Makes the image: the system's own files beside what was composed, compiled and made bootable by vmm-c's makefile. */
export async function buildImage(
  { plan, output }: Composition,
  { dir, exits, signal }: BuildOptions,
): Promise<{ readonly iso: string } | RunFault> {
  const system = join(dir, 'system');
  const fault = writeOutput(system, new Map([...output, ...imageSource(plan, system)]));
  if (fault !== undefined) return fault;
  const build = join(dir, 'build');
  const variables = [`SYSTEM=${system}`, `BUILD=${build}`, ...(exits ? ['EXITS=1'] : [])];
  const result = await execa(
    'make',
    ['-s', '-j2', '-C', join(PACKAGE, 'vmm-c'), ...variables, 'system'],
    { stdin: 'ignore', all: true, reject: false, cancelSignal: signal },
  );
  if (!result.failed) return { iso: join(build, 'system.iso') };
  const said = result.all.trim();
  const told = said === '' ? String(result.shortMessage) : said;
  const lines = told.split('\n').slice(0, LINES_SHOWN).join('\n');
  return { fault: `the image can not be built\n${lines}` };
}
