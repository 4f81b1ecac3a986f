// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES, twoVms } from '../diagnostics/examples.js';
import type { System } from '../model/system.js';
import { nameOf } from './places.js';
import type { Rule, Target } from './rule.js';
import type { Part } from './part.js';

/** What is composed in full but which no C code of this version serves, by where it stands. */
function undriven(system: System, target: Target): Part[] {
  return target === 'bench'
    ? withoutDriver(system)
    : [...withoutComponent(system), ...withoutDriver(system)];
}

/** What works on the bench but not yet in the components of a CAMkES system. */
function withoutComponent(system: System): Part[] {
  const vms = system.vms.map((vm) => ({
    what: `no guest is started in VM "${vm.name}"`,
    span: nameOf(system, vm),
  }));
  const consoles = system.consoles.map((console) => ({
    what: 'no console is served',
    span: nameOf(system, console),
  }));
  return [...vms, ...consoles];
}

function withoutDriver(system: System): Part[] {
  const parts: Part[] = [];
  for (const link of system.links.filter(({ type }) => type === 'vsock')) {
    parts.push({ what: `no ${link.type} link carries data`, span: nameOf(system, link) });
  }
  for (const vm of system.vms) {
    const devices = [...vm.disks, ...vm.pci, ...vm.ioports, ...vm.mmio, ...vm.irqs];
    for (const device of devices) {
      parts.push({ what: `no driver behind "${device.name}"`, span: nameOf(system, device) });
    }
  }
  return parts;
}

export const notDriven: Rule = {
  code: 'MK0902',
  severity: 'warning',
  title: 'composed, but not yet driven by the C code',
  text: `The system is planned and emitted in full and passes seL4's tools, but the C bodies of its components are still empty in
this version: the image builds, and starts no guest. Check authority and layout with it; do not expect it to boot. \`makatea run\`
boots the guests on the bench, where socket links, disks and passed-through devices have no driver behind them yet. Only
\`compose\` and \`run\` say so.`,
  fails: twoVms({ top: 'links:\n  control: { type: vsock, ends: { web: {}, db: {} } }' }),
  passes: '@none',
  files: EXAMPLE_FILES,
  check({ system, composing }, report) {
    if (composing === false) return;
    const [first, ...rest] = undriven(system, composing);
    if (first === undefined) return;
    const more = rest.length > 0 ? ` (and ${String(rest.length)} more)` : '';
    const message = `composed, but the C code of this version does not drive all of it: ${first.what}${more}`;
    report(first.span, message, {
      hint:
        composing === 'bench'
          ? 'the guests boot and find these devices without a driver behind them'
          : 'the image builds and its authority can be checked; it boots no guest yet. "makatea run" does',
    });
  },
};
