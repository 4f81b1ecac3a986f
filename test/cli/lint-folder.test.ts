// SPDX-License-Identifier: BSD-2-Clause
// `makatea lint` of folders, and of so many files that several threads share them.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MACHINE_FILES, oneVm } from '../../src/diagnostics/examples.js';
import { Folder } from '../support/cli.js';

let folder: Folder;
beforeEach(() => {
  folder = new Folder();
});
afterEach(() => {
  folder.remove();
});

/** A description with a mistake that names itself. */
const bad = (what: string): string => oneVm({ web: `serial: { com1: { console: ${what} } }` });

/** The names that are told as unknown, in order. */
const told = (out: string): string[] =>
  Array.from(out.matchAll(/there is no console "(\w+)"/g), ([, name = '']) => name);

describe('in a folder', () => {
  test('each description is checked, in the order of the names, and nothing else', async () => {
    folder.write('in/b.yaml', bad('second'));
    folder.write('in/a/z.yml', bad('first'));
    folder.write('in/c.yaml', bad('third'));
    folder.write('in/compose.yaml', 'services: {}\n');
    folder.write('in/box.yaml', MACHINE_FILES['box.yaml']);
    folder.write('in/notes.txt', bad('text'));
    folder.write('in/.hidden/system.yaml', bad('hidden'));
    folder.write('in/node_modules/p/system.yaml', bad('package'));
    for (const part of ['in', 'in/a']) folder.write(`${part}/images/vmlinuz`, new Uint8Array(8));
    const { status, out } = await folder.makatea(['lint', 'in']);
    expect(status).toBe(1);
    expect(told(out)).toEqual(['first', 'second', 'third']);
  });

  test('files and folders may be named together', async () => {
    folder.write('in/one.yaml', bad('inside'));
    folder.write('out.yaml', bad('outside'));
    const { out } = await folder.makatea(['lint', 'out.yaml', 'in']);
    expect(told(out)).toEqual(['outside', 'inside']);
  });

  test('without a description it is a mistake', async () => {
    folder.write('in/compose.yaml', 'services: {}\n');
    const { status, err } = await folder.makatea(['lint', 'in']);
    expect(status).toBe(2);
    expect(err).toMatch(/there is no description in "in"/);
  });

  test('what --fix mends is mended', async () => {
    folder.write('in/a.yaml', `${bad('fornt')}consoles: { front: {} }\n`);
    const { err } = await folder.makatea(['lint', '--fix', 'in']);
    expect(err).toMatch(/1 fix made/);
  });
});

describe('many files', () => {
  const COUNT = 240;
  const names = Array.from({ length: COUNT }, (_, n) => `s${String(n).padStart(3, '0')}`);

  test('are told in their order, as if one thread had checked them', async () => {
    for (const name of names) folder.write(`many/${name}.yaml`, bad(name));
    folder.write('many/images/vmlinuz', new Uint8Array(8));
    const together = await folder.makatea(['lint', 'many']);
    expect(told(together.out)).toEqual(names);
    const files = names.slice(0, 60).map((name) => `many/${name}.yaml`);
    const alone = await folder.makatea(['lint', ...files, '--format=github']);
    const all = await folder.makatea(['lint', 'many', '--format=github']);
    expect(alone.out.length).toBeGreaterThan(0);
    expect(all.out.startsWith(alone.out)).toBe(true);
  });

  test('the thread’s command is not for people', async () => {
    const { status, err } = await folder.makatea(['lint-thread']);
    expect(status).toBe(2);
    expect(err).toMatch(/no command for people/);
    expect((await folder.makatea(['--help'])).out).not.toMatch(/lint-thread/);
  });
});
