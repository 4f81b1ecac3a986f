// SPDX-License-Identifier: BSD-2-Clause
// What `makatea lsp` does with names: it completes them, finds where they are declared, and renames them.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MACHINE_FILES } from '../../src/diagnostics/examples.js';
import { covered, edited, Editor, type Edit, type Range } from '../support/editor.js';

const editor = new Editor();
const MACHINE = MACHINE_FILES['box.yaml'].replace(
  'bdf: "0000:04:00.0"',
  'bdf: "0000:04:00.0"\n    description: a *slow* card\n    vendor_id: 0x8086\n    device_id: 0x1533',
);
beforeAll(async () => {
  await editor.start();
  editor.folder.write('box.yaml', MACHINE);
});
afterAll(async () => {
  await editor.stop();
});

const BOOT = 'memory: 64MiB, boot: { type: linux, kernel: images/vmlinuz }';
const HEAD = `makatea: 1
name: small
machine: box.yaml
sel4: { cores: 3 }
consoles: { front: {}, back: { uart: com2 } }
`;

/** A description in which the VM \`web\` has lines of its own, beside \`db\` and \`mail\`. */
function system(web: string, more = ''): string {
  const lines = web === '' ? '' : `${web.replace(/^/gm, '    ')}\n`;
  const others = `  db: { cores: [2], ${BOOT} }\n  mail: { ${BOOT} }\n`;
  return `${HEAD}vms:\n  web:\n    memory: 64MiB\n${lines}${others}${more}`;
}

describe('completed are', () => {
  test.each([
    ['VMs that control', system('lifecycle: { controllers: [|] }'), ['db', 'mail']],
    ['VMs not yet in the list', system('lifecycle: { controllers: [db, |] }'), ['mail']],
    ['VMs in a list of lines', system('lifecycle:\n  controllers:\n    - m|'), ['db', 'mail']],
    ['VMs in a list without its end', system('lifecycle: { controllers: [db, |'), ['mail']],
    ['the first end', system('', 'links:\n  l:\n    type: net\n    ends:\n      |\n'), VMS()],
    [
      'the other end',
      system('', 'links:\n  l: { type: net, ends: { db: {}, | } }\n'),
      ['web', 'mail'],
    ],
    [
      'an end in lines',
      system('', 'links:\n  l:\n    ends:\n      db: {}\n      |\n'),
      ['web', 'mail'],
    ],
    [
      'an end above another',
      system('', 'links:\n  l:\n    ends:\n      m|\n      db: {}\n'),
      ['web', 'mail'],
    ],
    [
      'VMs in a list over several lines',
      system('lifecycle:\n  controllers: [\n    m|\n  ]'),
      ['db', 'mail'],
    ],
    ['no end behind its colon', system('', 'links:\n  l:\n    ends: |\n'), []],
    ['consoles', system('serial: { com1: { console: | } }'), ['front', 'back']],
    ['consoles in lines', system('serial:\n  com1:\n    console: fr|ont'), ['front', 'back']],
    ['consoles of a terminal', system('terminals: { shell: { console: | } }'), ['front', 'back']],
    [
      'consoles of a terminal in lines',
      system('terminals:\n  shell:\n    size: { columns: 80, rows: 25 }\n    console: b|'),
      ['front', 'back'],
    ],
    ['no name of a new terminal', system('terminals:\n  |'), []],
    ['no size of a terminal', system('terminals: { shell: { size: { columns: | } } }'), []],
    [
      'no name of a new terminal at a link',
      system('', 'links:\n  l: { type: serial, ends: { db: { terminal: | } } }\n'),
      [],
    ],
    ['consoles after nothing', system('serial:\n  com1:\n    console:| '), []],
    ['backends', system('disks: { d: { backend: | } }', 'backends: { own: {} }\n'), ['own']],
    ['cores', system('cores: [|]'), ['0', '1', '2']],
    ['cores not yet in the list', system('cores: [1, |]'), ['0', '2']],
    ['devices', system('pci:\n  nic:\n    device: |'), ['nic0', 'nic1']],
    ['addresses', system('pci:\n  nic:\n    bdf: |'), BDFS()],
    ['addresses in quotes', system('pci:\n  nic:\n    bdf: "0000:|"'), BDFS()],
    ['addresses in open quotes', system('pci:\n  nic:\n    bdf: "00|'), BDFS()],
    ['no keys, which the schema has', system('|'), []],
    ['nothing in a comment', system('# console: |'), []],
    ['nothing in text', system('description: web |'), []],
  ])('%s', async (_what, text, wanted) => {
    expect(await editor.offered('complete.yaml', text)).toEqual(wanted);
  });

  test.each([
    ['an open bracket', 'x-broken: [a, {\n'],
    ['a tab', 'x-broken:\n\t- a\n'],
    ['a key without its colon below', ''],
    ['a key twice', 'x-broken: a\nx-broken: b\n'],
    ['an alias of nothing', 'x-broken: *nothing\n'],
    ['an open quote below', ''],
  ])('names in a file that has %s', async (what, broken) => {
    const below = what.endsWith('below') ? BELOW[what] : '';
    const text = system('serial: { com1: { console: | } }', below);
    const rest = text.slice(HEAD.length);
    expect(await editor.offered('broken.yaml', `${HEAD}${broken}${rest}`)).toEqual([
      'front',
      'back',
    ]);
  });

  interface Item {
    readonly label: string;
    readonly detail: string;
    readonly filterText: string;
    readonly textEdit: Edit;
  }

  /** The text with one of the items taken. */
  const taken = async (marked: string, label: string): Promise<{ text: string; item: Item }> => {
    const items = await editor.ask<readonly Item[]>('completion', editor.open('take.yaml', marked));
    const item = items.find((each) => each.label === label);
    if (item === undefined) throw new Error(`${label} is not offered`);
    return { text: edited(marked.replace('|', ''), [item.textEdit]), item };
  };

  test('an address with its device’s name, found by both, in quotes', async () => {
    const marked = system('pci:\n  nic:\n    bdf: "0000:04|"');
    const { text, item } = await taken(marked, '0000:04:00.0');
    expect(text).toBe(marked.replace('0000:04|', '0000:04:00.0'));
    expect(item.detail).toBe('nic1: a *slow* card');
    expect(item.filterText).toBe('"0000:04:00.0" nic1');
    const unquoted = await taken(marked.replaceAll('"', ''), '0000:04:00.0');
    expect(unquoted.text).toBe(text);
  });

  test('an end with what stands there at least, but a key that is there keeps its value', async () => {
    const marked = system('', 'links:\n  l: { type: net, ends: { d| } }\n');
    expect((await taken(marked, 'db')).text).toBe(marked.replace('d|', 'db: {}'));
    const serial = marked.replace('net', 'serial');
    expect((await taken(serial, 'db')).text).toBe(serial.replace('d|', 'db: '));
    const kept = system('', 'links:\n  l: { type: serial, ends: { d|: { port: com2 } } }\n');
    expect((await taken(kept, 'db')).text).toBe(kept.replace('d|', 'db'));
  });

  test('a core with the VMs that use it', async () => {
    const { item } = await taken(system('cores: [|]'), '2');
    expect(item.detail).toBe('used by db');
  });

  test('devices of a machine file as it is in the editor', async () => {
    editor.open('box.yaml', MACHINE.replace('nic0:', 'typed:'));
    const found = await editor.offered('complete.yaml', system('pci:\n  nic:\n    device: |'));
    editor.close('box.yaml');
    expect(found).toEqual(['typed', 'nic1']);
  });
});

const BELOW: Readonly<Record<string, string>> = {
  'an open quote below': 'x-broken: "\n',
  'a key without its colon below': 'x-broken\n',
};

function VMS(): string[] {
  return ['web', 'db', 'mail'];
}
function BDFS(): string[] {
  return ['0000:03:00.0', '0000:04:00.0'];
}

/** All kinds of references to \`db\` and \`front\`. */
const ALL = system(
  'lifecycle: { controllers: [db] }\nserial: { com1: { console: "front" } }\nterminals: { shell: { console: front } }',
  `links:
  l: { type: net, ends: { db: {}, web: {} } }
  s: { type: vsock, ends: { mail: {}, db: {} } }
`,
);

interface Location {
  readonly uri: string;
  readonly range: Range;
}

describe('the declaration is found of', () => {
  const found = async (marked: string): Promise<Location[]> =>
    editor.ask('definition', editor.open('define.yaml', marked));

  test.each([
    ['a VM that controls', '[db]', '[d|b]', 'db', 6],
    ['an end', '{ db: {}', '{ db|: {}', 'db', 10],
    ['a console', '"front"', '"fr|ont"', 'front', 4],
    ['a console of a terminal', 'front }', 'fron|t }', 'front', 4],
    ['a core', 'cores: [2]', 'cores: [|2]', '3', 3],
    ['a declaration itself', '  mail: {', '  |mail: {', 'mail', 12],
  ])('%s', async (_what, text, marked, wanted, line) => {
    const [place, ...more] = await found(ALL.replace(text, marked));
    expect(more).toEqual([]);
    expect(place && covered(ALL, place.range)).toBe(wanted);
    expect(place?.uri).toBe(editor.uri('define.yaml'));
    if (wanted !== 'db') expect(place?.range.start.line).toBe(line);
  });

  test.each([
    ['an address', 'bdf: "04:00.|0"', 'nic1'],
    ['a device', 'device: n|ic0', 'nic0'],
  ])('%s in the machine file', async (_what, line, wanted) => {
    const [place] = await found(system(`pci:\n  nic:\n    ${line}`));
    expect(place?.uri).toBe(editor.uri('box.yaml'));
    expect(place && covered(MACHINE, place.range)).toBe(wanted);
  });

  test('the machine file', async () => {
    const [place] = await found(ALL.replace('box.yaml', 'bo|x.yaml'));
    expect(place?.uri).toBe(editor.uri('box.yaml'));
  });

  test.each([
    ['a name that nobody has', ALL.replace('[db]', '[nobo|dy]')],
    ['a machine file that is not there', ALL.replace('box.yaml', 'bo|y.yaml')],
    ['a key of the language', ALL.replace('memory', 'mem|ory')],
  ])('nothing for %s', async (_what, marked) => {
    expect(await found(marked)).toEqual([]);
  });
});

test('all references to a VM are found', async () => {
  const cursor = editor.open('refer.yaml', ALL.replace('  db: {', '  d|b: {'));
  const places = await editor.ask<Location[]>('references', cursor);
  expect(places.map(({ range }) => covered(ALL, range))).toEqual(['db', 'db', 'db', 'db']);
});

describe('renamed is', () => {
  const renamed = async (marked: string, newName: string): Promise<string> => {
    const cursor = editor.open('rename.yaml', marked);
    const { changes } = await editor.ask<{ changes: Record<string, Edit[]> }>('rename', {
      ...cursor,
      newName,
    });
    expect(Object.keys(changes)).toEqual([editor.uri('rename.yaml')]);
    return edited(marked.replace('|', ''), Object.values(changes).flat());
  };

  test.each([
    ['a VM, from its declaration', '  db: {', '  |db: {'],
    ['a VM, from a reference', '[db]', '[db|]'],
  ])('%s', async (_what, text, marked) => {
    expect(await renamed(ALL.replace(text, marked), 'store')).toBe(ALL.replace(/\bdb\b/g, 'store'));
  });

  test('a console, which keeps its quotes', async () => {
    const text = await renamed(ALL.replace('"front"', '"fron|t"'), 'panel');
    expect(text).toBe(ALL.replaceAll('front', 'panel'));
  });

  test('a link, a part of a VM', async () => {
    expect(await renamed(ALL.replace('  l: {', '  l|: {'), 'lan')).toBe(
      ALL.replace('  l:', '  lan:'),
    );
    const disk = system('disks: { |data: { backend: ramdisk, size: 2MiB } }');
    expect(await renamed(disk, 'logs')).toBe(disk.replace('|data', 'logs'));
  });

  test('a terminal, its console, and a terminal at a link', async () => {
    const text = system(
      'terminals: { shell: { console: back } }',
      'links:\n  l: { type: serial, ends: { db: { terminal: debug }, web: { terminal: wire } } }\n',
    );
    for (const name of ['shell', 'back', 'debug', 'wire']) {
      const marked = text.replace(name, `|${name}`);
      expect(await renamed(marked, 'other')).toBe(text.replaceAll(name, 'other'));
    }
  });

  test('in quotes what YAML would take for something else than text', async () => {
    expect(await renamed(ALL.replace('[db]', '[d|b]'), 'null')).toBe(
      ALL.replace(/\bdb\b/g, '"null"'),
    );
  });

  test('what an anchor holds, once', async () => {
    const text = system(
      'lifecycle: &by { controllers: [db] }',
      `  more: { lifecycle: *by, ${BOOT} }\n`,
    );
    expect(await renamed(text.replace('[db]', '[|db]'), 'store')).toBe(
      text.replace(/\bdb\b/g, 'store'),
    );
  });

  test('behind emoji, in lines that end with CR LF', async () => {
    const text = ALL.replace('{ cores: [2]', '{ description: "😀", cores: [2]').replaceAll(
      '\n',
      '\r\n',
    );
    const marked = text.replace(
      's: { type: vsock, ends: { mail',
      's: { type: vsock, ends: { ma|il',
    );
    expect(await renamed(marked, 'post')).toBe(text.replaceAll('mail', 'post'));
  });
});

describe('not renamed is', () => {
  test.each([
    ['to what is no name', ALL.replace('[db]', '[d|b]'), 'Not A Name', /is no name/],
    ['to nothing', ALL.replace('[db]', '[d|b]'), '', /is no name/],
    ['to a name that is too long', ALL.replace('[db]', '[d|b]'), 'x'.repeat(33), /at most 32/],
    ['to a name that is taken', ALL.replace('[db]', '[d|b]'), 'web', /"web" stands in line 7/],
    [
      'to a name that would be meant elsewhere',
      ALL.replace('[db]', '[d|b, ghost]'),
      'ghost',
      /"ghost" stands in line 9/,
    ],
    ['a backend to the built-in one', BACKEND('own|'), 'ramdisk', /built-in/],
    ['a name that is not declared', ALL.replace('[db]', '[ghos|t]'), 'x', /not declared/],
    ['a device', system('pci:\n  n: { device: nic|0 }'), 'x', /machine file/],
    ['what is no name', ALL.replace('memory', 'mem|ory'), 'x', /no name stands here/],
    [
      'anything in a file with broken YAML',
      `${ALL.replace('[db]', '[d|b]')}x: [\n`,
      'x',
      /mend line/,
    ],
  ])('%s', async (_what, marked, newName, words) => {
    const cursor = editor.open('refuse.yaml', marked);
    await expect(editor.ask('rename', { ...cursor, newName })).rejects.toThrow(words);
  });
});

function BACKEND(name: string): string {
  return system('disks: { d: { backend: own } }', `backends:\n  ${name}: {}\n`);
}

describe('before a rename', () => {
  const prepared = async (marked: string): Promise<unknown> =>
    editor.ask('prepareRename', editor.open('prepare.yaml', marked));

  test('the name is given, without its quotes', async () => {
    const found = await prepared(ALL.replace('"front"', '"fron|t"'));
    const { range, placeholder } = found as { range: Range; placeholder: string };
    expect(placeholder).toBe('front');
    expect(covered(ALL, range)).toBe('front');
  });

  test('nothing is given where no name stands, so that another server may answer', async () => {
    expect(await prepared(ALL.replace('memory', 'mem|ory'))).toBeNull();
  });

  test('a name that is not declared is refused', async () => {
    await expect(prepared(ALL.replace('[db]', '[ghos|t]'))).rejects.toThrow(/not declared/);
  });
});

describe('hover tells', () => {
  const told = async (marked: string): Promise<string | undefined> => {
    const cursor = editor.open('hover.yaml', marked);
    const hover = await editor.ask<{ contents: { value: string } } | null>('hover', cursor);
    return hover?.contents.value;
  };

  test.each([
    ['of an address', 'bdf: "04:00.|0"'],
    ['of a name', 'device: nic|1'],
  ])('the device %s, its words as they are', async (_what, line) => {
    expect(await told(system(`pci:\n  nic:\n    ${line}`))).toBe(
      '    nic1 at 0000:04:00.0\n    a *slow* card\n    8086:1533',
    );
  });

  test('the page of a code that is accepted', async () => {
    const text = system('pci:\n  n: { accept: { MK0|320: { reason: abc } } }');
    expect(await told(text)).toMatch(/\*\*MK0320\*\*/);
  });

  test('nothing where the schema has the words', async () => {
    expect(await told(ALL.replace('memory', 'mem|ory'))).toBeUndefined();
  });
});
