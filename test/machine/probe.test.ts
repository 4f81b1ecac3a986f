// SPDX-License-Identifier: BSD-2-Clause
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { resolveMachine } from '../../src/model/machine.js';
import { nodeTree } from '../../src/source/node-tree.js';
import { probe } from '../../src/machine/probe.js';
import { fixture, printed, probeFiles, readBack, sha256 } from '../support/trees.js';

const captured = path.resolve(import.meta.dirname, '../fixtures/machines');

describe.each(['q35', 'pc'])('the captured machine %s', (name) => {
  const probed = probeFiles(fixture(name));

  test('gives the golden inventory', async () => {
    await expect(printed(probed)).toMatchFileSnapshot(path.join(captured, `${name}.yaml`));
  });

  test('gives an inventory that lint accepts, and that says the same when it is read', () => {
    const { raw, diagnostics } = readBack(printed(probed));
    expect(diagnostics).toEqual([]);
    expect({ ...raw }).toEqual(JSON.parse(JSON.stringify(probed.machine)));
  });

  test('gives the same from the disk as from memory, where directories are listed backwards', () => {
    const tree = nodeTree(path.join(captured, name));
    if ('fault' in tree) return expect.fail(tree.fault);
    const other = probe(tree, { place: 'capture', sha256 });
    expect(printed(other)).toBe(printed(probed));
    expect(other.diagnostics).toEqual(probed.diagnostics);
  });
});

describe('the captured machine q35', () => {
  const { machine, diagnostics } = probeFiles(fixture('q35'));
  const pci = machine?.pci ?? {};

  test('was captured by root, so nothing is missing', () => {
    expect(diagnostics).toEqual([]);
  });

  test('has what QEMU was told to give it', () => {
    const kinds = Object.keys(pci).map((name) => name.replace(/[0-9]+$/, ''));
    const count = (kind: string): number => kinds.filter((k) => k === kind).length;
    expect(['nic', 'bridge', 'nvme', 'usb', 'gpu', 'sata'].map(count)).toEqual([4, 5, 1, 1, 1, 1]);
    expect(Object.values(pci).map((fn) => fn.port)).toContain('upstream_port');
    expect(machine?.iommu).toMatchObject({ domain_bits: 16, levels: 3 });
    expect(machine?.ioapics).toEqual([{ id: 0, address: 0xfec00000, gsi_base: 0, pins: 24 }]);
    expect(machine?.ecam).toEqual([{ address: 0xb0000000, first_bus: 0, last_bus: 255 }]);
  });

  test('knows an interrupt only where a driver had enabled the function', () => {
    expect(pci['nvme0']?.intx).toEqual({ pin: 'A', gsi: 23 });
    // `irq` says 10 there: what the firmware wrote for the old interrupt controller.
    expect(pci['nic1']).toMatchObject({ pin: 'A' });
    expect(pci['nic1']?.intx).toBeUndefined();
  });

  test('keeps those together that a conventional bus makes one', () => {
    expect(pci['nic3']?.iommu_group).toBe(pci['bridge2']?.iommu_group);
    expect(pci['nic0']?.iommu_group).not.toBe(pci['nic1']?.iommu_group);
  });

  test('is the machine that the rules see', () => {
    const { raw, root } = readBack(printed(probeFiles(fixture('q35'))));
    if (raw === undefined || root === undefined) return expect.fail('not read');
    const resolved = resolveMachine(raw, root);
    expect(resolved.iommu?.units[0]?.scopes.length).toBeGreaterThan(5);
    expect(resolved.functions.find(({ name }) => name === 'nic2')?.msixTable).toEqual({
      bar: 1,
      offset: 0,
    });
    expect(resolved.uarts.map(({ name, port }) => [name, port])).toEqual([['com1', 0x3f8]]);
  });
});

describe('the captured machine pc', () => {
  const { machine, diagnostics } = probeFiles(fixture('pc'));

  test('was captured without root rights, and says so', () => {
    expect(new Set(diagnostics.map(({ code }) => code))).toEqual(new Set(['MK0602']));
  });

  test('has no IOMMU, and nothing about capabilities', () => {
    expect(machine?.iommu).toBeUndefined();
    expect(Object.values(machine?.pci ?? {}).some((fn) => fn.msi !== undefined)).toBe(false);
  });
});

test('the fingerprint does not depend on the names, nor on what Linux was doing', () => {
  const files = fixture('q35');
  const { machine } = probeFiles(files);
  const renamed = Object.fromEntries(
    Object.entries(machine?.pci ?? {}).map(([name, fn]) => [`my_${name}`, fn]),
  );
  const other = new Map(
    [...files].filter(
      ([file]) => !/reset_method|enable$|iommu_groups|class\/tty|ioports/.test(file),
    ),
  );
  const again = machine && probeFiles(other, { ...machine, pci: renamed }).machine;
  expect(Object.keys(again?.pci ?? {})).toContain('my_nic0');
  expect(again?.fingerprint).toBe(machine?.fingerprint);
});

test('the fingerprint changes with the firmware', () => {
  const files = fixture('q35');
  const { machine } = probeFiles(files);
  files.set('sys/class/dmi/id/bios_version', new TextEncoder().encode('2.0\n'));
  expect(probeFiles(files).machine?.fingerprint).not.toBe(machine?.fingerprint);
});
