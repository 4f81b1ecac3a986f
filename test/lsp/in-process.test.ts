// SPDX-License-Identifier: BSD-2-Clause
// The server once more, in this process: it sees what the coverage counts.
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { realFiles } from '../../src/cli/files.js';
import { MACHINE_FILES } from '../../src/diagnostics/examples.js';
import { serve } from '../../src/lsp/server.js';
import { Editor, positionIn } from '../support/editor.js';

const [input, output] = [new PassThrough(), new PassThrough()];
// The server ends the process that it runs in, when it is told to.
const ended = new Promise<number>((resolve) => {
  vi.spyOn(process, 'exit').mockImplementation((status) => {
    resolve(Number(status));
    return undefined as never;
  });
});
const editor = new Editor({ input, output, ended });
beforeAll(async () => {
  serve({ disk: realFiles(), version: '0.0.0', input, output });
  await editor.start();
  editor.folder.write('box.yaml', MACHINE_FILES['box.yaml']);
});
afterAll(async () => {
  await editor.stop();
  vi.restoreAllMocks();
});

const BOOT = 'boot: { type: linux, kernel: images/vmlinuz }';
const TEXT = `makatea: 1
name: small
machine: box.yaml
sel4: { cores: 2 }
consoles: { front: {} }
vms:
  web:
    memory: 64MiB
    ${BOOT}
    cores: [0]
    serial: { com1: { console: front } }
    lifecycle: { controllers: [db] }
    pci: { nic: { bdf: "0000:03:00.0", accept: { MK0320: { reason: "trusted" } } } }
  db: { memory: 64MiB, ${BOOT}, pci: { nic: { device: nic1, accept: { MK0320: { reason: abc } } } } }
links:
  lan: { type: net, ends: { db: {}, web: {} } }
`;

test.each([
  ['console: front', 'console: |front', ['front']],
  ['cores: [0]', 'cores: [|]', ['0', '1']],
  ['[db]', '[|]', ['db']],
  ['{ db: {}, web', '{ db: {}, w|', ['web']],
  ['"0000:03:00.0"', '"0000|"', ['0000:03:00.0', '0000:04:00.0']],
  ['device: nic1', 'device: |', ['nic0', 'nic1']],
])('at %s names are completed', async (text, marked, wanted) => {
  expect(await editor.offered('system.yaml', TEXT.replace(text, marked))).toEqual(wanted);
});

test.each([
  ['console: front', 'console: fr|ont', 1, 2],
  ['cores: [0]', 'cores: [|0]', 1, 1],
  ['"0000:03', '"00|00:03', 1, 1],
  ['device: nic1', 'device: ni|c1', 1, 1],
  ['box.yaml', 'box|.yaml', 1, 1],
  ['  db: {', '  d|b: {', 1, 3],
  ['memory', 'mem|ory', 0, 0],
])('at %s declaration and references are found', async (text, marked, declared, named) => {
  const cursor = editor.open('system.yaml', TEXT.replace(text, marked));
  expect(await editor.ask('definition', cursor)).toHaveLength(declared);
  expect(await editor.ask('references', cursor)).toHaveLength(named);
});

test('a VM is renamed, unless it can not be', async () => {
  const cursor = editor.open('system.yaml', TEXT.replace('[db]', '[d|b]'));
  const uri = editor.uri('system.yaml');
  const result = await editor.ask('rename', { ...cursor, newName: 'on' });
  expect(result).toMatchObject({ changes: { [uri]: { length: 3 } } });
  expect(await editor.ask('prepareRename', cursor)).toMatchObject({ placeholder: 'db' });
  for (const newName of ['web', 'No']) {
    await expect(editor.ask('rename', { ...cursor, newName })).rejects.toThrow(/"(?:web|No)"/);
  }
  await expect(editor.ask('rename', { ...cursor, newName: 7 })).rejects.toThrow(/newName/);
});

test('hover tells of devices and codes', async () => {
  const device = editor.open('system.yaml', TEXT.replace('"0000:03', '"00|00:03'));
  expect(JSON.stringify(await editor.ask('hover', device))).toMatch(/nic0 at/);
  const code = editor.open('system.yaml', TEXT.replace('MK0320', 'MK|0320'));
  expect(JSON.stringify(await editor.ask('hover', code))).toMatch(/\*\*MK0320/);
  const none = editor.open('system.yaml', TEXT.replace('memory', 'mem|ory'));
  expect(await editor.ask('hover', none)).toBeNull();
});

test('findings follow the text, with fixes', async () => {
  const wrong = TEXT.replace('console: front', 'console: fornt');
  const [found] = await editor.check('system.yaml', wrong);
  expect(found).toMatchObject({ code: 'MK0202', severity: 1 });
  const start = positionIn(wrong, wrong.indexOf('fornt'));
  const end = { ...start, character: start.character + 5 };
  const textDocument = { uri: editor.uri('system.yaml') };
  const params = { textDocument, range: { start, end }, context: { diagnostics: [] } };
  expect(await editor.ask('codeAction', params)).toMatchObject([{ title: 'write front' }]);
  editor.type('system.yaml', { start, end }, 'front');
  expect(await editor.findings('system.yaml')).toEqual([]);
  const stale = editor.findings('system.yaml');
  editor.folder.write('box.yaml', MACHINE_FILES['box.yaml'].replace('nic1', 'other'));
  const changes = [{ uri: editor.uri('box.yaml'), type: 2 }];
  editor.server.notify('workspace/didChangeWatchedFiles', { changes });
  expect((await stale).map(({ code }) => code)).toEqual(['MK0303']);
  editor.close('system.yaml');
});

test('a machine file is checked by itself, and other YAML is not', async () => {
  const machine = MACHINE_FILES['box.yaml'].replace('msix: 8', 'msix: many');
  expect(await editor.check('alone.yaml', machine)).toHaveLength(1);
  expect(await editor.check('other.yaml', 'a: [')).toEqual([]);
});
