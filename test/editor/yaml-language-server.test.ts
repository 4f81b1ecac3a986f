// SPDX-License-Identifier: BSD-2-Clause
// The language server that editors use for YAML, with our schema: what it completes, explains and underlines.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { LanguageServer } from '../support/lsp.js';
import { root } from '../support/program.js';

const schema = pathToFileURL(path.join(root, 'schema/system.schema.json')).href;
const program = fileURLToPath(import.meta.resolve('yaml-language-server/bin/yaml-language-server'));

let server: LanguageServer;
let documents = 0;
beforeAll(async () => {
  // The server asks for each section of its settings.
  const settings: Readonly<Record<string, object>> = {
    yaml: {
      schemas: { [schema]: '*.yaml' },
      schemaStore: { enable: false },
      validate: true,
      hover: true,
      completion: true,
    },
  };
  server = new LanguageServer(process.execPath, [program, '--stdio'], {
    'workspace/configuration': (params) =>
      (params as { items: { section: string }[] }).items.map(
        ({ section }) => settings[section] ?? {},
      ),
  });
  await server.request('initialize', {
    processId: process.pid,
    rootUri: null,
    capabilities: {
      workspace: { configuration: true, didChangeConfiguration: { dynamicRegistration: true } },
      textDocument: {
        completion: { completionItem: { snippetSupport: true } },
        hover: { contentFormat: ['markdown'] },
        publishDiagnostics: {},
      },
    },
  });
  server.notify('initialized', {});
  server.notify('workspace/didChangeConfiguration', { settings });
  // The server fetches settings and schema in its own time, and completes nothing until it has them.
  await vi.waitUntil(async () => (await offered('|')).length > 0, { timeout: 60_000 });
});
afterAll(async () => {
  await server.stop();
});

/** Opens a text in which `|` marks the cursor. */
function open(marked: string): { uri: string; position: { line: number; character: number } } {
  const before = marked.slice(0, marked.indexOf('|')).split('\n');
  documents += 1;
  const uri = `file:///system-${documents}.yaml`;
  const text = marked.replace('|', '');
  server.notify('textDocument/didOpen', {
    textDocument: { uri, languageId: 'yaml', version: 1, text },
  });
  return { uri, position: { line: before.length - 1, character: before.at(-1)?.length ?? 0 } };
}

/** What is offered at the cursor. */
async function offered(marked: string): Promise<string[]> {
  const { uri, position } = open(marked);
  const params = { textDocument: { uri }, position };
  const result = (await server.request('textDocument/completion', params)) as {
    items: readonly { label: string }[];
  };
  return [...new Set(result.items.map(({ label }) => label))];
}

interface Published {
  readonly uri: string;
  readonly diagnostics: readonly {
    readonly message: string;
    readonly range: { readonly start: object; readonly end: object };
  }[];
}

async function underlined(text: string): Promise<Published['diagnostics']> {
  const next = `file:///system-${documents + 1}.yaml`;
  const published = server.notified<Published>(
    'textDocument/publishDiagnostics',
    ({ uri }) => uri === next,
  );
  open(`|${text}`);
  return (await published).diagnostics;
}

const HEAD = 'makatea: 1\nname: small\n';
const vm = (lines: string): string => `${HEAD}vms:\n  web:\n${lines.replace(/^/gm, '    ')}`;
const link = (lines: string): string => `${HEAD}links:\n  cable:\n${lines.replace(/^/gm, '    ')}`;
const interrupts = (lines: string): string =>
  vm(`pci:\n  nic:\n    interrupts:\n${lines.replace(/^/gm, '      ')}`);

/** Keys that the schema has at a place. */
const system = JSON.parse(readFileSync(path.join(root, 'schema/system.schema.json'), 'utf8')) as {
  properties: object;
  $defs: Readonly<Record<string, { properties: object }>>;
};
const keys = (name: string): string[] => Object.keys(system.$defs[name]?.properties ?? {});

describe('keys are completed', () => {
  test.each([
    [
      'at the top',
      `${HEAD}|`,
      Object.keys(system.properties).filter((k) => k !== 'makatea' && k !== 'name'),
    ],
    ['in sel4', `${HEAD}sel4:\n  |`, keys('sel4')],
    ['in a console', `${HEAD}consoles:\n  front:\n    |`, keys('console')],
    ['in a VM', vm('|'), keys('vm')],
    ['in a boot entry', vm('boot:\n  |'), ['type']],
    ['in one of Linux', vm('boot:\n  type: linux\n  |'), keys('linuxBoot').slice(1)],
    ['in one of UEFI', vm('boot:\n  type: efi\n  |'), keys('efiBoot').slice(1)],
    ['in a budget', vm('budget:\n  |'), keys('budget')],
    ['in efi', vm('efi:\n  |'), ['runtime']],
    ['in serial', vm('serial:\n  |'), ['com1', 'com2', 'com3', 'com4']],
    ['in a serial port', vm('serial:\n  com1:\n    |'), keys('serialPort')],
    ['in a terminal', vm('terminals:\n  t:\n    |'), keys('terminal')],
    ['in its size', vm('terminals:\n  t:\n    size:\n      |'), keys('terminalSize')],
    ['in a PCI device', vm('pci:\n  nic:\n    |'), keys('pciDevice')],
    ['in its interrupts', interrupts('|'), ['type']],
    ['in its MSI-X', interrupts('type: msix\n|'), ['vectors']],
    [
      'in an acceptance',
      vm('pci:\n  nic:\n    accept:\n      MK0320:\n        |'),
      keys('acceptance'),
    ],
    ['in ports', vm('ioports:\n  p:\n    |'), keys('ioports')],
    ['in device memory', vm('mmio:\n  m:\n    |'), keys('mmio')],
    ['in an interrupt', vm('irqs:\n  i:\n    |'), keys('irq')],
    ['in a disk', vm('disks:\n  d:\n    |'), keys('disk')],
    ['in a network device', vm('nics:\n  n:\n    |'), keys('nic')],
    ['in vsock', vm('vsock:\n  |'), keys('vsock')],
    ['in lifecycle', vm('lifecycle:\n  |'), keys('lifecycle')],
    ['in a link', link('|'), ['type']],
    ['in a network cable', link('type: net\n|'), keys('netLink').slice(1)],
    ['in a serial cable', link('type: serial\n|'), keys('serialLink').slice(1)],
    ['in a socket link', link('type: vsock\n|'), keys('vsockLink').slice(1)],
    ['in an end of a network cable', link('type: net\nends:\n  web:\n    |'), keys('netEnd')],
    ['in an end of a serial cable', link('type: serial\nends:\n  web:\n    |'), keys('serialEnd')],
    ['in a backend', `${HEAD}backends:\n  b:\n    |`, keys('backend')],
  ])('%s', async (_where, text, wanted) => {
    expect(await offered(text)).toEqual(expect.arrayContaining(wanted));
  });

  test.each([
    ['of a network cable in a serial one', link('type: serial\n|'), ['mtu', 'ring']],
    ['of Linux in a UEFI entry', vm('boot:\n  type: efi\n  |'), ['kernel', 'cmdline']],
    ['of a VM in a console', `${HEAD}consoles:\n  front:\n    |`, ['memory', 'boot']],
  ])('not those %s', async (_where, text, others) => {
    const found = await offered(text);
    expect(found.filter((label) => others.includes(label))).toEqual([]);
  });
});

describe('values are completed', () => {
  test.each([
    ['boot types', vm('boot:\n  type: |'), ['linux', 'efi']],
    ['link types', link('type: |'), ['net', 'serial', 'vsock']],
    ['interrupt types', interrupts('type: |'), ['msix', 'msi', 'intx', 'none']],
    [
      'ports of a console',
      `${HEAD}consoles:\n  front:\n    uart: |`,
      ['com1', 'com2', 'com3', 'com4'],
    ],
    ['line speeds', `${HEAD}consoles:\n  front:\n    baud: |`, ['9600', '115200']],
    [
      'ways to tell output apart',
      `${HEAD}consoles:\n  front:\n    output: |`,
      ['colour', 'prefix'],
    ],
    ['kernel builds', `${HEAD}sel4:\n  build: |`, ['debug', 'release']],
    ['truth', `${HEAD}sel4:\n  mcs: |`, ['true', 'false']],
    ['paravirtual interfaces', vm('paravirt: |'), ['kvm', 'none']],
    ['starts', vm('lifecycle:\n  start: |'), ['auto', 'manual']],
    ['restarts', vm('lifecycle:\n  restart: |'), ['never', 'on-crash', 'always']],
    ['triggers', vm('irqs:\n  i:\n    trigger: |'), ['edge', 'level']],
    ['the built-in backend', vm('disks:\n  d:\n    backend: |'), ['ramdisk']],
    ['ports of a serial cable', link('type: serial\nends:\n  web:\n    port: |'), ['com1', 'com4']],
    ['an example of a size', vm('memory: |'), ['256MiB']],
  ])('%s', async (_what, text, wanted) => {
    expect(await offered(text)).toEqual(expect.arrayContaining(wanted));
  });
});

test.each([
  ['a key', vm('mem|ory: 64MiB'), /multiple of 2 MiB/],
  ['a key of a branch', vm('boot:\n  type: linux\n  ker|nel: k'), /64-bit bzImage/],
  ['a key of a link', link('type: net\nm|tu: 1500'), /Largest packet/],
])('hover tells what %s is', async (_what, text, words) => {
  const { uri, position } = open(text);
  const params = { textDocument: { uri }, position };
  const hover = (await server.request('textDocument/hover', params)) as {
    contents: { value: string };
  };
  expect(hover.contents.value).toMatch(words);
});

describe('underlined is', () => {
  test('nothing in an example', async () => {
    const text = readFileSync(path.join(root, 'systems/two-linux.yaml'), 'utf8');
    expect(await underlined(text.replace(/^# yaml-language-server.*\n/, ''))).toEqual([]);
  });

  test('a wrong key, at the key', async () => {
    const text = vm('memory: 64MiB\nmemroy: 64MiB\nboot: { type: linux, kernel: k }');
    const [found, ...more] = await underlined(text);
    expect(more).toEqual([]);
    expect(found?.message).toMatch(/memroy/);
    expect(found?.range.start).toEqual({ line: 5, character: 4 });
  });

  test('a wrong key of a branch, once', async () => {
    const text = vm('memory: 64MiB\nboot: { type: linux, kernel: k, kernal: k }');
    const found = await underlined(text);
    expect(found.map(({ message }) => message)).toEqual([expect.stringMatching(/kernal/)]);
  });

  test('a value that can not be chosen', async () => {
    const text = vm('memory: 64MiB\nparavirt: xen\nboot: { type: linux, kernel: k }');
    const [found] = await underlined(text);
    expect(found?.message).toMatch(/kvm/);
  });
});
