// SPDX-License-Identifier: BSD-2-Clause
import { ACCEPT, MACHINE_FILES, twoVms } from '../diagnostics/examples.js';
import { isolationGroups } from '../model/isolation.js';
import { passedThrough } from './passthrough.js';
import { firstHere, sameKey, valueOf } from './places.js';
import type { Rule } from './rule.js';

const example = (machine: string): string =>
  twoVms({
    top: `machine: ${machine}`,
    web: `pci: { uplink: { device: nic0, ${ACCEPT} } }`,
    db: `pci: { uplink: { device: nic1, ${ACCEPT} } }`,
  });

const grouped = (first: number, second: number): string =>
  MACHINE_FILES['box.yaml']
    .replace('msix: 8', `msix: 8\n    iommu_group: ${String(first)}`)
    .replace('intx:', `iommu_group: ${String(second)}\n    intx:`);

export const groupSplit: Rule = {
  code: 'MK0350',
  severity: 'error',
  title: 'functions that can not be kept apart go to different VMs',
  text: `The IOMMU sees only what comes up to it. Functions of one device, or below one switch or conventional bridge, can reach each
other's registers without it, unless access control services (ACS) send their traffic up; so the guest of one VM could
drive the device of the other. The machine file says who belongs together: \`iommu_group\` as Linux judges it, else \`acs\`,
\`port\` and \`bridge\`. Give the whole group to one VM, move a card to another slot, or use virtual functions. Functions of one
device that are in groups of their own can go to different VMs.`,
  fails: example('one.yaml'),
  passes: example('two.yaml'),
  files: { ...MACHINE_FILES, 'one.yaml': grouped(7, 7), 'two.yaml': grouped(7, 8) },
  check(input, report) {
    if (input.machine === undefined) return;
    const groupOf = isolationGroups(input.machine);
    const devices = passedThrough(input);
    const key = ({ fn }: (typeof devices)[number]): string | undefined => fn && groupOf(fn);
    for (const { first, again } of sameKey(devices, key)) {
      // Of a function that is given away twice another rule tells.
      if (first.vm === again.vm || first.fn === again.fn) continue;
      const message = `device "${again.device.name}" of VM "${again.vm.name}" and device "${first.device.name}" of VM "${first.vm.name}" can reach each other past the IOMMU (${key(again) ?? ''})`;
      report(valueOf(again.device, again.field), message, {
        ...firstHere(valueOf(first.device, first.field)),
        hint: 'give both to one VM, or pass through one that is in a group of its own',
      });
    }
  },
};
