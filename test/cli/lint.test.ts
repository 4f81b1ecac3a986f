// SPDX-License-Identifier: BSD-2-Clause
import {
  chmod,
  lstat,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { oneVm, twoVms } from '../../src/diagnostics/examples.js';
import { makatea } from '../support/program.js';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'makatea-lint-'));
});
afterEach(async () => rm(dir, { recursive: true, force: true }));

const write = (name: string, text: string) => writeFile(path.join(dir, name), text);
const read = (name: string) => readFile(path.join(dir, name), 'utf8');

// The kernel is not there: one warning a VM.
const TWO_WARNINGS = twoVms();
const MISSPELT = oneVm({ web: 'priorty: 7' });

describe('lint --max-warnings', () => {
  test.each([
    ['3', 0],
    ['2', 0],
    ['1', 1],
    ['0', 1],
  ])('%s on two warnings exits with %i', async (limit, status) => {
    await write('system.yaml', TWO_WARNINGS);
    const ran = await makatea(dir, ['lint', 'system.yaml', '--max-warnings', limit]);
    expect(ran.status).toBe(status);
    expect(ran.stderr).toBe(
      status === 0 ? '' : `makatea: 2 warnings, and --max-warnings allows ${limit}\n`,
    );
  });

  test.each(['-1', '1.5', 'many'])('%j is a wrong call', async (limit) => {
    const ran = await makatea(dir, ['lint', 'system.yaml', `--max-warnings=${limit}`]);
    expect(ran.status).toBe(2);
  });
});

describe('lint --format', () => {
  test.each(['json', 'sarif'])('%s is one JSON document, also without findings', async (format) => {
    await write('system.yaml', TWO_WARNINGS);
    const { stdout } = await makatea(dir, ['lint', 'system.yaml', '--format', format]);
    expect(stdout).toContain('MK0402');
    expect(JSON.parse(stdout)).toBeTypeOf('object');
    const empty = await makatea(dir, ['lint', '-', '--format', format], MISSPELT);
    expect(JSON.parse(empty.stdout)).toBeTypeOf('object');
  });

  test('github and sarif name files relative to the working directory', async () => {
    await write('system.yaml', MISSPELT);
    const full = path.join(dir, 'system.yaml');
    const github = await makatea(dir, ['lint', full, '--format', 'github']);
    expect(github.stdout).toMatch(/^::error file=system\.yaml,line=7,/m);
    const sarif = await makatea(dir, ['lint', full, '--format', 'sarif']);
    expect(sarif.stdout).toContain('"uri": "system.yaml"');
    expect(sarif.stdout).not.toContain(dir);
    expect(sarif.status).toBe(1);
  });

  test('- is standard input', async () => {
    const { status, stdout } = await makatea(dir, ['lint', '-'], MISSPELT);
    expect(stdout).toContain('<stdin>:7:5: error MK0101');
    expect(status).toBe(1);
  });
});

describe('lint --fix', () => {
  test('mends in place, says what it did, shows what remains', async () => {
    await write('system.yaml', MISSPELT);
    const ran = await makatea(dir, ['lint', 'system.yaml', '--fix']);
    expect(await read('system.yaml')).toBe(MISSPELT.replace('priorty', 'priority'));
    expect(ran.stderr).toBe('fixed system.yaml:7:5: MK0101: write priority\n1 fix made\n\n');
    expect(ran.stdout).toContain('MK0402');
    expect(ran.stdout).not.toContain('MK0101');
    expect(ran.status).toBe(0);
    expect(await readdir(dir)).toEqual(['system.yaml']);
  });

  test('leaves a file alone in which there is nothing to mend', async () => {
    await write('system.yaml', TWO_WARNINGS);
    const before = await stat(path.join(dir, 'system.yaml'));
    const ran = await makatea(dir, ['lint', 'system.yaml', '--fix']);
    expect(ran.stderr).toBe('');
    const after = await stat(path.join(dir, 'system.yaml'));
    expect([after.mtimeMs, after.ino]).toEqual([before.mtimeMs, before.ino]);
  });

  test('keeps byte order mark, ends of lines, comments, mode and symbolic link', async () => {
    const text = `\ufeff# mine\n${MISSPELT}# last`.replaceAll('\n', '\r\n');
    await write('real.yaml', text);
    await chmod(path.join(dir, 'real.yaml'), 0o640);
    await symlink('real.yaml', path.join(dir, 'system.yaml'));
    await makatea(dir, ['lint', 'system.yaml', '--fix']);
    expect(await read('real.yaml')).toBe(text.replace('priorty', 'priority'));
    expect((await stat(path.join(dir, 'real.yaml'))).mode & 0o777).toBe(0o640);
    expect((await lstat(path.join(dir, 'system.yaml'))).isSymbolicLink()).toBe(true);
  });

  test('mends the machine file that a description names', async () => {
    await write('system.yaml', oneVm({ top: 'machine: box.yaml' }));
    await write('box.yaml', 'makatea_machine: 1\nname: box\npci:\n  nic0: { bdf: 0000:03:00.0 }\n');
    const ran = await makatea(dir, ['lint', 'system.yaml', '--fix']);
    expect(await read('box.yaml')).toContain('bdf: "0000:03:00.0"');
    expect(ran.stderr).toMatch(/^fixed box\.yaml:4:16: /);
  });

  test('prints what was standard input, and touches no file that it names', async () => {
    await write('box.yaml', 'makatea_machine: 1\nname: box\npci:\n  nic0: { bdf: 0000:03:00.0 }\n');
    const text = `${MISSPELT}machine: box.yaml\n`;
    const ran = await makatea(dir, ['lint', '-', '--fix'], text);
    expect(ran.stdout).toBe(text.replace('priorty', 'priority'));
    expect(ran.stderr).toContain('MK0402');
    expect(await read('box.yaml')).toContain('bdf: 0000:03:00.0');
  });

  test('does not mix a mended text with findings for programs', async () => {
    const ran = await makatea(dir, ['lint', '-', '--fix', '--format', 'json'], MISSPELT);
    expect([ran.status, ran.stdout]).toEqual([2, '']);
  });
});
