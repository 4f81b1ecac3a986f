// SPDX-License-Identifier: BSD-2-Clause
import { describe, expect, test } from 'vitest';
import { plainValue } from '../../src/source/located.js';
import { parse } from '../../src/source/parse.js';
import { told, lint } from '../support/run.js';

/** What a text means once aliases are followed and merges applied. */
function valueOf(text: string): unknown {
  const { root, diagnostics } = parse(0, text);
  if (root === undefined || diagnostics.length > 0) throw new Error(diagnostics[0]?.message);
  // Through JSON, because the objects have no prototype.
  return JSON.parse(JSON.stringify(plainValue(root)));
}

describe('an alias', () => {
  test('means the last anchor of its name before it', () => {
    expect(valueOf('a: &x 1\nb: *x\nc: &x 2\nd: *x\n')).toEqual({ a: 1, b: 1, c: 2, d: 2 });
  });

  test('keeps its meaning when the anchor is reached again by another alias', () => {
    expect(valueOf('a: &y { b: &x 1 }\nc: &x 2\nd: *y\ne: *x\n')).toMatchObject({ e: 2 });
  });

  test('can be a key', () => {
    expect(valueOf('a: &x word\n*x : 2\n')).toEqual({ a: 'word', word: 2 });
  });

  test('without an anchor is a finding at its place', () => {
    expect(told(lint('makatea: 1\nname: *none\n'))).toContain('MK0004 2:7 *none');
  });
});

describe('a merge', () => {
  test.each([
    ['gives what is not written', '<<: { a: 1, b: 2 }\nb: 3', { a: 1, b: 3 }],
    ['gives way to what is written before it', 'b: 3\n<<: { a: 1, b: 2 }', { a: 1, b: 3 }],
    ['of a list: the earlier map wins', '<<: [{ a: 1 }, { a: 2, b: 2 }]', { a: 1, b: 2 }],
    ['of merged maps', '<<: { <<: { a: 1 }, b: 2 }', { a: 1, b: 2 }],
    ['twice: the earlier one wins', '<<: { a: 1 }\n<<: { a: 2, b: 2 }', { a: 1, b: 2 }],
    ['of an empty list gives nothing', '<<: []\na: 1', { a: 1 }],
  ])('%s', (_, text, expected) => {
    expect(valueOf(text)).toEqual(expected);
  });

  test.each(['<<: 1', '<<: [1]', '<<: [[]]', '<<:'])('%s is a finding', (text) => {
    expect(parse(0, text).diagnostics.map((d) => d.code)).toEqual(['MK0010']);
  });
});

describe('the place of a finding', () => {
  const text = `makatea: 1
name: small
x-boot: &boot { type: linux, kernel: images/none }
x-vm: &vm { memory: 64MiB, boot: *boot, priorty: 1 }
vms:
  web: *vm
  db:
    <<: *vm
    memory: 1MiB
`;
  test('in an anchored value is where it is written', () => {
    expect(told(lint(text))).toEqual([
      'MK0402 3:38 images/none',
      'MK0101 4:41 priorty',
      'MK0101 4:41 priorty',
      'MK0401 9:13 1MiB',
    ]);
  });
});
