// SPDX-License-Identifier: BSD-2-Clause
import { execa } from 'execa';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import pkg from '../../package.json' with { type: 'json' };
import { oneVm } from '../../src/diagnostics/examples.js';
import { catalogue } from '../../src/pipeline/catalogue.js';
import { schemaText } from '../../src/schema/text.js';
import { Folder, PROGRAM } from '../support/cli.js';

/** A machine of which a description without devices knows enough. */
const BOX = `makatea_machine: 1
name: box
cpu: { cores: 4, vtx: true, ept: true, unrestricted_guest: true, apicv: true }
memory: [{ address: 0x100000, size: 2GiB }]
`;

let folder: Folder;
beforeAll(() => {
  folder = new Folder(oneVm());
  folder.write('bad.yaml', oneVm({ web: 'memroy: 1' }));
});
afterAll(() => {
  folder.remove();
});

describe('exit statuses', () => {
  test('0: fine', async () => {
    expect(await folder.makatea(['lint', 'system.yaml'])).toMatchObject({ status: 0, err: '' });
  });

  test.each([
    [['explain'], 0],
    [['lint', 'bad.yaml', '--format', 'json'], 1],
  ])(
    '%j of which nobody reads the output: no complaint, and the status that it has',
    async (args, status) => {
      // A reader that has gone before the first byte, as `head` goes after the last that it wants.
      const script = '{ sleep 0.3; node "$@"; echo $? >&3; } 3>&2 | true';
      const program = PROGRAM.map((part) => (part === 'tsx' ? import.meta.resolve('tsx') : part));
      const { stderr } = await execa('sh', ['-c', script, 'sh', ...program, ...args], {
        cwd: folder.path('.'),
      });
      expect(stderr).toBe(String(status));
    },
  );

  test('1: findings', async () => {
    const { status, out } = await folder.makatea(['lint', 'bad.yaml']);
    expect(status).toBe(1);
    expect(out).toMatch(/^bad\.yaml:7:5: error MK0101/);
    expect((await folder.makatea(['lint', 'none.yaml'])).out).toMatch(/MK0001/);
  });

  test.each([
    [[], /name a command/],
    [['lnit', 'system.yaml'], /lint/],
    [['lint'], /an argument is missing/],
    [['lint', 'system.yaml', '--fromat', 'json'], /fromat/],
    [['lint', 'system.yaml', '--format', 'xml'], /xml/],
    [['compose', 'a.yaml', 'b.yaml'], /b\.yaml/],
    [['explain', 'MK9999'], /no code MK9999/],
    [['explain', 'MK031'], /did you mean MK03/],
    [['schema', 'sytem'], /did you mean "system"/],
  ])('2: wrong usage: %j', async (args, said) => {
    const { status, out, err } = await folder.makatea(args);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toMatch(said);
    expect(err).not.toMatch(/\n {4}at /);
  });

  test('nothing is done after wrong usage', async () => {
    const { status } = await folder.makatea(['compose', 'system.yaml', '-o', 'wrong', '--chekc']);
    expect(status).toBe(2);
    expect(existsSync(folder.path('wrong'))).toBe(false);
  });
});

describe('help', () => {
  test('names every command', async () => {
    const { status, out } = await folder.makatea(['--help']);
    expect(status).toBe(0);
    for (const command of ['compose', 'lint', 'explain', 'schema', 'init'])
      expect(out).toContain(`makatea ${command}`);
  });

  test('says the version', async () => {
    expect(await folder.makatea(['--version'])).toMatchObject({
      status: 0,
      out: `${pkg.version}\n`,
    });
  });
});

describe('lint', () => {
  test('reads standard input as -', async () => {
    const { status, out } = await folder.makatea(['lint', '-'], { input: 'makatea: 2\n' });
    expect(status).toBe(1);
    expect(out).toMatch(/^<stdin>:1:/);
    expect(await folder.makatea(['lint', '-'], { input: oneVm() })).toMatchObject({ status: 0 });
  });

  test('takes several files and tells each by its name', async () => {
    const { status, out } = await folder.makatea(['lint', 'system.yaml', 'bad.yaml', 'none.yaml']);
    expect(status).toBe(1);
    expect(out).toMatch(/^bad\.yaml:7:5/m);
    expect(out).toMatch(/^none\.yaml:1:1/m);
    expect(out).not.toMatch(/^system\.yaml:\d+:\d+: (error|warning)/m);
  });

  test('--format json is JSON, on standard output, with and without findings', async () => {
    const { out, err } = await folder.makatea(['lint', 'bad.yaml', '--format', 'json']);
    expect(err).toBe('');
    expect(JSON.parse(out)).toMatchObject({
      makatea_diagnostics: 1,
      diagnostics: [
        { code: 'MK0101', severity: 'error', file: 'bad.yaml', start: { line: 7, column: 5 } },
      ],
    });
    folder.write('box.yaml', BOX);
    folder.write('good.yaml', oneVm({ top: 'machine: box.yaml' }));
    const good = await folder.makatea(['lint', 'good.yaml', '--format=json', '--strict']);
    expect(JSON.parse(good.out)).toEqual({ makatea_diagnostics: 1, diagnostics: [], accepted: [] });
  });

  test('a description can not make the program read standard input or steer the terminal', async () => {
    folder.write('stdin.yaml', oneVm({ top: 'machine: "-"' }));
    const fromStdin = await folder.makatea(['lint', 'stdin.yaml'], {
      input: 'makatea_machine: 1\nname: m\n',
    });
    expect(fromStdin.out).toMatch(/MK0001/);
    folder.write('steer.yaml', oneVm({ web: '"\\e]0;x\\a\\u202e": 1\n"\\x9b31m": 2' }));
    const { out } = await folder.makatea(['lint', 'steer.yaml']);
    expect(out).toMatch(/MK0101/);
    // eslint-disable-next-line no-control-regex -- what must not get through
    expect(out).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/);
  });
});

describe('colour', () => {
  const coloured = /\[3[0-9]m/;
  /** The program on a terminal, which `script` makes. */
  const onTerminal = async (env: Readonly<Record<string, string>>): Promise<string> => {
    const command = [process.execPath, ...PROGRAM, 'lint', 'bad.yaml']
      .map((part) => `'${part}'`)
      .join(' ');
    const options = { cwd: folder.dir, env: { TERM: 'xterm', ...env }, reject: false } as const;
    return (await execa('script', ['-qec', command, '/dev/null'], options)).stdout;
  };
  const built = PROGRAM.length === 1 && existsSync('/usr/bin/script');

  test('is not for pipes', async () => {
    expect((await folder.makatea(['lint', 'bad.yaml'])).out).not.toMatch(coloured);
  });

  test.skipIf(!built)('is for terminals, unless NO_COLOR is set', async () => {
    expect(await onTerminal({})).toMatch(coloured);
    expect(await onTerminal({ NO_COLOR: '' })).toMatch(coloured);
    expect(await onTerminal({ NO_COLOR: '1' })).not.toMatch(coloured);
  });
});

describe('explain', () => {
  test('lists all codes', async () => {
    const { out } = await folder.makatea(['explain']);
    expect(out.trim().split('\n')).toHaveLength(catalogue.length);
    for (const { code, title } of catalogue) {
      expect(out).toMatch(new RegExp(`^${code} `, 'm'));
      expect(out).toContain(title);
    }
  });

  test.each(['MK0301', 'mk0301', '0301'])('%s: title, text and both examples', async (code) => {
    const page = catalogue.find((p) => p.code === 'MK0301');
    const { status, out } = await folder.makatea(['explain', code]);
    expect(status).toBe(0);
    expect(out).toContain(page?.title);
    expect(out).toMatch(/Fails:[^]*Passes:/);
  });
});

describe('schema', () => {
  test.each(['system', 'machine', 'plan'])('%s is printed', async (name) => {
    expect(await folder.makatea(['schema', name])).toEqual({
      status: 0,
      out: schemaText(name),
      err: '',
    });
  });
});

describe('init', () => {
  test('writes a description that composes as it is, and overwrites nothing', async () => {
    expect(await folder.makatea(['init', 'fresh'])).toMatchObject({ status: 0, err: '' });
    expect(await folder.makatea(['lint', 'fresh/system.yaml'])).toMatchObject({ status: 0 });
    expect(await folder.makatea(['compose', 'fresh/system.yaml', '-o', 'fresh-out'])).toMatchObject(
      { status: 0 },
    );
    folder.write('fresh/system.yaml', 'mine');
    const again = await folder.makatea(['init', 'fresh']);
    expect(again.status).toBe(2);
    expect(again.err).toMatch(/exists already/);
  });

  test('one file in the way is enough to write none', async () => {
    folder.write('partly/images/placeholder.bzimage', 'mine');
    expect(await folder.makatea(['init', 'partly'])).toMatchObject({ status: 2 });
    expect(folder.files('partly')).toEqual(['images/placeholder.bzimage']);
  });

  test.each(['file', '/proc/folder'])(
    'a folder that can not be written is wrong usage: %s',
    async (name) => {
      folder.write('file', '');
      const { status, err } = await folder.makatea(['init', name]);
      expect(status).toBe(2);
      expect(err).not.toMatch(/internal/);
    },
  );
});
