// SPDX-License-Identifier: BSD-2-Clause
import type { Span } from '../diagnostics/diagnostic.js';
import { ACCEPT, MACHINE_FILES, oneVm } from '../diagnostics/examples.js';
import type { Machine } from '../model/machine.js';
import type { MachineIommu } from '../model/machine-iommu.js';
import { valueSpan } from '../source/located.js';
import { hex } from './owned.js';
import type { Rule } from './rule.js';

const FOUR_GIB = 2 ** 32;

interface Reason {
  readonly why: string;
  readonly span: Span;
}

/** What seL4 leaves the IOMMU off for (seL4 16.0, src/plat/pc99/machine/acpi.c, acpi_dmar_scan). */
function reasons({ units, rmrrs }: MachineIommu, { node }: Machine): Reason[] {
  const far = units.flatMap(({ address }, index) => {
    if (address < FOUR_GIB) return [];
    const span = valueSpan(node, ['iommu', 'units', String(index)]);
    return [{ why: `the remapping unit at ${hex(address)} lies above 4 GiB`, span }];
  });
  const regions = rmrrs.flatMap((rmrr) => {
    const region = `the reserved region at ${hex(rmrr.address)}`;
    const why: string[] = [];
    if (rmrr.address + rmrr.bytes > FOUR_GIB) why.push(`${region} reaches above 4 GiB`);
    if (rmrr.scopes.length === 0) why.push(`${region} names no device`);
    const other = rmrr.scopes.find(({ type }) => type !== 'endpoint');
    if (other !== undefined)
      why.push(`${region} is used by no PCI endpoint, but by "${other.type}"`);
    if (rmrr.scopes.some(({ type, path }) => type === 'endpoint' && path.length > 1))
      why.push(`${region} is used by a device behind a bridge`);
    return why.map((text) => ({ why: text, span: rmrr.node.span }));
  });
  return [...far, ...regions];
}

const box = (address: string): string =>
  MACHINE_FILES['box.yaml'].replace(
    'iommu: {}',
    `iommu: { rmrrs: [{ address: ${address}, size: 64KiB, scopes: [{ type: endpoint, bus: 0, path: ["14.0"] }] }] }`,
  );

const example = (machine: string): string =>
  oneVm({ top: `machine: ${machine}`, web: `pci: { uplink: { device: nic0, ${ACCEPT} } }` });

export const iommuDropped: Rule = {
  code: 'MK0356',
  severity: 'error',
  title: 'seL4 would leave the IOMMU off on this machine',
  text: `seL4 reads the firmware's DMAR table. When it finds there what it does not support, it boots on without VT-d, and says so on
its debug console only: a passed-through device could then read and write all memory. It does so for a reserved region (RMRR)
above 4 GiB, one that is used by something else than a PCI endpoint or by a device behind a bridge, and a remapping unit above
4 GiB. (Of more reserved regions than seL4 has room for the emitted settings take care.) Switch off in the firmware what needs the region
(legacy USB, remote management), and probe again. Without pass-through it does not matter.`,
  fails: example('high.yaml'),
  passes: example('low.yaml'),
  files: { ...MACHINE_FILES, 'high.yaml': box('0x17b000000'), 'low.yaml': box('0x7b000000') },
  check({ system, machine }, report) {
    if (machine?.iommu === undefined || system.vms.every(({ pci }) => pci.length === 0)) return;
    for (const { why, span } of reasons(machine.iommu, machine)) {
      const message = `on machine "${machine.name}" seL4 leaves the IOMMU off, so that DMA is not confined: ${why}`;
      report(valueSpan(system.node, ['machine']), message, {
        related: [{ span, message: 'in the machine file' }],
        hint: 'change the settings of the firmware and probe again, or pass nothing through',
      });
    }
  },
};
