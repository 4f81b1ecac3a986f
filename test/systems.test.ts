// SPDX-License-Identifier: BSD-2-Clause
// The examples in systems/, broken on purpose: each mistake is found at its place.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { hasErrors } from '../src/diagnostics/diagnostic.js';
import { lint, told } from './support/run.js';

const read = (name: string): string =>
  readFileSync(path.resolve(import.meta.dirname, '../systems', `${name}.yaml`), 'utf8');

/** Example, what is replaced by what, and what is said. */
const MISTAKES: readonly (readonly [string, string, string, string])[] = [
  ['router', '{ router: {}, right: {} }', '{ router: {}, rihgt: {} }', 'MK0201 24:42 rihgt'],
  [
    'router',
    '{ router: {}, right: {} }',
    '{ router: {}, left: {}, right: {} }',
    'MK0204 24:22 ends',
  ],
  ['router', '{ router: {}, right: {} }', '{ router: {} }', 'MK0204 24:22 ends'],
  ['router', '  east:', '  west:', 'MK0005 24:3 west'],
  ['three-on-one-console', 'console: desk', 'console: disk', 'MK0202 12:32 disk'],
  ['three-on-one-console', 'ctrl-t', 'ctrl-1', 'MK0105 7:31 ctrl-1'],
  [
    'three-on-one-console',
    'output: prefix }',
    'output: prefix }\n  other: { uart: com1 }',
    'MK0307 8:18 com1',
  ],
  [
    'controller',
    'start: manual, controllers: [admin]',
    'start: manual, controllers: [adnim]',
    'MK0201 24:47 adnim',
  ],
  [
    'controller',
    'restart: on-crash, controllers: [admin]',
    'restart: on-crash, controllers: [worker]',
    'MK0318 19:50 [worker]',
  ],
  ['controller', 'start: manual, controllers', 'start: never, controllers', 'MK0104 24:25 never'],
];

describe.each([...new Set(MISTAKES.map(([name]) => name))])('systems/%s.yaml', (name) => {
  test('has no errors', () => {
    expect(hasErrors(lint(read(name)).diagnostics)).toBe(false);
  });

  test.each(MISTAKES.filter(([of]) => of === name))(
    'of %s: %j for %j is refused',
    (_, right, wrong, said) => {
      const text = read(name);
      expect(text).toContain(right);
      const found = lint(text.replace(right, wrong));
      expect(hasErrors(found.diagnostics)).toBe(true);
      expect(told(found)).toContain(said);
    },
  );
});
