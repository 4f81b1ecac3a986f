// SPDX-License-Identifier: BSD-2-Clause
import { describe, expect, test } from 'vitest';
import { diagnostic, sortDiagnostics, type Diagnostic } from '../../src/diagnostics/diagnostic.js';
import { indexText, position } from '../../src/diagnostics/lines.js';
import { renderJson } from '../../src/render/json.js';
import { renderPretty } from '../../src/render/pretty.js';
import { harmless } from '../../src/render/text.js';

const PAGE = { code: 'MK0001', severity: 'error' } as const;

function at(
  text: string,
  word: string,
  message = 'wrong',
): [Diagnostic[], { name: string; text: string }[]] {
  const start = text.indexOf(word);
  const span = { file: 0, start, end: start + word.length };
  return [[diagnostic(PAGE, span, message)], [{ name: 'a.yaml', text }]];
}

describe('the frame of a finding', () => {
  const frame = (text: string, word: string): string[] =>
    renderPretty(...at(text, word), false)
      .split('\n')
      .slice(1, 3);

  test('shows the line, and marks the place below it', () => {
    expect(frame('one\ntwo three\n', 'three')).toEqual(['  2 | two three', '    |     ^^^^^']);
  });

  test('keeps tabs, so that the mark stands right', () => {
    expect(frame('a:\t\tb', 'b')).toEqual(['  1 | a:\t\tb', '    |   \t\t^']);
  });

  test('ends with the line, even where the place goes on', () => {
    expect(frame('key:\n  more\nx', 'key:\n  more')).toEqual(['  1 | key:', '    | ^^^^']);
  });

  test('marks something where the place is empty', () => {
    expect(frame('ab', '')).toEqual(['  1 | ab', '    | ^']);
    const end = renderPretty(
      [diagnostic(PAGE, { file: 0, start: 3, end: 3 }, 'x')],
      [{ name: 'a', text: 'ab\n' }],
      false,
    );
    expect(end).toMatch(/^a:2:1: error/);
  });

  test('shows a window of a long line', () => {
    const [line = '', mark = ''] = frame(`${'x'.repeat(5000)} here ${'y'.repeat(5000)}`, 'here');
    expect(line.length).toBeLessThan(120);
    expect(line.slice(mark.indexOf('^'), mark.lastIndexOf('^') + 1)).toBe('here');
    const [tail = '', tailMark = ''] = frame(`${'x'.repeat(5000)} end\n`, 'end');
    expect(tail.slice(tailMark.indexOf('^'), tailMark.lastIndexOf('^') + 1)).toBe('end');
  });

  test('is left out for a file without text', () => {
    expect(renderPretty(...at('', ''), false)).toBe(
      'a.yaml:1:1: error MK0001: wrong\n\n1 error; "makatea explain MK0001" tells more\n',
    );
  });
});

describe('a place', () => {
  test.each([
    ['LF', 'a\nb\n', 2, '2:1'],
    ['CR LF counts once', 'a\r\nb', 3, '2:1'],
    ['a lone CR', 'a\rb', 2, '2:1'],
    ['a pair of surrogates is one character', '\u{1f600}x', 2, '1:2'],
    ['lone surrogates are characters', '\ud800\udfffx\ud800y', 4, '1:4'],
    ['past the end', 'ab', 99, '1:3'],
    ['an empty text', '', 0, '1:1'],
  ])('%s', (_, text, offset, expected) => {
    const { line, column } = position(indexText(text), offset);
    expect(`${line}:${column}`).toBe(expected);
  });
});

describe('what is shown', () => {
  test('has related places, a hint, and a count that begins with the errors', () => {
    const span = { file: 0, start: 0, end: 1 };
    const findings = [
      diagnostic({ code: 'MK0002', severity: 'note' }, span, 'n'),
      diagnostic({ code: 'MK0003', severity: 'warning' }, span, 'w', { hint: 'do it' }),
      diagnostic(PAGE, span, 'e', { related: [{ span, message: 'first here' }] }),
      diagnostic(PAGE, span, 'e'),
    ];
    const text = renderPretty(findings, [{ name: 'a', text: 'x' }], false);
    expect(text).toContain('  hint: do it');
    expect(text).toContain('  a:1:1: first here');
    expect(text.trim().split('\n').at(-1)).toBe(
      '2 errors, 1 warning, 1 note; "makatea explain MK0001" tells more',
    );
    expect(renderPretty([], [], false)).toBe('');
  });

  test('has colour only when that is wanted', () => {
    expect(renderPretty(...at('x', 'x'), true)).toContain('\u001b[31m');
    expect(renderPretty(...at('x', 'x'), false)).not.toContain('\u001b');
  });

  test('can not steer a terminal: in the message, the text or the name', () => {
    const odd = 'a\u001b[31m\u0007\u009b\u202e\u2066\u200fb\u007f';
    const [findings] = at(odd, odd, odd);
    const text = renderPretty(findings, [{ name: odd, text: odd }], false);
    // eslint-disable-next-line no-control-regex -- what must not get through
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200f\u202e\u2066]/);
    expect(harmless('tab\tstays')).toBe('tab\tstays');
  });

  test('as JSON has places, related ones, hints and mendings', () => {
    const text = 'one\ntwo\n';
    const span = { file: 0, start: 4, end: 7 };
    const finding = diagnostic(PAGE, span, 'm', {
      related: [{ span: { file: 0, start: 0, end: 3 }, message: 'r' }],
      hint: 'h',
      fix: { title: 't', span, replacement: '2' },
    });
    expect(JSON.parse(renderJson([finding], [{ name: 'a', text }]))).toEqual({
      makatea_diagnostics: 1,
      diagnostics: [
        {
          code: 'MK0001',
          severity: 'error',
          message: 'm',
          file: 'a',
          start: { line: 2, column: 1 },
          end: { line: 2, column: 4 },
          related: [
            { message: 'r', file: 'a', start: { line: 1, column: 1 }, end: { line: 1, column: 4 } },
          ],
          hint: 'h',
          fix: {
            title: 't',
            file: 'a',
            start: { line: 2, column: 1 },
            end: { line: 2, column: 4 },
            replacement: '2',
          },
        },
      ],
      accepted: [],
    });
  });

  test('stands in the order of the files, places and codes', () => {
    const d = (code: string, file: number, start: number): Diagnostic =>
      diagnostic({ code, severity: 'error' }, { file, start, end: start }, '');
    const sorted = sortDiagnostics([
      d('MK0002', 1, 0),
      d('MK0003', 0, 5),
      d('MK0001', 0, 5),
      d('MK0004', 0, 1),
    ]);
    expect(sorted.map((x) => x.code)).toEqual(['MK0004', 'MK0001', 'MK0003', 'MK0002']);
  });
});
