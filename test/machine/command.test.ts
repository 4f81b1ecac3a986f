// SPDX-License-Identifier: BSD-2-Clause
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeTree } from '../../src/source/node-tree.js';

const root = path.resolve(import.meta.dirname, '../..');
const captured = path.join(root, 'test/fixtures/machines');
let scratch = '';

beforeAll(() => {
  scratch = mkdtempSync(path.join(tmpdir(), 'makatea-machine-'));
});
afterAll(() => {
  rmSync(scratch, { recursive: true });
});

interface Run {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

async function machine(...args: string[]): Promise<Run> {
  return makatea('machine', ...args);
}

async function makatea(...args: string[]): Promise<Run> {
  const main = path.join(root, 'src/cli/main.ts');
  const { exitCode, stdout, stderr } = await execa('node', ['--import', 'tsx', main, ...args], {
    cwd: root,
    reject: false,
  });
  return { exitCode, stdout, stderr };
}

describe('makatea machine', () => {
  test('probe prints the inventory, findings beside it, and a name of the product', async () => {
    const { exitCode, stdout, stderr } = await machine('probe', path.join(captured, 'pc'));
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^name: qemu_standard_pc_i440fx_piix_1996$/m);
    expect(stderr).toMatch(/warning MK0602: .*\n {2}hint: capture it again as root/);
  });

  test('probe writes a file, and finds no drift from it', async () => {
    const file = path.join(scratch, 'q35.yaml');
    const dir = path.join(captured, 'q35');
    expect((await machine('probe', dir, '--name', 'lab', '-o', file)).exitCode).toBe(0);
    const same = await machine('probe', dir, '--check', file);
    expect([same.exitCode, same.stdout]).toEqual([0, '']);
    writeFileSync(file, readFileSync(file, 'utf8').replace('cores: 2', 'cores: 8'));
    const other = await machine('probe', dir, '--check', file);
    expect(other.exitCode).toBe(1);
    expect(other.stdout).toMatch(/q35\.yaml:\d+:3: warning MK0610: cores was 8, and is 2/);
  });

  test('lint tells what has changed in the machine since, of each machine file once', async () => {
    const at = (name: string): string => path.join(scratch, name);
    const dir = path.join(captured, 'q35');
    await machine('probe', dir, '-o', at('lab.yaml'));
    const system = (top: string): string =>
      `makatea: 1\nname: small\n${top}vms:\n  web: { memory: 64MiB, boot: { type: linux, kernel: vmlinuz } }\n`;
    writeFileSync(at('a.yaml'), system('machine: lab.yaml\n'));
    writeFileSync(at('b.yaml'), system('machine: lab.yaml\n'));
    writeFileSync(at('alone.yaml'), system(''));
    const lint = (...args: string[]): Promise<Run> => makatea('lint', '--against', dir, ...args);
    expect((await lint(at('a.yaml'))).stdout).not.toContain('MK0610');
    const text = readFileSync(at('lab.yaml'), 'utf8');
    writeFileSync(at('lab.yaml'), text.replace('cores: 2', 'cores: 8'));
    const { stdout } = await lint(at('a.yaml'), at('b.yaml'));
    expect(stdout.match(/lab\.yaml:\d+:3: warning MK0610: cores was 8, and is 2/g)).toHaveLength(1);
    for (const [args, words] of [
      [[at('alone.yaml')], 'no description names a machine file'],
      [['--against', dir, at('a.yaml')], '--against takes one value'],
    ] as const) {
      expect(await lint(...args)).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining(words) as unknown,
      });
    }
    const nowhere = await makatea('lint', at('a.yaml'), '--against', at('nowhere'));
    expect(nowhere).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('no such file') as unknown,
    });
  });

  test('probe keeps the names of a former inventory, its own name too', async () => {
    const file = path.join(scratch, 'former.yaml');
    const pci = 'pci: { uplink: { bdf: "00:01.0", vendor_id: 0x8086, device_id: 0x10d3 } }';
    writeFileSync(file, `makatea_machine: 1\nname: lab\n${pci}\n`);
    const { stdout } = await machine('probe', path.join(captured, 'q35'), '--former', file);
    expect(stdout).toMatch(/^name: lab$/m);
    expect(stdout).toMatch(/^ {2}uplink:\n {4}bdf: "0000:00:01.0"/m);
  });

  test.each([
    ['a directory without hardware', ['probe', 'docs'], 1, /error MK0601/],
    ['no directory', ['probe', 'docs/none'], 1, /error MK0001/],
    ['a bad name', ['probe', 'docs', '--name', 'A B'], 2, /can not be the name/],
    ['an option twice', ['probe', 'docs', '-o', 'a', '-o', 'b'], 2, /--out takes one value/],
    ['JSON without a file', ['probe', 'docs', '--format', 'json'], 2, /--out FILE/],
    ['a former inventory that is none', ['probe', '/', '--former', 'LICENSE'], 1, /error MK/],
    ['a dump that is none', ['import', 'package.json'], 1, /error MK0609/],
    ['no command', [], 2, /probe, collector or import/],
  ])('%s is refused', async (_, args, status, words) => {
    const { exitCode, stderr } = await machine(...args);
    expect(stderr).toMatch(words);
    expect(exitCode).toBe(status);
  });

  test('import reads standard input', async () => {
    const dump = '{"memory":[],"kdevs":[],"rmrrs":[],"bootinfo":{"numIOPTLevels":0}}';
    const main = path.join(root, 'src/cli/main.ts');
    const args = ['--import', 'tsx', main, 'machine', 'import', '-', '--name', 'lab'];
    const { stdout } = await execa('node', args, { cwd: root, input: dump });
    expect(stdout).toMatch(/^name: lab$/m);
  });

  test('collector prints a script that captures the machine it runs on', async () => {
    const { stdout } = await machine('collector');
    const script = path.join(scratch, 'collect.sh');
    writeFileSync(script, `${stdout}\n`);
    await execa('sh', ['-n', script]);
    const dir = path.join(scratch, 'capture');
    await execa('sh', [script, dir]);
    const again = await execa('sh', [script, dir], { reject: false });
    expect([again.exitCode, again.stderr]).toEqual([
      2,
      `${dir} exists already; name another directory`,
    ]);
    const { exitCode, stdout: text } = await machine('probe', dir, '--name', 'here');
    expect(exitCode).toBe(0);
    expect(text).toMatch(/^ {2}cores: \d+/m);
  });
});

describe('a directory as a tree', () => {
  test('links that lead out of it are not followed, nor pipes waited for', async () => {
    const dir = path.join(scratch, 'links');
    mkdirSync(dir);
    writeFileSync(path.join(dir, 'file'), 'text');
    symlinkSync('/etc/passwd', path.join(dir, 'out'));
    symlinkSync('file', path.join(dir, 'in'));
    symlinkSync('/', path.join(dir, 'all'));
    await execa('sh', ['-c', 'mkfifo pipe'], { cwd: dir });
    const tree = nodeTree(dir);
    if ('fault' in tree) return expect.fail(tree.fault);
    const read = (name: string): unknown => {
      const result = tree.read(name, 100);
      return 'fault' in result ? result.fault : Buffer.from(result).toString();
    };
    expect(['in', 'out', 'all/etc/passwd', '../links/file', 'pipe', '', 'none'].map(read)).toEqual([
      'text',
      'it is a link that leads out of the directory',
      'it is a link that leads out of the directory',
      'text',
      'it is not a file',
      'it is a directory',
      'there is no such file',
    ]);
    expect(tree.list('all')).toHaveProperty('fault');
  });

  test('what is no directory is told', () => {
    expect(nodeTree(path.join(root, 'LICENSE'))).toMatchObject({ fault: 'it is not a directory' });
  });
});
