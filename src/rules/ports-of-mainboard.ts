// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES, oneVm } from '../diagnostics/examples.js';
import type { Machine } from '../model/machine.js';
import { meets } from './device-memory.js';
import { hex, type Owned } from './owned.js';
import { valueOf } from './places.js';
import type { Rule } from './rule.js';

/** Below are the fixed ports of a PC, which are other rules' business. */
const FIRST = 0x100;

/** Every PC has these here, whether its file says so or not. */
const FIXED: readonly Owned[] = [
  { first: 0x60, last: 0x60, owner: 'the keyboard controller' },
  { first: 0x61, last: 0x61, owner: 'the gates of timer and speaker, and non-maskable interrupts' },
  { first: 0x64, last: 0x64, owner: 'the keyboard controller, which can reset the machine' },
];

function mainboardPorts(machine: Machine | undefined): Owned[] {
  const listed = (machine?.ioports ?? []).flatMap(({ first, last, use }): Owned[] =>
    first < FIRST || /serial|parport|PCI conf/i.test(use)
      ? []
      : [{ first, last, owner: use === '' ? 'the mainboard' : `"${use}"` }],
  );
  return [...FIXED, ...listed];
}

export const portsOfMainboard: Rule = {
  code: 'MK0361',
  severity: 'warning',
  title: 'passed-through I/O ports belong to the mainboard',
  acceptable: true,
  text: `The range covers ports of the keyboard controller, or ports that by the machine file the mainboard uses: power management, a
watchdog, an embedded controller. Often they can switch off or reset the whole machine. Look up what is behind them, and
accept it for the VM if that is all right.`,
  fails: oneVm({
    top: 'machine: box.yaml',
    web: 'ioports: { pm: { first: 0x1800, count: 8 } }',
  }),
  passes: oneVm({
    top: 'machine: box.yaml',
    web: 'ioports: { gpio: { first: 0x1900, count: 8 } }',
  }),
  files: {
    ...EXAMPLE_FILES,
    'box.yaml': `makatea_machine: 1
name: box
ioports: [{ first: 0x1800, last: 0x187f, use: ACPI PM1a_EVT_BLK }]
`,
  },
  check({ system, machine }, report, unjudged) {
    const mainboard = mainboardPorts(machine);
    for (const vm of system.vms) {
      for (const ports of vm.ioports) {
        if (machine === undefined || machine.ioports.length === 0) {
          unjudged('whether I/O ports belong to the mainboard (ioports)', vm);
        }
        const taken = meets(ports, mainboard);
        if (taken === undefined) continue;
        const message = `I/O ports ${hex(ports.first)}–${hex(ports.last)} of VM "${vm.name}" cover ${taken.owner} (${hex(taken.first)}–${hex(taken.last)})`;
        report(valueOf(ports), message, {
          of: vm,
          hint: 'leave them out, or accept it in the entry of the VM: accept: { MK0361: { reason: "..." } }',
        });
      }
    }
  },
};
