// SPDX-License-Identifier: BSD-2-Clause
import { lookUpSpan, report, type Checked } from './fault.js';
import type { Frame, KernelObject, ObjectDecl, Untyped } from './model.js';
import { printSpan } from './print-objects.js';

/** Checks each object by itself: parameters that seL4 or its loader can not take. */
export function checkObjects(to: Checked): void {
  for (const decl of to.spec.objects) {
    if (!NAME.test(decl.name)) complain(to, decl, 'is no name in capDL');
    if (decl.count !== undefined && decl.count < 1) complain(to, decl, 'is an empty array');
    for (const problem of problemsOf(decl.object)) complain(to, decl, problem);
    if (decl.object.type === 'ut') checkChildren(to, decl, decl.object);
  }
}

/** parse-capDL's identifiers; `objects` and `caps` are its two reserved words. */
const NAME = /^(?!(?:objects|caps)$)[A-Za-z][A-Za-z0-9_@.-]*$/;

function complain(to: Checked, decl: ObjectDecl, problem: string): void {
  report(to, 'parameter', `\`${decl.name}\`: ${problem}`, decl.line);
}

function problemsOf(object: KernelObject): string[] {
  switch (object.type) {
    case 'tcb':
      return [
        ...within('the priority', object.thread?.prio, 0, 255),
        ...within('the highest priority', object.thread?.maxPrio, 0, 255),
      ];
    case 'cnode':
      return within('log2 of the slots', object.bits, 1, 42);
    case 'frame':
      return frameProblems(object);
    case 'ut':
      // seL4_MinUntypedBits and seL4_MaxUntypedBits on x86-64.
      return [
        ...within('log2 of the size', object.bits, 4, 47),
        ...aligned(object.paddr, object.bits),
      ];
    case 'asid_pool':
      // ASID bits 12 to 9: eight pools, of which the loader itself has the first.
      return within('the number of the ASID pool', object.asidHigh, 1, 7);
    case 'sc': {
      const { budget = 1, period = 1 } = object.times ?? {};
      return budget > 0 && budget <= period ? [] : [`a budget of ${budget} in ${period} µs`];
    }
    case 'io_ports':
      return object.first <= object.last && object.last <= 0xffff
        ? []
        : [`the ports ${object.first} to ${object.last} are no range of I/O ports`];
    case 'io_device':
      // Domain id 0 is the kernel's "none": the loader would get a null capability.
      return [...within('the domain id', object.domain, 1, 0xffff), ...pci(object)];
    case 'ioapic_irq':
      return [...within('level', object.level, 0, 1), ...within('polarity', object.polarity, 0, 1)];
    case 'msi_irq':
      return pci(object);
    case 'ep':
    case 'notification':
    case 'rtreply':
    case 'pt':
    case 'pd':
    case 'pdpt':
    case 'pml4':
    case 'irq':
      return [];
  }
}

/** Sizes of x86-64 pages: 4 KiB, 2 MiB, 1 GiB. */
const PAGE_BITS: readonly number[] = [12, 21, 30];

function frameProblems({ bits, paddr, fill }: Frame): string[] {
  return [
    ...(PAGE_BITS.includes(bits) ? [] : [`x86-64 has no pages of 2^${bits} bytes`]),
    ...aligned(paddr, bits),
    ...fill
      .filter(({ offset, length }) => offset + length > 2 ** bits)
      .map(({ offset, length }) => `${length} bytes at ${offset} do not fit into the frame`),
  ];
}

function aligned(paddr: number | undefined, bits: number | undefined): string[] {
  if (paddr === undefined || bits === undefined || paddr % 2 ** bits === 0) return [];
  return [`the physical address 0x${paddr.toString(16)} is not aligned to 2^${bits}`];
}

function pci({ bus, device, function: fn }: { bus: number; device: number; function: number }) {
  return [
    ...within('the PCI bus', bus, 0, 255),
    ...within('the PCI device', device, 0, 31),
    ...within('the PCI function', fn, 0, 7),
  ];
}

function within(what: string, value: number | undefined, least: number, most: number): string[] {
  if (value === undefined || (value >= least && value <= most)) return [];
  return [`${what} is ${value}, not ${least} to ${most}`];
}

function checkChildren(to: Checked, decl: ObjectDecl, untyped: Untyped): void {
  for (const child of untyped.children) {
    if (lookUpSpan(to, child) === undefined) {
      const message = `\`${decl.name}\` covers \`${printSpan(child)}\`, which does not exist`;
      report(to, 'unknown-object', message, decl.line);
    }
  }
}
