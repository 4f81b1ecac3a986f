// SPDX-License-Identifier: BSD-2-Clause
import type { Span } from '../diagnostics/diagnostic.js';
import { EXAMPLE_FILES, oneVm } from '../diagnostics/examples.js';
import { COM_PORTS, PCI_CONFIG, RTC } from '../model/platform.js';
import type { Vm } from '../model/system.js';
import { passedThrough } from './passthrough.js';
import { valueOf } from './places.js';
import type { Rule, RuleInput } from './rule.js';
import { type Owned, hex } from './owned.js';

/** Ports at which the guest itself sees emulated devices. */
function guestPorts(vm: Vm, input: RuleInput): Owned[] {
  const ports = new Set([
    ...vm.serial.map((s) => s.port),
    ...input.system.links.flatMap((link) =>
      link.type === 'serial'
        ? link.ends.filter((e) => e.vm === vm).flatMap((e) => e.port ?? [])
        : [],
    ),
  ]);
  return [
    { ...RTC, owner: 'real-time clock' },
    { ...PCI_CONFIG, owner: 'PCI configuration ports' },
    ...[...ports].map((port) => ({ ...COM_PORTS[port], owner: port })),
  ];
}

/** What the guest reaches of the machine's ports: ranges, and registers of devices. */
function givenPorts(input: RuleInput): { vm: Vm; first: number; last: number; span: Span }[] {
  const ranges = input.system.vms.flatMap((vm) =>
    vm.ioports.map((ports) => ({ vm, first: ports.first, last: ports.last, span: valueOf(ports) })),
  );
  const bars = passedThrough(input).flatMap(({ vm, device, field, fn }) =>
    (fn?.bars ?? [])
      .filter((bar) => bar.type === 'io')
      .map((bar) => ({
        vm,
        first: bar.address,
        last: bar.address + bar.bytes - 1,
        span: valueOf(device, field),
      })),
  );
  return [...ranges, ...bars];
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
    for (const { vm, first, last, span } of givenPorts(input)) {
      if (last > 0xffff) report(span, `I/O ports ${hex(first)}–${hex(last)} run past 0xffff`);
      for (const device of guestPorts(vm, input)) {
        if (first > device.last || device.first > last) continue;
        const message = `I/O ports ${hex(first)}–${hex(last)} cover the ${device.owner} of VM "${vm.name}" (${hex(device.first)}–${hex(device.last)})`;
        report(span, message, { hint: 'leave out those ports' });
      }
    }
  },
};
