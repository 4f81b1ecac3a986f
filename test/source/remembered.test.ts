// SPDX-License-Identifier: BSD-2-Clause
import { expect, test } from 'vitest';
import type { Files } from '../../src/source/files.js';
import { remembered } from '../../src/source/remembered.js';

test('sizes and beginnings are looked up once, texts each time', () => {
  const asked: string[] = [];
  const fault = { fault: 'there is no such file', missing: true };
  const files: Files = {
    read: (path) => (asked.push(`read ${path}`), new Uint8Array()),
    size: (path) => (asked.push(`size ${path}`), path === 'none' ? fault : 7),
    head: (path, length) => (asked.push(`head ${path} ${length}`), new Uint8Array(length)),
    sha256: () => '',
  };
  const once = remembered(files);
  for (let round = 0; round < 2; round += 1) {
    expect(once.size('a')).toBe(7);
    expect(once.size('none')).toBe(fault);
    expect(once.head('a', 3)).toHaveLength(3);
    expect(once.head('a', 4)).toHaveLength(4);
    once.read('a');
  }
  expect(asked).toEqual(['size a', 'size none', 'head a 3', 'head a 4', 'read a', 'read a']);
});
