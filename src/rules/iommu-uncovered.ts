// SPDX-License-Identifier: BSD-2-Clause
import { ACCEPT, MACHINE_FILES, oneVm } from '../diagnostics/examples.js';
import type { Machine, MachineFunction } from '../model/machine.js';
import type { MachineUnit } from '../model/machine-iommu.js';
import { pciTree, type PciTree } from '../model/pci-tree.js';
import { passedThrough } from './passthrough.js';
import { valueOf } from './places.js';
import type { Rule } from './rule.js';

/** Whether a unit translates a function's DMA: VT-d 4.1, 8.3 and 8.3.1. */
function covers(unit: MachineUnit, fn: MachineFunction, tree: PciTree): boolean {
  if (unit.segment !== fn.bdf.segment) return false;
  if (unit.all) return true;
  const above = pathTo(fn, tree);
  return unit.scopes.some((scope) => {
    const named = tree.at(unit.segment, scope);
    if (named === undefined) return false;
    return named === fn || (scope.type === 'bridge' && above.includes(named));
  });
}

function pathTo(fn: MachineFunction, tree: PciTree): MachineFunction[] {
  const bridge = tree.above(fn);
  return bridge === undefined ? [] : [bridge, ...pathTo(bridge, tree)];
}

function isCovered({ iommu }: Machine, fn: MachineFunction, tree: PciTree): boolean {
  if (iommu === undefined || iommu.units.length === 0) return true;
  return iommu.units.some((unit) => covers(unit, fn, tree));
}

const box = (path: string): string =>
  MACHINE_FILES['box.yaml'].replace(
    'iommu: {}',
    `iommu: { units: [{ address: 0xfed90000, scopes: [{ type: endpoint, bus: 3, path: ["${path}"] }] }] }`,
  );

const example = (machine: string): string =>
  oneVm({ top: `machine: ${machine}`, web: `pci: { uplink: { device: nic0, ${ACCEPT} } }` });

export const iommuUncovered: Rule = {
  code: 'MK0362',
  severity: 'error',
  title: 'no remapping unit translates the DMA of a passed-through device',
  text: `A machine has several remapping units, and each translates the DMA of the devices that the firmware's DMAR table lists for
it. A device that none has reaches all memory. Units that are switched off in the firmware are missing there.`,
  fails: example('partly.yaml'),
  passes: example('covered.yaml'),
  files: { ...MACHINE_FILES, 'partly.yaml': box('1f.0'), 'covered.yaml': box('00.0') },
  check(input, report, unjudged) {
    const { machine } = input;
    if (machine?.iommu === undefined) return;
    const tree = pciTree(machine);
    for (const { device, field, fn } of passedThrough(input)) {
      if (fn === undefined) continue;
      if (machine.iommu.units.length === 0) unjudged('which devices the IOMMU covers (units)');
      if (isCovered(machine, fn, tree)) continue;
      const message = `no remapping unit of machine "${machine.name}" has device "${device.name}", so its DMA can not be confined`;
      report(valueOf(device, field), message, {
        hint: 'see that all of VT-d is switched on in the firmware, and probe again',
      });
    }
  },
};
