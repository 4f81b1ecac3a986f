// SPDX-License-Identifier: BSD-2-Clause
import { ACCEPT, MACHINE_FILES, oneVm } from '../diagnostics/examples.js';
import { pciTree } from '../model/pci-tree.js';
import { hex } from './owned.js';
import { passedThrough } from './passthrough.js';
import { valueOf } from './places.js';
import type { Rule } from './rule.js';

const RMRR = (path: string): string =>
  `iommu: { rmrrs: [{ address: 0x7b000000, size: 8MiB, scopes: [{ type: endpoint, bus: 3, path: ["${path}"] }] }] }`;

const example = (machine: string): string =>
  oneVm({ top: `machine: ${machine}`, web: `pci: { uplink: { device: nic0, ${ACCEPT} } }` });

export const rmrrOwner: Rule = {
  code: 'MK0355',
  severity: 'error',
  title: 'a device is passed through that the firmware shares memory with',
  text: `The firmware asks that this device can always reach a region of memory (RMRR): it goes on using the device beside the
operating system. seL4 maps that region for the device, so the guest's driver could make the device read and write memory
that is not the guest's. Switch off in the firmware what needs it (legacy USB, shared graphics, remote management), probe
again, or pass through another device.`,
  fails: example('shared.yaml'),
  passes: example('box.yaml'),
  files: {
    ...MACHINE_FILES,
    'shared.yaml': MACHINE_FILES['box.yaml'].replace('iommu: {}', RMRR('00.0')),
    'box.yaml': MACHINE_FILES['box.yaml'].replace('iommu: {}', RMRR('01.0')),
  },
  check(input, report) {
    const { machine } = input;
    if (machine?.iommu === undefined) return;
    const tree = pciTree(machine);
    const owned = machine.iommu.rmrrs.flatMap((rmrr) =>
      rmrr.scopes.map((scope) => ({ rmrr, fn: tree.at(rmrr.segment, scope) })),
    );
    for (const { device, field, fn } of passedThrough(input)) {
      if (fn === undefined) continue;
      for (const { rmrr } of owned.filter((o) => o.fn === fn)) {
        const range = `${hex(rmrr.address)}–${hex(rmrr.address + rmrr.bytes - 1)}`;
        const message = `device "${device.name}" can always reach ${range}, which the firmware shares with it`;
        report(valueOf(device, field), message, {
          related: [{ span: rmrr.node.span, message: 'the region (RMRR)' }],
          hint: 'switch off in the firmware what uses the device, and probe again',
        });
      }
    }
  },
};
