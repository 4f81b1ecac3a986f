// SPDX-License-Identifier: BSD-2-Clause
import { ACCEPT, MACHINE_FILES, oneVm } from '../diagnostics/examples.js';
import { passedThrough } from './passthrough.js';
import { valueOf } from './places.js';
import type { Rule } from './rule.js';

export const domainsExhausted: Rule = {
  code: 'MK0504',
  severity: 'error',
  title: "the IOMMU's domain ids are exhausted",
  text: `Each passed-through function takes a VT-d domain id from 1 on; the machine file's \`domain_bits\` says how many the hardware
has. With an id past them seL4 would hand out a null capability.`,
  fails: '@manydevices',
  passes: oneVm({
    top: 'machine: box.yaml',
    web: `pci: { uplink: { bdf: "0000:03:00.0", ${ACCEPT} } }`,
  }),
  files: MACHINE_FILES,
  check(input, report) {
    const { machine } = input;
    if (machine?.iommu === undefined) return;
    const known = passedThrough(input).filter(({ fn }) => fn !== undefined);
    const domains = 2 ** machine.iommu.domainBits - 1;
    const tooMany = known[domains];
    if (tooMany === undefined) return;
    const { device, field } = tooMany;
    const message = `the system needs ${String(known.length)} IOMMU domains, one for each device; the machine "${machine.name}" has ${String(domains)}, which are used up before device "${device.name}"`;
    report(valueOf(device, field), message, { hint: 'pass fewer devices through' });
  },
};
