// SPDX-License-Identifier: BSD-2-Clause
import { ACCEPT, MACHINE_FILES, oneVm } from '../diagnostics/examples.js';
import type { MachineBar, MachineFunction } from '../model/machine.js';
import { isPowerOfTwo } from '../util/size.js';
import { hex } from './owned.js';
import { passedThrough } from './passthrough.js';
import { passes } from './pci-example.js';
import { valueOf } from './places.js';
import type { Rule } from './rule.js';

/** Why a base address register can not be as the machine file has it (PCI 3.0, 6.2.5.1), in words. */
function fault(bar: MachineBar, fn: MachineFunction): string | undefined {
  if (!isPowerOfTwo(bar.bytes)) return 'its size is not a power of two';
  if (bar.address % bar.bytes !== 0) return 'its address is not a multiple of its size';
  if (bar.type === 'io' && bar.address + bar.bytes > 0x1_0000) return 'it ends past port 0xffff';
  if (bar.type !== 'mmio64') return undefined;
  if (bar.index === 5) return 'a 64-bit register needs two places, and 5 is the last';
  const next = fn.bars.some((other) => other.index === bar.index + 1);
  return next ? `a 64-bit register takes place ${String(bar.index + 1)} too` : undefined;
}

/** What is wrong with the place of the MSI-X table, 16 bytes for each vector (PCI Express 6.0, 7.7.2). */
function tableFault({ msixTable: table, msix, bars }: MachineFunction): string | undefined {
  if (table === undefined) return undefined;
  const bar = bars.find(({ index, type }) => index === table.bar && type !== 'io');
  if (bar !== undefined && table.offset + 16 * msix <= bar.bytes) return undefined;
  return `its MSI-X table does not lie in register ${String(table.bar)}`;
}

export const barShape: Rule = {
  code: 'MK0338',
  severity: 'error',
  title: 'a base address register can not be as the machine file has it',
  text: `Registers are powers of two in size and aligned to it; a 64-bit one takes two of the six places; the
MSI-X table lies in one of them. What the machine file says
of a device that is passed through can not be true, and other memory or ports would be given away.`,
  fails: oneVm({ top: 'machine: odd.yaml', web: `pci: { uplink: { device: nic0, ${ACCEPT} } }` }),
  passes,
  files: {
    ...MACHINE_FILES,
    'odd.yaml': MACHINE_FILES['box.yaml'].replace('16KiB', '12KiB'),
  },
  check(input, report) {
    for (const { device, field, fn } of passedThrough(input)) {
      const table = fn && tableFault(fn);
      if (table !== undefined) {
        const message = `device "${device.name}" is impossible: ${table}`;
        report(valueOf(device, field), message, { hint: 'correct the machine file' });
      }
      for (const bar of fn?.bars ?? []) {
        const why = fn && fault(bar, fn);
        if (why === undefined) continue;
        const message = `register ${String(bar.index)} of device "${device.name}" at ${hex(bar.address)} is impossible: ${why}`;
        report(valueOf(device, field), message, { hint: 'correct the machine file' });
      }
    }
  },
};
