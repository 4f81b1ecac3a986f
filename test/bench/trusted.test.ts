// SPDX-License-Identifier: BSD-2-Clause
import { expect, test } from 'vitest';
import { codeLines } from './trusted.js';

test('lines of code are those that are neither blank nor comment only', () => {
  const text = [
    '/* one',
    ' * two */',
    '',
    'int a; /* behind */ // and more',
    '/* before */ int b;',
    '  // alone',
    'int c; /* begins',
    'ends */ int d;',
  ].join('\n');
  expect(codeLines(text)).toBe(4);
});

test('what looks like a comment in a string or a character is code', () => {
  const text = [
    'const char *a = "/*";',
    "char b = '\"';",
    'const char *c = "\\"//";',
    'int d; /*',
    '*/',
  ];
  expect(codeLines(text.join('\n'))).toBe(4);
});
