// SPDX-License-Identifier: BSD-2-Clause
// A check that can not be made is told, once for a description, and is an error where that is wanted.
import { describe, expect, test } from 'vitest';
import { MACHINE_FILES, oneVm } from '../../src/diagnostics/examples.js';
import { checkFile } from '../../src/pipeline/check.js';
import { composeFile } from '../../src/pipeline/compose.js';
import { memoryFiles } from '../support/files.js';
import { UNJUDGED } from '../support/run.js';

const WHOLE = `makatea_machine: 1
name: box
cpu: { cores: 4, vtx: true, ept: true, unrestricted_guest: true, apicv: true }
memory: [{ address: 0x100000, size: 2GiB }]
`;

function unjudged(text: string, machine: string | undefined, strict: boolean): string[] {
  const files = memoryFiles({
    'system.yaml': text,
    'images/vmlinuz': '@bzimage',
    ...(machine !== undefined && { 'box.yaml': machine }),
  });
  const { diagnostics } = checkFile('system.yaml', { files, composing: false, strict });
  const found = diagnostics.filter(({ code }) => code === UNJUDGED);
  return found.map(({ severity, message }) => `${severity}: ${message}`);
}

const web = `ioports: { gpio: { first: 0x500, count: 4 } }
mmio: { fpga: { address: 0xfd000000, size: 4KiB } }
irqs: { gpio: { pin: 14 } }`;

describe('without a machine file', () => {
  test.each([
    [false, 'note'],
    [true, 'error'],
  ])('one finding lists what was not checked (strict: %s)', (strict, severity) => {
    const [found = '', ...more] = unjudged(oneVm({ web, top: 'sel4: { cores: 2 }' }), undefined, strict); // prettier-ignore
    expect(more).toEqual([]);
    expect(found.startsWith(`${severity}: not checked without a machine file: `)).toBe(true);
    expect(found.split(': ').at(-1)?.split('; ').sort()).toEqual([
      'whether I/O ports belong to the mainboard (ioports)',
      'whether device memory belongs to something else',
      'whether the machine has so many cores',
      'whether the memory suffices',
      'whether the processor has VT-x, extended page tables (EPT), unrestricted guests, APICv',
      'which I/O APIC inputs there are',
      'which functions share an interrupt line (intx)',
    ]);
  });

  test('nothing is composed with strict', () => {
    const files = memoryFiles({ 'system.yaml': oneVm(), 'images/vmlinuz': '@bzimage' });
    expect(composeFile('system.yaml', files).composition).toBeDefined();
    expect(composeFile('system.yaml', files, { strict: true }).composition).toBeUndefined();
  });
});

describe('with a machine file', () => {
  const text = oneVm({ top: 'machine: box.yaml' });

  test('that says enough everything is checked', () => {
    expect(unjudged(text, WHOLE, true)).toEqual([]);
  });

  test('that leaves a part out the finding names the part', () => {
    expect(unjudged(text, WHOLE.replace('ept: true, ', ''), true)).toEqual([
      'error: not checked because the inventory of machine "box" does not say enough: whether the processor has extended page tables (EPT)',
    ]);
  });

  test('what a passed-through device needs is asked for then only', () => {
    const device = oneVm({
      top: 'machine: box.yaml',
      web: 'pci: { a: { device: nic0, accept: { MK0320: { reason: "ours" } } } }',
    });
    const [found = ''] = unjudged(device, MACHINE_FILES['box.yaml'], false);
    for (const word of ['reset', 'iommu_group', 'units', 'MSI-X table', 'class'])
      expect(found).toContain(word);
    expect(unjudged(text, MACHINE_FILES['box.yaml'], false).join()).not.toContain('reset');
  });

  test('that is refused or not there the finding about that is enough', () => {
    expect(unjudged(text, `${WHOLE}nonsense: 1\n`, true)).toEqual([]);
    expect(unjudged(text, undefined, true)).toEqual([]);
  });
});
