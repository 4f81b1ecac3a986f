// SPDX-License-Identifier: BSD-2-Clause

/** A VM's entry as the examples write it, with lines of its own. */
function vm(name: string, lines: string): string {
  return `  ${name}:
    memory: 64MiB
    boot: { type: linux, kernel: images/vmlinuz }
${indent(lines, 4)}`;
}

function indent(lines: string, by: number): string {
  if (lines === '') return '';
  return `${lines.replace(/^/gm, ' '.repeat(by))}\n`;
}

function section(lines: string): string {
  return lines === '' ? '' : `${lines}\n`;
}

/** The files that the examples name: made when they are run. */
export const EXAMPLE_FILES = { 'images/vmlinuz': '@bzimage' };

/** A description with the VM `web`. */
export function oneVm(parts: { web?: string; top?: string } = {}): string {
  const { web = '', top = '' } = parts;
  return `makatea: 1
name: small
vms:
${vm('web', web)}${section(top)}`;
}

/** A description with the VMs `web` and `db`. */
export function twoVms(parts: { web?: string; db?: string; top?: string } = {}): string {
  const { web = '', db = '', top = '' } = parts;
  return `makatea: 1
name: small
vms:
${vm('web', web)}${vm('db', db)}${section(top)}`;
}

/** Accepts what every pass-through device brings. */
export const ACCEPT = 'accept: { MK0320: { reason: "the card is trusted" } }';

/** The machine of the pass-through examples: a network card with MSI-X, another with INTx only. */
export const MACHINE_FILES = {
  ...EXAMPLE_FILES,
  'box.yaml': `makatea_machine: 1
name: box
iommu: {}
pci:
  nic0:
    bdf: "0000:03:00.0"
    msix: 8
    bars: { 0: { type: mmio32, address: 0xfe400000, size: 16KiB } }
  nic1:
    bdf: "0000:04:00.0"
    intx: { gsi: 17 }
    bars: { 0: { type: mmio32, address: 0xfe500000, size: 16KiB } }
`,
};
