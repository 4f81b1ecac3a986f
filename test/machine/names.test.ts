// SPDX-License-Identifier: BSD-2-Clause
import { describe, expect, test } from 'vitest';
import type { RawMachine, RawPciFunction } from '../../src/generated/machine.js';
import { drift } from '../../src/machine/drift.js';
import { keepWritten } from '../../src/machine/pci/former.js';
import { nameFunctions } from '../../src/machine/pci/names.js';

const nic = (bdf: string, device = 0x1533): RawPciFunction => ({
  bdf,
  vendor_id: 0x8086,
  device_id: device,
  class: 0x020000,
});

describe('device names', () => {
  const namesOf = (...args: Parameters<typeof nameFunctions>): string[] =>
    Object.entries(nameFunctions(...args)).map(([name, { bdf }]) => `${name} ${bdf}`);

  test('are numbered by kind and address', () => {
    const nvme = { bdf: '0000:02:00.0', class: 0x010802 };
    expect(namesOf([nic('0000:01:00.0'), nvme, nic('0000:03:00.0')])).toEqual([
      'nic0 0000:01:00.0',
      'nvme0 0000:02:00.0',
      'nic1 0000:03:00.0',
    ]);
  });

  test('stay with the device when a card comes before it and a former inventory is given', () => {
    const former = { nic0: nic('0000:03:00.0'), uplink: nic('04:00.0') };
    const cards = [nic('0000:01:00.0', 0x10d3), nic('0000:03:00.0'), nic('0000:04:00.0')];
    expect(namesOf(cards, former)).toEqual([
      'nic1 0000:01:00.0',
      'nic0 0000:03:00.0',
      'uplink 0000:04:00.0',
    ]);
  });

  test('go with a card that has moved when there is only one like it', () => {
    const former = { uplink: nic('0000:03:00.0', 0x1234), nic0: nic('0000:04:00.0') };
    expect(namesOf([nic('0000:03:00.0'), nic('0000:05:00.0', 0x1234)], former)).toEqual([
      'nic0 0000:03:00.0',
      'uplink 0000:05:00.0',
    ]);
  });

  test('do not go to another card: of two alike that moved neither is known', () => {
    const former = { one: nic('0000:03:00.0'), two: nic('0000:04:00.0') };
    expect(namesOf([nic('0000:05:00.0'), nic('0000:06:00.0')], former)).toEqual([
      'nic0 0000:05:00.0',
      'nic1 0000:06:00.0',
    ]);
  });
});

describe('what a person wrote of access control services', () => {
  const firmware = { version: '1.2' };
  const on: RawPciFunction['acs_enabled'] = ['request_redirect'];
  const former: RawMachine = {
    makatea_machine: 1,
    name: 'box',
    firmware,
    pci: { uplink: { ...nic('03:00.0'), acs_enabled: on } },
  };
  const kept = (fn: RawPciFunction, now: RawMachine['firmware']): unknown =>
    keepWritten([fn], now, former)[0]?.acs_enabled;

  test('stays with the same function at the same address', () => {
    expect(kept(nic('0000:03:00.0'), firmware)).toEqual(on);
  });

  test('does not go to another function or address, nor is it kept under another firmware', () => {
    expect(kept(nic('0000:03:00.0', 0x10d3), firmware)).toBeUndefined();
    expect(kept(nic('0000:04:00.0'), firmware)).toBeUndefined();
    expect(kept(nic('0000:03:00.0'), { version: '1.3' })).toBeUndefined();
    expect(kept(nic('0000:03:00.0'), undefined)).toBeUndefined();
  });
});

describe('drift', () => {
  const box = (change: Partial<RawMachine> = {}): RawMachine => ({
    makatea_machine: 1,
    name: 'box',
    cpu: { cores: 4, tsc_khz: 1 },
    iommu: { domain_bits: 8 },
    pci: {
      nic0: { ...nic('0000:03:00.0'), iommu_group: 3, intx: { pin: 'A', gsi: 16 } },
      nic1: { ...nic('0000:04:00.0'), iommu_group: 4 },
    },
    ...change,
  });
  const told = (present: Partial<RawMachine>): string[] =>
    drift(box(), box(present)).map(({ path, message }) => `${path.join('.')}: ${message}`);

  test('is nothing where names, the clock, or what is said differ', () => {
    expect(told({})).toEqual([]);
    expect(told({ name: 'other', cpu: { cores: 4, tsc_khz: 2 } })).toEqual([]);
    const { nic0, nic1 } = box().pci ?? {};
    if (nic0 === undefined || nic1 === undefined) return expect.fail('no cards');
    expect(told({ pci: { a: { ...nic0, bdf: '03:00.0', reset: ['flr'] }, b: nic1 } })).toEqual([]);
  });

  test('names the processor, the IOMMU and the firmware', () => {
    expect(told({ cpu: { cores: 8 } })).toEqual(['cpu.cores: cores was 4, and is 8']);
    expect(told({ iommu: { domain_bits: 16 } })).toEqual([
      'iommu.domain_bits: domain_bits was 8, and is 16',
    ]);
    const { iommu: _gone, ...without } = box();
    expect(drift(box(), without)[0]?.message).toBe('the machine has no IOMMU any more');
    expect(drift(without, box())[0]?.message).toBe('the machine now has an IOMMU');
  });

  test('names cards that are gone, new, others, or wired differently', () => {
    const one = nic('0000:03:00.0');
    expect(told({ pci: { nic0: { ...one, iommu_group: 3 }, x: nic('0000:05:00.0') } })).toEqual([
      'pci.nic1: there is nothing at 0000:04:00.0 any more',
      'pci: there is a new function at 0000:05:00.0',
    ]);
    expect(
      told({
        pci: {
          nic0: { ...one, iommu_group: 9, intx: { gsi: 17 } },
          nic1: { ...nic('0000:04:00.0', 1), iommu_group: 9 },
        },
      }),
    ).toEqual([
      'pci.nic0.intx: its interrupt was 16, and is 17',
      'pci.nic1: there is another device at 0000:04:00.0',
      'pci.nic0: its IOMMU group was 0000:03:00.0, and is 0000:03:00.0 0000:04:00.0',
      'pci.nic1: its IOMMU group was 0000:04:00.0, and is 0000:03:00.0 0000:04:00.0',
    ]);
  });
});
