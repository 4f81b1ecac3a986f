// SPDX-License-Identifier: BSD-2-Clause
import type { Span } from '../diagnostics/diagnostic.js';
import { EXAMPLE_FILES, twoVms } from '../diagnostics/examples.js';
import { interruptsOf } from '../model/interrupts.js';
import { ioapicInput, type MachineFunction } from '../model/machine.js';
import { COM_PORTS, PIT } from '../model/platform.js';
import { passedThrough } from './passthrough.js';
import { firstHere, sameKey, valueOf } from './places.js';
import type { Rule, RuleInput } from './rule.js';

interface Input {
  readonly ioapic: number;
  readonly pin: number;
  readonly owner: string;
  readonly span?: Span;
  /** The PCI function whose line it is. */
  readonly fn?: MachineFunction;
}

function ioapicInputs(input: RuleInput): Input[] {
  const { system, machine } = input;
  const own: Input[] = [
    { ioapic: 0, pin: PIT.pin, owner: 'the time component (PIT)' },
    ...system.consoles.map((c) => ({
      ioapic: 0,
      pin: COM_PORTS[c.uart].hostPin,
      owner: `console "${c.name}"`,
    })),
  ];
  const lines = passedThrough(input).flatMap(({ vm, device, field, fn }) => {
    if (machine === undefined || fn?.intx === undefined) return [];
    if (interruptsOf(device, fn).type !== 'intx') return [];
    const at = ioapicInput(machine.ioapics, fn.intx.gsi);
    const owner = `device "${device.name}" of VM "${vm.name}"`;
    return at === undefined ? [] : { ...at, owner, span: valueOf(device, field), fn };
  });
  const given = system.vms.flatMap((vm) =>
    vm.irqs.map((i) => ({
      ioapic: i.ioapic,
      pin: i.pin,
      owner: `VM "${vm.name}"`,
      span: valueOf(i, 'pin'),
    })),
  );
  return [...own, ...lines, ...given];
}

export const inputTwice: Rule = {
  code: 'MK0334',
  severity: 'error',
  title: 'an I/O APIC input is given away twice',
  text: `An interrupt input belongs to one component: seL4 delivers it to one notification. The interval timer has input 2 of
I/O APIC 0, consoles on com1 or com3 input 4, on com2 or com4 input 3. Two devices that share an INTx line can not go to
different VMs; use MSI or MSI-X for one of them.`,
  fails: twoVms({ web: 'irqs: { gpio: { pin: 14 } }', db: 'irqs: { gpio: { pin: 14 } }' }),
  passes: twoVms({ web: 'irqs: { gpio: { pin: 14 } }', db: 'irqs: { gpio: { pin: 15 } }' }),
  files: EXAMPLE_FILES,
  check(input, report) {
    const key = (i: Input): string => `${String(i.ioapic)} ${String(i.pin)}`;
    for (const { first, again } of sameKey(ioapicInputs(input), key)) {
      if (again.span === undefined) continue;
      // A function given away twice is another rule's finding, and told there once.
      if (first.fn !== undefined && first.fn === again.fn) continue;
      const message = `input ${String(again.pin)} of I/O APIC ${String(again.ioapic)} already belongs to ${first.owner}`;
      report(again.span, message, {
        ...(first.span === undefined ? {} : firstHere(first.span)),
        hint: 'an interrupt input belongs to one component; a device can use MSI or MSI-X instead',
      });
    }
  },
};
