// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES, twoVms } from '../diagnostics/examples.js';
import { firstHere, nameOf, sameKey, valueOf } from './places.js';
import type { Rule } from './rule.js';

export const portTwice: Rule = {
  code: 'MK0306',
  severity: 'error',
  title: 'a serial port or terminal is used twice',
  text: `A VM's serial port leads to one place: to a console, or to the other end of one serial link. A VM has four ports,
com1 to com4. A port of its VirtIO console (\`terminals\`, or \`terminal\` at a link) has a name of its own in the same way.`,
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
        [
          ...vm.serial.map((s) => ({ what: 'port', at: s })),
          ...vm.terminals.map((t) => ({ what: 'terminal', at: t })),
        ].map(({ what, at }) => ({
          vm: vm.name,
          port: `${what} ${at.name}`,
          span: () => nameOf(system, at),
        })),
      ),
      ...system.links.flatMap((link) =>
        link.type !== 'serial'
          ? []
          : link.ends.map((e) => {
              const what = e.port === undefined ? 'terminal' : 'port';
              return {
                vm: e.vm.name,
                port: `${what} ${e[what] ?? ''}`,
                span: () => valueOf(e, what),
              };
            }),
      ),
    ];
    for (const { first, again } of sameKey(uses, (use) => `${use.vm} ${use.port}`)) {
      report(again.span(), `${again.port} of VM "${again.vm}" is used twice`, {
        ...firstHere(first.span()),
        hint: 'a port leads to one console or to one link',
      });
    }
  },
};
