// SPDX-License-Identifier: BSD-2-Clause
// The command line once more, in this process: it sees what the coverage counts, and how streams are used.
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { oneVm } from '../../src/diagnostics/examples.js';
import type { OutputFile } from '../../src/emit/all.js';
import { differences, writeOutput } from '../../src/output/write.js';
import { Folder } from '../support/cli.js';
import { captureWritten } from '../support/written.js';

let folder: Folder;
beforeEach(() => {
  folder = new Folder(oneVm());
});
afterEach(() => {
  vi.restoreAllMocks();
  folder.remove();
});

/** Runs the program's main module; its exit status, and what it wrote. */
async function makatea(...args: string[]): Promise<{ status: unknown; out: string; err: string }> {
  const written = captureWritten();
  const [node = '', script = ''] = process.argv;
  vi.spyOn(process, 'argv', 'get').mockReturnValue([node, script, ...args]);
  vi.resetModules();
  process.exitCode = undefined;
  await import('../../src/cli/main.js');
  await vi.waitUntil(() => process.exitCode !== undefined, { timeout: 20_000, interval: 5 });
  const status = process.exitCode;
  process.exitCode = undefined;
  vi.restoreAllMocks();
  return { status, ...written };
}

describe('each command', () => {
  test('lint', async () => {
    folder.write('bad.yaml', oneVm({ web: 'memroy: 1' }));
    expect(await makatea('lint', folder.path('system.yaml'))).toEqual({
      status: 0,
      out: expect.stringMatching(/^\S+: note MK0348: [^]*\n1 note; .*\n$/) as string,
      err: '',
    });
    expect((await makatea('lint', '--strict', folder.path('system.yaml'))).status).toBe(1);
    const { status, out } = await makatea(
      'lint',
      folder.path('system.yaml'),
      folder.path('bad.yaml'),
    );
    expect(status).toBe(1);
    expect(out).toMatch(/bad\.yaml:7:5: error MK0101/);
    expect((await makatea('lint', folder.path('bad.yaml'), '--format=json')).out).toMatch(
      /"MK0101"/,
    );
  });

  test('compose', async () => {
    const args = ['compose', folder.path('system.yaml'), '-o', folder.path('out')];
    expect((await makatea(...args, '--check')).status).toBe(1);
    const { status, out, err } = await makatea(...args);
    expect(status).toBe(0);
    expect(out).toMatch(/^composed "small"/);
    expect(err).toMatch(/MK0348/);
    expect((await makatea(...args, '--check')).status).toBe(0);
    folder.write('out/mine', '');
    expect(await makatea(...args)).toMatchObject({ status: 2, out: '' });
    folder.write('system.yaml', 'makatea: 2');
    expect(await makatea(...args)).toMatchObject({ status: 1, out: '' });
    expect((await makatea('compose', 'x', '-o', '')).status).toBe(2);
  });

  test('explain', async () => {
    expect((await makatea('explain')).out).toMatch(/^MK0001 /);
    expect((await makatea('explain', 'MK0501')).out).not.toMatch(/@manydisks/);
    expect((await makatea('explain', 'nonsense')).err).toMatch(/there is no code nonsense/);
    expect((await makatea('explain', 'MK0309')).out).toMatch(/Fails:/);
  });

  test('schema', async () => {
    expect(JSON.parse((await makatea('schema', 'machine')).out)).toHaveProperty('$id');
    expect((await makatea('schema', 'nonsense')).status).toBe(2);
  });

  test('init', async () => {
    expect((await makatea('init', folder.path('fresh'))).status).toBe(0);
    expect((await makatea('init', folder.path('fresh'))).status).toBe(2);
    folder.write('file', '');
    expect((await makatea('init', folder.path('file'))).status).toBe(2);
    expect((await makatea('lint', folder.path('fresh/system.yaml'))).out).toMatch(
      /MK0348[^]*\n1 note; /,
    );
  });

  test('none, or an unknown one', async () => {
    expect(await makatea()).toMatchObject({ status: 2, out: '' });
    expect((await makatea('lnit')).err).toMatch(/lint/);
  });
});

test('our own mistakes are told as such', async () => {
  vi.doMock('../../src/cli/schema.js', () => ({
    schema: () => {
      throw new TypeError('a bug');
    },
  }));
  const { status, err } = await makatea('schema');
  vi.doUnmock('../../src/cli/schema.js');
  expect(status).toBe(3);
  expect(err).toMatch(/internal error; this is our fault[^]*TypeError: a bug[^]*at /);
});

test('colour is for terminals, unless NO_COLOR says no', async () => {
  folder.write('bad.yaml', oneVm({ web: 'memroy: 1' }));
  const coloured = async (isTTY: boolean, setting: string | undefined): Promise<boolean> => {
    vi.stubEnv('NO_COLOR', setting);
    Object.defineProperty(process.stdout, 'isTTY', { value: isTTY, configurable: true });
    const { out } = await makatea('lint', folder.path('bad.yaml'));
    Reflect.deleteProperty(process.stdout, 'isTTY');
    vi.unstubAllEnvs();
    return out.includes('\u001b[31m');
  };
  expect(await coloured(true, undefined)).toBe(true);
  expect(await coloured(true, '')).toBe(true);
  expect(await coloured(true, '1')).toBe(false);
  expect(await coloured(false, undefined)).toBe(false);
});

describe('an output', () => {
  test('of which a part can not be written leaves the old one, and nothing beside it', () => {
    const out = folder.path('out');
    expect(writeOutput(out, new Map<string, OutputFile>([['a', 'first']]))).toBeUndefined();
    const missing = { copyOf: folder.path('nothing') };
    expect(writeOutput(out, new Map<string, OutputFile>([['a', 'second'], ['b', missing]]))?.fault).toMatch(/can not be written/);
    expect(readFileSync(folder.path('out/a'), 'utf8')).toBe('first');
    expect(folder.files().filter((file) => !/^(images|out|system)/.test(file))).toEqual([]);
  }); // prettier-ignore

  test('differs by what is changed, missing or too much', () => {
    const out = folder.path('out');
    writeOutput(out, new Map<string, OutputFile>([['a', '1'], ['b/c', '2'], ['d', { copyOf: folder.path('system.yaml') }]]));
    expect(differences(out, new Map<string, OutputFile>([['a', '1'], ['b/c', '2'], ['d', { copyOf: folder.path('system.yaml') }]]))).toEqual([]);
    expect(differences(out, new Map<string, OutputFile>([['a', '9'], ['e', '3'], ['d', { copyOf: folder.path('images/vmlinuz') }]]))).toEqual(['a', 'b/c', 'd', 'e']);
    expect(differences(folder.path('nothing'), new Map<string, OutputFile>([['a', '1']]))).toEqual(['a']);
  }); // prettier-ignore
});
