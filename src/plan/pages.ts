// SPDX-License-Identifier: BSD-2-Clause
import { ACCEPT, EXAMPLE_FILES, MACHINE_FILES, oneVm } from '../diagnostics/examples.js';
import type { Page } from '../diagnostics/page.js';

const DEVICE = oneVm({
  top: 'machine: box.yaml',
  web: `pci: { uplink: { bdf: "0000:03:00.0", ${ACCEPT} } }`,
});

export const tooManyDevices: Page = {
  code: 'MK0501',
  severity: 'error',
  title: 'a VM has more PCI devices than PCI Express can address',
  text: `Devices past the 31 slots of bus 0 stand behind root ports, eight at each of 248: 1,984 in all. Pinned slots reduce that.
Give some of the devices to another VM.`,
  fails: '@manydisks',
  passes: oneVm(),
  files: EXAMPLE_FILES,
};

export const barsDoNotFit: Page = {
  code: 'MK0502',
  severity: 'error',
  title: "a VM's device memory does not fit into its PCI windows",
  text: `32-bit base address registers are placed in the 512 MiB from 3 GiB on, 64-bit ones above the RAM and below 512 GiB. The
devices that are passed through need more.`,
  fails: DEVICE,
  passes: DEVICE.replace('box.yaml', 'small.yaml'),
  files: {
    ...EXAMPLE_FILES,
    'small.yaml': MACHINE_FILES['box.yaml'],
    'box.yaml': MACHINE_FILES['box.yaml'].replace(
      '0xfe400000, size: 16KiB',
      '0x40000000, size: 1GiB',
    ),
  },
};

export const outOfAsids: Page = {
  code: 'MK0505',
  severity: 'error',
  title: "seL4's address space identifiers are exhausted",
  text: `Each VM's extended page table needs an identifier from an ASID pool. Seven pools of 512 are to be had on x86-64: 3,584
VMs.`,
  fails: '@toomanyvms',
  passes: oneVm(),
  files: EXAMPLE_FILES,
};

export const memoryTableFull: Page = {
  code: 'MK0507',
  severity: 'error',
  title: "a VM's memory has more separate ranges than Linux' memory table",
  text: `Linux is told of its memory by a table of 128 rows. RAM and the standard devices take about ten; each range under
\`mmio\` takes one, neighbours together. Make one range of neighbouring ones, or give some of them to another VM.`,
  fails: '@manyranges',
  passes: oneVm(),
  files: EXAMPLE_FILES,
};

export const planPages: readonly Page[] = [
  tooManyDevices,
  barsDoNotFit,
  outOfAsids,
  memoryTableFull,
];
