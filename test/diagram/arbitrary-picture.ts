// SPDX-License-Identifier: BSD-2-Clause
import fc from 'fast-check';
import type { Picture, Wire, WireKind } from '../../src/diagram/picture.js';

/** Texts that mean something to at least one of the formats. */
const HOSTILE = [
  '"', '\\', '\\N', '\\"', 'a"]; evil [', '&amp;', '&#34;', '<b>', '</text>', '<!--', '-->', ']]>', '%%', '%%{init: {}}%%', '#quot;',
  '#35;', '`x`', '"`x`"', 'end', 'graph', 'subgraph', 'a\nb', 'a\r\nb', '\0', '\u202e', '\ud800', '😀', '漢字', '1. x', '- x', '|', '{', '}',
  '/* ', '// ', ';', 'a-->b', '---', ':::x', '@{ shape: x }', '$$x$$', '${x}', 'click v0 href', "'", '=', '~', '^', '', ' ',
]; // prettier-ignore

const text = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.stringMatching(/^[a-z][a-z0-9_]{0,31}$/),
);

const box = fc.record({ name: text, facts: fc.array(text, { minLength: 1, maxLength: 2 }) });
const device = fc.record({
  name: text,
  facts: fc.array(text, { minLength: 1, maxLength: 1 }),
  kind: fc.constantFrom('hardware' as const, 'storage' as const),
});

/** Pictures with up to so many VMs, and texts of all kinds. */
export function arbitraryPicture(most: number): fc.Arbitrary<Picture> {
  return fc
    .record({
      title: text,
      description: text,
      ground: text,
      vms: fc.array(
        fc.record({
          name: text,
          facts: fc.array(text, { minLength: 1, maxLength: 2 }),
          devices: fc.array(device, { maxLength: 3 }),
        }),
        { minLength: 1, maxLength: most },
      ),
      consoles: fc.array(box, { maxLength: 4 }),
    })
    .chain((boxes) =>
      fc
        .array(wire(boxes.vms.length, boxes.consoles.length), { maxLength: most * 2 })
        .map((wires) => ({ ...boxes, wires: wires.flat() })),
    );
}

function wire(vms: number, consoles: number): fc.Arbitrary<Wire[]> {
  const kinds: WireKind[] = ['net', 'serial', 'vsock', 'control', 'console'];
  const end = fc.record({ vm: fc.nat(vms - 1), label: text, words: text });
  return fc
    .record({
      kind: fc.constantFrom(...kinds),
      name: text,
      words: text,
      ends: fc.uniqueArray(end, { selector: ({ vm }) => vm, minLength: 1, maxLength: 5 }),
      console: fc.nat(3),
    })
    .map(({ console, ...w }) => {
      const [first] = w.ends;
      if (w.kind === 'console') return console < consoles ? [{ ...w, console }] : [];
      if (first === undefined || w.ends.length < 2) return [];
      if (w.kind === 'control') return [{ ...w, from: first.vm }];
      return [{ ...w, ends: w.ends.slice(0, 2) }];
    });
}
