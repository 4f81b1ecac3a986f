// SPDX-License-Identifier: BSD-2-Clause
// Nothing that an editor sends, or that somebody wrote into a file, ends `makatea lsp`.
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { oneVm } from '../../src/diagnostics/examples.js';
import { PROGRAM } from '../support/cli.js';
import { Editor } from '../support/editor.js';
import { LanguageServer } from '../support/lsp.js';

const editor = new Editor();
beforeAll(async () => {
  await editor.start();
});
afterAll(async () => {
  await editor.stop();
});

/** The server answers as if nothing had been. */
async function alive(): Promise<void> {
  const text = oneVm({ top: 'consoles: { front: {} }', web: 'serial: { com1: { console: | } }' });
  expect(await editor.offered('alive.yaml', text)).toEqual(['front']);
}

const METHODS = [
  ...['completion', 'definition', 'references', 'hover'],
  ...['prepareRename', 'rename', 'codeAction'],
];

describe('a request is answered with an error when it has', () => {
  const uri = 'file:///none.yaml';
  const textDocument = { uri };
  test.each([
    ['no parameters', null],
    ['no document', {}],
    ['a document without a name', { textDocument: {} }],
    ['a number for a document', { textDocument: 7 }],
    ['no position', { textDocument }],
    ['a position of words', { textDocument, position: { line: 'one', character: 'two' } }],
    ['a position before the text', { textDocument, position: { line: -1, character: 0 } }],
    ['half a position', { textDocument, position: { line: 1.5 } }],
  ])('%s', async (_what, params) => {
    for (const method of METHODS) {
      await expect(editor.ask(method, params)).rejects.toThrow();
    }
    await alive();
  });

  test('a method that is not known', async () => {
    await expect(editor.ask('nonsense', {})).rejects.toThrow(/nonsense/);
  });
});

test('a position behind the end is the end', async () => {
  const { textDocument } = editor.open('short.yaml', oneVm());
  const position = { line: 1e6, character: 1e6 };
  expect(await editor.ask('completion', { textDocument, position })).toEqual([]);
});

test('a document that is not open has no answers', async () => {
  const params = {
    textDocument: { uri: 'file:///none.yaml' },
    position: { line: 0, character: 0 },
  };
  expect(await editor.ask('definition', params)).toEqual([]);
  await expect(editor.ask('rename', { ...params, newName: 'x' })).rejects.toThrow(/not open/);
});

test.each([
  ['no JSON', '{"jsonrpc": "2.0", "id": '],
  ['nothing', ''],
  ['null', 'null'],
  ['a list', '[]'],
  ['a message of no kind', '{"jsonrpc":"2.0"}'],
  ['an answer to nothing', '{"jsonrpc":"2.0","id":99,"result":{}}'],
  ['an opening of nothing', '{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{}}'],
  ['a change of nothing', '{"jsonrpc":"2.0","method":"textDocument/didChange","params":{}}'],
  ['a closing of nothing', '{"jsonrpc":"2.0","method":"textDocument/didClose","params":null}'],
])('%s as a message changes nothing', async (_what, body) => {
  editor.server.sendBody(body);
  await alive();
});

test.each([
  ['deep brackets', `makatea: 1\nx: ${'['.repeat(20_000)}`],
  [
    'deep lines',
    `makatea: 1\n${Array.from({ length: 500 }, (_, n) => `${' '.repeat(n)}a:`).join('\n')}`,
  ],
  ['aliases of aliases', `makatea: 1\na0: &a0 [x]\n${BOMB()}`],
  ['an alias of itself', 'makatea: 1\nvms: &v { web: *v }\n'],
  [
    'every key a name',
    `makatea: 1\nvms: { __proto__: { cores: [0] }, constructor: {}, toString: {} }\n`,
  ],
  ['only a byte order mark and a key', '\ufeffmakatea:'],
  ['half a character', 'makatea: 1\nname: "\ud83d"\nvms: { \udc00: {} }\n'],
  ['cores without end', 'makatea: 1\nsel4: { cores: 1e300 }\nvms: { web: { cores: [|] } }\n'],
])('a file of %s is answered', async (_what, text) => {
  const cursor = editor.open('hostile.yaml', text);
  await editor.ask('completion', cursor);
  await editor.ask('definition', cursor);
  await editor.ask('hover', cursor);
  await alive();
});

function BOMB(): string {
  const lines = Array.from(
    { length: 20 },
    (_, n) => `a${n + 1}: &a${n + 1} [${`*a${n}, `.repeat(9)}*a${n}]`,
  );
  return `${lines.join('\n')}\n`;
}

describe('it ends', () => {
  test('with 0 after shutdown and exit', async () => {
    const server = new LanguageServer(process.execPath, [...PROGRAM, 'lsp']);
    await server.request('initialize', { processId: null, rootUri: null, capabilities: {} });
    expect(await server.stop()).toBe(0);
  });

  test('with 1 when the editor goes away without a word', async () => {
    const { exitCode, stdout } = await execa(process.execPath, [...PROGRAM, 'lsp'], {
      input: '',
      reject: false,
    });
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  });
});
