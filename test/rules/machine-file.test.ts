// SPDX-License-Identifier: BSD-2-Clause
// One mistake in a machine file gives one finding, and what it does not know is said so.
import { describe, expect, test } from 'vitest';
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
  for (const asked of ['', 'interrupts: { type: msix, vectors: 2 }, ']) {
    expect(codes(lint(device(asked), box(from, to)))).toEqual(['MK0101']);
  }
});

describe('how a function can interrupt', () => {
  const found = (asked: string, has: string): (string | undefined)[] =>
    lint(device(asked), box('msix: 8', has))
      .diagnostics.filter(({ code }) => code === 'MK0304')
      .flatMap(({ message, hint }) => [message, hint]);
  const unrouted =
    'device "uplink" (0000:03:00.0) is to interrupt by its pin B, but the machine file does not say which interrupt that reaches';

  test('is not known where the wire of its pin is not; that is no lack of interrupts', () => {
    const intx = 'interrupts: { type: intx }, ';
    const hint = 'probe with its driver loaded, or write "intx: { gsi: N }" for "nic0" there';
    expect(found(intx, 'pin: B')).toEqual([unrouted, hint]);
    expect(found('', 'pin: B')).toEqual([
      unrouted,
      `${hint}, or "interrupts: { type: none }" here`,
    ]);
    expect(found('interrupts: { type: none }, ', 'pin: B')).toEqual([]);
    expect(found('', 'pin: B\n    msi: true')).toEqual([]);
    expect(found(intx, 'pin: B\n    intx: { gsi: 17 }')).toEqual([]);
  });

  test('is said where it is asked for what it has not', () => {
    expect(found('interrupts: { type: intx }, ', 'msi: false')).toEqual([
      'device "uplink" (0000:03:00.0) can not interrupt by INTx',
      'it has no interrupts, as the machine file says: write "interrupts: { type: none }"',
    ]);
    expect(found('interrupts: { type: msix, vectors: 1 }, ', 'msi: true')).toEqual([
      'device "uplink" (0000:03:00.0) can not interrupt by 1 MSI-X vector',
      'it has msi; without "interrupts" it gets the best that it has',
    ]);
    expect(found('interrupts: { type: msi }, ', 'msix: 8\n    intx: { gsi: 17 }')).toEqual([
      'device "uplink" (0000:03:00.0) can not interrupt by MSI',
      'it has msix (vectors: 8) and intx; without "interrupts" it gets the best that it has',
    ]);
  });
});

test('an MSI-X table outside of its register is impossible', () => {
  const table = (offset: string): Record<string, string> =>
    box('msix: 8', `msix: 8\n    msix_table: { bar: 0, offset: ${offset} }`);
  expect(codes(lint(device(), table('0x3f80')))).toEqual(['MK0353']);
  expect(codes(lint(device(), table('0x4000')))).toEqual(['MK0338']);
});
