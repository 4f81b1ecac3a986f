// SPDX-License-Identifier: BSD-2-Clause
import type { Span } from '../diagnostics/diagnostic.js';
import { EXAMPLE_FILES, oneVm } from '../diagnostics/examples.js';
import type { System, Vm } from '../model/system.js';
import { entryOf } from '../source/located.js';
import { nameOf, valueOf } from './places.js';
import type { Rule, RuleInput } from './rule.js';
import type { Part } from './part.js';

function partsOfVm(system: System, vm: Vm): Part[] {
  const parts: Part[] = [];
  // A backend that there is none of is another finding.
  const known = new Set(system.backends.map(({ name }) => name));
  const add = (what: string, span: Span): void => {
    parts.push({ what: `VM "${vm.name}": ${what}`, span });
  };
  if (vm.cores.length > 1) add('more than one virtual CPU', valueOf(vm, 'cores'));
  if (vm.boot.type === 'efi') add('boot from UEFI firmware', valueOf(vm, 'boot', 'type'));
  if (vm.efiRuntime !== 'none') add('EFI runtime services', valueOf(vm, 'efi', 'runtime'));
  for (const nic of vm.nics) add('a network device with a backend', nameOf(system, nic));
  for (const disk of vm.disks) {
    if (known.has(disk.backend)) add('a disk backend of your own', valueOf(disk, 'backend'));
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
firmware and runtime services, network devices and disks with backends of your own, zero-copy, AMD
processors, PCI segments other than 0000. It is refused rather than silently left out.`,
  fails: oneVm({ web: 'cores: [0, 1]', top: 'sel4: { cores: 2 }' }),
  passes: oneVm({ web: 'cores: [1]', top: 'sel4: { cores: 2 }' }),
  files: EXAMPLE_FILES,
  check(input, report) {
    for (const { what, span } of unsupported(input)) {
      report(span, `not yet supported: ${what}`, {
        hint: 'take it out; a later version will have it',
      });
    }
  },
};
