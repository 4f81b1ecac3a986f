// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES, oneVm } from '../diagnostics/examples.js';
import { nameOf } from './places.js';
import type { Rule } from './rule.js';

export const unusedConsole: Rule = {
  code: 'MK0308',
  severity: 'warning',
  title: 'a console is not used',
  acceptable: true,
  text: 'No serial port and no terminal leads to this console. It would own a physical port for nothing.',
  fails: oneVm({ top: 'consoles: { front: {} }' }),
  passes: oneVm({ web: 'serial: { com1: { console: front } }', top: 'consoles: { front: {} }' }),
  files: EXAMPLE_FILES,
  check({ system }, report) {
    // What was refused elsewhere may have used it.
    if (system.partial) return;
    const used = new Set(
      system.vms.flatMap((vm) => [...vm.serial, ...vm.terminals].map((s) => s.console.name)),
    );
    for (const console of system.consoles) {
      if (used.has(console.name)) continue;
      const hint = `lead a port to it: serial: { com1: { console: ${console.name} } }`;
      report(nameOf(system, console), `no port leads to console "${console.name}"`, { hint });
    }
  },
};
