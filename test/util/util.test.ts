// SPDX-License-Identifier: BSD-2-Clause
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatBdf, parseBdf } from '../../src/util/bdf.js';
import {
  alignDown,
  alignUp,
  formatSize,
  isPowerOfTwo,
  log2Ceil,
  parseDuration,
  parseSize,
} from '../../src/util/size.js';
import { choiceHint, suggest } from '../../src/util/suggest.js';

describe('sizes and times', () => {
  test('are read in their units', () => {
    expect(['12B', '4KiB', '3MiB', '2GiB'].map(parseSize)).toEqual([12, 4096, 3145728, 2147483648]);
    expect(['7us', '10ms', '2s'].map(parseDuration)).toEqual([7, 10_000, 2_000_000]);
    expect(() => parseSize('12')).toThrow();
    expect(() => parseDuration('12')).toThrow();
  });

  test('are written as they are read', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 40), (bytes) => {
        expect(parseSize(formatSize(bytes))).toBe(bytes);
      }),
    );
  });

  test('are rounded to where they fit', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 45), fc.nat(30), (value, bits) => {
        const alignment = 2 ** bits;
        const [down, up] = [alignDown(value, alignment), alignUp(value, alignment)];
        expect(down <= value && value <= up && up - down <= alignment && up % alignment === 0).toBe(
          true,
        );
        expect(2 ** log2Ceil(value + 1)).toBeGreaterThan(value);
      }),
    );
    expect([0, 1, 2, 3, 4, 2 ** 40].map(isPowerOfTwo)).toEqual([
      false,
      true,
      true,
      false,
      true,
      true,
    ]);
  });
});

describe('a PCI address', () => {
  test('has one spelling', () => {
    expect(formatBdf(parseBdf('3a:1f.7'))).toBe('0000:3a:1f.7');
    expect(formatBdf(parseBdf('0001:00:00.0'))).toBe('0001:00:00.0');
    expect(() => parseBdf('3a:1f.8')).toThrow();
  });
});

describe('a suggestion', () => {
  test.each([
    ['memroy', 'memory'],
    ['Vms', 'vms'],
    ['prority', 'priority'],
    ['zzz', undefined],
    ['', undefined],
  ])('for %s is %s', (word, expected) => {
    expect(suggest(word, ['vms', 'memory', 'priority', 'links'])).toBe(expected);
  });

  test('else there is a choice, as long as it is short', () => {
    expect(choiceHint('zzz', ['aa', 'bb', 'cc'], '')).toMatch(/aa, bb or cc$/);
    expect(choiceHint('zzz', [], 'none')).toBe('none');
    expect(
      choiceHint(
        'zzz',
        Array.from({ length: 99 }, (_, n) => `long${n}`),
        '',
      ),
    ).toMatch(/99/);
  });
});
