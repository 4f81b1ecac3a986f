// SPDX-License-Identifier: BSD-2-Clause
import { ACCEPT, MACHINE_FILES, oneVm } from '../diagnostics/examples.js';
import type { MachineFunction } from '../model/machine.js';
import { passedThrough } from './passthrough.js';
import { passes } from './pci-example.js';
import { valueOf } from './places.js';
import type { Rule } from './rule.js';

/** Classes of functions that the machine itself is made of (PCI Code and ID Assignment 1.16, 1.7 and 1.9). */
function infrastructure({ bridge, class: code }: MachineFunction): string | undefined {
  const [base, sub] = code === undefined ? [] : [code >> 16, (code >> 8) & 0xff];
  if (base === 0x06 && sub === 0x00) return 'a host bridge';
  if (base === 0x06 && sub === 0x01) return 'the bridge to ISA or LPC';
  if (base === 0x06 || bridge !== undefined) return 'a bridge';
  if (base === 0x08 && sub === 0x06) return 'an IOMMU';
  return base === 0x08 && sub === 0x07 ? 'a root complex event collector' : undefined;
}

/** Whether a function is part of the machine's fabric, which no VM drives. */
export function isFabric(fn: MachineFunction): boolean {
  return infrastructure(fn) !== undefined;
}

export const pciBridge: Rule = {
  code: 'MK0349',
  severity: 'error',
  title: 'a bridge is passed through',
  text: `Host bridges, PCI bridges and ports, the bridge to ISA or LPC, and IOMMUs belong to the machine as a whole: who has their
registers decides where the traffic of other devices goes. Pass through the device that is behind the bridge.`,
  fails: oneVm({ top: 'machine: odd.yaml', web: `pci: { uplink: { device: nic0, ${ACCEPT} } }` }),
  passes,
  files: {
    ...MACHINE_FILES,
    'odd.yaml': MACHINE_FILES['box.yaml'].replace('msix: 8', 'class: 0x060400'),
  },
  check(input, report, unjudged) {
    for (const { device, field, fn } of passedThrough(input)) {
      if (fn === undefined) continue;
      const what = infrastructure(fn);
      if (fn.class === undefined && what === undefined) {
        unjudged('whether a passed-through function is a bridge (class)');
      }
      if (what === undefined) continue;
      const message = `device "${device.name}" is ${what}, which the whole machine depends on`;
      report(valueOf(device, field), message, { hint: 'pass through what is behind it' });
    }
  },
};
