// SPDX-License-Identifier: BSD-2-Clause
// What the description says of the kernel, as settings of its build. The golden settings.cmake shows how they are written.
import { describe, expect, test } from 'vitest';
import { emitCamkes } from '../../../src/emit/camkes/emit.js';
import type { Plan } from '../../../src/generated/plan.js';
import { ACCEPT, MACHINE_FILES, oneVm } from '../../../src/diagnostics/examples.js';
import { planOf } from '../../support/run.js';
import { fixture } from '../fixture.js';

type Kernel = Plan['kernel'];

/** The emitted settings, by name. */
function settings(kernel: Partial<Kernel>): Record<string, string> {
  const plan = fixture();
  const text = emitCamkes({ ...plan, kernel: { ...plan.kernel, ...kernel } }).get('settings.cmake');
  const found = [...(text ?? '').matchAll(/^set\((\w+) (\S+) CACHE (?:BOOL|STRING) "" FORCE\)$/gm)];
  return Object.fromEntries(found.map(([, name = '', value = '']) => [name, value]));
}

describe('the kernel is built', () => {
  test('for VT-x and 64-bit guests, always', () => {
    expect(settings({})).toMatchObject({ KernelVTX: 'ON', KernelX86_64VTX64BitGuests: 'ON' });
  });

  test('to save x87 and SSE by FXSAVE: guests are shown no XSAVE', () => {
    expect(settings({})).toMatchObject({ KernelFPU: 'FXSAVE' });
  });

  test.each([
    [{ cores: 1 }, { KernelMaxNumNodes: '1' }],
    [{ cores: 4 }, { KernelMaxNumNodes: '4' }],
    [{ mcs: false }, { KernelIsMCS: 'OFF' }],
    [{ mcs: true }, { KernelIsMCS: 'ON' }],
    [{ iommu: false }, { KernelIOMMU: 'OFF' }],
    [{ iommu: true }, { KernelIOMMU: 'ON' }],
    [{ build: 'release' }, { RELEASE: 'ON' }],
    [{ build: 'debug' }, { RELEASE: 'OFF' }],
  ] as const)('for %j', (kernel, expected) => {
    expect(settings(kernel)).toMatchObject(expected);
  });

  test('with room for the reserved regions (RMRR) of the machine, when there are more than the 32 that it has room for', () => {
    expect(settings({ iommu: true, rmrr_entries: 33 })).toMatchObject({
      KernelMaxRMRREntries: '33',
    });
    expect(settings({ iommu: true, rmrr_entries: 32 })).not.toHaveProperty('KernelMaxRMRREntries');
    // It is a setting of the IOMMU's.
    expect(settings({ iommu: false, rmrr_entries: 33 })).not.toHaveProperty('KernelMaxRMRREntries');
  });
});

test('reserved regions are counted once for each of their devices, as seL4 does', () => {
  const scopes = ['14.0', '1a.0'].map((path) => `{ type: endpoint, bus: 0, path: ["${path}"] }`);
  const rmrr = `{ address: 0x7b000000, size: 64KiB, scopes: [${scopes.join(', ')}] }`;
  const box = MACHINE_FILES['box.yaml'].replace(
    'iommu: {}',
    `iommu: { rmrrs: [${rmrr}, ${rmrr}] }`,
  );
  const text = oneVm({
    top: 'machine: box.yaml',
    web: `pci: { uplink: { device: nic0, ${ACCEPT} } }`,
  });
  expect(planOf(text, { ...MACHINE_FILES, 'box.yaml': box }).kernel.rmrr_entries).toBe(4);
});
