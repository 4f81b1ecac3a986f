// SPDX-License-Identifier: BSD-2-Clause
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { RunFault } from '../run/fault.js';
import { makeFolder } from '../output/folder.js';
import { sha256 } from '../output/manifest.js';
import type { BuildLog } from './log.js';
import type { Layout } from './layout.js';
import type { Workspace } from './open.js';
import { runTool } from './tool.js';

/** What a build folder was configured for, or nothing while it is not. */
interface Stamp {
  readonly makatea_build: 1;
  readonly configured: string;
}

/** Makes the folder for all that is built of a system, unless there is something of somebody else's. */
export function claimHome({ home, stamp }: Layout): RunFault | undefined {
  try {
    makeFolder(home);
    if (readStamp(stamp) !== undefined) return undefined;
    if (readdirSync(home).length > 0) {
      return { fault: `${home} is not empty and was not made by makatea`, hint: 'move it away' };
    }
    writeStamp(stamp, '');
    return undefined;
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    return { fault: `${home} can not be written: ${error.message}` };
  }
}

interface ConfigureOptions {
  /** Monitors report their exits at a VM's end. */
  readonly exits: boolean;
  readonly log: BuildLog;
  readonly signal: AbortSignal;
}

/**
 * Configures the build folder, as the tree's own `init-build.sh` does. A folder that was configured for the same is left as
 * it is: ninja configures again by itself when a file of CMake's has changed. Otherwise it is made anew, because settings that
 * an earlier configuration left behind would go on counting.
 *
 * @returns whether it is configured now
 */
export async function configure(
  workspace: Workspace,
  layout: Layout,
  { exits, log, signal }: ConfigureOptions,
): Promise<boolean> {
  const args = argumentsOf(workspace, layout, exits);
  const wanted = sha256([args.join(' '), keyOf(workspace, layout)].join('\n'));
  const isReady = existsSync(join(layout.build, 'build.ninja'));
  if (isReady && readStamp(layout.stamp)?.configured === wanted) return true;
  writeStamp(layout.stamp, '');
  rmSync(layout.build, { recursive: true, force: true });
  mkdirSync(layout.build);
  const done = await runTool('cmake', args, { cwd: layout.build, log, signal });
  if (done) writeStamp(layout.stamp, wanted);
  return done;
}

function argumentsOf(
  { dir }: Workspace,
  { source, application }: Layout,
  exits: boolean,
): string[] {
  const own = join(homedir(), '.sel4_cache');
  const cache = existsSync(own) ? own : join(dir, '.sel4_cache');
  return [
    ...['-G', 'Ninja'],
    '-DPLATFORM=x86_64',
    `-DCAMKES_APP=${application.slice(application.lastIndexOf('/') + 1)}`,
    `-DSEL4_CACHE_DIR=${cache}`,
    ...(exits ? ['-DMakateaExits=ON'] : []),
    ...['-C', join(source, 'settings.cmake'), source],
  ];
}

/** What decides about the configuration beside its arguments: the tree's commits, and the settings that the system asks for. */
function keyOf({ commits }: Workspace, { application }: Layout): string {
  const settings = readFileSync(join(application, 'settings.cmake'));
  return [...commits].map((pair) => pair.join(' ')).join('\n') + sha256(settings);
}

function readStamp(path: string): Stamp | undefined {
  try {
    const value = JSON.parse(readFileSync(path, 'utf8')) as Partial<Stamp> | null;
    if (value?.makatea_build !== 1 || typeof value.configured !== 'string') return undefined;
    return { makatea_build: 1, configured: value.configured };
  } catch {
    return undefined;
  }
}

function writeStamp(path: string, configured: string): void {
  const stamp: Stamp = { makatea_build: 1, configured };
  writeFileSync(`${path}.new`, `${JSON.stringify(stamp)}\n`);
  renameSync(`${path}.new`, path);
}
