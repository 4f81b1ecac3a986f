// SPDX-License-Identifier: BSD-2-Clause
import { ACCEPT, EXAMPLE_FILES, MACHINE_FILES, oneVm, twoVms } from '../diagnostics/examples.js';
import type { Page } from '../diagnostics/page.js';

export const unknownVm: Page = {
  code: 'MK0201',
  severity: 'error',
  title: 'no VM has this name',
  text: 'A link ends at a VM, or a controller is a VM, that the description does not have.',
  fails: twoVms({ top: 'links:\n  private: { type: net, ends: { web: {}, dbase: {} } }' }),
  passes: twoVms({ top: 'links:\n  private: { type: net, ends: { web: {}, db: {} } }' }),
  files: EXAMPLE_FILES,
};

export const unknownConsole: Page = {
  code: 'MK0202',
  severity: 'error',
  title: 'no console has this name',
  text: 'A serial port or a terminal leads to a console that the description does not have. Consoles stand at the top level.',
  fails: oneVm({ web: 'serial: { com1: { console: frnt } }', top: 'consoles: { front: {} }' }),
  passes: oneVm({ web: 'serial: { com1: { console: front } }', top: 'consoles: { front: {} }' }),
  files: EXAMPLE_FILES,
};

export const unknownBackend: Page = {
  code: 'MK0203',
  severity: 'error',
  title: 'no backend has this name',
  text: `A disk or network device names a backend that is neither built in (\`ramdisk\`, for disks) nor an entry of
\`backends\`.`,
  fails: oneVm({ web: 'disks: { data: { backend: ramdsk, size: 2MiB } }' }),
  passes: oneVm({ web: 'disks: { data: { backend: ramdisk, size: 2MiB } }' }),
  files: EXAMPLE_FILES,
};

export const twoEnds: Page = {
  code: 'MK0204',
  severity: 'error',
  title: 'a link does not have two ends',
  text: `A link is point-to-point: it has exactly two ends, in two different VMs. To connect three VMs, use three links, or let
one VM route.`,
  fails: twoVms({ top: 'links:\n  private: { type: net, ends: { web: {} } }' }),
  passes: twoVms({ top: 'links:\n  private: { type: net, ends: { web: {}, db: {} } }' }),
  files: EXAMPLE_FILES,
};

export const deviceTwice: Page = {
  code: 'MK0205',
  severity: 'error',
  title: 'a pass-through device is named by neither or both of bdf and device',
  text: `Name the PCI function either by its address (\`bdf\`) or by its name in the machine file (\`device\`).`,
  fails: oneVm({ top: 'machine: box.yaml', web: `pci: { uplink: { ${ACCEPT} } }` }),
  passes: oneVm({ top: 'machine: box.yaml', web: `pci: { uplink: { device: nic0, ${ACCEPT} } }` }),
  files: MACHINE_FILES,
};

const SERIAL = 'links:\n  debug: { type: serial, ends: { web: { port: com2 }, db:';

export const serialEndTwice: Page = {
  code: 'MK0206',
  severity: 'error',
  title: 'an end of a serial link is named by neither or both of port and terminal',
  text: `A serial link ends either at a serial port (\`port\`) or at a port of the VirtIO console (\`terminal\`), to which you give
the name that the guest sees.`,
  fails: twoVms({ top: `${SERIAL} {} } }` }),
  passes: twoVms({ top: `${SERIAL} { terminal: debug } } }` }),
  files: EXAMPLE_FILES,
};

export const modelPages: readonly Page[] = [
  unknownVm,
  unknownConsole,
  unknownBackend,
  twoEnds,
  deviceTwice,
  serialEndTwice,
];
