// SPDX-License-Identifier: BSD-2-Clause
// What is mended without asking, and what is left to a person.
import { describe, expect, test } from 'vitest';
import { applyFixes, compatible } from '../src/diagnostics/fix.js';
import { oneVm, twoVms } from '../src/diagnostics/examples.js';
import { catalogue } from '../src/pipeline/catalogue.js';
import { fixFiles } from '../src/pipeline/fix.js';
import { surely } from '../src/util/suggest.js';
import { example } from './support/examples.js';
import { memoryFiles } from './support/files.js';
import { codes, lint } from './support/run.js';

const SYSTEM = 'system.yaml';
const IMAGES = { 'images/vmlinuz': '@bzimage' };

/** A description after its fixes, and how many were made. */
function fixed(text: string): { text: string; changes: number } {
  const { changes, contents } = fixFiles([SYSTEM], memoryFiles({ ...IMAGES, [SYSTEM]: text }));
  const bytes = contents.get(SYSTEM);
  return {
    text: bytes === undefined ? text : new TextDecoder().decode(bytes),
    changes: changes.length,
  };
}

const link = (web: string, db: string): string =>
  twoVms({ top: `links:\n  l: { type: net, ends: { ${web}: {}, ${db}: {} } }` }).replaceAll(
    /\bdb\b/g,
    'database',
  );

describe('has one right answer', () => {
  test.each([
    ['a key', oneVm({ web: 'priorty: 7' }), oneVm({ web: 'priority: 7' })],
    ['a key in quotes', oneVm({ web: '"priorty": 7' }), oneVm({ web: 'priority: 7' })],
    [
      'a port',
      oneVm({ web: 'serial: { Com1: { console: c } }', top: 'consoles: { c: {} }' }),
      oneVm({ web: 'serial: { com1: { console: c } }', top: 'consoles: { c: {} }' }),
    ],
    ['a type', oneVm().replace('linux', 'linxu'), oneVm()],
    [
      'a word of a choice',
      oneVm({ web: 'lifecycle: { restart: on_crash }' }),
      oneVm({ web: 'lifecycle: { restart: on-crash }' }),
    ],
    [
      'a console',
      oneVm({ web: 'serial: { com1: { console: frnt } }', top: 'consoles: { front: {} }' }),
      oneVm({ web: 'serial: { com1: { console: front } }', top: 'consoles: { front: {} }' }),
    ],
    [
      'a backend',
      oneVm({ web: 'disks: { d: { backend: "ramdsk", size: 2MiB } }' }),
      oneVm({ web: 'disks: { d: { backend: ramdisk, size: 2MiB } }' }),
    ],
    ['a VM at the end of a link', link('web', 'databse'), link('web', 'database')],
    [
      'blanks and case of a unit',
      oneVm({ web: 'disks: { d: { backend: ramdisk, size: 2 mib } }' }),
      oneVm({ web: 'disks: { d: { backend: ramdisk, size: 2MiB } }' }),
    ],
  ])('%s', (_what, before, after) => {
    // prettier-ignore
    expect(fixed(before)).toEqual({ text: after, changes: 1 });
    expect(codes(lint(after))).toEqual([]);
  });

  test('a PCI address without quotes, in capitals: one after the other', () => {
    const text = (bdf: string): string => oneVm({ web: `pci: { nic: { bdf: ${bdf} } }` });
    const wanted = text('"0000:0a:00.0"');
    expect(fixed(text('0000:0A:00.0')).text).toBe(wanted);
    expect(fixed(text("'0000:0A:00.0'")).text).toBe(wanted);
    expect(fixed(text('0000:0a:00.0')).text).toBe(wanted);
  });

  test('what is hidden behind another finding is mended next', () => {
    const text = oneVm({ web: 'lifecycel: { start: manul }' });
    expect(fixed(text)).toEqual({
      text: oneVm({ web: 'lifecycle: { start: manual }' }),
      changes: 2,
    });
  });

  test('a key in an entry that two VMs merge is mended once', () => {
    const text = (key: string): string =>
      `makatea: 1\nname: t\nx-d: &d\n  memory: 64MiB\n  ${key}: 7\n  boot: { type: linux, kernel: images/vmlinuz }\nvms:\n  a: { <<: *d }\n  b: { <<: *d }\n`;
    expect(fixed(text('priorty'))).toEqual({ text: text('priority'), changes: 1 });
  });
});

describe('is left to a person', () => {
  test.each([
    ['a key that stands there already', oneVm({ web: 'memroy: 128MiB' })],
    ['a key that is meant twice', oneVm({ web: 'priorty: 7\npriortiy: 8' })],
    [
      'a word with two neighbours',
      oneVm({ web: 'serial: { com5: { console: c } }', top: 'consoles: { c: {} }' }),
    ],
    ['a name of another number', link('web', 'database1')],
    [
      'a short name near two',
      twoVms({ top: 'links:\n  l: { type: net, ends: { web: {}, dba: {} } }' }).replaceAll(
        'web',
        'dbb',
      ),
    ],
    ['an end that is there already', link('database', 'databse')],
    [
      'a controller that would be the VM itself',
      oneVm({ web: 'lifecycle: { controllers: [wab] }' }),
    ],
    [
      'a number that is not allowed',
      oneVm({ web: 'serial: { com1: { console: c } }', top: 'consoles: { c: { baud: 11520 } }' }),
    ],
    ['a size without a unit', oneVm({ web: 'disks: { d: { backend: ramdisk, size: 2097152 } }' })],
    ['a size in another unit', oneVm({ web: 'disks: { d: { backend: ramdisk, size: 2MB } }' })],
    ['a missing key', oneVm().replace('    memory: 64MiB\n', '')],
  ])('%s', (_what, text) => {
    // prettier-ignore
    expect(fixed(text)).toEqual({ text, changes: 0 });
    expect(codes(lint(text))).not.toEqual([]);
  });

  test.each([
    ['memroy', ['memory', 'boot'], 'memory'],
    ['Memory', ['memory'], 'memory'],
    ['wbe', ['web', 'db'], undefined],
    ['frnt', ['front', 'front2'], undefined],
    ['contrllrs', ['controllers'], 'controllers'],
    ['cntrl', ['control'], undefined],
    ['', ['a'], undefined],
    ['ab', ['abc'], undefined],
  ])('%j among %j is surely %j', (word, candidates, meant) => {
    expect(surely(word, candidates)).toBe(meant);
  });
});

describe('of fixes that meet', () => {
  const at = (start: number, end: number, replacement: string) => ({
    fix: { title: '', span: { file: 0, start, end }, replacement },
  });

  test('the first is made, the others wait', () => {
    const wanted = [at(4, 6, 'z'), at(0, 3, 'x'), at(2, 5, 'y'), at(8, 9, 'w')];
    const chosen = compatible(wanted).map(({ fix }) => fix);
    expect(chosen.map(({ replacement }) => replacement)).toEqual(['x', 'z', 'w']);
    expect(applyFixes('0123456789', chosen)).toBe('x3z67w9');
  });

  test('two that touch wait for each other; two of one place are made once', () => {
    expect(compatible([at(0, 2, 'a'), at(2, 4, 'b')])).toHaveLength(1);
    expect(compatible([at(2, 4, 'a'), at(2, 4, 'b')]).map(({ fix }) => fix.replacement)).toEqual([
      'a',
    ]);
    expect(compatible([at(2, 2, 'a'), at(2, 2, 'b')])).toHaveLength(1);
  });
});

describe('every fix of the examples', () => {
  test.each(catalogue.map((page) => [page.code, page] as const))(
    'of %s is made, and the end is reached',
    (_code, page) => {
      const { text, files } = example(page.fails) ?? expect.fail('nothing to run');
      if (typeof text !== 'string') return;
      const more = { ...page.files, ...files };
      const before = lint(text, more).diagnostics.filter(({ fix }) => fix !== undefined);
      const result = fixFiles([SYSTEM], memoryFiles({ ...IMAGES, ...more, [SYSTEM]: text }));
      expect(result.changes.length).toBeGreaterThanOrEqual(before.length === 0 ? 0 : 1);
      const again = fixFiles([SYSTEM], result.files);
      expect(again.changes).toEqual([]);
    },
  );
});
