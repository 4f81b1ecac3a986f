// SPDX-License-Identifier: BSD-2-Clause
import type { Page } from '../diagnostics/page.js';

/** The examples are trees, written as YAML: files by path, as text or as bytes (`00*4` stands for four zeros). */
const CPU = 'proc/cpuinfo: "processor: 0\\nvendor_id: GenuineIntel\\n"\n';

/** A table of memory-mapped configuration spaces, of buses 0 to 255. */
const MCFG = 'hex 4d434647 3c000000 01f7 00*34 000000b0 00000000 0000 00 ff 00*4';

function tree(files: Readonly<Record<string, string>>): string {
  return (
    CPU +
    Object.entries(files)
      .map(([path, content]) => `${path}: ${content}\n`)
      .join('')
  );
}

const TABLE = 'sys/firmware/acpi/tables/MCFG';
const GOOD = tree({ [TABLE]: MCFG });

function config(address: string): string {
  return `sys/bus/pci/devices/${address}/config`;
}

/** A network card with two capabilities; the second one's pointer is the last byte. */
const CARD = 'hex 86803315 00001000 00000002 00*40 40 00*11 0148 00*6 0500';
/** A bridge, its second bus and the last one behind it to be put in. */
const BRIDGE = 'hex 86800134 00*4 00000406 00000100 00*8 00';

export const nothingThere: Page = {
  kind: 'inventory',
  code: 'MK0601',
  severity: 'error',
  title: 'there is nothing to make an inventory of',
  text: `The directory holds none of the files that an inventory is made from: no processor, no ACPI table, no PCI function. Name
\`/\` for the machine that this runs on, or a directory that the script of \`makatea machine collector\` has made. An archive is
unpacked first.`,
  fails: 'home/me/notes: "no hardware here\\n"\n',
  passes: GOOD,
};

export const unreadablePart: Page = {
  kind: 'inventory',
  code: 'MK0602',
  severity: 'warning',
  title: 'a part of the inventory could not be read',
  text: `The ACPI tables, the capabilities of PCI functions and the addresses in \`/proc\` are shown to root only. What could not be
read is left out of the inventory, and the checks that need it can not judge.`,
  fails: tree({ unreadable: '"/sys/firmware/acpi/tables/DMAR\\n"' }),
  passes: GOOD,
};

export const badTable: Page = {
  kind: 'inventory',
  code: 'MK0603',
  severity: 'warning',
  title: 'an ACPI table contradicts itself',
  text: `A length reaches past the end, or a structure can not be what it says. The capture is cut off, or the firmware is wrong;
compare it with \`acpidump\` on the machine. What stands before the fault is kept, but for the DMAR table: with a fault in it the
inventory has no IOMMU, so that nothing is passed through on its word.`,
  fails: GOOD.replace('ff 00*4', 'ff'),
  passes: GOOD,
};

export const badChecksum: Page = {
  kind: 'inventory',
  code: 'MK0604',
  severity: 'warning',
  title: 'an ACPI table has a wrong checksum',
  text: `All bytes of a table add up to zero (ACPI 6.5, 5.2.6). Here they do not: the table was changed after it was made. It is
read all the same, as Linux and seL4 do; make sure that the capture is whole.`,
  fails: GOOD.replace('01f7', '01f6'),
  passes: GOOD,
};

export const pciInconsistent: Page = {
  kind: 'inventory',
  code: 'MK0605',
  severity: 'warning',
  title: 'the configuration space of a PCI function contradicts itself',
  text: `A list of capabilities leads back into itself or out of the configuration space, a register has a value that can not be, or
the MSI-X table lies outside of its region. The function is broken, asleep, or was captured while it was reset. What can not be
believed is left out of the inventory.`,
  fails: tree({ [config('0000:03:00.0')]: CARD.replace(/00$/, '40') }),
  passes: tree({ [config('0000:03:00.0')]: CARD }),
};

export const bridgesContradict: Page = {
  kind: 'inventory',
  code: 'MK0606',
  severity: 'warning',
  title: 'PCI bridges contradict each other',
  text: `Two bridges claim the same bus, or a bridge claims its own or one outside of the bridge above it. Which functions can be
kept apart is decided by the bridges between them, so those that can not be believed have no buses in the inventory.`,
  fails: tree({
    [config('0000:00:01.0')]: `${BRIDGE} 01 01 00*41`,
    [config('0000:00:02.0')]: `${BRIDGE} 01 02 00*41`,
  }),
  passes: tree({
    [config('0000:00:01.0')]: `${BRIDGE} 01 01 00*41`,
    [config('0000:00:02.0')]: `${BRIDGE} 02 02 00*41`,
  }),
};

export const textMalformed: Page = {
  kind: 'inventory',
  code: 'MK0607',
  severity: 'warning',
  title: 'a file of the inventory does not say what it should',
  text: `A file of Linux has another form than is known: a number that is none, a directory that is not named after a PCI address,
memory that is reported twice. It was changed, or this Linux is very old or very new. What it says is left out.`,
  fails: tree({ [config('nic0')]: CARD }),
  passes: tree({ [config('0000:03:00.0')]: CARD }),
};

export const tooMuch: Page = {
  kind: 'inventory',
  code: 'MK0608',
  severity: 'warning',
  title: 'a file of the inventory is larger than any machine makes it',
  text: `Each file and directory of an inventory has a greatest size, far above what machines have, so that a broken capture can not
fill the memory. What is larger is left out.`,
  fails: tree({ [TABLE]: '"@huge"' }),
  passes: GOOD,
};

export const badDump: Page = {
  kind: 'dump',
  code: 'MK0609',
  severity: 'error',
  title: 'a machine dump can not be imported',
  text: `\`makatea machine import\` reads the JSON that microkit-x86-machinedump prints on the serial port: the objects \`memory\`,
\`kdevs\`, \`rmrrs\` and \`bootinfo\`. Lines around it, such as those that begin and end the block, may stay. Here something of it
is missing or of another kind, or a line got lost on the serial port.`,
  fails:
    '{ "memory": [{ "base": 1048576 }], "kdevs": [], "rmrrs": [], "bootinfo": { "numIOPTLevels": 0 } }\n',
  passes: `{
  "memory": [{ "base": 1048576, "size": 535654400 }],
  "kdevs": [{ "name": "ioapic.0", "base": 4273995776, "size": 4096 }],
  "rmrrs": [],
  "bootinfo": { "numIOPTLevels": 0 }
}
`,
};

export const drifted: Page = {
  kind: 'inventory',
  code: 'MK0610',
  severity: 'warning',
  title: 'the machine is no longer what its inventory says',
  text: `The firmware was updated or set up differently, or a card was added, moved or taken out. A description that was checked
against the inventory may give a VM another device than before. Look at each difference, make the inventory anew with
\`makatea machine probe --former FILE\`, which keeps the names of devices, and check the descriptions again.`,
  fails: CPU,
  passes: CPU.replace('processor: 0', 'processor: 0\\nprocessor: 1'),
  files: { 'box.yaml': 'makatea_machine: 1\nname: box\ncpu: { cores: 2 }\n' },
};

export const machinePages: readonly Page[] = [
  nothingThere,
  unreadablePart,
  badTable,
  badChecksum,
  pciInconsistent,
  bridgesContradict,
  textMalformed,
  tooMuch,
  badDump,
  drifted,
];
