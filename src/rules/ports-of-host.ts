// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES, oneVm } from '../diagnostics/examples.js';
import { meets } from './device-memory.js';
import { hex, type Owned } from './owned.js';
import { valueOf } from './places.js';
import type { Rule } from './rule.js';

/** Fixed I/O ranges of a PC that reach into the whole machine (Intel PCH datasheets, "Fixed I/O Address Ranges"). */
const HOST_PORTS: readonly Owned[] = [
  { first: 0x00, last: 0x1f, owner: 'a DMA controller that the IOMMU does not tie to a VM' },
  { first: 0x20, last: 0x21, owner: 'an interrupt controller' },
  // Port 0x80 takes the progress codes of the firmware and does nothing.
  { first: 0x81, last: 0x8f, owner: 'the page registers of the DMA controllers' },
  { first: 0x92, last: 0x92, owner: 'the port that resets the machine' },
  { first: 0xa0, last: 0xa1, owner: 'an interrupt controller' },
  { first: 0xb2, last: 0xb3, owner: 'the port that calls the firmware (SMI)' },
  { first: 0xc0, last: 0xdf, owner: 'a DMA controller that the IOMMU does not tie to a VM' },
  { first: 0x4d0, last: 0x4d1, owner: 'the trigger modes of the interrupt controllers' },
];

export const portsOfHost: Rule = {
  code: 'MK0360',
  severity: 'error',
  title: 'passed-through I/O ports reach into the whole machine',
  text: `At these ports every PC has what belongs to the machine as a whole: DMA and interrupt controllers, the call of the firmware
(SMI), reset. A VM that has them could reach other VMs' memory, or stop them. Leave these ports out of the range.`,
  fails: oneVm({ web: 'ioports: { dma: { first: 0xc0, count: 32 } }' }),
  passes: oneVm({ web: 'ioports: { post: { first: 0x80, count: 1 } }' }),
  files: EXAMPLE_FILES,
  check({ system }, report) {
    for (const vm of system.vms) {
      for (const ports of vm.ioports) {
        const taken = meets(ports, HOST_PORTS);
        if (taken === undefined) continue;
        const message = `I/O ports ${hex(ports.first)}–${hex(ports.last)} cover ${taken.owner} (${hex(taken.first)}–${hex(taken.last)})`;
        report(valueOf(ports), message, { hint: 'leave out those ports' });
      }
    }
  },
};
