// SPDX-License-Identifier: BSD-2-Clause
import { ACCEPT, MACHINE_FILES, twoVms } from '../diagnostics/examples.js';
import { groupsAtStart, isolationGroups, reliedOn } from '../model/isolation.js';
import { quoted } from '../util/words.js';
import { passedThrough } from './passthrough.js';
import { firstHere, sameKey, valueOf } from './places.js';
import type { Rule } from './rule.js';

const SERVICES = '[source_validation, request_redirect, completion_redirect, upstream_forwarding]';

const example = (machine: string): string =>
  twoVms({
    top: `machine: ${machine}`,
    web: `pci: { uplink: { device: left, ${ACCEPT} } }`,
    db: `pci: { uplink: { device: right, ${ACCEPT} } }`,
  });

const twoPorts = (more: string): string => `makatea_machine: 1
name: box
iommu: {}
pci:
  root: { bdf: "00:1c.0", port: root_port, bridge: { secondary: 1, subordinate: 1 }, acs: ${SERVICES}${more} }
  left: { bdf: "01:00.0", port: endpoint, class: 0x020000, msi: true, reset: [flr], acs: ${SERVICES}${more} }
  right: { bdf: "01:00.1", port: endpoint, class: 0x020000, msi: true, reset: [flr], acs: ${SERVICES}${more} }
`;

export const acsOff: Rule = {
  code: 'MK0363',
  severity: 'error',
  title: 'what keeps functions of different VMs apart is not switched on',
  text: `Functions of one device, or below one switch, are kept apart by access control services (ACS), which are off until somebody
switches them on. Linux does that, and so judges by what is offered; seL4 and Makatea do not. So only what the firmware leaves on counts:
boot the machine with \`intel_iommu=off\`, look at \`ACSCtl\` in \`lspci -vv\`, and write what has a plus into \`acs_enabled\` of each
function in the machine file. If it is not on, give both functions to one VM, or move a card to a slot with a root port of its own.`,
  fails: example('off.yaml'),
  passes: example('on.yaml'),
  files: {
    ...MACHINE_FILES,
    'off.yaml': twoPorts(''),
    'on.yaml': twoPorts(`, acs_enabled: ${SERVICES}`),
  },
  check(input, report, unjudged) {
    const { machine } = input;
    if (machine === undefined) return;
    const devices = passedThrough(input);
    if (new Set(devices.map(({ vm }) => vm)).size < 2) return;
    const [offered, atStart] = [isolationGroups(machine), groupsAtStart(machine)];
    for (const { device, fn } of devices) {
      if (fn === undefined || atStart(fn) !== undefined) continue;
      const what = 'whether what keeps functions of different VMs apart is switched on (the bridges above them, acs, acs_enabled)'; // prettier-ignore
      unjudged(what, device);
    }
    const key = ({ fn }: (typeof devices)[number]): string | undefined => fn && atStart(fn);
    for (const { first, again } of sameKey(devices, key)) {
      if (first.fn === undefined || again.fn === undefined || first.fn === again.fn) continue;
      // Of what can not be kept apart in any way another rule tells.
      if (first.vm === again.vm || offered(first.fn) === offered(again.fn)) continue;
      const on = [...new Set([...reliedOn(machine, first.fn), ...reliedOn(machine, again.fn)])];
      const by = on.length === 0 ? 'by what only Linux switches on' : `by ACS of ${quoted(on.map(({ name }) => name))}, which is not said to be on`; // prettier-ignore
      const message = `device "${again.device.name}" of VM "${again.vm.name}" and device "${first.device.name}" of VM "${first.vm.name}" are kept apart only ${by}`;
      report(valueOf(again.device, again.field), message, {
        ...firstHere(valueOf(first.device, first.field)),
        hint: 'give both to one VM; or, where the firmware switches it on, say so in the machine file: acs_enabled',
      });
    }
  },
};
