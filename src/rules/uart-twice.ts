// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES, oneVm } from '../diagnostics/examples.js';
import { firstHere, sameKey, valueOf } from './places.js';
import type { Rule } from './rule.js';

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
