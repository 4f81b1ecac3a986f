// SPDX-License-Identifier: BSD-2-Clause
// When seL4 leaves the IOMMU off, and when it does not cover a device: told only where something is passed through.
import { describe, expect, test } from 'vitest';
import { ACCEPT, MACHINE_FILES, oneVm } from '../../src/diagnostics/examples.js';
import { lint } from '../support/run.js';

const DEVICE = oneVm({
  top: 'machine: box.yaml',
  web: `pci: { uplink: { device: nic0, ${ACCEPT} } }`,
});

const scope = (type: string, ...path: readonly string[]): string =>
  `{ type: ${type}, bus: 0, path: [${path.map((step) => `"${step}"`).join(', ')}] }`;
const rmrr = (address: string, ...scopes: readonly string[]): string =>
  `{ address: ${address}, size: 64KiB, scopes: [${scopes.join(', ')}] }`;
const usb = scope('endpoint', '14.0');

/** The findings about the IOMMU, for a machine with this DMAR table. */
function found(text: string, iommu: string, functions = ''): string[] {
  const box = MACHINE_FILES['box.yaml'].replace('iommu: {}', `iommu: { ${iommu} }`);
  const { diagnostics } = lint(text, { ...MACHINE_FILES, 'box.yaml': `${box}${functions}` });
  return diagnostics
    .filter(({ code }) => ['MK0355', 'MK0356', 'MK0362'].includes(code))
    .map(({ code, message }) => `${code} ${message}`);
}

const dropped = (why: string): string =>
  `MK0356 on machine "box" seL4 leaves the IOMMU off, so that DMA is not confined: ${why}`;

describe('seL4 leaves the IOMMU off', () => {
  const CASES = [
    ['an RMRR above 4 GiB', [rmrr('0x17b000000', usb)], 'the reserved region at 0x17b000000 reaches above 4 GiB'],
    ['one that ends above it', [rmrr('0xffff8000', usb)], 'the reserved region at 0xffff8000 reaches above 4 GiB'],
    ['a scope that is no PCI endpoint', [rmrr('0x7b000000', usb, scope('bridge', '1c.0'))], 'the reserved region at 0x7b000000 is used by no PCI endpoint, but by "bridge"'],
    ['a device behind a bridge', [rmrr('0x7b000000', scope('endpoint', '1c.0', '00.0'))], 'the reserved region at 0x7b000000 is used by a device behind a bridge'],
    ['a region of no device', [rmrr('0x7b000000')], 'the reserved region at 0x7b000000 names no device'],
  ] as const; // prettier-ignore

  test.each(CASES)('for %s', (_, rmrrs, why) => {
    expect(found(DEVICE, `rmrrs: [${rmrrs.join(', ')}]`)).toEqual([dropped(why)]);
    // Without pass-through it does not matter.
    expect(found(oneVm({ top: 'machine: box.yaml' }), `rmrrs: [${rmrrs.join(', ')}]`)).toEqual([]);
  });

  test('for a remapping unit above 4 GiB', () => {
    expect(found(DEVICE, 'units: [{ address: 0x1fed90000, all: true }]')).toEqual([
      dropped('the remapping unit at 0x1fed90000 lies above 4 GiB'),
    ]);
  });

  test('but not for many regions of endpoints below 4 GiB: the kernel is told how many', () => {
    const regions = Array.from({ length: 40 }, () => rmrr('0xfffe0000', usb));
    expect(found(DEVICE, `rmrrs: [${regions.join(', ')}]`)).toEqual([]);
  });
});

describe('a remapping unit covers', () => {
  const port = `  port0: { bdf: "0000:00:1c.0", bridge: { secondary: 2, subordinate: 4 } }
  switch0: { bdf: "0000:02:00.0", bridge: { secondary: 3, subordinate: 3 } }
`;
  const unit = (...scopes: readonly string[]): string =>
    `units: [{ address: 0xfed90000, scopes: [${scopes.join(', ')}] }]`;
  const none = ['MK0362 no remapping unit of machine "box" has device "uplink", so its DMA can not be confined']; // prettier-ignore

  test.each([
    ['what lies below a bridge that it names', unit(scope('bridge', '1c.0')), []],
    ['the function at the end of a path', unit(scope('endpoint', '1c.0', '00.0', '00.0')), []],
    ['no other function', unit(scope('endpoint', '1c.0', '00.0', '01.0')), none],
    ['nothing below a function that it names alone', unit(scope('endpoint', '1c.0')), none],
    ['no other segment', 'units: [{ address: 0xfed90000, segment: 1, all: true }]', none],
    ['all that no other has', `units: [{ address: 0xfed90000, all: true }]`, []],
  ])('%s', (_, iommu, expected) => {
    expect(found(DEVICE, iommu, port)).toEqual(expected);
  });
});
