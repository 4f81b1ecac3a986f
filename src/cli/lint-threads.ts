// SPDX-License-Identifier: BSD-2-Clause
import { availableParallelism } from 'node:os';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { remembered } from '../source/remembered.js';
import { realFiles } from './files.js';
import type { Found } from './found.js';
import { checkOne } from './lint-one.js';

/** What all threads share: the files, and how many of them are taken. */
interface Work {
  readonly paths: readonly string[];
  readonly strict: boolean;
  readonly taken: SharedArrayBuffer;
}

/** Findings with the number of the file that they are about. */
type Part = (readonly [number, Found])[];

/** The hidden command by which this program runs in a thread. */
const THREAD_COMMAND = 'lint-thread';

/** Checks files on disk in several threads, of which this is one. The findings come in the order of the files. */
export async function checkSideBySide(
  paths: readonly string[],
  strict: boolean,
  wanted: number,
): Promise<readonly Found[]> {
  const taken = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const work: Work = { paths, strict, taken };
  // The source, run by a tool that compiles it, can not be started in a thread; the built program can.
  const most = process.argv[1]?.endsWith('.ts') === true ? 1 : availableParallelism();
  const others = Math.min(wanted, most) - 1;
  const parts = Promise.all(Array.from({ length: others }, async () => thread(work)));
  // Threads start only while this one waits for nothing, so it lets them first.
  await new Promise(setImmediate);
  const own = takePart(work);
  const all = [own, ...(await parts)].flat();
  return all.sort(([a], [b]) => a - b).map(([, findings]) => findings);
}

async function thread(work: Work): Promise<Part> {
  const program = process.argv[1] ?? '';
  const worker = new Worker(program, { argv: [THREAD_COMMAND], workerData: work });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => {
      reject(new Error('a thread ended without its findings'));
    });
  });
}

/** Takes one file after the other until none is left: whoever is faster does more. */
function takePart({ paths, strict, taken }: Work): Part {
  const next = new Int32Array(taken);
  const files = remembered(realFiles());
  const part: Part = [];
  for (;;) {
    const index = Atomics.add(next, 0, 1);
    const path = paths[index];
    if (path === undefined) return part;
    part.push([index, checkOne(path, files, strict)]);
  }
}

/** What the command does, in a thread of `lint`; nothing elsewhere. */
export function lintThread(): boolean {
  parentPort?.postMessage(takePart(workerData as Work));
  return parentPort !== null;
}
