// SPDX-License-Identifier: BSD-2-Clause
import { ACCEPT, MACHINE_FILES, twoVms } from '../diagnostics/examples.js';
import { passedThrough } from './passthrough.js';
import { firstHere, sameKey, valueOf } from './places.js';
import type { Rule } from './rule.js';
import { formatBdf } from '../util/bdf.js';

export const pciTwice: Rule = {
  code: 'MK0301',
  severity: 'error',
  title: 'a PCI function is given away twice',
  text: `A PCI function belongs to one VM. Two drivers on one device corrupt each other's state, and its DMA can reach the memory
of one VM only. The same function named once by \`bdf\` and once by \`device\` counts as twice. To share a network card use
one of its virtual functions for each VM.`,
  fails: twoVms({
    top: 'machine: box.yaml',
    web: `pci: { uplink: { bdf: "0000:03:00.0", ${ACCEPT} } }`,
    db: `pci: { nic: { device: nic0, ${ACCEPT} } }`,
  }),
  passes: twoVms({
    top: 'machine: box.yaml',
    web: `pci: { uplink: { bdf: "0000:03:00.0", ${ACCEPT} } }`,
    db: `pci: { nic: { device: nic1, ${ACCEPT} } }`,
  }),
  files: MACHINE_FILES,
  check(input, report) {
    const devices = passedThrough(input);
    const key = (d: (typeof devices)[number]): string | undefined => d.bdf && formatBdf(d.bdf);
    for (const { first, again } of sameKey(devices, key)) {
      const message = `${key(again) ?? ''} is given to VM "${again.vm.name}" and to VM "${first.vm.name}"`;
      report(valueOf(again.device, again.field), message, {
        ...firstHere(valueOf(first.device, first.field)),
        hint: 'a PCI function belongs to one VM',
      });
    }
  },
};
