// SPDX-License-Identifier: BSD-2-Clause
// What the fixtures do not have: two I/O APICs, RMRRs, VT-x.
import { describe, expect, test } from 'vitest';
import { readDmar } from '../../src/machine/acpi/dmar.js';
import { readMadt } from '../../src/machine/acpi/madt.js';
import { bytesOf } from '../../src/machine/bytes.js';
import type { RawCpu } from '../../src/generated/machine.js';
import { fixture, probeFiles } from '../support/trees.js';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A table with a good header around a body. */
function table(signature: string, ...body: number[]): Uint8Array {
  const bytes = new Uint8Array(36 + body.length);
  bytes.set(utf8(signature));
  new DataView(bytes.buffer).setUint32(4, bytes.length, true);
  bytes.set(body, 36);
  bytes[9] = 256 - (bytes.reduce((sum, byte) => sum + byte, 0) & 0xff);
  return bytes;
}

const zeros = (count: number): number[] => new Array<number>(count).fill(0);
const u32 = (value: number): number[] => [0, 8, 16, 24].map((bits) => (value >>> bits) & 0xff);

const IOAPICS = [
  ...zeros(8),
  ...[0, 8, 0, 0, ...u32(1)],
  ...[0, 8, 1, 2, ...u32(0)],
  ...[9, 16, 0, 0, ...u32(300), ...u32(1), ...u32(2)],
  ...[1, 12, 8, 0, ...u32(0xfec00000), ...u32(0)],
  ...[1, 12, 9, 0, ...u32(0xfec01000), ...u32(24)],
  ...[2, 10, 0, 9, ...u32(9), 0x0d, 0],
];

describe('the MADT', () => {
  test('gives enabled processors, x2APIC ones too, I/O APICs and overrides', () => {
    expect(readMadt(bytesOf(table('APIC', ...IOAPICS)))).toEqual({
      checksum: true,
      faults: [],
      value: {
        processors: 2,
        ioapics: [
          { id: 8, address: 0xfec00000, gsi_base: 0 },
          { id: 9, address: 0xfec01000, gsi_base: 24 },
        ],
        overrides: [{ irq: 9, gsi: 9, trigger: 'level', polarity: 'high' }],
      },
    });
  });
});

describe('the DMAR', () => {
  const rmrr = (...scopes: number[]): number[] => {
    const head = [1, 0, 24 + scopes.length, 0, 0, 0, 0, 0];
    return [...head, ...u32(0xfffff000), ...u32(1), ...u32(0xffffffff), ...u32(1), ...scopes];
  };

  test('gives RMRRs above 4 GiB, with devices behind bridges', () => {
    const scope = [1, 10, 0, 0, 0, 0, 0x1c, 0, 2, 1];
    const bytes = table('DMAR', 38, 1, ...zeros(10), ...rmrr(...scope));
    expect(readDmar(bytesOf(bytes)).value).toEqual({
      hostBits: 39,
      interruptRemapping: true,
      units: [],
      rmrrs: [
        {
          address: 0x1fffff000,
          size: '4KiB',
          scopes: [{ type: 'endpoint', bus: 0, path: ['1c.0', '02.1'] }],
        },
      ],
    });
  });

  test('structures of kinds that are not needed are passed over', () => {
    const bytes = table('DMAR', 38, 0, ...zeros(10), 4, 0, 6, 0, 1, 1, ...rmrr());
    expect(readDmar(bytesOf(bytes))).toMatchObject({ faults: [], value: { rmrrs: [{}] } });
  });
});

describe('INTx with two I/O APICs', () => {
  /** @param pin of the second I/O APIC, as Linux shows it */
  const gsiOf = (irq: number, pin: number, enabled = 1): number | undefined => {
    const files = fixture('q35');
    files.set('sys/firmware/acpi/tables/APIC', table('APIC', ...IOAPICS));
    files.delete('kernel-log');
    const device = 'sys/bus/pci/devices/0000:00:01.0';
    files.set(`${device}/irq`, utf8(`${String(irq)}\n`));
    files.set(`${device}/enable`, utf8(`${String(enabled)}\n`));
    files.set(`sys/kernel/irq/${String(irq)}/chip_name`, utf8('IO-APIC\n'));
    files.set(`sys/kernel/irq/${String(irq)}/hwirq`, utf8(`${String(pin)}\n`));
    return probeFiles(files).machine?.pci?.['nic0']?.intx?.gsi;
  };

  test.each([
    ['an ISA number is an input of the first', 10, 10, 10],
    ['a number that is the input is of the first', 18, 18, 18],
    ['another number is an input of the second', 40, 2, 26],
    ['an input that none has is not believed', 40, 99, undefined],
  ])('%s', (_, irq, pin, gsi) => {
    expect(gsiOf(irq, pin)).toBe(gsi);
  });

  test('a function that no driver has enabled has no known interrupt', () => {
    expect(gsiOf(18, 18, 0)).toBeUndefined();
  });

  test('where the log is gone, the number of pins is assumed, and the file says so', () => {
    const files = fixture('q35');
    files.delete('kernel-log');
    const { machine, notes } = probeFiles(files);
    expect(machine?.ioapics?.[0]?.pins).toBe(24);
    expect(notes.get('ioapics.0')).toMatch(/assumed/);
  });
});

describe('VT-x', () => {
  const INFO = 'processor: 0\nvendor_id: GenuineIntel\nflags: fpu vmx x2apic\n';
  const cpuOf = (info: string, registers: Record<string, bigint> = {}): RawCpu | undefined => {
    const files = new Map([['proc/cpuinfo', utf8(info)]]);
    for (const [number, value] of Object.entries(registers)) {
      const bytes = new Uint8Array(8);
      new DataView(bytes.buffer).setBigUint64(0, value, true);
      files.set(`dev/cpu/0/msr-${number}`, bytes);
    }
    return probeFiles(files).machine?.cpu;
  };
  const REGISTERS = {
    '3a': 5n,
    '481': 0x7fn << 32n,
    '482': 0xfff9fffen << 32n,
    '48b': 0x3ffn << 32n,
  };

  test('is read from the names that Linux gives its parts', () => {
    const names =
      'vmx flags: vnmi preemption_timer ept vpid unrestricted_guest vapic vtpr vapic_reg vid\n';
    expect(cpuOf(`${INFO}${names}`)).toMatchObject({
      vtx: true,
      ept: true,
      unrestricted_guest: true,
      vpid: true,
      preemption_timer: true,
      apicv: true,
    });
    const old = cpuOf(`${INFO}vmx flags: vnmi ept vapic vtpr\n`);
    expect(old).toMatchObject({ ept: true, apicv: false, unrestricted_guest: false });
  });

  test('is read from the capability registers, where they were captured', () => {
    expect(cpuOf(INFO, REGISTERS)).toMatchObject({
      vtx: true,
      ept: true,
      unrestricted_guest: true,
      apicv: true,
      apicv_parts: { x2apic_mode: true, posted_interrupts: false },
    });
    expect(cpuOf(INFO, { ...REGISTERS, '48b': 2n << 32n })).toMatchObject({
      ept: true,
      apicv: false,
    });
  });

  test('is not there when the firmware has locked it away', () => {
    expect(cpuOf(INFO, { ...REGISTERS, '3a': 1n })?.vtx).toBe(false);
    expect(cpuOf(INFO.replace(' vmx', ''))?.vtx).toBe(false);
  });

  test('has unknown parts where nothing tells them, and is not judged on AMD', () => {
    const cpu = cpuOf(INFO);
    expect(cpu).toMatchObject({ vtx: true });
    expect(cpu).not.toHaveProperty('ept');
    expect(cpuOf(INFO.replace('GenuineIntel', 'AuthenticAMD'))).not.toHaveProperty('vtx');
  });
});

describe('memory', () => {
  test('is taken from /proc/iomem where the firmware map is gone', () => {
    const files = fixture('q35');
    const whole = probeFiles(files).machine?.memory;
    for (const file of files.keys())
      if (file.startsWith('sys/firmware/memmap/')) files.delete(file);
    const { machine, notes } = probeFiles(files);
    expect(machine?.memory).toEqual(whole);
    expect(notes.get('memory')).toMatch(/as Linux has divided it/);
  });

  test('that is reported twice is told', () => {
    const map = (n: number, start: string, end: string): [string, Uint8Array][] =>
      Object.entries({ start, end, type: 'System RAM' }).map(([file, text]) => [
        `sys/firmware/memmap/${String(n)}/${file}`,
        utf8(`${text}\n`),
      ]);
    const files = new Map([
      ['proc/cpuinfo', utf8('processor: 0\nvendor_id: GenuineIntel\n')] as const,
      ...map(0, '0x100000', '0x3fffff'),
      ...map(1, '0x300000', '0x4fffff'),
    ]);
    expect(probeFiles(files).diagnostics.map(({ code }) => code)).toEqual(['MK0607']);
  });
});
