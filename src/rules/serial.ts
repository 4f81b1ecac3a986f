// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES, oneVm, twoVms } from '../diagnostics/examples.js';
import { firstHere, nameOf, sameKey, valueOf } from './places.js';
import type { Rule } from './rule.js';

export const portTwice: Rule = {
  code: 'MK0306',
  severity: 'error',
  title: 'a serial port is used twice',
  text: `A VM's serial port leads to one place: to a console, or to the other end of one serial link. A VM has four ports,
com1 to com4.`,
  fails: twoVms({
    web: 'serial: { com1: { console: front } }',
    top: 'consoles: { front: {} }\nlinks:\n  debug: { type: serial, ends: { web: { port: com1 }, db: { port: com2 } } }',
  }),
  passes: twoVms({
    web: 'serial: { com1: { console: front } }',
    top: 'consoles: { front: {} }\nlinks:\n  debug: { type: serial, ends: { web: { port: com2 }, db: { port: com2 } } }',
  }),
  files: EXAMPLE_FILES,
  check({ system }, report) {
    const uses = [
      ...system.vms.flatMap((vm) =>
        vm.serial.map((s) => ({ vm: vm.name, port: s.port, span: nameOf(system, s) })),
      ),
      ...system.links.flatMap((link) =>
        link.type !== 'serial'
          ? []
          : link.ends.map((e) => ({ vm: e.vm.name, port: e.port, span: valueOf(e, 'port') })),
      ),
    ];
    for (const { first, again } of sameKey(uses, (use) => `${use.vm} ${use.port}`)) {
      report(again.span, `port ${again.port} of VM "${again.vm}" is used twice`, {
        ...firstHere(first.span),
        hint: 'a port leads to one console or to one link',
      });
    }
  },
};

export const uartTwice: Rule = {
  code: 'MK0307',
  severity: 'error',
  title: 'a physical serial port serves two consoles',
  text: `A physical port belongs to one console. com1 and com3 share an interrupt line, and so do com2 and com4: of each pair
only one can be used.`,
  fails: oneVm({
    web: 'serial: { com1: { console: front }, com2: { console: back } }',
    top: 'consoles: { front: { uart: com1 }, back: { uart: com3 } }',
  }),
  passes: oneVm({
    web: 'serial: { com1: { console: front }, com2: { console: back } }',
    top: 'consoles: { front: { uart: com1 }, back: { uart: com2 } }',
  }),
  files: EXAMPLE_FILES,
  check({ system }, report) {
    // The odd ports interrupt at ISA line 4, the even ones at line 3.
    const line = (uart: string): string => (uart === 'com1' || uart === 'com3' ? '4' : '3');
    for (const { first, again } of sameKey(system.consoles, (c) => line(c.uart))) {
      const message =
        first.uart === again.uart
          ? `consoles "${first.name}" and "${again.name}" both use ${again.uart}`
          : `${first.uart} of console "${first.name}" and ${again.uart} of console "${again.name}" share interrupt line ${line(again.uart)}`;
      report(valueOf(again, 'uart'), message, {
        ...firstHere(valueOf(first, 'uart')),
        hint: 'a console needs a port and an interrupt line of its own',
      });
    }
  },
};

export const unusedConsole: Rule = {
  code: 'MK0308',
  severity: 'warning',
  title: 'a console is not used',
  text: 'No serial port leads to this console. It would own a physical port for nothing.',
  fails: oneVm({ top: 'consoles: { front: {} }' }),
  passes: oneVm({ web: 'serial: { com1: { console: front } }', top: 'consoles: { front: {} }' }),
  files: EXAMPLE_FILES,
  check({ system }, report) {
    // What was refused elsewhere may have used it.
    if (system.partial) return;
    const used = new Set(system.vms.flatMap((vm) => vm.serial.map((s) => s.console.name)));
    for (const console of system.consoles) {
      if (used.has(console.name)) continue;
      const hint = `lead a port to it: serial: { com1: { console: ${console.name} } }`;
      report(nameOf(system, console), `no port leads to console "${console.name}"`, { hint });
    }
  },
};
