// SPDX-License-Identifier: BSD-2-Clause
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { importDump } from '../../src/machine/import.js';
import { printed, readBack, sha256 } from '../support/trees.js';

const DUMP = `[*] Multiboot2 boot loader detected
[*] RMRR #1 found at bdf00000

-----BEGIN MACHINE FILE BLOCK-----
{
    "memory": [
        { "base": 4294967296, "size": 1073741824 },
        { "base": 1048576, "size": 2145386496 }
    ],
    "kdevs": [
        { "name": "apic", "base": 4276092928, "size": 4096 },
        { "name": "ioapic.0", "base": 4273995776, "size": 4096 },
        { "name": "drhu.0", "base": 4275634176, "size": 4096 }
    ],
    "rmrrs": [
        { "devid": 160, "base":  3186622464, "limit": 3186688000 },
        { "devid": 161, "base":  3186622464, "limit": 3186688000 }
    ],
    "bootinfo": {
        "numIOPTLevels": 3
    }
}
-----END MACHINE FILE BLOCK-----
`;

const imported = (text: string): ReturnType<typeof importDump> =>
  importDump(new TextEncoder().encode(text), { name: 'box', place: 'dump.txt', sha256 });

describe('a dump of microkit-x86-machinedump', () => {
  test('becomes an inventory, with the lines around it and in order of address', () => {
    const { machine, diagnostics } = imported(DUMP);
    expect(diagnostics).toEqual([]);
    expect(machine).toMatchObject({
      name: 'box',
      memory: [
        { address: 0x100000, size: '2046MiB' },
        { address: 0x100000000, size: '1GiB' },
      ],
      ioapics: [{ address: 0xfec00000, gsi_base: 0, pins: 24 }],
      iommu: {
        levels: 3,
        units: [{ address: 0xfed90000 }],
        rmrrs: [
          {
            address: 0xbdf00000,
            scopes: [
              { type: 'endpoint', bus: 0, path: ['14.0'] },
              { type: 'endpoint', bus: 0, path: ['14.1'] },
            ],
          },
        ],
      },
    });
  });

  test('gives a file that lint accepts, and that says what is assumed', () => {
    const text = printed(imported(DUMP));
    expect(readBack(text).diagnostics).toEqual([]);
    expect(text).toMatch(/PCI functions and the processor are to be added/);
    expect(text).toMatch(/gsi_base and pins are assumed/);
  });

  test.each([
    ['a line was lost', DUMP.replace(/.*"kdevs".*\n/, ''), ''],
    ['a number is a text', DUMP.replace('160', '"x"'), '"x"'],
    ['a number is negative', DUMP.replace('160', '-1'), '-1'],
    ['a region ends before it begins', DUMP.replace('3186688000', '1'), '{ "devid": 160'],
    [
      'an address has more than 52 bits',
      DUMP.replace('4294967296', '18446744073709551615'),
      '1844',
    ],
    ['there is nothing', '', ''],
    ['it is another JSON', '[]', '[]'],
  ])('is refused when %s, at its place', (_, text, at) => {
    const { machine, diagnostics, sources } = imported(text);
    expect(machine).toBeUndefined();
    expect(new Set(diagnostics.map(({ code }) => code))).toEqual(new Set(['MK0609']));
    const [first] = diagnostics;
    const { start, end } = first?.span ?? { start: 0, end: 0 };
    expect(sources[0]?.text.slice(start, end)).toContain(at);
  });

  test('is read or refused, whatever was lost on the wire', () => {
    fc.assert(
      fc.property(fc.nat(DUMP.length), fc.nat(40), fc.string({ maxLength: 4 }), (at, cut, put) => {
        const result = imported(DUMP.slice(0, at) + put + DUMP.slice(at + cut));
        expect(result.machine === undefined).toBe(result.diagnostics.length > 0);
        if (result.machine !== undefined) expect(readBack(printed(result)).diagnostics).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
