// SPDX-License-Identifier: BSD-2-Clause
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { oneVm } from '../../src/diagnostics/examples.js';
import { makatea, root } from '../support/program.js';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'makatea-diagram-'));
  await writeFile(path.join(dir, 'system.yaml'), oneVm());
});
afterAll(async () => rm(dir, { recursive: true, force: true }));

describe('diagram', () => {
  test.each([
    [[], /^<svg [^]*<\/svg>\n$/],
    [['--format', 'mermaid'], /^flowchart LR\n/],
    [['--format', 'dot'], /^graph "small" \{\n[^]*\}\n$/],
  ])('%j draws before images exist', async (args, text) => {
    const ran = await makatea(dir, ['diagram', 'system.yaml', ...args]);
    expect(ran).toMatchObject({ status: 0, stderr: '' });
    expect(ran.stdout).toMatch(text);
  });

  test('writes a file, or says why not', async () => {
    const ran = await makatea(dir, ['diagram', '-', '-o', 'a.svg'], oneVm());
    expect(ran).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(await readFile(path.join(dir, 'a.svg'), 'utf8')).toContain('>web</text>');
    const failed = await makatea(dir, ['diagram', 'system.yaml', '-o', 'no/a.svg']);
    expect(failed.status).toBe(2);
    expect(failed.stderr).toContain('no/a.svg can not be written');
  });

  test('draws nothing of a description with errors, and shows these', async () => {
    const ran = await makatea(dir, ['diagram', '-'], oneVm({ web: 'cores: [9]' }));
    expect([ran.status, ran.stdout]).toEqual([1, '']);
    expect(ran.stderr).toContain('<stdin>:7:');
    expect(ran.stderr).not.toContain('warning');
  });

  test('names the address of a device that the description names by the machine file', async () => {
    const file = path.join(root, 'systems/passthrough-nic.yaml');
    const { stdout } = await makatea(dir, ['diagram', file]);
    expect(stdout).toContain('PCI 0000:03:00.0');
  });
});
