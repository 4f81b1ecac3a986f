// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES, twoVms } from '../diagnostics/examples.js';
import { COM_PORTS, PCI_CONFIG, PIT } from '../model/platform.js';
import { passedThrough } from './passthrough.js';
import { firstHere, overlaps, valueOf } from './places.js';
import type { Rule, RuleInput } from './rule.js';
import { type Owned, hex } from './owned.js';

/** I/O ports of the machine: those of the system's own components, and those given away. */
function machinePorts(input: RuleInput): Owned[] {
  const { system } = input;
  const own: Owned[] = [
    { ...PIT, owner: 'the time component (PIT)' },
    { ...PCI_CONFIG, owner: 'PCI configuration access' },
    ...system.consoles.map((c) => ({ ...COM_PORTS[c.uart], owner: `console "${c.name}"` })),
  ];
  const given = system.vms.flatMap((vm) =>
    vm.ioports.map((p) => ({
      first: p.first,
      last: p.last,
      owner: `VM "${vm.name}"`,
      span: valueOf(p),
    })),
  );
  const bars = passedThrough(input).flatMap(({ vm, device, field, fn }) =>
    (fn?.bars ?? []).flatMap((bar) => {
      if (bar.type !== 'io') return [];
      const last = bar.address + bar.bytes - 1;
      return {
        first: bar.address,
        last,
        fn,
        owner: `device "${device.name}" of VM "${vm.name}"`,
        span: valueOf(device, field),
      };
    }),
  );
  return [...own, ...given, ...bars];
}

export const portsOverlap: Rule = {
  code: 'MK0330',
  severity: 'error',
  title: 'I/O ports are given away twice',
  text: `A range of the machine's I/O ports overlaps one that another VM, a passed-through device or a component of the system
has: the interval timer (0x40–0x43), PCI configuration (0xcf8–0xcff), the serial ports of consoles.`,
  fails: twoVms({
    web: 'ioports: { gpio: { first: 0x500, count: 16 } }',
    db: 'ioports: { gpio: { first: 0x508, count: 16 } }',
  }),
  passes: twoVms({
    web: 'ioports: { gpio: { first: 0x500, count: 16 } }',
    db: 'ioports: { gpio: { first: 0x510, count: 16 } }',
  }),
  files: EXAMPLE_FILES,
  check(input, report) {
    for (const { first, again } of overlaps(machinePorts(input))) {
      // The system's own range may sort behind: the finding belongs to what is written.
      const [written, other] = again.span === undefined ? [first, again] : [again, first];
      if (written.span === undefined) continue;
      // A function given away twice is another rule's finding, and told there once.
      if (first.fn !== undefined && first.fn === again.fn) continue;
      const message = `I/O ports ${hex(written.first)}–${hex(written.last)} of ${written.owner} overlap ${hex(other.first)}–${hex(other.last)} of ${other.owner}`;
      report(written.span, message, {
        ...(other.span === undefined ? {} : firstHere(other.span)),
        hint: 'a port belongs to one component: leave it out of one of them',
      });
    }
  },
};
