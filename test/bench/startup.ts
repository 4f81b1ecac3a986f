// SPDX-License-Identifier: BSD-2-Clause
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { compare, table } from './harness.js';

/** What a user waits for when the program is started anew: at most 2 and 3 times an empty Node. */
export async function startup(): Promise<string> {
  const scratch = await mkdtemp(path.join(tmpdir(), 'makatea-bench-'));
  let number = 0;
  const node = (...args: string[]) => execa(process.execPath, args);
  const makatea = (...args: string[]) => node('dist/makatea.js', ...args);
  await makatea('init', scratch);
  const results = await compare(
    [
      { name: 'node -e 0', run: () => node('-e', '0') },
      { name: 'lint', run: () => makatea('lint', 'systems/two-linux.yaml') },
      {
        name: 'compose',
        run: () => makatea('compose', `${scratch}/system.yaml`, '-o', `${scratch}/out${number++}`),
      },
    ],
    31,
  );
  await rm(scratch, { recursive: true, force: true });
  return table(`cold start (Node ${process.versions.node})`, results);
}
