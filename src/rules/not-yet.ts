// SPDX-License-Identifier: BSD-2-Clause
import type { Related, Span } from '../diagnostics/diagnostic.js';
import { EXAMPLE_FILES, oneVm, twoVms } from '../diagnostics/examples.js';
import type { System, Vm } from '../model/system.js';
import { entryOf } from '../source/located.js';
import { nameOf, valueOf } from './places.js';
import type { Rule, RuleInput } from './rule.js';

interface Part {
  readonly what: string;
  readonly span: Span;
}

function partsOfVm(system: System, vm: Vm): Part[] {
  const parts: Part[] = [];
  const add = (what: string, span: Span): void => {
    parts.push({ what: `VM "${vm.name}": ${what}`, span });
  };
  if (vm.cores.length > 1) add('more than one virtual CPU', valueOf(vm, 'cores'));
  if (vm.boot.type === 'efi') add('boot from UEFI firmware', valueOf(vm, 'boot', 'type'));
  if (vm.efiRuntime !== 'none') add('EFI runtime services', valueOf(vm, 'efi', 'runtime'));
  for (const terminal of vm.terminals) add('a VirtIO console', nameOf(system, terminal));
  for (const nic of vm.nics) add('a network device with a backend', nameOf(system, nic));
  for (const disk of vm.disks) {
    if (disk.backend !== 'ramdisk') add('a disk backend of your own', valueOf(disk, 'backend'));
    if (disk.zeroCopy) add('zero-copy disks', valueOf(disk, 'zero_copy'));
  }
  return parts;
}

function unsupported({ system, machine }: RuleInput): Part[] {
  const parts = system.vms.flatMap((vm) => partsOfVm(system, vm));
  for (const backend of system.backends) {
    parts.push({ what: 'backends of your own', span: nameOf(system, backend) });
  }
  const expect = entryOf(system.node, 'expect');
  if (expect !== undefined) parts.push({ what: '"expect"', span: expect.keySpan });
  if (machine?.vendor === 'amd') {
    const span = entryOf(system.node, 'machine')?.value.span ?? system.node.span;
    parts.push({ what: 'AMD processors', span });
  }
  for (const device of system.vms.flatMap((vm) => vm.pci)) {
    if (!('bdf' in device.by) || device.by.bdf.segment === 0) continue;
    parts.push({ what: 'PCI segments other than 0000', span: valueOf(device, 'bdf') });
  }
  return parts;
}

export const notYet: Rule = {
  code: 'MK0901',
  severity: 'error',
  title: 'not yet supported',
  text: `The language has a place for this, but this version can neither plan nor emit it: several virtual CPUs in one VM, UEFI
firmware and runtime services, VirtIO consoles, network devices and disks with backends of your own, zero-copy, AMD
processors, PCI segments other than 0000. It is refused rather than silently left out.`,
  fails: oneVm({ web: 'cores: [0, 1]', top: 'sel4: { cores: 2 }' }),
  passes: oneVm({ web: 'cores: [1]', top: 'sel4: { cores: 2 }' }),
  files: EXAMPLE_FILES,
  check(input, report) {
    for (const { what, span } of unsupported(input)) report(span, `not yet supported: ${what}`);
  },
};

/** What is composed in full but which no C code of this version serves, by where it stands. */
function undriven(system: System): Part[] {
  const parts: Part[] = system.vms.map((vm) => ({
    what: `no guest is started in VM "${vm.name}"`,
    span: nameOf(system, vm),
  }));
  for (const console of system.consoles) {
    parts.push({ what: 'no console is served', span: nameOf(system, console) });
  }
  for (const link of system.links) {
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

/** More would hide the other findings. */
const SHOWN = 3;

export const notDriven: Rule = {
  code: 'MK0902',
  severity: 'warning',
  title: 'composed, but not yet driven by the C code',
  text: `The system is planned and emitted in full and passes seL4's tools, but the C bodies of its components are still empty in
this version: the image builds, and starts no guest. Check authority and layout with it; do not expect it to boot. The
finding shows the first few parts that it concerns.`,
  fails: twoVms({ top: 'links:\n  private: { type: net, ends: { web: {}, db: {} } }' }),
  passes: '@none',
  files: EXAMPLE_FILES,
  check({ system }, report) {
    const parts = undriven(system);
    const [first, ...rest] = parts;
    if (first === undefined) return;
    const related: Related[] = rest
      .slice(0, SHOWN)
      .map(({ what, span }) => ({ span, message: what }));
    const more = rest.length > SHOWN ? ` (and ${String(rest.length - SHOWN)} more)` : '';
    const message = `composed, but the C components of this version are still empty: ${first.what}${more}`;
    report(first.span, message, {
      related,
      hint: 'the image builds and its authority can be checked; it boots no guest',
    });
  },
};
