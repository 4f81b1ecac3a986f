// SPDX-License-Identifier: BSD-2-Clause
// Mistakes about hardware, and about what is accepted of it.
import type { RawPciFunction, RawScope } from '../../src/generated/machine.js';
import { key, type Place, type Planter, type Spoilt } from './planter.js';

const FORGED = { MK0320: { reason: 'test' } };
const FRESH = ['vms', 'planted', 'pci', 'extra', 'device'] as const;

/** Gives the planted VM a function that is new in the machine; nothing when there is no machine. */
function fresh(
  { machine, planted }: Spoilt,
  more: Partial<RawPciFunction> = {},
): Place | undefined {
  if (machine?.pci === undefined) return undefined;
  machine.pci['fresh'] = { bdf: '0000:1e:00.0', ...more };
  planted.pci = { extra: { device: 'fresh', accept: FORGED } };
  return FRESH;
}

/** The same, on a machine whose firmware shares memory with a function of that bus. */
function freshWithRmrr(spoilt: Spoilt, address: number, step: string): Place | undefined {
  const { machine } = spoilt;
  if (machine === undefined) return undefined;
  const scopes: RawScope[] = [{ type: 'endpoint', bus: 0x1e, path: [step] }];
  machine.iommu = { rmrrs: [{ address, size: '64KiB', scopes }] };
  return fresh(spoilt);
}

/** The scope that names the function of an address. */
function scopeOf(bdf: string): RawScope {
  const [bus = '', step = ''] = bdf.split(':').slice(-2);
  return { type: 'endpoint', bus: Number.parseInt(bus, 16), path: [step] };
}

export const HARDWARE: Readonly<Record<string, readonly [code: string, plant: Planter]>> = {
  'a device that is accepted by nobody': ['MK0320', (spoilt) => {
    const place = fresh(spoilt);
    if (spoilt.planted.pci?.['extra']) spoilt.planted.pci['extra'].accept = {};
    return place;
  }],
  'an acceptance of nothing': ['MK0321', ({ planted }) => {
    planted.accept = { MK0317: { reason: 'test' } };
    return key('vms', 'planted', 'accept', 'MK0317');
  }],
  'an acceptance of no code': ['MK0346', ({ planted }) => {
    planted.accept = { MK0999: { reason: 'test' } };
    return key('vms', 'planted', 'accept', 'MK0999');
  }],
  'an acceptance of what can not be accepted': ['MK0347', ({ planted }) => {
    planted.accept = { MK0301: { reason: 'test' } };
    return key('vms', 'planted', 'accept', 'MK0301');
  }],
  'a bridge': ['MK0349', (spoilt) => fresh(spoilt, { class: 0x060400 })],
  'a function of another VM’s group': ['MK0350', (spoilt) => {
    const place = fresh(spoilt, { iommu_group: 9 });
    if (place === undefined || spoilt.machine?.pci === undefined) return undefined;
    spoilt.machine.pci['other'] = { bdf: '0000:1e:00.1', iommu_group: 9 };
    spoilt.vm.pci = { ...spoilt.vm.pci, extra: { device: 'other', accept: FORGED } };
    return place;
  }],
  'a part of a group': ['MK0351', (spoilt) => {
    const place = fresh(spoilt, { iommu_group: 9 });
    if (spoilt.machine?.pci) spoilt.machine.pci['other'] = { bdf: '0000:1e:00.1', iommu_group: 9 };
    return place;
  }],
  'a shared interrupt line': ['MK0352', (spoilt) => {
    const place = fresh(spoilt, { intx: { gsi: 23 } });
    if (spoilt.machine?.pci) spoilt.machine.pci['other'] = { bdf: '0000:1d:00.0', intx: { gsi: 23 } };
    return place;
  }],
  'a device that can not be reset': ['MK0354', (spoilt) => fresh(spoilt, { reset: [] })],
  'a device that the firmware shares memory with': ['MK0355', (spoilt) => freshWithRmrr(spoilt, 0x7b000000, '00.0')],
  'a region that makes seL4 leave the IOMMU off': ['MK0356', (spoilt) => {
    return freshWithRmrr(spoilt, 0x17b000000, '01.0') && ['machine'];
  }],
  'a processor without EPT': ['MK0357', ({ machine }) => {
    if (machine === undefined) return undefined;
    machine.cpu = { ...machine.cpu, ept: false };
    return ['machine'];
  }],
  'registers of a function by their address': ['MK0358', ({ machine, planted }) => {
    if (machine?.pci === undefined) return undefined;
    machine.pci['other'] = { bdf: '0000:1e:00.0', bars: { 0: { type: 'mmio32', address: 0xfd80_0000, size: '4KiB' } } };
    planted.mmio = { extra: { address: 0xfd80_0000, size: '4KiB' } };
    return ['vms', 'planted', 'mmio', 'extra'];
  }],
  'registers of the IOMMU': ['MK0359', ({ machine, planted }) => {
    if (machine === undefined) return undefined;
    machine.iommu = { units: [{ address: 0xfed9_0000, all: true }] };
    planted.mmio = { extra: { address: 0xfed9_0000, size: '4KiB' } };
    return ['vms', 'planted', 'mmio', 'extra'];
  }],
  'ports of a DMA controller': ['MK0360', ({ planted }) => {
    planted.ioports = { extra: { first: 0xc0, count: 4 } };
    return ['vms', 'planted', 'ioports', 'extra'];
  }],
  'ports of the keyboard controller': ['MK0361', ({ planted }) => {
    planted.ioports = { extra: { first: 0x64, count: 1 } };
    return ['vms', 'planted', 'ioports', 'extra'];
  }],
  'a device that no remapping unit has': ['MK0362', (spoilt) => {
    const { machine } = spoilt;
    if (machine === undefined) return undefined;
    const buses = Object.values(machine.pci ?? {}).map(({ bdf }) => bdf);
    machine.iommu = { units: [{ address: 0xfed9_0000, scopes: buses.map(scopeOf) }] };
    return fresh(spoilt);
  }],
}; // prettier-ignore
