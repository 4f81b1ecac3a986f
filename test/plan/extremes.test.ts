// SPDX-License-Identifier: BSD-2-Clause
// The largest numbers that the schema lets through: findings, soon, and never an exception.
import { processorTime } from '../support/processor-time.js';
import { describe, expect, test } from 'vitest';
import { ACCEPT, MACHINE_FILES, oneVm } from '../../src/diagnostics/examples.js';
import { wrongWith } from '../support/plan-invariants.js';
import { codes, compose, lint, planOf, told } from '../support/run.js';

const HUGE = '999999999GiB';
const BOX = `makatea_machine: 1
name: box
iommu: {}
pci: { nic0: { bdf: "0000:03:00.0", bars: { 0: { type: mmio64, address: 0, size: 536870912GiB } } } }
`;

describe('a size of a million million MiB', () => {
  test.each([
    ['RAM', oneVm().replace('64MiB', HUGE), 'MK0401'],
    ['a ramdisk', oneVm({ web: `disks: { a: { backend: ramdisk, size: ${HUGE} } }` }), 'MK0406'],
    [
      'device memory',
      oneVm({ web: `mmio: { a: { address: 0x8000000000, size: ${HUGE} } }` }),
      'MK0333',
    ],
    [
      'a register',
      oneVm({ top: 'machine: box.yaml', web: `pci: { a: { device: nic0, ${ACCEPT} } }` }),
      'MK0359',
    ],
  ])('%s', (_, text, code) => {
    const start = processorTime();
    expect(codes(compose(text, { 'box.yaml': BOX }))).toEqual([code]);
    expect(processorTime() - start).toBeLessThan(5000);
  });
});

test('256 GiB of RAM, 31 disks on slots of their own and four links are fine', () => {
  const disks = Array.from(
    { length: 31 },
    (_, n) => `  d${n}: { backend: ramdisk, size: 2MiB, slot: ${n + 1} }`,
  );
  const text = oneVm({ web: `disks:\n${disks.join('\n')}` }).replace('64MiB', '256GiB');
  expect(codes(compose(text))).toEqual([]);
});

test('more disks than there are slots go behind root ports, and nothing is wrong with the plan', () => {
  const disks = Array.from({ length: 80 }, (_, n) => `  d${n}: { backend: ramdisk, size: 2MiB }`);
  const plan = planOf(oneVm({ web: `disks:\n${disks.join('\n')}` }));
  expect(wrongWith(plan)).toEqual([]);
  expect(plan.vms[0]?.pci.functions.some((fn) => fn.bus > 0 && fn.function === 7)).toBe(true);
});

test('the last vectors and IOMMU domains of a machine are given out, and no more', () => {
  // The interval timer has one vector.
  const device = (vectors: number): string =>
    oneVm({
      top: 'machine: box.yaml',
      web: `pci: { a: { device: nic0, interrupts: { type: msix, vectors: ${vectors} }, ${ACCEPT} } }`,
    });
  const files = { 'box.yaml': MACHINE_FILES['box.yaml'].replace('msix: 8', 'msix: 200') };
  expect(planOf(device(107), files).kernel.vectors).toBe(108);
  expect(codes(lint(device(108), files))).toEqual(['MK0503']);
  // Four bits are the fewest that VT-d knows.
  const many = (count: number) => {
    const numbers = Array.from({ length: count }, (_, n) => n);
    const box = numbers.map(
      (n) => `  f${n}: { bdf: "00:${(n + 2).toString(16).padStart(2, '0')}.0" }`,
    );
    return {
      text: oneVm({
        top: 'machine: box.yaml',
        web: `pci: { ${numbers.map((n) => `d${n}: { device: f${n}, ${ACCEPT} }`).join(', ')} }`,
      }),
      files: {
        'box.yaml': `makatea_machine: 1\nname: box\niommu: { domain_bits: 4 }\npci:\n${box.join('\n')}\n`,
      },
    };
  };
  const [most, more] = [many(15), many(16)];
  expect(planOf(most.text, most.files).kernel.io_domains).toBe(15);
  expect(told(lint(more.text, more.files))).toEqual([expect.stringMatching(/^MK0504 .* f15$/)]);
});
