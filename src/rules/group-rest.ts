// SPDX-License-Identifier: BSD-2-Clause
import { ACCEPT, MACHINE_FILES, oneVm } from '../diagnostics/examples.js';
import { isolationGroups } from '../model/isolation.js';
import type { MachineFunction } from '../model/machine.js';
import { quoted } from '../util/words.js';
import { passedThrough } from './passthrough.js';
import { isFabric } from './pci-bridge.js';
import { valueOf } from './places.js';
import type { Rule } from './rule.js';

const example = oneVm({
  top: 'machine: box.yaml',
  web: `pci: { uplink: { device: nic0, ${ACCEPT} } }`,
});

const grouped = (second: number): string =>
  MACHINE_FILES['box.yaml']
    .replace('msix: 8', 'msix: 8\n    iommu_group: 7')
    .replace('intx:', `iommu_group: ${String(second)}\n    intx:`);

export const groupRest: Rule = {
  code: 'MK0351',
  severity: 'warning',
  title: 'a group of functions is passed through in part',
  acceptable: true,
  text: `The other functions of the group, often of the same card, stay with the host. There nobody drives them and the IOMMU stops
their DMA, so no other VM's memory is in reach; but the guest can write to their registers past the IOMMU, and with that
disturb what they are for (a management controller, say). Pass the rest to the same VM, or accept it for the device.`,
  fails: example,
  passes: example.replace('box.yaml', 'apart.yaml'),
  files: { ...MACHINE_FILES, 'box.yaml': grouped(7), 'apart.yaml': grouped(8) },
  check(input, report, unjudged) {
    if (input.machine === undefined) return;
    const groupOf = isolationGroups(input.machine);
    const devices = passedThrough(input);
    if (devices.length === 0) return;
    const given = new Set(devices.map(({ fn }) => fn));
    const rest = new Map<string, MachineFunction[]>();
    for (const fn of input.machine.functions) {
      const group = groupOf(fn);
      if (group === undefined || given.has(fn) || isFabric(fn)) continue;
      rest.set(group, [...(rest.get(group) ?? []), fn]);
    }
    for (const { device, field, fn } of devices) {
      const group = fn && groupOf(fn);
      if (fn !== undefined && group === undefined) {
        unjudged(
          'which devices the IOMMU can keep apart (iommu_group, or the bridges above them)',
          device,
        );
      }
      const others = group === undefined ? undefined : rest.get(group);
      if (others === undefined) continue;
      const names = quoted(others.map(({ name }) => name));
      const message = `device "${device.name}" can reach ${names} past the IOMMU (${group ?? ''}), which no VM is given`;
      report(valueOf(device, field), message, {
        of: device,
        hint: 'give the whole group to this VM, or accept it here: accept: { MK0351: { reason: "..." } }',
      });
    }
  },
};
