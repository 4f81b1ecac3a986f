// SPDX-License-Identifier: BSD-2-Clause
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { laned } from '../../src/diagram/lanes.js';
import { layoutOf, type Layout, type Rect } from '../../src/diagram/layout.js';
import { cut, textWidth } from '../../src/diagram/measure.js';
import { svg } from '../../src/diagram/svg.js';
import { xmlFault } from '../support/xml.js';
import { arbitraryPicture } from './arbitrary-picture.js';

const pictures = arbitraryPicture(14);

function apart(a: Rect, b: Rect): boolean {
  return (
    a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y
  );
}

function boxes({ vms, devices, consoles, ground }: Layout): Rect[] {
  return [...vms, ...devices.map(({ rect }) => rect), ...consoles, ground];
}

describe('a diagram', () => {
  test('is well-formed XML, whatever the names are', () => {
    fc.assert(
      fc.property(pictures, (picture) => {
        expect(xmlFault(svg(picture))).toBeUndefined();
      }),
    );
  });

  test('has boxes apart from each other, inside the page', () => {
    fc.assert(
      fc.property(pictures, (picture) => {
        const layout = layoutOf(picture);
        const all = boxes(layout);
        const page = { x: 0, y: 0, width: layout.width, height: layout.height };
        all.forEach((a, index) => {
          expect(all.slice(index + 1).filter((b) => !apart(a, b))).toEqual([]);
          expect(a.x >= 0 && a.y >= 0).toBe(true);
          expect(a.x + a.width <= page.width && a.y + a.height <= page.height).toBe(true);
        });
      }),
    );
  });

  test('has no two ends of wires at one height, and each at its VM', () => {
    fc.assert(
      fc.property(pictures, (picture) => {
        const { vms, wires } = layoutOf(picture);
        const ends = wires.flatMap((w) => w.ends);
        expect(new Set(ends.map(({ y }) => y)).size).toBe(ends.length);
        for (const { end, y } of ends) {
          const vm = vms[end.vm] ?? expect.fail();
          expect(y >= vm.y && y <= vm.y + vm.height).toBe(true);
        }
      }),
    );
  });

  test('has upright lines that do not lie on each other, and none across a label', () => {
    fc.assert(
      fc.property(pictures, (picture) => {
        const { wires, edge } = layoutOf(picture);
        const lines = wires.map(({ x, ends, to }) => {
          const ys = [...ends.map(({ y }) => y), ...(to === undefined ? [] : [to.y])];
          return { x, top: Math.min(...ys), bottom: Math.max(...ys) };
        });
        lines.forEach((a, index) => {
          const on = lines
            .slice(index + 1)
            .filter((b) => a.x === b.x && a.top <= b.bottom && b.top <= a.bottom);
          expect(on).toEqual([]);
        });
        const nearest = Math.min(Infinity, ...wires.map(({ x }) => x));
        for (const { end } of wires.flatMap((w) => w.ends)) {
          const width = textWidth(end.label, 12.5, true) + textWidth(end.words, 12.5);
          expect(edge + 14 + width).toBeLessThan(nearest);
        }
      }),
    );
  });

  test('is the same each time', () => {
    fc.assert(
      fc.property(pictures, (picture) => {
        expect(svg(structuredClone(picture))).toBe(svg(picture));
      }),
      { numRuns: 20 },
    );
  });

  test('of a chain of 60 VMs needs two lanes for its links, not 59', () => {
    const wires = Array.from({ length: 59 }, (_, n) => ({
      kind: 'net' as const,
      name: '',
      words: '',
      ends: [n, n + 1].map((vm) => ({ vm, label: '', words: '' })),
    }));
    expect(laned(wires).lanes).toBe(1);
  });
});

describe('text', () => {
  // Advance widths of DejaVu Sans at 100 pixels, added up.
  test.each([
    ['web', false, 208],
    ['long_name_of_a_machine', false, 1277],
    ['WWW', false, 297],
    ['mmmm', false, 390],
    ['illi', false, 112],
  ])('%j is not wider than is reckoned', (text, bold, width) => {
    expect(textWidth(text, 100, bold)).toBeGreaterThanOrEqual(width);
  });

  test('is cut at whole signs', () => {
    expect(cut('short', 10, 100)).toBe('short');
    expect(cut('😀😀😀😀😀😀', 10, 40)).toBe('😀😀…');
    expect(cut('abc', 10, 1)).toBe('…');
  });
});
