// SPDX-License-Identifier: BSD-2-Clause
import { ACCEPT, MACHINE_FILES, oneVm } from '../diagnostics/examples.js';
import type { Machine, MachineBar } from '../model/machine.js';
import { hex } from './owned.js';
import { passedThrough } from './passthrough.js';
import { passes } from './pci-example.js';
import { valueOf } from './places.js';
import type { Rule } from './rule.js';

const PAGE = 4096;
const page = (address: number): number => Math.floor(address / PAGE);

function shares(a: MachineBar, b: MachineBar): boolean {
  const last = (bar: MachineBar): number => page(bar.address + bar.bytes - 1);
  return page(a.address) <= last(b) && page(b.address) <= last(a);
}

/** Another memory register of the machine that has a page in common with this one. */
function neighbour(machine: Machine, bar: MachineBar): string | undefined {
  for (const fn of machine.functions) {
    const other = fn.bars.find((b) => b !== bar && b.type !== 'io' && shares(b, bar));
    if (other !== undefined) return `register ${String(other.index)} of "${fn.name}"`;
  }
  return undefined;
}

/** Only the firmware, or the operating system that is probed, places registers. */
const HINT = 'let the firmware place it elsewhere and probe again, or pass another device through';

export const barPage: Rule = {
  code: 'MK0339',
  severity: 'error',
  title: 'a base address register does not have its pages to itself',
  text: `Device memory is given away by pages of 4 KiB. A register that shares a page with another one would give that one away
with it. Firmware often has a setting that aligns registers to pages; a register that does not begin at a page is not yet
supported.`,
  fails: oneVm({ top: 'machine: tight.yaml', web: `pci: { uplink: { device: nic0, ${ACCEPT} } }` }),
  passes,
  files: {
    ...MACHINE_FILES,
    'tight.yaml': MACHINE_FILES['box.yaml']
      .replace('0xfe400000, size: 16KiB', '0xfe400000, size: 256B')
      .replace('0xfe500000, size: 16KiB', '0xfe400100, size: 256B'),
  },
  check(input, report) {
    const { machine } = input;
    if (machine === undefined) return;
    for (const { device, field, fn } of passedThrough(input)) {
      for (const bar of fn?.bars ?? []) {
        if (bar.type === 'io') continue;
        const what = `register ${String(bar.index)} of device "${device.name}" (${hex(bar.address)})`;
        const other = neighbour(machine, bar);
        if (other !== undefined) {
          report(valueOf(device, field), `${what} shares a page with ${other}`, { hint: HINT });
        } else if (bar.address % PAGE !== 0) {
          report(valueOf(device, field), `${what} does not begin at a page`, { hint: HINT });
        }
      }
    }
  },
};
