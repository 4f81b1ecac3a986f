// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES, oneVm } from '../diagnostics/examples.js';
import { valueSpan } from '../source/located.js';
import type { Rule } from './rule.js';

const NEEDED = {
  vtx: 'VT-x',
  ept: 'extended page tables (EPT)',
  unrestricted_guest: 'unrestricted guests',
  apicv: 'APICv',
} as const;

const keys = Object.keys(NEEDED) as (keyof typeof NEEDED)[];

const box = (ept: string): string =>
  `makatea_machine: 1\nname: box\ncpu: { vtx: true, ept: ${ept}, unrestricted_guest: true, apicv: true }\n`;

export const processorLacks: Rule = {
  code: 'MK0357',
  severity: 'error',
  title: 'the processor lacks what a VM needs',
  text: `A VM needs VT-x, extended page tables (EPT), unrestricted guest mode and APICv. Where the processor has them, the firmware
may have VT-x switched off; the machine file tells what Linux saw.`,
  fails: oneVm({ top: 'machine: old.yaml' }),
  passes: oneVm({ top: 'machine: box.yaml' }),
  files: { ...EXAMPLE_FILES, 'old.yaml': box('false'), 'box.yaml': box('true') },
  check({ system, machine }, report, unjudged) {
    const cpu = machine?.cpu ?? {};
    const lacking = keys.filter((key) => cpu[key] === false);
    // Without VT-x the rest can not be there, and is not looked for.
    const known = cpu.vtx === false || machine?.vendor === 'amd';
    const open = known ? [] : keys.filter((key) => cpu[key] === undefined);
    if (open.length > 0) {
      unjudged(`whether the processor has ${open.map((key) => NEEDED[key]).join(', ')}`);
    }
    if (machine === undefined || machine.vendor === 'amd' || lacking.length === 0) return;
    const words = lacking.map((key) => NEEDED[key]).join(', ');
    const message = `the processor of machine "${machine.name}" lacks ${words}`;
    report(valueSpan(system.node, ['machine']), message, {
      related: lacking.map((key) => ({
        span: valueSpan(machine.node, ['cpu', key]),
        message: 'in the machine file',
      })),
      hint: 'see whether virtualisation is switched off in the firmware, or take another machine',
    });
  },
};
