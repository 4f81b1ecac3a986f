// SPDX-License-Identifier: BSD-2-Clause
// One mistake in a machine file gives one finding, and what it does not know is said so.
import { expect, test } from 'vitest';
import { ACCEPT, MACHINE_FILES, oneVm } from '../../src/diagnostics/examples.js';
import { codes, lint } from '../support/run.js';

const device = (more = ''): string =>
  oneVm({
    top: 'machine: box.yaml',
    web: `pci: { uplink: { device: nic0, ${more}${ACCEPT} } }`,
  });

const box = (from: string, to: string): Record<string, string> => ({
  ...MACHINE_FILES,
  'box.yaml': MACHINE_FILES['box.yaml'].replace(from, to),
});

test.each([
  ['the IOMMU', 'iommu:', 'iomu:'],
  ['a key of the function that is passed through', 'msix: 8', 'msi_x: 8'],
  ['all functions', 'pci:', 'pcie:'],
])('a misspelt key for %s gives no second finding', (_, from, to) => {
  expect(codes(lint(device(), box(from, to)))).toEqual(['MK0101']);
});

test('a pin whose wire is not known is told from a function without interrupts', () => {
  const hints = ['pin: B', 'msi: false'].map((has) => {
    const { diagnostics } = lint(device('interrupts: { type: intx }, '), box('msix: 8', has));
    return diagnostics.find(({ code }) => code === 'MK0304')?.hint;
  });
  expect(hints).toEqual([
    'it has the interrupt pin B, but the machine file does not say which interrupt that reaches: probe with its driver loaded, or write "intx: { gsi: N }" there',
    'it has no interrupts: write "type: none"',
  ]);
});

test('an MSI-X table outside of its register is impossible', () => {
  const table = (offset: string): Record<string, string> =>
    box('msix: 8', `msix: 8\n    msix_table: { bar: 0, offset: ${offset} }`);
  expect(codes(lint(device(), table('0x3f80')))).toEqual(['MK0353']);
  expect(codes(lint(device(), table('0x4000')))).toEqual(['MK0338']);
});
