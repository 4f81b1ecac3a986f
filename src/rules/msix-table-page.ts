// SPDX-License-Identifier: BSD-2-Clause
import { ACCEPT, MACHINE_FILES, oneVm } from '../diagnostics/examples.js';
import { interruptsOf } from '../model/interrupts.js';
import type { MachineFunction } from '../model/machine.js';
import { hex } from './owned.js';
import { passedThrough } from './passthrough.js';
import { valueOf } from './places.js';
import type { Rule } from './rule.js';

const PAGE = 4096;

/** Whether something other than MSI-X can stand before the table in the table's first page. */
function hasNeighbours({ msixTable: table, msixPba: pba }: MachineFunction): boolean {
  if (table === undefined || table.offset % PAGE === 0) return false;
  const begin = table.offset - (table.offset % PAGE);
  return pba?.bar !== table.bar || pba.offset !== begin;
}

const box = (offset: string): string =>
  MACHINE_FILES['box.yaml'].replace(
    'msix: 8',
    `msix: 8\n    msix_table: { bar: 0, offset: ${offset} }`,
  );

export const msixTablePage: Rule = {
  code: 'MK0353',
  severity: 'warning',
  title: 'an MSI-X table has no page to itself',
  acceptable: true,
  text: `The table says which interrupt the device raises, so the VM's monitor keeps its pages and gives the guest a picture of the
table instead. Other registers in those pages are then out of the guest's reach too. PCI Express (6.0, 7.7.2) wants them in
other pages; this device's table begins in the middle of one. Look into its data sheet; accept it if nothing else is there.`,
  fails: oneVm({ top: 'machine: odd.yaml', web: `pci: { uplink: { device: nic0, ${ACCEPT} } }` }),
  passes: oneVm({ top: 'machine: even.yaml', web: `pci: { uplink: { device: nic0, ${ACCEPT} } }` }),
  files: { ...MACHINE_FILES, 'odd.yaml': box('0x2800'), 'even.yaml': box('0x2000') },
  check(input, report, unjudged) {
    for (const { device, field, fn } of passedThrough(input)) {
      if (fn === undefined || interruptsOf(device, fn).type !== 'msix') continue;
      if (fn.msixTable === undefined) unjudged('where the MSI-X table of a device lies', device);
      if (fn.msixTable === undefined || !hasNeighbours(fn)) continue;
      const { bar, offset } = fn.msixTable;
      const message = `the MSI-X table of device "${device.name}" begins inside a page (register ${String(bar)}, offset ${hex(offset)}): what is before it is out of the guest's reach`;
      report(valueOf(device, field), message, {
        of: device,
        hint: 'use MSI instead, or accept it here when nothing else is in that page',
      });
    }
  },
};
