// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES, oneVm } from '../diagnostics/examples.js';
import type { Machine } from '../model/machine.js';
import { IOAPIC_BASE, LAPIC } from '../model/platform.js';
import { alignDown, alignUp, MIB } from '../util/size.js';
import { givenMemory, meets } from './device-memory.js';
import { guestRanges } from './mmio-place.js';
import { hex, type Owned } from './owned.js';
import type { Rule } from './rule.js';

const PAGE = 4096;

/** Memory that seL4 and the system's components go on using, whole pages. */
function hostMemory(machine: Machine): Owned[] {
  const owned = (address: number, bytes: number, owner: string): Owned => ({
    first: alignDown(address, PAGE),
    last: alignUp(address + bytes, PAGE) - 1,
    owner,
  });
  return [
    // Interrupt messages are writes to this range (SDM vol. 3, 11.11.1).
    owned(LAPIC.base, MIB, 'the local APICs and interrupt messages'),
    ...machine.ioapics.flatMap(({ address }, index) => {
      const at = address ?? (index === 0 ? IOAPIC_BASE : undefined);
      return at === undefined ? [] : [owned(at, PAGE, `I/O APIC ${String(index)}`)];
    }),
    ...(machine.iommu?.units ?? []).map(({ address }) => owned(address, PAGE, 'the IOMMU')),
    // The base address is that of bus 0 (PCI Firmware Specification 3.3, 4.1.2).
    ...machine.ecam.map(({ address, firstBus, lastBus }) =>
      owned(address + firstBus * MIB, (lastBus + 1 - firstBus) * MIB, 'PCI configuration spaces'),
    ),
  ];
}

const example = (address: string): string =>
  oneVm({
    top: 'machine: box.yaml',
    web: `mmio: { fpga: { address: ${address}, size: 4KiB } }`,
  });

export const mmioOfHost: Rule = {
  code: 'MK0359',
  severity: 'error',
  title: 'device memory belongs to the machine as a whole',
  text: `By the machine file these are the registers of an I/O APIC, a local APIC or the IOMMU, or configuration spaces of PCI devices.
seL4 uses them, or all isolation rests on them. No VM can have them.`,
  fails: example('0xfed90000'),
  passes: example('0xfed80000'),
  files: {
    ...EXAMPLE_FILES,
    'box.yaml': `makatea_machine: 1
name: box
iommu: { units: [{ address: 0xfed90000, all: true }] }
`,
  },
  check(input, report, unjudged) {
    const { machine } = input;
    const given = givenMemory(input);
    if (given.length > 0 && machine === undefined) {
      unjudged('whether device memory belongs to something else');
    }
    if (machine === undefined) return;
    const host = hostMemory(machine);
    for (const { vm, entry, first, last, span } of given) {
      const taken = meets({ first, last }, host);
      // Where the guest has something of its own is another rule's finding.
      if (taken === undefined || (entry && meets({ first, last }, guestRanges(input, vm))))
        continue;
      const message = `device memory ${hex(first)}–${hex(last)} meets ${taken.owner} (${hex(taken.first)}–${hex(taken.last)})`;
      report(span, message, { hint: 'correct the address, or the machine file' });
    }
  },
};
