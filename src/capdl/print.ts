// SPDX-License-Identifier: BSD-2-Clause
import {
  RIGHT,
  TCB_SLOT,
  refName,
  slotCount,
  type Cap,
  type CapEntry,
  type CapList,
  type Rights,
  type Span,
  type Spec,
} from './model.js';
import { hex, printObject, printSpan } from './print-objects.js';

/**
 * The one spelling of a specification: everything sorted, each thing written in one way, and
 * neighbours of an array in neighbouring slots drawn together, so that 16,384 frames are two lines.
 * Equal specifications give equal bytes, in whatever order they were put together.
 */
export function printSpec(spec: Spec): string {
  const tcbs = new Set(spec.objects.filter((d) => d.object.type === 'tcb').map((d) => d.name));
  const objects = spec.objects
    .toSorted((a, b) => compare(a.name, b.name))
    .map(({ name, count, object }) => {
      const array = count === undefined ? '' : `[${count}]`;
      return `${name}${array} = ${printObject(object)}`;
    });
  const caps = spec.caps
    .filter((list) => list.entries.length > 0)
    .toSorted((a, b) => compare(a.object.name, b.object.name) || indexOf(a) - indexOf(b))
    .map((list) => printList(list, tcbs.has(list.object.name)));
  const irqs = spec.irqs
    .toSorted((a, b) => a.vector - b.vector)
    .map(({ vector, object }) => `${vector}: ${refName(object)}`);
  return [
    'arch x86_64\n',
    section('objects', objects),
    section('caps', caps),
    section('irq maps', irqs),
  ].join('\n');
}

function section(name: string, lines: readonly string[]): string {
  return `${name} {\n${lines.map((line) => `${line}\n`).join('')}}\n`;
}

/** By code unit: no locale decides an output. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function indexOf(list: CapList): number {
  return list.object.index ?? 0;
}

function printList({ object, entries }: CapList, isTcb: boolean): string {
  const lines = gather(entries.toSorted((a, b) => a.slot - b.slot)).map(
    ({ slot, cap }) =>
      `${(isTcb ? TCB_SLOT_NAME[slot] : undefined) ?? hex(slot)}: ${printCap(cap)}`,
  );
  return [`${refName(object)} {`, ...lines, '}'].join('\n');
}

const TCB_SLOT_NAME: readonly string[] = Object.keys(TCB_SLOT);

/** Draws entries together whose slots and objects are neighbours and whose parameters are equal. */
function gather(entries: readonly CapEntry[]): CapEntry[] {
  const gathered: CapEntry[] = [];
  let last: CapEntry | undefined;
  for (const entry of entries) {
    const joined = last && join(last, entry);
    if (joined !== undefined) gathered.pop();
    last = joined ?? entry;
    gathered.push(last);
  }
  return gathered;
}

function join(a: CapEntry, b: CapEntry): CapEntry | undefined {
  if (a.cap.type === 'control' || b.cap.type === 'control') return undefined;
  const [first, second] = [a.cap.target, b.cap.target];
  if (first.first === undefined || second.first === undefined) return undefined;
  const neighbours =
    first.name === second.name &&
    first.first + first.count === second.first &&
    a.slot + slotCount(a.cap) === b.slot;
  if (!neighbours || parameters(a.cap) !== parameters(b.cap)) return undefined;
  // A mapping belongs to one frame only.
  if (a.cap.type === 'frame' && a.cap.mapping !== undefined) return undefined;
  const target: Span = { ...first, count: first.count + second.count };
  return { slot: a.slot, cap: { ...a.cap, target } };
}

function printCap(cap: Cap): string {
  if (cap.type !== 'control') return `${printSpan(cap.target)}${parameters(cap)}`;
  return cap.core === undefined ? cap.control : `${cap.control} (core: ${cap.core})`;
}

function parameters(cap: Exclude<Cap, { type: 'control' }>): string {
  const words = parameterWords(cap);
  return words.length === 0 ? '' : ` (${words.join(', ')})`;
}

function parameterWords(cap: Exclude<Cap, { type: 'control' }>): string[] {
  switch (cap.type) {
    case 'plain':
      return [];
    case 'signal':
      return [
        ...printRights(cap.rights, 'G'),
        ...(cap.badge === undefined || cap.badge === 0n
          ? []
          : [`badge: 0x${cap.badge.toString(16)}`]),
      ];
    case 'frame':
      return [
        ...printRights(cap.rights, 'X'),
        ...(cap.uncached ? ['uncached'] : []),
        ...(cap.mapping ? [`mapping: (${refName(cap.mapping.object)}, ${cap.mapping.slot})`] : []),
      ];
    case 'cnode':
      return [`guard: ${cap.guard}`, `guard_size: ${cap.guardSize}`];
  }
}

/** seL4's grant right is the execute right of a frame capability, and is spelt so there. */
function printRights(rights: Rights, grant: 'G' | 'X'): string[] {
  const letters = [
    rights & RIGHT.read ? 'R' : '',
    rights & RIGHT.write ? 'W' : '',
    rights & RIGHT.grant ? grant : '',
    rights & RIGHT.grantReply ? 'P' : '',
  ].join('');
  return letters === '' ? [] : [letters];
}
