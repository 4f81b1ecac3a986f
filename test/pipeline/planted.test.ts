// SPDX-License-Identifier: BSD-2-Clause
// One mistake planted in a random valid system gives one finding: its code, at its place.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isNode, isPair, isScalar, parseDocument, visit } from 'yaml';
import type { RawSystem, RawVm } from '../../src/generated/system.js';
import { key, type Place, type Planter } from '../support/planter.js';
import { HARDWARE } from '../support/planters-hardware.js';
import { arbitrarySystem, filesOf, type Example } from '../support/arbitrary-system.js';
import { compose, MIXED, NOT_DRIVEN, UNJUDGED } from '../support/run.js';

const spoil = (target: object, property: string, value: unknown): void => {
  Object.assign(target, { [property]: value });
};

function firstOf<T>(
  system: RawSystem,
  part: (vm: RawVm) => Readonly<Record<string, T>> | undefined,
): T | undefined {
  return Object.values(system.vms)
    .flatMap((vm) => Object.values(part(vm) ?? {}))
    .at(0);
}

const DISK = { backend: 'ramdisk', size: '2MiB' } as const;

const PLANTERS: Readonly<Record<string, readonly [code: string, plant: Planter]>> = {
  'a misspelt key': ['MK0101', ({ vm, name }) => (spoil(vm, 'prioritty', 5), key('vms', name, 'prioritty'))],
  'a missing key': ['MK0102', ({ planted }) => (spoil(planted, 'boot', undefined), key('vms', 'planted'))],
  'a wrong kind': ['MK0103', ({ vm, name }) => (spoil(vm, 'priority', 'high'), ['vms', name, 'priority'])],
  'a wrong word': ['MK0104', ({ vm, name }) => (spoil(vm, 'paravirt', 'xen'), ['vms', name, 'paravirt'])],
  'a size without unit': ['MK0105', ({ vm, name }) => (spoil(vm, 'memory', '64MB'), ['vms', name, 'memory'])],
  'a priority of 300': ['MK0106', ({ vm, name }) => (spoil(vm, 'priority', 300), ['vms', name, 'priority'])],
  'a bad name': ['MK0107', ({ planted }) => (spoil(planted, 'disks', { 'a-b': DISK }), key('vms', 'planted', 'disks', 'a-b'))],
  'a controller that does not exist': ['MK0201', ({ planted }) => {
    planted.lifecycle = { controllers: ['nobody_here'] };
    return ['vms', 'planted', 'lifecycle', 'controllers', 0];
  }],
  'a link to a VM that does not exist': ['MK0201', ({ system, name }) => {
    system.links['extra'] = { type: 'net', ends: { [name]: {}, nobody_here: {} } };
    return key('links', 'extra', 'ends', 'nobody_here');
  }],
  'a console that does not exist': ['MK0202', ({ planted }) => {
    planted.serial = { com1: { console: 'nothing_here' } };
    return ['vms', 'planted', 'serial', 'com1', 'console'];
  }],
  'a link with one end': ['MK0204', ({ system }) => {
    system.links['extra'] = { type: 'vsock', ends: { planted: {} } };
    return key('links', 'extra', 'ends');
  }],
  'the same PCI function': ['MK0301', ({ system, planted }) => {
    const taken = firstOf(system, ({ pci }) => pci);
    if (taken === undefined) return undefined;
    const { bdf, device } = taken;
    planted.pci = { extra: { ...(bdf === undefined ? {} : { bdf }), ...(device === undefined ? {} : { device }), accept: { MK0320: { reason: 'test' } } } };
    return ['vms', 'planted', 'pci', 'extra', bdf === undefined ? 'device' : 'bdf'];
  }],
  'a PCI function that does not exist': ['MK0303', ({ system, planted }) => {
    if (system.machine === undefined) return undefined;
    planted.pci = { extra: { device: 'nothing_here', accept: { MK0320: { reason: 'test' } } } };
    return ['vms', 'planted', 'pci', 'extra', 'device'];
  }],
  'the same serial port': ['MK0306', ({ system, planted, vm, name }) => {
    const port = (['com1', 'com2', 'com3', 'com4'] as const).find((com) => vm.serial?.[com]);
    if (port === undefined) return undefined;
    system.links['extra'] = { type: 'serial', ends: { [name]: { port }, planted: { port: 'com1' } } };
    planted.priority = 1;
    return ['links', 'extra', 'ends', name, 'port'];
  }],
  'the same UART': ['MK0307', ({ system, planted }) => {
    if (system.consoles['front'] === undefined) return undefined;
    system.consoles['extra'] = { uart: 'com3' };
    planted.serial = { com1: { console: 'extra' } };
    return ['consoles', 'extra', 'uart'];
  }],
  'a console that is not used': ['MK0308', ({ system }) => {
    if (Object.keys(system.consoles).length > 0) return undefined;
    system.consoles['extra'] = {};
    return key('consoles', 'extra');
  }],
  'the same MAC address': ['MK0309', ({ system, name }) => {
    const end = { mac: '02:00:00:00:01:00' };
    system.links['extra'] = { type: 'net', ends: { [name]: { ...end }, planted: { ...end } } };
    return ['links', 'extra', 'ends', 'planted', 'mac'];
  }],
  'the same context id': ['MK0310', ({ system, planted, vm, name }) => {
    vm.vsock = { cid: 77 };
    planted.vsock = { cid: 77 };
    system.links['extra'] = { type: 'vsock', ends: { [name]: {}, planted: {} } };
    return ['vms', 'planted', 'vsock', 'cid'];
  }],
  'a context id for nothing': ['MK0311', ({ planted }) => ((planted.vsock = { cid: 77 }), ['vms', 'planted', 'vsock'])],
  'the same PCI slot': ['MK0312', ({ planted }) => {
    planted.disks = { a: { ...DISK, slot: 9 }, b: { ...DISK, slot: 9 } };
    return ['vms', 'planted', 'disks', 'b', 'slot'];
  }],
  'a core that is not started': ['MK0313', ({ vm, name }) => ((vm.cores = [200]), ['vms', name, 'cores', 0])],
  'a budget without MCS': ['MK0315', ({ system, planted }) => {
    if (system.sel4?.mcs === true) return undefined;
    planted.budget = { budget: '1ms', period: '2ms' };
    return ['vms', 'planted', 'budget'];
  }],
  'a VM that nobody starts': ['MK0317', ({ system, planted }) => {
    if (Object.keys(system.consoles).length > 0) return undefined;
    planted.lifecycle = { start: 'manual' };
    return ['vms', 'planted', 'lifecycle', 'start'];
  }],
  'a VM that controls itself': ['MK0318', ({ planted }) => {
    planted.lifecycle = { controllers: ['planted'] };
    return ['vms', 'planted', 'lifecycle', 'controllers'];
  }],
  'the same ports': ['MK0330', ({ system, planted }) => {
    const taken = firstOf(system, ({ ioports }) => ioports);
    if (taken === undefined) return undefined;
    planted.ioports = { extra: { first: taken.first, count: taken.count + 1 } };
    return ['vms', 'planted', 'ioports', 'extra'];
  }],
  'ports of the guest’s clock': ['MK0331', ({ planted }) => {
    planted.ioports = { extra: { first: 0x6f, count: 2 } };
    return ['vms', 'planted', 'ioports', 'extra'];
  }],
  'the same device memory': ['MK0332', ({ system, planted }) => {
    const taken = firstOf(system, ({ mmio }) => mmio);
    if (taken === undefined) return undefined;
    planted.mmio = { extra: { address: taken.address, size: '2MiB' } };
    return ['vms', 'planted', 'mmio', 'extra'];
  }],
  'device memory in RAM': ['MK0333', ({ planted }) => {
    planted.mmio = { extra: { address: 0x200000, size: '4KiB' } };
    return ['vms', 'planted', 'mmio', 'extra', 'address'];
  }],
  'the same I/O APIC input': ['MK0334', ({ system, planted }) => {
    const taken = firstOf(system, ({ irqs }) => irqs);
    if (taken === undefined) return undefined;
    planted.irqs = { extra: taken };
    return ['vms', 'planted', 'irqs', 'extra', 'pin'];
  }],
  'an I/O APIC that does not exist': ['MK0335', ({ planted }) => {
    planted.irqs = { extra: { ioapic: 9, pin: 10 } };
    return ['vms', 'planted', 'irqs', 'extra', 'ioapic'];
  }],
  'RAM that is not in frames': ['MK0401', ({ vm, name }) => ((vm.memory = '65MiB'), ['vms', name, 'memory'])],
  'a missing kernel': ['MK0402', ({ planted }) => {
    planted.boot = { type: 'linux', kernel: 'images/nothing' };
    return ['vms', 'planted', 'boot', 'kernel'];
  }],
  'a kernel that is none': ['MK0403', ({ planted }) => {
    planted.boot = { type: 'linux', kernel: 'images/initrd.cpio.gz' };
    return ['vms', 'planted', 'boot', 'kernel'];
  }],
  'too little memory': ['MK0404', ({ planted }) => {
    planted.boot = { type: 'linux', kernel: 'images/vmlinuz100' };
    return ['vms', 'planted', 'memory'];
  }],
  'a command line with a line break': ['MK0405', ({ planted }) => {
    planted.boot = { type: 'linux', kernel: 'images/vmlinuz', cmdline: 'a\nb' };
    return ['vms', 'planted', 'boot', 'cmdline'];
  }],
  'a ramdisk that is not in frames': ['MK0406', ({ planted }) => {
    planted.disks = { extra: { backend: 'ramdisk', size: '3MiB' } };
    return ['vms', 'planted', 'disks', 'extra', 'size'];
  }],
  'an odd ring': ['MK0407', ({ system, name }) => {
    system.links['extra'] = { type: 'net', ring: '96KiB', ends: { [name]: {}, planted: {} } };
    return ['links', 'extra', 'ring'];
  }],
  'what is not yet supported': ['MK0901', ({ planted }) => {
    planted.efi = { runtime: 'emulated' };
    return ['vms', 'planted', 'efi', 'runtime'];
  }],
  ...HARDWARE,
}; // prettier-ignore

/** The offset of a place in a text. */
function offsetOf(text: string, place: Place): number {
  const wantsKey = place[0] === 'key';
  const steps = (wantsKey ? place.slice(1) : place).map(String);
  let found: number | undefined;
  visit(parseDocument(text), {
    Node(step, node, path) {
      const keys = [...path, node].flatMap((part, n, parts) => {
        const parent = parts[n - 1];
        if (isPair(part) && isScalar(part.key)) return String(part.key.value);
        if (isNode(part) && parent !== undefined && 'items' in parent && n === parts.length - 1)
          return String(step);
        return [];
      });
      const here = keys.join(' ') === steps.join(' ');
      if (here && (step === 'key') === wantsKey) found ??= node.range?.[0];
    },
  });
  return found ?? expect.fail(`no ${steps.join('.')} in the text`);
}

function spoilt(
  example: Example,
  plant: Planter,
): { text: string; more: Readonly<Record<string, string>>; place?: Place } {
  const clone = structuredClone(example);
  const planted: RawVm = { memory: '64MiB', boot: { type: 'linux', kernel: 'images/vmlinuz' } };
  const [name, vm] = Object.entries(clone.system.vms)[0] ?? expect.fail('no VM');
  const { links = {}, consoles = {} } = clone.system;
  const system = { ...clone.system, links, consoles, vms: { ...clone.system.vms, planted } };
  const { machine } = clone;
  const place = plant({ system, planted, vm, name, ...(machine && { machine }) });
  return { ...filesOf({ ...clone, system }), ...(place && { place }) };
}

describe('one planted mistake', () => {
  test.each(Object.entries(PLANTERS))('%s', (_, [code, plant]) => {
    let planted = 0;
    fc.assert(
      fc.property(arbitrarySystem, (example) => {
        const { text, more, place } = spoilt(example, plant);
        fc.pre(place !== undefined);
        planted += 1;
        const { diagnostics } = compose(text, more);
        const found = diagnostics.filter((d) => ![NOT_DRIVEN, UNJUDGED, MIXED].includes(d.code));
        expect(
          found.map((d) => [d.code, d.span.start]),
          text,
        ).toEqual([[code, offsetOf(text, place)]]);
      }),
      { numRuns: 8, seed: 20261123, maxSkipsPerRun: 100 },
    );
    expect(planted).toBeGreaterThan(0);
  });
});
