// SPDX-License-Identifier: BSD-2-Clause
import { diagnostic, type Diagnostic } from '../diagnostics/diagnostic.js';
import { EXAMPLE_FILES, oneVm } from '../diagnostics/examples.js';
import type { Page } from '../diagnostics/page.js';
import { valueSpan } from '../source/located.js';
import type { RuleInput } from './rule.js';
import type { Judgement } from './run.js';

export const checksMissing: Page = {
  code: 'MK0348',
  severity: 'note',
  title: 'some checks could not be made',
  text: `Whether the hardware has what the description asks for, and whether VMs can be kept apart on it, is judged by the machine
file. There is none, or it does not say what is listed. That is fine while a description is being written; before a system is
built make the inventory whole (\`makatea machine probe\`). With \`--strict\`, in \`lint\` and \`compose\`, this is an error.`,
  fails: oneVm(),
  passes: oneVm({ top: 'machine: box.yaml' }),
  files: {
    ...EXAMPLE_FILES,
    'box.yaml': `makatea_machine: 1
name: box
cpu: { cores: 4, vtx: true, ept: true, unrestricted_guest: true, apicv: true }
memory: [{ address: 0x100000, size: 2GiB }]
`,
  },
};

/** One finding for all checks that could not be made. */
export function checkUnjudged(
  { system, machine, composing }: RuleInput,
  { unjudged }: Judgement,
  strict: boolean,
): Diagnostic[] {
  const checks = [...unjudged].sort();
  // What is wrong with the files is told already; with the machine file's it may be what is missing.
  const broken = machine === undefined ? system.machinePath !== undefined : machine.partial;
  // The bench is no machine that a file describes.
  if (checks.length === 0 || broken || composing === 'bench') return [];
  if (system.partial && !strict) return [];
  const why =
    machine === undefined
      ? 'without a machine file'
      : `because the inventory of machine "${machine.name}" does not say enough`;
  const hint =
    machine === undefined
      ? 'name the hardware inventory: "machine: FILE"; "makatea machine probe" makes one'
      : 'make it anew with "makatea machine probe", as root, or complete it by hand';
  const span = valueSpan(system.node, machine === undefined ? ['name'] : ['machine']);
  const page = { code: checksMissing.code, severity: strict ? 'error' : checksMissing.severity };
  return [diagnostic(page, span, `not checked ${why}: ${checks.join('; ')}`, { hint })];
}
