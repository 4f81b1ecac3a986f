// SPDX-License-Identifier: BSD-2-Clause
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Spec } from '../../src/capdl/model.js';
import { printSpec } from '../../src/capdl/print.js';
import { anySpec, normalForm, readCdl } from '../support/capdl.js';

describe('printer and reader', () => {
  it('lose nothing of any specification', () => {
    fc.assert(
      fc.property(anySpec, (spec) => {
        expect(normalForm(readCdl(printSpec(spec)))).toEqual(normalForm(spec));
      }),
      { numRuns: 500 },
    );
  });

  it('have one spelling for what is read from that spelling', () => {
    fc.assert(
      fc.property(anySpec, (spec) => {
        const text = printSpec(spec);
        expect(printSpec(readCdl(text))).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it('have one spelling whatever the order of objects, capabilities and interrupts', () => {
    const shuffled = anySpec.chain((spec) =>
      fc
        .record({ objects: order(spec.objects), caps: order(spec.caps), irqs: order(spec.irqs) })
        .map((other): [Spec, Spec] => {
          const caps = other.caps.map((list) => ({ ...list, entries: list.entries.toReversed() }));
          return [spec, { ...other, caps }];
        }),
    );
    fc.assert(
      fc.property(shuffled, ([a, b]) => {
        expect(printSpec(b)).toBe(printSpec(a));
      }),
    );
  });
});

function order<T>(things: readonly T[]): fc.Arbitrary<T[]> {
  return fc.shuffledSubarray([...things], { minLength: things.length });
}

describe('the printer', () => {
  it('says 16,384 frames and the capabilities to them in two lines', () => {
    const count = 16_384;
    const text = printSpec({
      objects: [
        { name: 'c', object: { type: 'cnode', bits: 15 } },
        { name: 'ram', count, object: { type: 'frame', bits: 12, fill: [] } },
      ],
      caps: [
        {
          object: { name: 'c' },
          entries: Array.from({ length: count }, (_, i) => ({
            slot: 256 + i,
            cap: {
              type: 'frame' as const,
              target: { name: 'ram', first: i, count: 1 },
              rights: 3,
              uncached: false,
            },
          })),
        },
      ],
      irqs: [],
    });
    expect(text.split('\n').filter((line) => line.includes('ram'))).toEqual([
      'ram[16384] = frame (4k)',
      '0x100: ram[0..16383] (RW)',
    ]);
  });

  it('does not draw together what differs in rights or does not stand side by side', () => {
    const entry = (slot: number, first: number, rights: number) => ({
      slot,
      cap: {
        type: 'frame' as const,
        target: { name: 'f', first, count: 1 },
        rights,
        uncached: false,
      },
    });
    const text = printSpec({
      objects: [
        { name: 'c', object: { type: 'cnode', bits: 4 } },
        { name: 'f', count: 8, object: { type: 'frame', bits: 12, fill: [] } },
      ],
      caps: [
        {
          object: { name: 'c' },
          entries: [entry(1, 0, 3), entry(2, 1, 3), entry(3, 2, 1), entry(5, 3, 1), entry(6, 5, 1)],
        },
      ],
      irqs: [],
    });
    expect(text).toContain('0x1: f[0..1] (RW)\n0x3: f[2] (R)\n0x5: f[3] (R)\n0x6: f[5] (R)\n');
  });
});
