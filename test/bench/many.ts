// SPDX-License-Identifier: BSD-2-Clause
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { compare, table } from './harness.js';

/** A description of `lines` lines, written as people write it: a key a line, a dozen VMs, links between neighbours. */
export function longSystem(name: string, kernel: string, lines: number): string {
  const head = ['makatea: 1', `name: ${name}`, 'sel4: { cores: 4 }', 'consoles:', '  front: {}'];
  const vm = (n: number): string[] => [
    ...[
      `  vm${n}:`,
      '    memory: 256MiB',
      `    cores: [${n % 4}]`,
      '    boot:',
      '      type: linux',
    ],
    ...[`      kernel: ${kernel}`, '      cmdline: "console=ttyS0"', '    serial:'],
    ...['      com1: { console: front }', '    lifecycle:', '      restart: on-crash'],
  ];
  const link = (n: number): string[] => [
    ...[`  cable${n}:`, '    type: net', '    ends:'],
    ...[`      vm${n}: {}`, `      vm${n + 1}: {}`],
  ];
  // A VM takes 11 lines, its link to the next one 5; comments fill up.
  const count = Math.floor((lines - head.length - 2 + 5) / 16);
  const numbers = Array.from({ length: count }, (_, n) => n);
  const text = [
    ...[...head, 'vms:', ...numbers.flatMap(vm)],
    ...['links:', ...numbers.slice(1).flatMap((n) => link(n - 1))],
  ];
  const fill = Array.from({ length: lines - text.length }, () => '# as it was agreed');
  return [...text, ...fill, ''].join('\n');
}

/** Loaded before the program: leaves in a file what it used when it ends, in milliseconds and MiB. */
const METER = `process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  const used = [(user + system) / 1000, process.resourceUsage().maxRSS / 1024];
  require('node:fs').writeFileSync(process.env.METER, JSON.stringify(used));
});`;

/** A folder of 1,000 descriptions with 200 lines each: linted in at most 4 s on two cores. */
export async function many(): Promise<string> {
  const scratch = await mkdtemp(path.join(tmpdir(), 'makatea-bench-'));
  await execa(process.execPath, ['dist/makatea.js', 'init', scratch]);
  const folders = await Promise.all(
    [100, 1000].map(async (count) => {
      const folder = path.join(scratch, `${count}`);
      await mkdir(folder);
      const write = async (n: number): Promise<void> => {
        const text = longSystem(`system-${n}`, '../images/placeholder.bzimage', 200);
        await writeFile(path.join(folder, `system${n}.yaml`), text);
      };
      await Promise.all(Array.from({ length: count }, (_, n) => write(n)));
      return { count, folder };
    }),
  );
  const meter = path.join(scratch, 'meter.cjs');
  await writeFile(meter, METER);
  const used = new Map<number, [time: number, memory: number]>();
  const cases = folders.map(({ count, folder }) => ({
    name: `lint a folder of ${count} systems`,
    run: async () => {
      const env = { METER: path.join(scratch, 'used') };
      await execa(process.execPath, ['--require', meter, 'dist/makatea.js', 'lint', folder], {
        env,
      });
      const [time, memory] = JSON.parse(await readFile(env.METER, 'utf8')) as [number, number];
      const [least = Infinity, peak = 0] = used.get(count) ?? [];
      used.set(count, [Math.min(time, least), Math.max(memory, peak)]);
    },
  }));
  const results = await compare(cases, 5);
  await rm(scratch, { recursive: true, force: true });
  const words = [...used].map(
    ([count, [time, memory]]) =>
      `${count} systems ${time.toFixed(0)} ms at least, ${memory.toFixed(0)} MiB at most`,
  );
  return `${table('many files', results)}\nprocessor time and memory: ${words.join('; ')}`;
}
