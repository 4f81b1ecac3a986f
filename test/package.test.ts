// SPDX-License-Identifier: BSD-2-Clause
// What is published, installed as a user installs it: from the packed file, into an empty folder,
// without a network.
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import manifest from '../package.json' with { type: 'json' };

const root = path.resolve(import.meta.dirname, '..');
const node24 = path.join(root, '.cache/node24/node');

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'makatea-package-'));
  // dist/ is there already: `npm test` builds before it tests.
  await execa('npm', ['pack', '--ignore-scripts', '--pack-destination', dir], { cwd: root });
  await writeFile(path.join(dir, 'package.json'), '{"private":true}\n');
  const args = [
    'install',
    '--offline',
    '--no-audit',
    '--no-fund',
    `makatea-${manifest.version}.tgz`,
  ];
  await execa('npm', args, { cwd: dir });
});
afterAll(async () => rm(dir, { recursive: true, force: true }));

describe('the package', () => {
  test('needs no other package', async () => {
    const installed = await readdir(path.join(dir, 'node_modules'));
    expect(installed.filter((name) => !name.startsWith('.'))).toEqual(['makatea']);
  });

  test('carries what the program needs and no source of it', async () => {
    const files = await readdir(path.join(dir, 'node_modules/makatea'));
    expect(files.sort()).toEqual([
      'LICENSE',
      'README.md',
      'dist',
      'package.json',
      'schema',
      'vmm-c',
    ]);
  });
});

describe.each([
  ['this Node', process.execPath],
  ['Node 24', node24],
])('the installed program on %s', (_name, node) => {
  const makatea = (...args: string[]) =>
    execa('npx', ['--offline', '--', 'makatea', ...args], {
      cwd: dir,
      env: { PATH: `${path.dirname(node)}${path.delimiter}${process.env['PATH'] ?? ''}` },
    });

  test.skipIf(!existsSync(node))('says its version', async () => {
    const { stdout } = await makatea('--version');
    expect(stdout).toBe(manifest.version);
  });
});
