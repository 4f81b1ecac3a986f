// SPDX-License-Identifier: BSD-2-Clause
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BzImage } from '../../src/facts/bzimage.js';
import { bootLayout, type BootLayout } from '../../src/model/boot-layout.js';
import { LOW_RAM_END } from '../../src/model/platform.js';
import { GIB, MIB } from '../../src/util/size.js';

/** What the header of Debian's cloud kernel 6.1.0-56 says. */
const DEBIAN: BzImage = {
  kernelOffset: 0x4600,
  prefAddress: 16 * MIB,
  initSize: 0x3378000,
  initrdAddrMax: 0x7fff_ffff,
  cmdlineSize: 2047,
};
const INITRD = 1_267_777;

function layout(memory: number, kernel = DEBIAN, initrd = INITRD): BootLayout {
  const made = bootLayout(memory, kernel, initrd);
  if ('fault' in made) throw new Error(made.fault);
  return made;
}

describe('Debian’s kernel', () => {
  test('has its RAM in one piece where that reaches past the kernel', () => {
    expect(layout(128 * MIB).ram).toEqual([{ gpa: 0, bytes: 128 * MIB }]);
    expect(layout(70 * MIB).ram).toEqual([{ gpa: 0, bytes: 70 * MIB }]);
    expect(layout(4 * GIB).ram).toEqual([
      { gpa: 0, bytes: 3 * GIB },
      { gpa: 4 * GIB, bytes: GIB },
    ]);
  });

  test('has the RAM above its load address where it would not fit otherwise, down to 64 MiB', () => {
    const little = layout(64 * MIB);
    expect(little.ram).toEqual([
      { gpa: 0, bytes: 2 * MIB },
      { gpa: 16 * MIB, bytes: 62 * MIB },
    ]);
    expect(little).toMatchObject({ kernel: 16 * MIB, initrd: 0x4cca000, ample: 72 * MIB });
  });

  test.each([
    [62, INITRD, 'no memory is left beside kernel and initrd', 64],
    [62, 20 * MIB, 'the initrd does not fit beside the kernel', 82],
    [52, INITRD, 'the kernel does not fit', 64],
  ])('does not boot in %d MiB with an initrd of %d bytes', (memory, initrd, fault, needed) => {
    expect(bootLayout(memory * MIB, DEBIAN, initrd)).toEqual({ fault, needed: needed * MIB });
  });
});

test('a kernel that wants to be in the PCI windows does not get RAM there', () => {
  const kernel = { ...DEBIAN, prefAddress: LOW_RAM_END - 32 * MIB };
  expect(bootLayout(256 * MIB, kernel, 0)).toHaveProperty('fault');
});

test('kernel and initrd lie in RAM, apart, and the RAM is all that there is, whatever the header says', () => {
  const kernels = fc.record({
    kernelOffset: fc.constant(0x4600),
    prefAddress: fc.integer({ min: 1, max: 4095 }).map((mib) => mib * MIB),
    initSize: fc.integer({ min: 1, max: 2 ** 30 }),
    initrdAddrMax: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    cmdlineSize: fc.constant(2047),
  });
  const memories = fc.integer({ min: 1, max: 4096 }).map((n) => n * 2 * MIB);
  const initrds = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 2 ** 28 }));
  let placed = 0;
  fc.assert(
    fc.property(memories, kernels, initrds, (memory, kernel, initrdBytes) => {
      const made = bootLayout(memory, kernel, initrdBytes);
      if ('fault' in made) return;
      placed++;
      const inRam = (first: number, bytes: number): boolean =>
        made.ram.some((r) => r.gpa <= first && first + bytes <= r.gpa + r.bytes);
      expect(made.ram.reduce((sum, r) => sum + r.bytes, 0)).toBe(memory);
      expect(made.ram.every((r) => r.gpa % (2 * MIB) === 0 && r.bytes > 0)).toBe(true);
      for (const [n, r] of made.ram.slice(1).entries()) {
        const before = made.ram[n];
        expect(before === undefined ? 0 : before.gpa + before.bytes).toBeLessThanOrEqual(r.gpa);
        expect(r.gpa >= 4 * GIB || r.gpa + r.bytes <= LOW_RAM_END).toBe(true);
      }
      expect(inRam(made.kernel, made.kernelBytes)).toBe(true);
      if (initrdBytes === 0) return;
      expect(inRam(made.initrd, initrdBytes)).toBe(true);
      expect(made.initrd).toBeGreaterThanOrEqual(made.kernel + made.kernelBytes);
      expect(made.initrd + initrdBytes - 1).toBeLessThanOrEqual(kernel.initrdAddrMax);
    }),
    { numRuns: 2000 },
  );
  expect(placed).toBeGreaterThan(100);
});
