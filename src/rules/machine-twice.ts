// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES, oneVm } from '../diagnostics/examples.js';
import { valueSpan } from '../source/located.js';
import { formatBdf } from '../util/bdf.js';
import { firstHere, overlaps, sameKey } from './places.js';
import type { Rule } from './rule.js';

const passes = oneVm({ top: 'machine: box.yaml' });

function machineFile(second: string, ioapics: string): string {
  return `makatea_machine: 1
name: box
ioapics: ${ioapics}
pci: { nic0: { bdf: "03:00.0" }, nic1: { bdf: "${second}" } }
`;
}

const IOAPICS = '[{ gsi_base: 0, pins: 24 }, { gsi_base: 24, pins: 24 }]';

export const functionTwice: Rule = {
  code: 'MK0343',
  severity: 'error',
  title: 'the machine file lists a PCI function twice',
  text: 'Two names stand for one PCI address, so that the function could be given away twice without notice.',
  fails: passes,
  passes: passes.replace('box.yaml', 'good.yaml'),
  files: {
    ...EXAMPLE_FILES,
    'box.yaml': machineFile('03:00.0', IOAPICS),
    'good.yaml': machineFile('04:00.0', IOAPICS),
  },
  check({ machine }, report) {
    for (const { first, again } of sameKey(machine?.functions ?? [], (fn) => formatBdf(fn.bdf))) {
      const message = `"${first.name}" and "${again.name}" are both ${formatBdf(again.bdf)}`;
      report(again.node.span, message, {
        ...firstHere(first.node.span),
        hint: 'correct the address of one of them, or take it out',
      });
    }
  },
};

export const gsiTwice: Rule = {
  code: 'MK0344',
  severity: 'error',
  title: "the machine file's I/O APICs overlap",
  text: `Each global interrupt number belongs to one input of one I/O APIC (ACPI 6.5, 5.2.13). Where two claim it, an interrupt
could be given away twice without notice.`,
  fails: passes,
  passes: passes.replace('box.yaml', 'good.yaml'),
  files: {
    ...EXAMPLE_FILES,
    'box.yaml': machineFile('04:00.0', IOAPICS.replace('gsi_base: 24', 'gsi_base: 20')),
    'good.yaml': machineFile('04:00.0', IOAPICS),
  },
  check({ machine }, report) {
    if (machine === undefined) return;
    const ranges = machine.ioapics.map(({ gsiBase, pins }, number) => ({
      number,
      first: gsiBase,
      last: gsiBase + pins - 1,
    }));
    for (const { first, again } of overlaps(ranges)) {
      const message = `I/O APICs ${String(first.number)} and ${String(again.number)} both have interrupt ${String(again.first)}`;
      report(valueSpan(machine.node, ['ioapics']), message, {
        hint: 'correct "gsi_base" or "pins" of one of them',
      });
    }
  },
};
