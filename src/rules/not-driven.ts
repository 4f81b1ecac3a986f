// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES, oneVm, twoVms } from '../diagnostics/examples.js';
import type { System } from '../model/system.js';
import { nameOf } from './places.js';
import type { Rule } from './rule.js';
import type { Part } from './part.js';

/** What is composed in full but which no C code of this version serves, by where it stands. */
function undriven(system: System): Part[] {
  const parts: Part[] = [];
  for (const link of system.links.filter(({ type }) => type === 'vsock')) {
    parts.push({ what: `no ${link.type} link carries data`, span: nameOf(system, link) });
  }
  for (const vm of system.vms) {
    for (const device of vm.disks) {
      parts.push({ what: `no driver behind "${device.name}"`, span: nameOf(system, device) });
    }
  }
  return parts;
}

export const notDriven: Rule = {
  code: 'MK0902',
  severity: 'warning',
  title: 'composed, but not yet driven by the C code',
  text: `The system is planned and emitted in full and passes seL4's tools. Its guests boot, but in this version socket links and
disks have no C code behind them: a guest finds the device and gets no answer. Authority and layout can be checked with the
system all the same. Only \`compose\`, \`build\` and \`run\` say so.`,
  fails: twoVms({ top: 'links:\n  control: { type: vsock, ends: { web: {}, db: {} } }' }),
  passes: oneVm(),
  files: EXAMPLE_FILES,
  check({ system, composing }, report) {
    if (composing === false) return;
    const [first, ...rest] = undriven(system);
    if (first === undefined) return;
    const more = rest.length > 0 ? ` (and ${String(rest.length)} more)` : '';
    const message = `composed, but the C code of this version does not drive all of it: ${first.what}${more}`;
    report(first.span, message, {
      hint: 'the guests boot without what these would give them',
    });
  },
};
