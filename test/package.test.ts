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

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'makatea-package-'));
  // dist/ is there already: `npm test` builds before it tests.
  await execa('npm', ['pack', '--ignore-scripts', '--pack-destination', dir], { cwd: root });
  await writeFile(path.join(dir, 'package.json'), '{"private":true}\n');
  const file = `makatea-${manifest.version}.tgz`;
  await execa('npm', ['install', '--offline', '--no-audit', '--no-fund', file], { cwd: dir });
});
afterAll(async () => rm(dir, { recursive: true, force: true }));

describe('the package', () => {
  test('needs no other package', async () => {
    const installed = await readdir(path.join(dir, 'node_modules'));
    expect(installed.filter((name) => !name.startsWith('.'))).toEqual(['makatea']);
  });

  test('carries the program and the licences of what is in it, and no source', async () => {
    const files = await readdir(path.join(dir, 'node_modules/makatea'));
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'dist', 'schema']));
    expect(files).not.toContain('src');
    const dist = await readdir(path.join(dir, 'node_modules/makatea/dist'));
    expect(dist.sort()).toEqual(['LICENSES', 'app', 'makatea.js', 'package.json']);
  });
});

describe.each([
  ['this Node', process.execPath, process.version],
  ['Node 24', path.join(root, '.cache/node24/node'), 'v24'],
])('the installed program on %s', (_name, node, version) => {
  const env = { PATH: `${path.dirname(node)}${path.delimiter}${process.env['PATH'] ?? ''}` };
  const run = async (file: string, ...args: string[]) =>
    (await execa(file, args, { cwd: dir, env })).stdout;
  const makatea = (...args: string[]) => run('npx', '--offline', '--', 'makatea', ...args);

  describe.skipIf(!existsSync(node))('', () => {
    test('runs on that Node', async () => {
      expect(await run('node', '--version')).toContain(version);
    });

    test('says its version', async () => {
      expect(await makatea('--version')).toBe(manifest.version);
    });

    test('composes the description that it starts a user with', async () => {
      await makatea('init', version);
      await makatea('compose', `${version}/system.yaml`, '-o', `${version}/out`);
      expect(await readdir(path.join(dir, version, 'out'))).toEqual(
        expect.arrayContaining(['CMakeLists.txt', 'plan.json', 'system.cdl']),
      );
    });

    test('starts from compiled code', async () => {
      const check = `
        const fs = require('fs');
        const file = (name) => 'node_modules/makatea/dist/app/' + name;
        const v8 = process.versions.v8.replace(/-.*/, '');
        const cachedData = fs.readFileSync(file('app.' + v8 + '.cache'));
        const script = new vm.Script(fs.readFileSync(file('app.js'), 'latin1'), { cachedData });
        console.log(script.cachedDataRejected);`;
      expect(await run('node', '-e', check)).toBe('false');
    });
  });
});
