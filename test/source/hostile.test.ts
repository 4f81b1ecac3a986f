// SPDX-License-Identifier: BSD-2-Clause
// Files that are broken, odd or made to hurt: each gives findings, soon, at the right place.
import { processorTime } from '../support/processor-time.js';
import { describe, expect, test } from 'vitest';
import { oneVm } from '../../src/diagnostics/examples.js';
import { renderJson } from '../../src/render/json.js';
import { renderPretty } from '../../src/render/pretty.js';
import { codes, lint, told } from '../support/run.js';

const GOOD = oneVm();

describe('what is not a text', () => {
  test('empty, blank or only comments: there is nothing', () => {
    for (const text of ['', '\n\n', '# nothing\n', '---\n', '--- ~\n', '   ', '\ufeff']) {
      expect(told(lint(text)), JSON.stringify(text)).toEqual(['MK0007 1:1']);
    }
  });

  test('not UTF-8: the first bad byte is told by its offset and value', () => {
    const message = (bytes: Iterable<number>): string | undefined =>
      lint(Uint8Array.from(bytes)).diagnostics[0]?.message;
    expect(message([0x61, 0x3a, 0xff])).toBe('the file is not UTF-8 text: byte 2 is 0xff');
    expect(message([0xc3, 0x28])).toMatch(/byte [01] is 0x/);
    // Cut off in the middle of a character; an overlong form; a surrogate.
    expect(message([0x61, 0xe2, 0x82])).toMatch(/not UTF-8 text: byte [12]/);
    expect(message([0xc0, 0xaf])).toMatch(/not UTF-8 text: byte 0/);
    expect(message([0x61, 0xed, 0xa0, 0x80])).toMatch(/not UTF-8 text: byte [12]/);
    expect(
      message(Buffer.concat([Buffer.from('a\u00e9'.repeat(50_000)), Buffer.of(0xff)])),
    ).toMatch(/byte 150000 is 0xff/);
  });

  test('UTF-16 is not UTF-8', () => {
    expect(told(lint(Buffer.from(`\ufeff${GOOD}`, 'utf16le')))).toEqual(['MK0003 1:1']);
  });

  test('a megabyte is read, a byte more is not', () => {
    const comment = (bytes: number): string => `${GOOD}#${'x'.repeat(bytes - GOOD.length - 1)}`;
    expect(codes(lint(comment(1024 * 1024)))).toEqual([]);
    expect(codes(lint(comment(1024 * 1024 + 1)))).toEqual(['MK0002']);
  });

  test('a NUL or another control character is told, not passed on', () => {
    expect(codes(lint(GOOD.replace('small', 'sm\0ll')))).toEqual(['MK0105']);
    expect(codes(lint(`${GOOD}\0`))).not.toEqual([]);
    const { diagnostics, sources } = lint(GOOD.replace('small', '"\\e[31m\\u202e"'));
    // eslint-disable-next-line no-control-regex -- what must not get through
    expect(renderPretty(diagnostics, sources, false)).not.toMatch(/[\u001b\u202e]/);
  });
});

describe('line ends and byte order marks', () => {
  const bad = GOOD.replace('memory', 'memroy');
  const expected = ['MK0101 5:5 memroy'];

  test.each([
    ['LF', bad],
    ['CR LF', bad.replaceAll('\n', '\r\n')],
    ['a byte order mark', `\ufeff${bad}`],
  ])('%s: lines are counted the same', (_, text) => {
    expect(told(lint(text))).toEqual(expected);
  });

  test('a lone CR ends no line for YAML, and is told', () => {
    expect(codes(lint(bad.replaceAll('\n', '\r')))).toContain('MK0004');
  });

  test('a tab that indents is told at its place', () => {
    const text = GOOD.replace('    memory', '\tmemory');
    expect(told(lint(text))).toContainEqual(expect.stringMatching(/^MK0004 5:1/));
    expect(lint(text).diagnostics.map((d) => d.message)).toContain(
      'a tab is used for indentation; YAML wants spaces',
    );
  });
});

describe('columns', () => {
  test.each([
    ['wide characters', '\u65e5\u672c', 2],
    ['an emoji is one character', '\u{1f600}', 1],
    ['a combining mark is a character of its own', 'e\u0301', 2],
  ])('%s', (_, word, length) => {
    const text = GOOD.replace('memory: 64MiB', `"${word}": { x-y: 64MiB }`);
    expect(told(lint(text))).toContainEqual(`MK0101 5:5 "${word}"`);
    const inFlow = `makatea: 1\nname: small\nvms: { a: { "${word}": 1, memroy: 2 } }\n`;
    expect(told(lint(inFlow))).toContainEqual(`MK0101 3:${20 + length} memroy`);
  });

  test('a lone surrogate, which only an escape can make, reaches no output', () => {
    const { diagnostics, sources } = lint(GOOD.replace('small', '"\\ud800"'));
    expect(codes({ diagnostics, sources })).toEqual(['MK0105']);
    expect(Buffer.from(renderPretty(diagnostics, sources, false)).toString()).not.toMatch(/\ud800/);
    expect(JSON.parse(renderJson(diagnostics, sources))).toHaveProperty('diagnostics');
  });
});

describe('structure', () => {
  test.each([
    ['a list', '- a\n- b\n', ['MK0103 1:1 - a']],
    ['a word', 'hello\n', ['MK0103 1:1 hello']],
    ['several documents', `${GOOD}---\n${GOOD}`, ['MK0006 7:1']],
    ['a document that begins and ends', `---\n${GOOD}...\n`, []],
    ['a list as a key', `${GOOD}? [a, b]\n: 1\n`, ['MK0009 7:3 [a, b]']],
    ['an empty key', `${GOOD}"": 1\n`, ['MK0009 7:1 ""']],
    ['a null key', `${GOOD}~: 1\n`, ['MK0009 7:1 ~']],
    ['a tag', GOOD.replace('64MiB', '!big 64MiB'), ['MK0011 5:18 64MiB']],
    ['a tag of YAML itself', GOOD.replace('64MiB', '!!str 64MiB'), []],
    ['a tag that makes something of it', `${GOOD}x-a: !!set { a, b }\n`, ['MK0011 7:12 { a, b }']],
    ['a directive', `%YAML 1.2\n---\n${GOOD}`, []],
    ['another version of YAML', `%YAML 1.1\n---\n${GOOD}`, ['MK0004 1:1']],
  ])('%s', (_, text, expected) => {
    expect(told(lint(text))).toEqual(expected);
  });

  test('duplicate keys are told with both places, once however they are reached', () => {
    const text = `${GOOD}x-a: &a { b: 1, b: 2 }\nx-b: [*a, *a]\n`;
    const result = lint(text);
    expect(told(result)).toEqual(['MK0005 7:17 b']);
    expect(result.diagnostics.find((d) => d.code === 'MK0005')?.related).toHaveLength(1);
  });

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'the key %s is like any other',
    (key) => {
      const text = GOOD.replace('    memory', `    ${key}: { a: 1 }\n    memory`);
      expect(told(lint(text))).toEqual([`MK0101 5:5 ${key}`]);
      expect(told(lint(`${GOOD}${key}: 1\n`))).toEqual([`MK0101 7:1 ${key}`]);
      expect(codes(lint(GOOD.replace('web:', `${key}:`)))).toEqual(
        key === 'constructor' ? [] : ['MK0107'],
      );
    },
  );

  test('a name that is a number or a truth value elsewhere is a word here', () => {
    expect(told(lint(GOOD.replace('web:', '1:')))).toEqual(['MK0107 4:3 1']);
    expect(told(lint(GOOD.replace('web:', '0x10:')))).toEqual(['MK0107 4:3 0x10']);
    expect(told(lint(GOOD.replace('web:', 'no:')))).toEqual([]);
    expect(told(lint(GOOD.replace('web:', 'true:')))).toEqual([]);
    expect(told(lint(`makatea: 1\nname: small\nvms: { 1: {}, 1.0: {} }\n`))).not.toContainEqual(
      expect.stringMatching(/^MK0005/),
    );
  });
});

describe('values', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['priority: .nan', 'MK0103'],
    ['priority: .inf', 'MK0103'],
    ['priority: 1e400', 'MK0103'],
    ['priority: 99999999999999999999999', 'MK0106'],
    ['priority: 1.5', 'MK0103'],
    ['priority: -1', 'MK0106'],
    ['priority: 1_000', 'MK0103'],
    ['priority: "100"', 'MK0103'],
    ['priority: ', 'MK0103'],
    ['efi: no', 'MK0103'],
    ['cores: [yes]', 'MK0103'],
    ['memory: 0x40', 'MK0005'],
    ['paravirt: {}', 'MK0104'],
    ['paravirt: [kvm]', 'MK0104'],
    ['lifecycle: { start: {} }', 'MK0104'],
    ['description: {}', 'MK0103'],
    ['disks: []', 'MK0103'],
  ];
  test.each(cases)('%s: %s', (line, code) => {
    expect(codes(lint(oneVm({ web: line })))).toEqual([code]);
  });

  test.each(['1e2', '0o144', '0x64', '100', '1e+2', '100.0'])('%s is the number 100', (number) => {
    const { system } = lint(oneVm({ web: `priority: ${number}` }));
    expect(system?.vms[0]?.priority).toBe(100);
  });

  test('truth values are those of YAML 1.2 only', () => {
    const mcs = (word: string): string[] => codes(lint(`${GOOD}sel4: { mcs: ${word} }\n`));
    expect([mcs('true'), mcs('False')]).toEqual([[], []]);
    for (const word of ['yes', 'no', 'on', 'off', 'y', 'n']) expect(mcs(word)).toEqual(['MK0103']);
  });

  test('a version that is a map is not silently let through', () => {
    expect(codes(lint(GOOD.replace('makatea: 1', 'makatea: {}')))).toEqual(['MK0104']);
    expect(codes(lint(GOOD.replace('makatea: 1', 'makatea: "1"')))).toEqual(['MK0104']);
  });
});

describe('made to hurt: each is met within seconds', () => {
  const many = (count: number, line: (n: number) => string): string =>
    Array.from({ length: count }, (_, n) => line(n)).join('');
  const laughs = many(9, (n) =>
    n === 0 ? 'x-0: &a0 [lol]\n' : `x-${n}: &a${n} [${`*a${n - 1},`.repeat(9)}]\n`,
  );
  const cases: readonly (readonly [string, string, string])[] = [
    ['a billion laughs', `${GOOD}${laughs}`, 'MK0008'],
    ['an anchor within itself', `${GOOD}x-a: &a [*a]\n`, 'MK0008'],
    ['a map that merges itself', `${GOOD}x-a: &a { <<: *a }\n`, 'MK0008'],
    ['20,000 aliases', `${GOOD}x-a: &a x\nx-b: [${'*a,'.repeat(20_000)}]\n`, 'none'],
    ['10,000 open brackets', `x-a: ${'['.repeat(10_000)}`, 'MK0004'],
    ['10,000 brackets', `x-a: ${'['.repeat(10_000)}${']'.repeat(10_000)}`, 'MK0004'],
    ['10,000 maps', `x-a: ${'{a: '.repeat(10_000)}1${'}'.repeat(10_000)}`, 'MK0004'],
    ['10,000 dashes', `${'- '.repeat(10_000)}a`, 'MK0004'],
    ['1,000 indented maps', many(1000, (n) => `${' '.repeat(n)}x-a:\n`), 'MK0004'],
    ['200,000 commas', `x-a: [${','.repeat(200_000)}]`, 'MK0004'],
    ['200,000 closing brackets', '}'.repeat(200_000), 'MK0004'],
    ['100,000 quotes in a line', '"'.repeat(100_000), 'MK0004'],
    ['100,000 anchors in a line', '&a '.repeat(100_000), 'MK0004'],
    ['5,000 bad VMs in a line', `vms: { ${many(5000, (n) => `A${n}: {},`)} }`, 'MK0107'],
    ['5,000 empty VMs', `vms:\n${many(5000, (n) => ` a${n}: {}\n`)}`, 'MK0102'],
    ['8,000 times one key', `vms:\n${' a: {}\n'.repeat(8000)}`, 'MK0005'],
    ['5,000 unknown controllers', oneVm({ web: `lifecycle: { controllers: [${many(5000, (n) => `c${n},`)}] }` }), 'MK0201'],
    ['a name of a megabyte', `name: ${'x'.repeat(1_000_000)}`, 'MK0106'],
    ['a key of a megabyte', `"${'x'.repeat(1_000_000)}": 1`, 'MK0101'],
  ]; // prettier-ignore
  test.each(cases)('%s', (_, text, code) => {
    const start = processorTime();
    const result = lint(text);
    const found = codes(result);
    if (code === 'none') expect(found).toEqual([]);
    else expect(found).toContain(code);
    const shown = renderPretty(result.diagnostics, result.sources, false);
    expect(shown.length).toBeLessThan(20_000_000);
    expect(renderJson(result.diagnostics, result.sources)).toContain('"diagnostics"');
    expect(processorTime() - start).toBeLessThan(15_000);
  });

  test('nested as deeply as no description is, but not too deeply: no stack runs over later', () => {
    for (let depth = 10; depth < 2000; depth = Math.ceil(depth * 1.2)) {
      const found = codes(lint(`${GOOD}x-a: ${'['.repeat(depth)}${']'.repeat(depth)}\n`));
      expect(found.filter((code) => code !== 'MK0004')).toEqual([]);
    }
  });
});
