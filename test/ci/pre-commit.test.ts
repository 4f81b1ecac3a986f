// SPDX-License-Identifier: BSD-2-Clause
// The pre-commit hooks, with the command that pre-commit finds in the installed package.
import { readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import manifest from '../../package.json' with { type: 'json' };
import { oneVm } from '../../src/diagnostics/examples.js';
import { root } from '../support/program.js';

interface Hook {
  readonly id: string;
  readonly entry: string;
  readonly language: string;
  readonly files: string;
}

const hooks = parse(readFileSync(path.join(root, '.pre-commit-hooks.yaml'), 'utf8')) as Hook[];
const hook = (id: string): Hook => hooks.find((h) => h.id === id) ?? expect.fail(`no hook ${id}`);

let dir: string;
let bin: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'makatea-hook-'));
  bin = path.join(dir, 'bin');
  await mkdir(bin);
  // As `npm install -g` does it.
  for (const [name, file] of Object.entries(manifest.bin)) {
    await chmod(path.join(root, file), 0o755);
    await symlink(path.join(root, file), path.join(bin, name));
  }
});
afterAll(async () => rm(dir, { recursive: true, force: true }));

/** Runs a hook as pre-commit does: the words of its entry, the user's `args`, then the files that its pattern matches. */
async function run(
  id: string,
  files: readonly string[],
  more: readonly string[] = [],
): Promise<number | undefined> {
  const { entry, files: pattern } = hook(id);
  const [command = '', ...args] = entry.split(' ');
  const matching = files.filter((file) => new RegExp(pattern).test(file));
  const env = { PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}` };
  const options = { cwd: dir, env, reject: false };
  return (await execa(command, [...args, ...more, ...matching], options)).exitCode;
}

describe('the hooks', () => {
  test('are installed by npm', () => {
    expect(hooks.map(({ language }) => language)).toEqual(hooks.map(() => 'node'));
  });

  test.each(hooks.map(({ id }) => id))('%s looks at descriptions of the usual name', (id) => {
    const pattern = new RegExp(hook(id).files);
    expect(['system.yaml', 'a/b/system.yml'].every((file) => pattern.test(file))).toBe(true);
    expect(['box.yaml', 'subsystem.yaml', 'system.yaml.orig'].some((f) => pattern.test(f))).toBe(
      false,
    );
  });

  test('makatea-lint passes and refuses', async () => {
    await writeFile(path.join(dir, 'system.yaml'), oneVm());
    expect(await run('makatea-lint', ['system.yaml', 'box.yaml'])).toBe(0);
    await writeFile(path.join(dir, 'system.yaml'), oneVm({ web: 'priorty: 7' }));
    expect(await run('makatea-lint', ['system.yaml', 'box.yaml'])).toBe(1);
  });

  test('take --strict as an argument', async () => {
    await writeFile(path.join(dir, 'system.yaml'), oneVm());
    for (const { id } of hooks) {
      expect(await run(id, ['system.yaml'])).toBe(0);
      expect(await run(id, ['system.yaml'], ['--strict'])).toBe(1);
    }
  });

  test('makatea-fix mends', async () => {
    await writeFile(path.join(dir, 'system.yaml'), oneVm({ web: 'priorty: 7' }));
    expect(await run('makatea-fix', ['system.yaml'])).toBe(0);
    expect(await readFile(path.join(dir, 'system.yaml'), 'utf8')).toContain('priority: 7');
  });

  test('are packed as pre-commit packs them: the name of the file and nothing else is printed', async () => {
    // pre-commit installs what `npm pack` names, and builds nothing itself.
    const args = ['pack', '--ignore-scripts', '--pack-destination', dir];
    const { stdout } = await execa('npm', args, { cwd: root });
    expect(stdout.trim()).toBe(`makatea-${manifest.version}.tgz`);
    expect(manifest.scripts.prepack).toContain('build');
  });
});
