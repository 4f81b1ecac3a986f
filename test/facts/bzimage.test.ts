// SPDX-License-Identifier: BSD-2-Clause
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HEADER_BYTES, readBzImage } from '../../src/facts/bzimage.js';
import { placeholderKernel } from '../../src/init/placeholder.js';

/** What the header says of an image in which some bytes were changed. */
function read(changes: Readonly<Record<number, number>> = {}, bytes?: number) {
  const image = placeholderKernel();
  for (const [offset, byte] of Object.entries(changes)) image[Number(offset)] = byte;
  return readBzImage(image.subarray(0, HEADER_BYTES), bytes ?? image.length);
}

describe('a kernel image', () => {
  test('says where it wants to be, and what it needs', () => {
    expect(read()).toEqual({
      kernelOffset: 2560,
      prefAddress: 0x100_0000,
      initSize: 0x10_0000,
      initrdAddrMax: 0x7fff_ffff,
      cmdlineSize: 2047,
    });
  });

  test('without a number of setup sectors has four (boot.rst, setup_sects)', () => {
    expect(read({ 0x1f1: 0 })).toMatchObject({ kernelOffset: 2560 });
  });

  test('needs at least what it consists of', () => {
    expect(read({ 0x260: 0, 0x261: 0, 0x262: 0 })).toMatchObject({
      initSize: expect.any(Number) as number,
    });
  });

  test.each([
    ['no boot flag', { 0x1fe: 0 }, /no Linux boot header/],
    ['no HdrS', { 0x202: 0 }, /no Linux boot header/],
    ['an ELF file', { 0: 0x7f, 1: 0x45, 2: 0x4c, 3: 0x46 }, /ELF/],
    ['protocol 2.11', { 0x206: 0x0b }, /its boot protocol is 2\.11/],
    ['a zImage', { 0x211: 0 }, /zImage/],
    ['32 bits', { 0x236: 0 }, /32-bit/],
    ['a load address below 1 MiB', { 0x25b: 0, 0x25a: 0 }, /load address/],
    ['a load address above 4 GiB', { 0x25c: 1 }, /load address/],
  ])('is refused with %s', (_, changes, fault) => {
    expect(read(changes)).toEqual({ fault: expect.stringMatching(fault) as string });
  });

  test('is refused when it is cut off, or too short for a header', () => {
    expect(read({}, 2600)).toEqual({ fault: expect.stringMatching(/cut off/) as string });
    expect(readBzImage(new Uint8Array(HEADER_BYTES - 1), 99_999)).toHaveProperty('fault');
  });

  test('is read without an exception whatever it holds', () => {
    const changes = fc.dictionary(fc.nat(HEADER_BYTES - 1).map(String), fc.nat(255));
    fc.assert(
      fc.property(changes, fc.nat(2 ** 32), (odd, bytes) => {
        expect(typeof read(odd, bytes)).toBe('object');
      }),
      { seed: 1 },
    );
  });
});
