// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES, oneVm } from '../diagnostics/examples.js';
import { componentNames } from '../model/names.js';
import type { System, Vm } from '../model/system.js';
import { MIB } from '../util/size.js';
import { factsOf } from './boot-facts.js';
import { valueOf } from './places.js';
import type { Rule, RuleInput } from './rule.js';

/*
 * What a built image takes beside guests, measured on the examples with seL4 16.0 and rounded up (docs/verification.md,
 * "Memory"): the kernel with its tables and stacks, the capability loader, the programs of the components, each of them
 * once in the loader and once where it runs, and the loader's table of frames.
 */
const KERNEL_AND_LOADER = 8 * MIB;
const COMPONENT = MIB;
const FRAME = 4096;
const FRAME_ENTRY = 320;

/** Services that a system always has: time and lifecycle. */
const SERVICES = 2;

/** The guest's own memory, and its ramdisks. */
function guestMemory(vm: Vm): number {
  return vm.disks.reduce((sum, { bytes = 0 }) => sum + bytes, vm.memory);
}

/** Distinct images: the loader brings each of them, and copies it into frames. */
function imageMemory(input: RuleInput): number {
  const paths = input.system.vms.flatMap(({ boot }) =>
    boot.type === 'linux' ? [boot.kernel, ...(boot.initrd === undefined ? [] : [boot.initrd])] : [],
  );
  return [...new Set(paths)].reduce((sum, path) => sum + 2 * (factsOf(input, path)?.bytes ?? 0), 0);
}

/** The rings of links, one for each direction. */
function linkMemory({ links }: System): number {
  return links.reduce((sum, link) => sum + (link.type === 'serial' ? 0 : 2 * link.ring), 0);
}

function systemMemory(input: RuleInput): number {
  const { system } = input;
  // Memory of a VM with a device is made of 4 KiB frames, of which the loader has a table.
  const frames = system.vms
    .filter(({ pci }) => pci.length > 0)
    .reduce((sum, { memory }) => sum + memory / FRAME, 0);
  const components = componentNames(system).length + SERVICES;
  return (
    KERNEL_AND_LOADER +
    components * COMPONENT +
    Math.ceil(frames * FRAME_ENTRY) +
    imageMemory(input) +
    linkMemory(system)
  );
}

const box = (bytes: string): string => `makatea_machine: 1
name: box
memory: [{ address: 0x100000, size: ${bytes} }]
`;

export const machineMemory: Rule = {
  code: 'MK0319',
  severity: 'error',
  title: 'the VMs need more memory than the machine has',
  text: `All guest memory and all ramdisks are allocated when the system starts; nothing is shared or paged. With them come seL4, the
capability loader and the components' programs (some 8 MiB and 1 MiB for each component), the guest images twice, since the
loader copies them, and the rings of links. The sum exceeds the usable memory that the machine file lists.`,
  fails: oneVm({ top: 'machine: tight.yaml' }),
  passes: oneVm({ top: 'machine: box.yaml' }),
  files: { ...EXAMPLE_FILES, 'tight.yaml': box('68MiB'), 'box.yaml': box('100MiB') },
  check(input, report, unjudged) {
    const { system, machine } = input;
    if (machine === undefined || machine.memory === 0) {
      unjudged('whether the memory suffices');
      return;
    }
    const guests = system.vms.reduce((sum, vm) => sum + guestMemory(vm), 0);
    const rest = systemMemory(input);
    if (guests + rest <= machine.memory) return;
    let needed = rest;
    for (const vm of system.vms) {
      needed += guestMemory(vm);
      if (needed <= machine.memory) continue;
      const message = `the system needs ${approximately(guests + rest)}, ${approximately(guests)} for guests and ${approximately(rest)} for seL4, the loader and the rest; machine "${machine.name}" has ${approximately(machine.memory)}`;
      report(valueOf(vm, 'memory'), message, { hint: 'give the VMs less memory' });
      return;
    }
  },
};

/** Rounded up to whole MiB: what is estimated is told no more exactly. */
function approximately(bytes: number): string {
  return `${String(Math.ceil(bytes / MIB))} MiB`;
}
