// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES, oneVm } from '../diagnostics/examples.js';
import { COM_PORTS, PCI_CONFIG, RTC } from '../model/platform.js';
import type { Vm } from '../model/system.js';
import { valueOf } from './places.js';
import type { Rule, RuleInput } from './rule.js';
import { type Owned, hex } from './owned.js';

/** Ports at which the guest itself sees emulated devices. */
function guestPorts(vm: Vm, input: RuleInput): Owned[] {
  const ports = new Set([
    ...vm.serial.map((s) => s.port),
    ...input.system.links.flatMap((link) =>
      link.type === 'serial' ? link.ends.filter((e) => e.vm === vm).map((e) => e.port) : [],
    ),
  ]);
  return [
    { ...RTC, owner: 'real-time clock' },
    { ...PCI_CONFIG, owner: 'PCI configuration ports' },
    ...[...ports].map((port) => ({ ...COM_PORTS[port], owner: port })),
  ];
}

export const portsEmulated: Rule = {
  code: 'MK0331',
  severity: 'error',
  title: 'passed-through I/O ports hide a device of the guest',
  text: `The range covers ports at which the VM has an emulated device: its real-time clock (0x70–0x71), PCI configuration
(0xcf8–0xcff) or one of its serial ports. Or it runs past port 0xffff.`,
  fails: oneVm({ web: 'ioports: { cmos: { first: 0x70, count: 2 } }' }),
  passes: oneVm({ web: 'ioports: { cmos: { first: 0x500, count: 2 } }' }),
  files: EXAMPLE_FILES,
  check(input, report) {
    for (const vm of input.system.vms) {
      for (const ports of vm.ioports) {
        if (ports.last > 0xffff) {
          report(valueOf(ports), `I/O ports "${ports.name}" run past 0xffff`);
        }
        for (const device of guestPorts(vm, input)) {
          if (ports.first > device.last || device.first > ports.last) continue;
          const message = `I/O ports ${hex(ports.first)}–${hex(ports.last)} cover the ${device.owner} of VM "${vm.name}" (${hex(device.first)}–${hex(device.last)})`;
          report(valueOf(ports), message, { hint: 'leave out those ports' });
        }
      }
    }
  },
};
