// SPDX-License-Identifier: BSD-2-Clause
// What `makatea lsp` finds while a user types, and in which file it says so.
import { execaSync } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MACHINE_FILES, oneVm, twoVms } from '../../src/diagnostics/examples.js';
import { covered, edited, Editor, positionIn, type Edit } from '../support/editor.js';

const editor = new Editor();
const MACHINE = MACHINE_FILES['box.yaml'];
beforeAll(async () => {
  await editor.start();
  editor.folder.write('box.yaml', MACHINE);
});
afterAll(async () => {
  await editor.stop();
});

/** A description with a pass-through device, and no finding. */
const PCI = oneVm({
  top: 'machine: box.yaml',
  web: 'pci:\n  uplink:\n    device: nic0\n    accept: { MK0320: { reason: "trusted" } }',
});
const controlled = (by: string): string => twoVms({ db: `lifecycle: { controllers: [${by}] }` });

describe('a description', () => {
  test('is checked with each change, and the finding is at its value', async () => {
    const good = controlled('web');
    expect(await editor.check('typed.yaml', good)).toEqual([]);
    const at = positionIn(good, good.indexOf('[web]') + 2);
    editor.type('typed.yaml', { start: at, end: { ...at, character: at.character + 1 } }, 'x');
    const [found, ...more] = await editor.findings('typed.yaml');
    expect(more).toEqual([]);
    expect(found).toMatchObject({ code: 'MK0201', severity: 1, source: 'makatea' });
    expect(covered(controlled('wxb'), found?.range ?? { start: at, end: at })).toBe('wxb');
    editor.type('typed.yaml', { start: at, end: { ...at, character: at.character + 1 } }, 'e');
    expect(await editor.findings('typed.yaml')).toEqual([]);
  });

  test.each([
    ['an emoji before it', 'description: "😀😀", lifecycle: { controllers: [nobody] }', '\n'],
    ['ends of lines of CR LF', 'description: a, lifecycle: { controllers: [nobody] }', '\r\n'],
  ])('has its finding at the right column with %s', async (_what, vm, end) => {
    const boot = 'memory: 64MiB, boot: { type: linux, kernel: images/vmlinuz }';
    const text = `makatea: 1\nname: small\nvms:\n  web: { ${vm}, ${boot} }\n`.replaceAll('\n', end);
    const [found, ...more] = await editor.check('columns.yaml', text);
    expect(more).toEqual([]);
    expect(found?.range.start.line).toBe(3);
    expect(found && covered(text, found.range)).toBe('nobody');
  });

  test('may begin with a byte order mark', async () => {
    const text = `\ufeff${controlled('nobody')}`;
    const [found] = await editor.check('mark.yaml', text);
    expect(found && covered(text, found.range)).toBe('nobody');
  });

  test('has related places', async () => {
    const text = twoVms({ web: 'vsock: { cid: 5 }', db: 'vsock: { cid: 5 }', top: SOCKETS });
    const [found] = await editor.check('related.yaml', text);
    const [first] = found?.relatedInformation ?? [];
    expect(first?.location.uri).toBe(editor.uri('related.yaml'));
    expect(first && covered(text, first.location.range)).toBe('5');
  });

  test('with broken YAML is told so, without an end of the server', async () => {
    const found = await editor.check('broken.yaml', 'makatea: 1\nname: [a\nvms: }\n');
    expect(found.map(({ code }) => code)).toContain('MK0004');
  });

  test('too large is refused and not read', async () => {
    const text = `makatea: 1\n${`# ${'x'.repeat(100)}\n`.repeat(11_000)}`;
    const found = await editor.check('large.yaml', text);
    expect(found.map(({ code }) => code)).toEqual(['MK0002']);
  });

  test('in a folder with an odd name is found, and so is its machine file', async () => {
    const folder = 'a b#c%20d+ü?';
    editor.folder.write(`${folder}/box.yaml`, MACHINE);
    editor.folder.write(`${folder}/images/vmlinuz`, new Uint8Array(16));
    const found = await editor.check(`${folder}/system.yaml`, PCI);
    expect(found.map(({ code }) => code)).toEqual(['MK0403']);
  });

  test('that was never saved is checked, relative to the folder of the project', async () => {
    const uri = 'untitled:Untitled-1';
    editor.open('', PCI.replace('nic0', 'nic9'), uri);
    const [found] = await editor.findings('', uri);
    expect(found?.code).toBe('MK0303');
  });

  test('that names a pipe does not wait for it', async () => {
    execaSync('mkfifo', [editor.folder.path('pipe.yaml')]);
    const found = await editor.check('piped.yaml', PCI.replace('box.yaml', 'pipe.yaml'));
    expect(found[0]?.message).toMatch(/not a regular file/);
  });
});

const SOCKETS = 'links:\n  s: { type: vsock, ends: { web: {}, db: {} } }';

test('other YAML is let alone', async () => {
  expect(await editor.check('other.yaml', 'version: 3\nservices: { makatea: [ }\n')).toEqual([]);
});

describe('a machine file', () => {
  const wrong = MACHINE.replace('msix: 8', 'msix: many');

  test('that is not open has its findings told at itself, until the description is closed', async () => {
    editor.folder.write('wrong.yaml', wrong);
    const told = editor.findings('wrong.yaml');
    editor.open('names-wrong.yaml', PCI.replace('box.yaml', 'wrong.yaml'));
    const [found] = await told;
    expect(found && covered(wrong, found.range)).toBe('many');
    const cleared = editor.findings('wrong.yaml');
    editor.close('names-wrong.yaml');
    expect(await cleared).toEqual([]);
  });

  test('counts as it is in the editor, and not as it was saved', async () => {
    expect(await editor.check('uses-box.yaml', PCI)).toEqual([]);
    const stale = editor.findings('uses-box.yaml');
    editor.open('box.yaml', MACHINE.replace('nic0', 'renamed'));
    expect((await stale)[0]?.code).toBe('MK0303');
    const mended = editor.findings('uses-box.yaml');
    editor.close('box.yaml');
    expect(await mended).toEqual([]);
  });

  test('that is open beside its description has each finding once', async () => {
    editor.folder.write('twice.yaml', MACHINE);
    editor.open('first.yaml', PCI.replace('box.yaml', 'twice.yaml'));
    editor.open('second.yaml', PCI.replace('box.yaml', 'twice.yaml'));
    const found = await editor.check('twice.yaml', wrong);
    expect(found.map(({ code }) => code)).toEqual(['MK0103']);
  });

  test('by itself is checked for its shape', async () => {
    expect(await editor.check('alone.yaml', wrong)).toHaveLength(1);
  });
});

test('a guest image that appears on disk mends the finding', async () => {
  const text = oneVm().replace('images/vmlinuz', 'images/later');
  expect((await editor.check('image.yaml', text)).map(({ code }) => code)).toEqual(['MK0402']);
  const next = editor.findings('image.yaml');
  editor.folder.write('images/later', new Uint8Array(16));
  const changes = [{ uri: editor.uri('images/later'), type: 1 }];
  editor.server.notify('workspace/didChangeWatchedFiles', { changes });
  expect((await next).map(({ code }) => code)).toEqual(['MK0403']);
});

describe('a quick fix', () => {
  interface Action {
    readonly title: string;
    readonly kind: string;
    readonly diagnostics: readonly { readonly code: string }[];
    readonly edit: { readonly changes: Readonly<Record<string, readonly Edit[]>> };
  }
  const actions = async (file: string, text: string, at: string): Promise<Action[]> => {
    const { textDocument } = editor.open(file, text);
    const position = positionIn(text, text.indexOf(at));
    const range = { start: position, end: position };
    return editor.ask('codeAction', { textDocument, range, context: { diagnostics: [] } });
  };

  const typo = oneVm({
    top: 'consoles:\n  front: {}',
    web: 'serial: { com1: { console: fornt } }',
  });

  test('writes the name that is meant', async () => {
    const [action, ...more] = await actions('fix.yaml', typo, 'fornt');
    expect(more).toEqual([]);
    expect(action).toMatchObject({ title: 'write front', kind: 'quickfix' });
    expect(action?.diagnostics.map(({ code }) => code)).toEqual(['MK0202']);
    const edits = action?.edit.changes[editor.uri('fix.yaml')] ?? [];
    expect(edited(typo, edits)).toBe(typo.replace('fornt', 'front'));
  });

  test('mends a machine file', async () => {
    const machine = MACHINE.replace('"0000:03:00.0"', '0000:03:00.0');
    const [action] = await actions('unquoted.yaml', machine, '0000:03');
    expect(action?.edit.changes[editor.uri('unquoted.yaml')]?.[0]?.newText).toBe('"0000:03:00.0"');
  });

  test('is offered at its finding only', async () => {
    expect(await actions('fix.yaml', typo, 'makatea')).toEqual([]);
  });
});
