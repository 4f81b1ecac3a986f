// SPDX-License-Identifier: BSD-2-Clause
// yaml-language-server and `makatea lsp` on the same files, with the settings that docs/editors.md gives: each finding is
// shown once.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { oneVm } from '../../src/diagnostics/examples.js';
import { Editor } from '../support/editor.js';
import { LanguageServer } from '../support/lsp.js';
import { root } from '../support/program.js';

const program = fileURLToPath(import.meta.resolve('yaml-language-server/bin/yaml-language-server'));
const guide = readFileSync(path.join(root, 'docs/editors.md'), 'utf8');

/** The settings for VS Code, as they stand in the guide. */
const documented = JSON.parse(/```json\n([^`]*)```/.exec(guide)?.[1] ?? '') as {
  'yaml.validate': boolean;
};

interface Published {
  readonly uri: string;
  readonly diagnostics: readonly { readonly message: string; readonly source?: string }[];
}

const schema = pathToFileURL(path.join(root, 'schema/system.schema.json')).href;
const comment = `# yaml-language-server: $schema=${schema}\n`;

/** The real yaml-language-server with one setting of the guide's, or without it. */
class YamlServer {
  readonly server: LanguageServer;
  #documents = 0;

  constructor(validate: boolean) {
    const yaml = { schemaStore: { enable: false }, validate, hover: true, completion: true };
    this.server = new LanguageServer(process.execPath, [program, '--stdio'], {
      'workspace/configuration': (params) =>
        (params as { items: { section: string }[] }).items.map(({ section }) =>
          section === 'yaml' ? yaml : {},
        ),
    });
  }

  async start(): Promise<void> {
    const capabilities = {
      workspace: { configuration: true, didChangeConfiguration: { dynamicRegistration: true } },
      textDocument: { completion: {}, publishDiagnostics: {} },
    };
    await this.server.request('initialize', { processId: null, rootUri: null, capabilities });
    this.server.notify('initialized', {});
    this.server.notify('workspace/didChangeConfiguration', { settings: {} });
    // It fetches settings and schema in its own time, and completes nothing until it has them.
    await vi.waitUntil(async () => (await this.offered()).includes('vms'), { timeout: 60_000 });
  }

  open(text: string): string {
    this.#documents += 1;
    const uri = `file:///both-${this.#documents}.yaml`;
    const textDocument = { uri, languageId: 'yaml', version: 1, text };
    this.server.notify('textDocument/didOpen', { textDocument });
    return uri;
  }

  async offered(): Promise<string[]> {
    const uri = this.open(`${comment}makatea: 1\n\n`);
    const params = { textDocument: { uri }, position: { line: 2, character: 0 } };
    const { items } = (await this.server.request('textDocument/completion', params)) as {
      items: readonly { label: string }[];
    };
    return items.map(({ label }) => label);
  }

  /** It tells of each file that is opened, if only that there is nothing. */
  async underlined(text: string): Promise<Published['diagnostics']> {
    const next = `file:///both-${this.#documents + 1}.yaml`;
    const told = this.server.notified<Published>(
      'textDocument/publishDiagnostics',
      ({ uri }) => uri === next,
    );
    this.open(text);
    return (await told).diagnostics;
  }
}

const editor = new Editor();
const asDocumented = new YamlServer(documented['yaml.validate']);
const alone = new YamlServer(true);
beforeAll(async () => {
  await Promise.all([editor.start(), asDocumented.start(), alone.start()]);
});
afterAll(async () => {
  await Promise.all([editor.stop(), asDocumented.server.stop(), alone.server.stop()]);
});

const MISTAKES: readonly (readonly [string, string])[] = [
  ['a misspelt key', oneVm({ web: 'memroy: 64MiB' })],
  ['a value that can not be chosen', oneVm({ web: 'paravirt: xen' })],
  ['a value of the wrong kind', oneVm({ web: 'priority: high' })],
  ['a key that stands twice', oneVm({ web: 'priority: 5\npriority: 5' })],
  ['broken YAML', oneVm({ web: 'cores: [0' })],
];

describe.each(MISTAKES)('%s', (_what, mistake) => {
  const text = `${comment}${mistake}`;

  test('is shown once with the settings of the guide', async () => {
    const [ours, theirs] = await Promise.all([
      editor.check('both.yaml', text),
      asDocumented.underlined(text),
    ]);
    expect(theirs).toEqual([]);
    expect(ours.map(({ source }) => source)).toEqual(['makatea']);
  });

  test('would be shown by both without them', async () => {
    expect((await alone.underlined(text)).length).toBeGreaterThan(0);
  });
});

test('what only the whole file shows is shown by Makatea alone', async () => {
  const text = `${comment}${oneVm({ web: 'serial: { com1: { console: nowhere } }' })}`;
  const ours = await editor.check('both.yaml', text);
  expect(ours.map(({ code }) => code)).toEqual(['MK0202']);
  expect(await alone.underlined(text)).toEqual([]);
});

test('keys are still completed with the settings of the guide, by yaml-language-server alone', async () => {
  expect(await asDocumented.offered()).toContain('vms');
  expect(await editor.offered('both.yaml', `${comment}makatea: 1\n|\n`)).toEqual([]);
});
