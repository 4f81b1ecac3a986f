// SPDX-License-Identifier: BSD-2-Clause
// Inventories from anyone: whatever is in them, there are diagnostics, no exception, and an end.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDmar } from '../../src/machine/acpi/dmar.js';
import { readMadt } from '../../src/machine/acpi/madt.js';
import { readMcfg } from '../../src/machine/acpi/mcfg.js';
import { bytesOf } from '../../src/machine/bytes.js';
import { readCapabilities } from '../../src/machine/pci/capabilities.js';
import { readFeatures } from '../../src/machine/pci/features.js';
import { readHeader } from '../../src/machine/pci/header.js';
import { readResources } from '../../src/machine/pci/resources.js';
import { probeFiles, fixture, printed, readBack, type TreeFiles } from '../support/trees.js';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What must hold of each probe, whatever the tree: known codes, and an inventory that lint reads back the same. */
function sound(files: TreeFiles): readonly string[] {
  const probed = probeFiles(files);
  const codes = probed.diagnostics.map(({ code }) => code);
  expect(codes.filter((code) => !/^MK060[1-8]$/.test(code))).toEqual([]);
  if (probed.machine !== undefined) {
    const { raw, diagnostics } = readBack(printed(probed));
    expect(diagnostics.map(({ message }) => message)).toEqual([]);
    expect({ ...raw }).toEqual(JSON.parse(JSON.stringify(probed.machine)));
  }
  return codes;
}

function codesWith(change: (files: Map<string, Uint8Array>) => void): Set<string> {
  const files = fixture('q35');
  change(files);
  return new Set(sound(files));
}

const TABLES = 'sys/firmware/acpi/tables';
const at = (bdf: string): string => `sys/bus/pci/devices/${bdf}`;

/** A copy with bytes put in. */
function patched(bytes: Uint8Array | undefined, offset: number, ...values: number[]): Uint8Array {
  const copy = Uint8Array.from(bytes ?? []);
  copy.set(values, offset);
  return copy;
}

describe('broken ACPI tables', () => {
  test.each(['APIC', 'DMAR', 'MCFG'])('%s cut off at any byte', (name) => {
    const table = fixture('q35').get(`${TABLES}/${name}`) ?? new Uint8Array();
    const read = { APIC: readMadt, DMAR: readDmar, MCFG: readMcfg }[name] ?? readMadt;
    for (let length = 0; length < table.length; length += 1) {
      const result = read(bytesOf(table.subarray(0, length)));
      expect(result.faults.length, String(length)).toBeGreaterThan(0);
    }
    expect(codesWith((f) => f.set(`${TABLES}/${name}`, table.subarray(0, 40)))).toContain('MK0603');
  });

  test('a structure of no length does not stop the reader for ever', () => {
    const change = (f: Map<string, Uint8Array>): void => {
      f.set(`${TABLES}/APIC`, patched(f.get(`${TABLES}/APIC`), 45, 0));
    };
    expect(codesWith(change)).toEqual(new Set(['MK0603', 'MK0604']));
  });

  test.each([
    ['a DRHD longer than the table', 50, 0xff],
    ['a device scope of no length', 65, 0],
    ['a device scope longer than its structure', 65, 0xf8],
    ['a device scope with device 32', 70, 32],
  ])('%s leaves no IOMMU that could be relied on', (_, offset, value) => {
    const files = fixture('q35');
    files.set(`${TABLES}/DMAR`, patched(files.get(`${TABLES}/DMAR`), offset, value));
    expect(sound(files)).toContain('MK0603');
    const { machine, notes } = probeFiles(files);
    expect(machine?.iommu).toBeUndefined();
    expect(notes.get('')).toMatch(/DMAR table/);
  });

  test('the readers take any bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 400 }),
        fc.constantFrom('APIC', 'DMAR', 'MCFG'),
        (bytes, name) => {
          // With a good signature and length, so that the body is looked at.
          const table = new Uint8Array(36 + bytes.length);
          table.set(utf8(name));
          new DataView(table.buffer).setUint32(4, table.length, true);
          table.set(bytes, 36);
          for (const read of [readMadt, readDmar, readMcfg]) {
            const { faults } = read(bytesOf(table));
            for (const { offset } of faults) expect(offset).toBeLessThanOrEqual(table.length);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('broken PCI functions', () => {
  const nic = `${at('0000:00:01.0')}/config`;

  test('a list of capabilities that leads into itself', () => {
    // The entry that the pointer at 0x34 leads to names itself as the next.
    const loop = (f: Map<string, Uint8Array>): void => {
      const config = f.get(nic);
      const first = config?.[0x34] ?? 0;
      f.set(nic, patched(config, first + 1, first));
    };
    expect(codesWith(loop)).toEqual(new Set(['MK0605']));
  });

  test('a list of extended capabilities that leads into itself', () => {
    expect(codesWith((f) => f.set(nic, patched(f.get(nic), 0x102, 0x01, 0x10)))).toEqual(
      new Set(['MK0605']),
    );
  });

  test('an MSI-X table that lies outside of its region', () => {
    const config = fixture('q35').get(nic) ?? new Uint8Array();
    const { standard } = readCapabilities(bytesOf(config), 0);
    const msix = standard.get(0x11) ?? 0;
    const files = fixture('q35');
    files.set(nic, patched(config, msix + 4, 0x03, 0xf0, 0xff, 0xff));
    expect(sound(files)).toEqual(['MK0605']);
    expect(probeFiles(files).machine?.pci?.['nic0']?.msix).toBeUndefined();
  });

  test.each([
    ['that name each other', [1, 1, 1], [0, 1, 1]],
    ['with the same bus', [0, 5, 5], [0, 5, 5]],
    ['that end before they begin', [0, 5, 4], [0, 6, 6]],
  ])('bridges %s', (_, one, other) => {
    const change = (f: Map<string, Uint8Array>): void => {
      f.set(
        `${at('0000:00:04.0')}/config`,
        patched(f.get(`${at('0000:00:04.0')}/config`), 0x18, ...one),
      );
      f.set(
        `${at('0000:00:04.1')}/config`,
        patched(f.get(`${at('0000:00:04.1')}/config`), 0x18, ...other),
      );
      const inner = f.get(`${at('0000:03:00.0')}/config`);
      f.set(`${at('0000:03:00.0')}/config`, patched(inner, 0x18, 3, 2, 3));
    };
    expect(codesWith(change)).toContain('MK0606');
  });

  test('nothing that answers, a header that is none, an empty file', () => {
    const device = at('0000:00:01.0');
    for (const config of [
      new Uint8Array(256).fill(0xff),
      new Uint8Array(256).fill(0x7f),
      new Uint8Array(),
    ]) {
      const files = fixture('q35');
      files.set(`${device}/config`, config);
      expect(sound(files)).toEqual(['MK0605']);
    }
  });

  test('names that are no addresses, in any encoding', () => {
    for (const name of [
      'nic0',
      '0000:00:20.0',
      '..',
      'd\ufffd\ufffd',
      '10000:e1:00.0',
      '\u001b[2J',
    ]) {
      const change = (f: Map<string, Uint8Array>): unknown =>
        f.set(`${at(name)}/config`, new Uint8Array(64));
      expect(codesWith(change), name).toEqual(new Set(['MK0607']));
    }
  });

  test('a configuration space decodes from any bytes', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 256 }),
      fc.uint8Array({ minLength: 4096, maxLength: 4096 }),
    );
    fc.assert(
      fc.property(bytes, (data) => {
        const config = bytesOf(data);
        const header = readHeader(config);
        const type = 'fault' in header ? 0 : header.type;
        const capabilities = readCapabilities(config, type);
        expect(capabilities.faults.length).toBeLessThanOrEqual(2);
        readFeatures(config, capabilities);
      }),
      { numRuns: 500 },
    );
  });

  test('a resource file decodes from any text', () => {
    const hex = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((n) => `0x${n.toString(16)}`);
    const line = fc.oneof(
      fc.string(),
      fc.tuple(hex, hex, hex).map((words) => words.join(' ')),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
        const { bars } = readResources(lines.join('\n'), 6);
        expect(Object.keys(bars).length).toBeLessThanOrEqual(6);
      }),
    );
  });
});

describe('large captures', () => {
  // A comparison of all with all would not end within the time that a test has.
  test(
    '4,096 functions, all bridges that claim the same bus, take no time to speak of',
    { timeout: 20_000 },
    () => {
      const files = fixture('q35');
      const bridge = files.get(`${at('0000:00:04.0')}/config`) ?? new Uint8Array();
      for (let n = 0; n < 4096; n += 1) {
        const hex = (value: number): string => value.toString(16).padStart(2, '0');
        const bdf = `0001:${hex(n >> 8)}:${hex((n >> 3) & 31)}.${String(n & 7)}`;
        files.set(`${at(bdf)}/config`, bridge);
        files.set(`${at(bdf)}/irq`, utf8('20\n'));
        files.set(`sys/kernel/iommu_groups/7/devices/${bdf}`, new Uint8Array());
      }
      const probed = probeFiles(files);
      expect(Object.keys(probed.machine?.pci ?? {}).length).toBeGreaterThan(4096);
      printed(probed);
      // Told often enough, and then no more.
      expect(probed.diagnostics.filter(({ code }) => code === 'MK0606')).toHaveLength(50);
    },
  );

  test.each([
    'proc/cpuinfo',
    'proc/ioports',
    `${TABLES}/DMAR`,
    `${at('0000:00:01.0')}/config`,
    'unreadable',
  ])('a huge %s is left out', (file) => {
    expect(codesWith((f) => f.set(file, new Uint8Array(17 * 2 ** 20)))).toContain('MK0608');
  });
});

describe('whatever is changed in a capture', () => {
  const base = new Map([...fixture('q35')].filter(([file]) => !/class\/tty\/ttyS[1-3]/.test(file)));
  const paths = [...base.keys()];

  test('an inventory of it is one that lint reads, or there is none', () => {
    const edit = fc.record({
      file: fc.constantFrom(...paths),
      kind: fc.constantFrom('set', 'cut', 'insert', 'swap', 'remove'),
      where: fc.nat(4096),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
      other: fc.constantFrom(...paths),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
        const files = new Map(base);
        for (const { file, kind, where, bytes, other } of edits) {
          const data = files.get(file) ?? new Uint8Array();
          const offset = data.length === 0 ? 0 : where % data.length;
          if (kind === 'remove') files.delete(file);
          else if (kind === 'cut') files.set(file, data.slice(0, offset));
          else if (kind === 'swap') files.set(file, files.get(other) ?? data);
          else {
            const rest = data.slice(kind === 'set' ? offset + bytes.length : offset);
            files.set(file, Uint8Array.from([...data.slice(0, offset), ...bytes, ...rest]));
          }
        }
        sound(files);
      }),
      { numRuns: 150 },
    );
  });
});
