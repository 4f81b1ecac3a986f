// SPDX-License-Identifier: BSD-2-Clause
import { ACCEPT, MACHINE_FILES, oneVm } from '../diagnostics/examples.js';
import { formatBdf } from '../util/bdf.js';
import { choiceHint } from '../util/suggest.js';
import { passedThrough } from './passthrough.js';
import { valueOf } from './places.js';
import type { Rule } from './rule.js';

const passes = oneVm({
  top: 'machine: box.yaml',
  web: `pci: { uplink: { bdf: "0000:03:00.0", ${ACCEPT} } }`,
});

export const pciNeedsMachine: Rule = {
  code: 'MK0302',
  severity: 'error',
  title: 'a device is passed through without a machine file',
  text: `The device's registers become capabilities to its physical memory, and those addresses stand in the machine file.
Without it, what the VM would be given can not be known. Name the inventory with \`machine:\`.`,
  fails: oneVm({ web: `pci: { uplink: { bdf: "0000:03:00.0", ${ACCEPT} } }` }),
  passes,
  files: MACHINE_FILES,
  check(input, report) {
    if (input.machine !== undefined || input.system.machinePath !== undefined) return;
    for (const { device, field } of passedThrough(input)) {
      const message = `device "${device.name}" is passed through, but no machine file tells what it is`;
      const hint = 'name the hardware inventory: "machine: FILE"';
      report(valueOf(device, field), message, { hint });
    }
  },
};

export const pciUnknown: Rule = {
  code: 'MK0303',
  severity: 'error',
  title: 'the machine has no such PCI function',
  text: `The machine file lists no function with this address or name. Either the description is wrong, or the inventory is of
another machine or older than the card.`,
  fails: passes.replace('0000:03:00.0', '0000:03:00.1'),
  passes,
  files: MACHINE_FILES,
  check(input, report) {
    const { machine } = input;
    if (machine === undefined) return;
    for (const { device, field, fn } of passedThrough(input)) {
      if (fn !== undefined) continue;
      const { by } = device;
      const wanted = 'bdf' in by ? formatBdf(by.bdf) : by.device;
      const known = machine.functions.map((f) => ('bdf' in by ? formatBdf(f.bdf) : f.name));
      const hint = choiceHint(wanted, known, 'the machine file lists no PCI functions');
      const message = `the machine "${machine.name}" has no PCI function ${wanted}`;
      report(valueOf(device, field), message, { hint });
    }
  },
};

export const pciInterruptsMissing: Rule = {
  code: 'MK0304',
  severity: 'error',
  title: 'a device can not interrupt in this way',
  text: `The machine file says that the function has no MSI-X, MSI or INTx, or fewer MSI-X vectors than are asked for, or that its
INTx line reaches no I/O APIC input. Leave \`interrupts\` out to get the best that it has.`,
  fails: passes.replace('0", ', '0", interrupts: { type: intx }, '),
  passes: passes.replace('0", ', '0", interrupts: { type: msix, vectors: 2 }, '),
  files: MACHINE_FILES,
  check(input, report) {
    for (const { device, fn } of passedThrough(input)) {
      const wanted = device.interrupts;
      if (fn === undefined || wanted === undefined) continue;
      const vectors = wanted.type === 'msix' ? wanted.vectors : 0;
      const able =
        wanted.type === 'none' ||
        (wanted.type === 'msix' && fn.msix > 0 && vectors <= fn.msix) ||
        (wanted.type === 'msi' && fn.msi) ||
        (wanted.type === 'intx' && fn.intx !== undefined);
      if (able) continue;
      const what =
        wanted.type === 'msix' ? `${String(vectors)} MSI-X vectors` : wanted.type.toUpperCase();
      const has = [
        ...(fn.msix > 0 ? [`${String(fn.msix)} MSI-X vectors`] : []),
        ...(fn.msi ? ['MSI'] : []),
        ...(fn.intx ? ['INTx'] : []),
      ];
      const hint = has.length === 0 ? 'it has no interrupts' : `it has ${has.join(' and ')}`;
      const message = `${formatBdf(fn.bdf)} can not interrupt by ${what}`;
      report(valueOf(device, 'interrupts'), message, { hint });
    }
  },
};

export const noIommu: Rule = {
  code: 'MK0305',
  severity: 'error',
  title: 'a device is passed through on a machine without VT-d',
  text: `Without VT-d a passed-through device can read and write all memory, the kernel's included. Pass-through is refused on a
machine whose file has no \`iommu\`. If the machine has VT-d, see that it is switched on in the firmware, and complete the
machine file.`,
  fails: passes,
  passes: oneVm(),
  files: {
    ...MACHINE_FILES,
    'box.yaml': MACHINE_FILES['box.yaml'].replace('iommu: {}\n', ''),
  },
  check(input, report) {
    if (input.machine === undefined || input.machine.iommu !== undefined) return;
    for (const { device, field } of passedThrough(input)) {
      const message = `the machine "${input.machine.name}" has no VT-d, so the device's DMA can not be confined`;
      report(valueOf(device, field), message, {
        hint: 'pass through only on a machine with "iommu"',
      });
    }
  },
};

export const forgedInterrupts: Rule = {
  code: 'MK0320',
  severity: 'warning',
  title: 'a passed-through device can forge interrupts',
  text: `VT-d confines the device's DMA, but seL4 does not remap interrupts: a write of the device to 0xFEExxxxx raises any
vector on any core. A hostile device, or a guest that drives one so, can therefore disturb other components (not read or
change their memory), and for availability its VM counts to the system's trusted computing base. Accept this by name:
\`accept: { MK0320: { reason: "..." } }\` in the device's entry. The report lists it.`,
  fails: passes.replace(`, ${ACCEPT}`, ''),
  passes,
  files: MACHINE_FILES,
  check(input, report) {
    for (const { vm, device, field } of passedThrough(input)) {
      if (device.accept.has('MK0320')) continue;
      const message = `device "${device.name}" of VM "${vm.name}" can forge interrupt messages`;
      report(valueOf(device, field), message, {
        hint: 'seL4 does not remap interrupts; accept it with accept: { MK0320: { reason: "..." } }',
      });
    }
  },
};

export const idleAcceptance: Rule = {
  code: 'MK0321',
  severity: 'warning',
  title: 'an accepted finding does not occur',
  text: `The entry accepts a finding that there is none of here. Only MK0320 can be accepted for a device. Take the line out, so
that the next reader does not look for a risk that is not there.`,
  fails: passes.replace('MK0320', 'MK0301'),
  passes,
  files: MACHINE_FILES,
  check(input, report) {
    for (const { device } of passedThrough(input)) {
      for (const code of device.accept.keys()) {
        if (code === 'MK0320') continue;
        const message = `${code} is accepted for device "${device.name}", but there is no such finding to accept`;
        report(valueOf(device, 'accept', code), message, { hint: 'take it out' });
      }
    }
  },
};
