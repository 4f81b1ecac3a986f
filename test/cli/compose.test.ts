// SPDX-License-Identifier: BSD-2-Clause
// What `compose` writes: whole or not at all, and over nothing but its own.
import {
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { oneVm } from '../../src/diagnostics/examples.js';
import { Folder } from '../support/cli.js';

let folder: Folder;
beforeEach(() => {
  folder = new Folder(oneVm());
});
afterEach(() => {
  folder.remove();
});

const compose = (...args: string[]) => folder.makatea(['compose', 'system.yaml', ...args]);
const contents = (dir: string): string[] =>
  folder.files(dir).map((file) => `${file} ${readFileSync(folder.path(dir, file), 'latin1')}`);

describe('output', () => {
  test('goes to build/NAME or where -o says, with all that was told', async () => {
    const { status, out } = await compose();
    expect(status).toBe(0);
    expect(out).toMatch(/^composed "small" into build\/small: 1 VM, /);
    expect(folder.files('build/small')).toEqual(
      expect.arrayContaining([
        'small.camkes',
        'CMakeLists.txt',
        'manifest.json',
        'plan.json',
        'report.md',
        'system.cdl',
      ]),
    );
    await compose('-o', 'elsewhere');
    expect(contents('elsewhere')).toEqual(contents('build/small'));
  });

  test('is not made with --strict where a check could not be made', async () => {
    const { status, err } = await compose('--strict', '-o', 'strict');
    expect(status).toBe(1);
    expect(err).toMatch(/error MK0348: not checked without a machine file: /);
    expect(folder.files().filter((file) => file.startsWith('strict'))).toEqual([]);
  });

  test('is the same from anywhere, and names no folder of this machine', async () => {
    await compose('-o', 'a');
    await folder.makatea(['compose', folder.path('system.yaml'), '-o', folder.path('b')]);
    expect(contents('b')).toEqual(contents('a'));
    expect(contents('a').join('\n')).not.toContain(folder.dir);
  });

  test('comes from standard input too; paths are then relative to the working folder', async () => {
    await compose('-o', 'a');
    const { status } = await folder.makatea(['compose', '-', '-o', 'b'], { input: oneVm() });
    expect(status).toBe(0);
    expect(contents('b')).toEqual(contents('a'));
  });

  test('with --format json: only JSON on standard output', async () => {
    const { out } = await compose('--format', 'json');
    expect(JSON.parse(out)).toHaveProperty('makatea_diagnostics', 1);
  });
});

describe('an output folder', () => {
  test('that was composed before is replaced: what is no longer wanted goes', async () => {
    await compose('-o', 'out');
    folder.write(
      'system.yaml',
      oneVm({ top: 'consoles: { front: {} }', web: 'serial: { com1: { console: front } }' }),
    );
    await compose('-o', 'out');
    const withConsole = folder.files('out');
    folder.write('system.yaml', oneVm());
    expect(await compose('-o', 'out')).toMatchObject({ status: 0 });
    expect(folder.files('out').length).toBeLessThan(withConsole.length);
    expect(folder.files('.').filter((file) => file.startsWith('.'))).toEqual([]);
  });

  test('stays as it was when the description has errors', async () => {
    await compose('-o', 'out');
    const before = contents('out');
    folder.write('system.yaml', oneVm({ web: 'memroy: 1' }));
    expect(await compose('-o', 'out')).toMatchObject({ status: 1, out: '' });
    expect(contents('out')).toEqual(before);
  });

  test.each([
    ['a file of somebody else', 'notes.txt', /notes\.txt was not written by makatea/],
    [
      'a file in a folder of its own',
      'more/notes.txt',
      /more\/notes\.txt was not written by makatea/,
    ],
    ['an edited file', 'plan.json', /plan\.json was changed since/],
    ['a manifest that is none', 'manifest.json', /not empty and was not written by makatea/],
  ])('with %s is left alone', async (_, file, said) => {
    await compose('-o', 'out');
    folder.write(`out/${file}`, 'mine');
    const before = contents('out');
    const { status, err } = await compose('-o', 'out');
    expect(status).toBe(2);
    expect(err).toMatch(said);
    expect(contents('out')).toEqual(before);
  });

  test.each(['{"makatea_output":1}', '{"makatea_output":1,"files":null}', '[]', 'null'])(
    'with the manifest %s is left alone',
    async (manifest) => {
      folder.write('out/manifest.json', manifest);
      expect(await compose('-o', 'out')).toMatchObject({ status: 2 });
    },
  );

  test('that is the working folder is refused while anything else is in it', async () => {
    const before = folder.files();
    expect(await compose('-o', '.')).toMatchObject({ status: 2 });
    expect(folder.files()).toEqual(before);
  });

  test('that is empty, or behind a link, is used', async () => {
    mkdirSync(folder.path('real'));
    symlinkSync('real', folder.path('link'));
    expect(await compose('-o', 'link')).toMatchObject({ status: 0 });
    expect(existsSync(folder.path('real/plan.json'))).toBe(true);
    expect(statSync(folder.path('link')).isDirectory()).toBe(true);
  });

  test.each([
    ['a file', 'file'],
    ['below a file', 'file/out'],
    ['where nothing can be written', '/proc/out'],
    ['of a name that is too long', 'x'.repeat(300)],
    ['without a name', ''],
  ])('that is %s is wrong usage', async (_, out) => {
    folder.write('file', 'mine');
    const { status, err } = await compose('-o', out);
    expect(err).not.toMatch(/internal error/);
    expect(status).toBe(2);
    expect(readFileSync(folder.path('file'), 'utf8')).toBe('mine');
  });

  test('that is named twice is wrong usage', async () => {
    const { status, err } = await compose('-o', 'a', '-o', 'b');
    expect(err).not.toMatch(/internal error/);
    expect(status).toBe(2);
  });
});

describe('--check', () => {
  test('writes nothing, and tells whether the output is up to date', async () => {
    expect(await compose('-o', 'out', '--check')).toMatchObject({ status: 1 });
    expect(existsSync(folder.path('out'))).toBe(false);
    await compose('-o', 'out');
    expect(await compose('-o', 'out', '--check')).toMatchObject({ status: 0 });
    rmSync(folder.path('out/report.md'));
    folder.write('out/extra', '');
    writeFileSync(folder.path('out/plan.json'), '{}');
    const { status, err } = await compose('-o', 'out', '--check');
    expect(status).toBe(1);
    for (const file of ['report.md', 'extra', 'plan.json'])
      expect(err).toContain(`out/${file} is not up to date`);
  });

  test('notices a changed kernel', async () => {
    await compose('-o', 'out');
    const image = readFileSync(folder.path('images/vmlinuz'));
    folder.write('images/vmlinuz', Buffer.concat([image, Buffer.alloc(1)]));
    expect(await compose('-o', 'out', '--check')).toMatchObject({ status: 1 });
  });

  test('of an output that is a file is wrong usage', async () => {
    folder.write('file', 'mine');
    const { status, err } = await compose('-o', 'file', '--check');
    expect(err).not.toMatch(/internal error/);
    expect([1, 2]).toContain(status);
  });
});
