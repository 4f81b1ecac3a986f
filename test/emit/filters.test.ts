// SPDX-License-Identifier: BSD-2-Clause
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import fc from 'fast-check';
import * as markdown from 'prettier/plugins/markdown';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  adlString,
  cComment,
  cmakeString,
  cString,
  hex,
  markdownCell,
} from '../../src/emit/filters.js';

let dir: string;
beforeAll(async () => (dir = await mkdtemp(path.join(tmpdir(), 'makatea-filters-'))));
afterAll(async () => rm(dir, { recursive: true }));

/** Texts that like to break out of where they stand, among others. */
const piece = fc.oneof(
  fc.constantFrom('"', '\\', '*/', '/*', '//', '??/', '??', '\n', '\r\n', '\\\n', '*\\\n/', '\t'),
  fc.constantFrom('${A}', '$ENV{HOME}', '@A@', ';', '[', ']', ']]', '[[', '#', '(', '$<1:x>'),
  fc.constantFrom(
    '|',
    '`',
    '_',
    '*',
    '<b>',
    '&amp;',
    '![a](b)',
    '~~',
    '0',
    '9',
    'a',
    ' ',
    '\u202e',
  ),
  fc.constantFrom('*a*', '_a_', '~~a~~', '`a`', '[a](b)', '<https://a.b>'),
  fc.constantFrom('https://a.b', 'www.a.b', 'a@b.c', 'mailto:a@b.c', '# a', '- a', '\\'),
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
);
const anyText = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
const nastyTexts = (count: number, text = anyText) => fc.sample(text, { numRuns: count, seed: 7 });

describe('cString', () => {
  test('a C compiler reads the same bytes back', async () => {
    const texts = nastyTexts(1000);
    const lines = texts.map((text) => `  put("${cString(text)}", sizeof "${cString(text)}" - 1);`);
    const source = path.join(dir, 'strings.c');
    await writeFile(
      source,
      `#include <stdio.h>
static void put(const char *s, size_t n) { printf("%zu\\n", n); fwrite(s, 1, n, stdout); }
int main(void) {\n${lines.join('\n')}\n  return 0;\n}\n`,
    );
    const program = path.join(dir, 'strings');
    await execa('gcc', ['-std=c11', '-Wall', '-Wextra', '-Werror', '-o', program, source]);
    const { stdout } = await execa(program, { encoding: 'buffer' });
    const wanted = texts.map((text) => Buffer.from(`${Buffer.byteLength(text)}\n${text}`));
    expect(Buffer.from(stdout).equals(Buffer.concat(wanted))).toBe(true);
  });

  test('refuses half of a surrogate pair', () => {
    expect(() => cString('\ud800')).toThrow('can not be written');
  });
});

describe('cComment', () => {
  test('a C compiler ignores it, in both kinds of comment, with and without trigraphs', async () => {
    const texts = nastyTexts(1000);
    const lines = texts.flatMap((text, i) => [
      `/* ${cComment(text)} */ int a${i};`,
      `/**${cComment(text)}*/ int b${i};`,
      `// ${cComment(text)}\nint c${i};`,
    ]);
    const source = path.join(dir, 'comments.c');
    await writeFile(source, `${lines.join('\n')}\n`);
    const wanted = texts.map((_, i) => `int a${i}; int b${i}; int c${i};`).join(' ');
    for (const standard of ['-std=c11', '-std=gnu11']) {
      const args = [standard, '-Wall', '-Werror', '-E', '-P', source];
      const { stdout } = await execa('gcc', args);
      expect(stdout.replace(/\s+/g, ' ').trim()).toBe(wanted);
    }
  });

  test('leaves what is harmless alone', () => {
    expect(cComment('Büro: 5 * 3 / 2 \\ "x"?')).toBe('Büro: 5 * 3 / 2 \\ "x"?');
  });
});

describe('cmakeString', () => {
  test('CMake reads the same text back', async () => {
    const texts = nastyTexts(1000).map((text) => text.replaceAll('\0', ''));
    const out = path.join(dir, 'out');
    const lines = texts.map((text) => `set(v "${cmakeString(text)}")\nput("\${v}" ${text.length})`);
    const script = path.join(dir, 'strings.cmake');
    await writeFile(
      script,
      `cmake_minimum_required(VERSION 3.16)
function(put text)
  file(APPEND "${out}" "\${text}\\n--\\n")
endfunction()
${lines.join('\n')}\n`,
    );
    await execa('cmake', ['-P', script]);
    expect(await readFile(out, 'utf8')).toBe(texts.map((text) => `${text}\n--\n`).join(''));
  });

  test('refuses NUL and half of a surrogate pair', () => {
    expect(() => cmakeString('a\0b')).toThrow('can not be written');
    expect(() => cmakeString('\udc00')).toThrow('can not be written');
  });
});

describe('adlString', () => {
  test('gives the text itself or refuses it, and what it gives can not end the string', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const representable = !/["\\]|[^ -~]/.test(text);
        if (representable) expect(adlString(text)).toBe(text);
        else expect(() => adlString(text)).toThrow('can not be written in a CAMkES string');
      }),
    );
  });
});

describe('markdownCell', () => {
  interface Node {
    readonly type: string;
    readonly value?: string;
    readonly children?: readonly Node[];
  }
  const parse = (source: string) =>
    (markdown.parsers.markdown.parse as (text: string, options: object) => Node)(source, {});

  /** The texts of a row's cells, as a Markdown reader sees them. */
  function cells(source: string): string[] {
    const [table, ...rest] = parse(source).children ?? [];
    expect(rest).toEqual([]);
    expect(table?.type).toBe('table');
    return (table?.children?.[1]?.children ?? []).map(plainText);
  }

  function plainText(node: Node): string {
    if (node.children) return node.children.map(plainText).join('');
    return node.value ?? '';
  }

  test('a Markdown reader sees one cell with that text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const wanted = text.replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
        const source = `| a | b |\n| --- | --- |\n| ${markdownCell(text)} | end |\n`;
        expect(cells(source)).toEqual([wanted, 'end']);
      }),
    );
  });

  test('leaves names as they are', () => {
    expect(markdownCell('web_front_2')).toBe('web_front_2');
    expect(markdownCell('_web_')).toBe('\\_web\\_');
  });
});

describe('hex', () => {
  test('is read back as the same number', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.nat(16), (value, digits) => {
        const text = hex(value, digits);
        expect(BigInt(text)).toBe(value);
        expect(text.length).toBeGreaterThanOrEqual(digits + 2);
      }),
    );
    expect(hex(0xfee0_0000)).toBe('0xfee00000');
    expect(hex(1, 4)).toBe('0x0001');
  });

  test('refuses what is no address', () => {
    for (const value of [-1, 0.5, 2 ** 60, NaN]) expect(() => hex(value)).toThrow('address');
  });
});
