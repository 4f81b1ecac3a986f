// SPDX-License-Identifier: BSD-2-Clause
import {
  describe,
  lookUp,
  lookUpSpan,
  overlaps,
  report,
  twice,
  type Checked,
  type FaultKind,
} from './fault.js';
import {
  TCB_SLOT,
  capTypeOf,
  refName,
  slotCount,
  spanName,
  type CapEntry,
  type CapList,
  type CNodeCap,
  type FrameCap,
  type KernelObject,
  type ObjectType,
} from './model.js';
import { printSpan } from './print-objects.js';

/** Checks what stands in which slot of which object. */
export function checkCaps(to: Checked): void {
  for (const list of to.spec.caps) {
    const container = lookUp(to, list.object);
    if (container === undefined) {
      report(to, 'unknown-object', `there is no object ${describe(list.object)}`, list.line);
    } else {
      checkList(to, list, container);
    }
  }
  checkSingleUse(to);
}

function checkList(to: Checked, list: CapList, container: KernelObject): void {
  const slots = slotsOf(container);
  for (const entry of list.entries) {
    const last = entry.slot + slotCount(entry.cap) - 1;
    if (last >= slots) {
      complain(to, list, entry, 'slot-beyond', `slot ${last} is beyond its ${slots} slots`);
    }
    checkEntry(to, list, container, entry);
  }
  const claims = list.entries.map(({ slot, cap, line }) => ({
    first: slot,
    last: slot + slotCount(cap) - 1,
    name: '',
    ...(line !== undefined && { line }),
  }));
  overlaps(claims, (_, later) => {
    const message = `slot ${later.first} of ${describe(list.object)} is filled twice`;
    report(to, 'slot-twice', message, later.line);
  });
}

function slotsOf(container: KernelObject): number {
  switch (container.type) {
    case 'cnode':
      return 2 ** container.bits;
    case 'tcb':
      return Object.keys(TCB_SLOT).length;
    case 'pml4':
    case 'pdpt':
    case 'pd':
    case 'pt':
    case 'asid_pool':
      return 512;
    case 'irq':
    case 'ioapic_irq':
    case 'msi_irq':
      return 1;
    default:
      return 0;
  }
}

function complain(
  to: Checked,
  list: CapList,
  entry: CapEntry,
  kind: FaultKind,
  message: string,
): void {
  report(to, kind, `${describe(list.object)}: ${message}`, entry.line);
}

function checkEntry(to: Checked, list: CapList, container: KernelObject, entry: CapEntry): void {
  const { cap, slot } = entry;
  if (cap.type === 'control') {
    if (container.type !== 'cnode') {
      complain(to, list, entry, 'content', `\`${cap.control}\` stands outside a CNode`);
    }
    return;
  }
  const name = printSpan(cap.target);
  const target = lookUpSpan(to, cap.target);
  if (target === undefined) {
    complain(to, list, entry, 'unknown-object', `there is no object \`${name}\``);
    return;
  }
  if (capTypeOf(target.type) !== cap.type) {
    const message = `a ${cap.type} capability can not reach the ${target.type} \`${name}\``;
    complain(to, list, entry, 'capability-kind', message);
  }
  if (!mayHold(container, slot, target)) {
    const size = target.type === 'frame' ? ` of 2^${target.bits} bytes` : '';
    const message = `slot ${slot} of a ${container.type} can not hold the ${target.type} \`${name}\`${size}`;
    complain(to, list, entry, 'content', message);
  }
  if (cap.type === 'cnode') checkGuard(to, list, container, entry, cap, target);
  if (cap.type === 'frame') checkMapping(to, list, entry, cap);
}

/** Which level of the page tables maps frames of which size: Intel SDM volume 3, 4-level paging. */
function mayHold(container: KernelObject, slot: number, target: KernelObject): boolean {
  const frame = (bits: number): boolean => target.type === 'frame' && target.bits === bits;
  switch (container.type) {
    case 'cnode':
      return true;
    case 'tcb':
      return TCB_CONTENT[slot] === target.type;
    case 'pml4':
      return target.type === 'pdpt';
    case 'pdpt':
      return target.type === 'pd' || frame(30);
    case 'pd':
      return target.type === 'pt' || frame(21);
    case 'pt':
      return frame(12);
    case 'asid_pool':
      return target.type === 'pml4';
    case 'irq':
    case 'ioapic_irq':
    case 'msi_irq':
      return target.type === 'notification';
    default:
      return false;
  }
}

const TCB_CONTENT: Readonly<Partial<Record<number, ObjectType>>> = {
  [TCB_SLOT.cspace]: 'cnode',
  [TCB_SLOT.vspace]: 'pml4',
  [TCB_SLOT.ipc_buffer_slot]: 'frame',
  [TCB_SLOT.fault_ep_slot]: 'ep',
  [TCB_SLOT.sc_slot]: 'sc',
  [TCB_SLOT.temp_fault_ep_slot]: 'ep',
  [TCB_SLOT.bound_notification]: 'notification',
};

/**
 * A thread's capability addresses have 64 bits, and guard and slot number must use them all. The
 * loader does not look: with another guard the first system call of the thread finds nothing.
 */
function checkGuard(
  to: Checked,
  list: CapList,
  container: KernelObject,
  entry: CapEntry,
  { guard, guardSize }: CNodeCap,
  target: KernelObject,
): void {
  if (target.type !== 'cnode') return;
  const used = guardSize + target.bits;
  if (used > 64 || (container.type === 'tcb' && used !== 64)) {
    const message = `a guard of ${guardSize} bits before ${target.bits} bits of slots; all are 64`;
    complain(to, list, entry, 'guard', message);
  } else if (guard >= 2 ** guardSize) {
    complain(to, list, entry, 'guard', `the guard ${guard} needs more than ${guardSize} bits`);
  }
}

function checkMapping(to: Checked, list: CapList, entry: CapEntry, cap: FrameCap): void {
  if (cap.mapping === undefined) return;
  const { object, slot } = cap.mapping;
  const there = to.lists.get(refName(object))?.entries.find((e) => e.slot === slot)?.cap;
  const same =
    there?.type === 'frame' &&
    cap.target.count === 1 &&
    spanName(there.target, 0) === spanName(cap.target, 0);
  if (!same) {
    const message = `the mapping in slot ${slot} of ${describe(object)} is not of this frame`;
    complain(to, list, entry, 'mapping', message);
  }
}

/** Objects that seL4 lets only one thread or one slot use. */
function checkSingleUse(to: Checked): void {
  const uses: [string, CapList][] = [];
  for (const list of to.spec.caps) {
    const container = lookUp(to, list.object)?.type;
    for (const { slot, cap } of list.entries) {
      if (cap.type === 'control') continue;
      const type = lookUpSpan(to, cap.target)?.type;
      const single =
        container === 'tcb'
          ? slot === TCB_SLOT.bound_notification || slot === TCB_SLOT.sc_slot
          : container !== 'cnode' && (type === 'pdpt' || type === 'pd' || type === 'pt');
      if (!single) continue;
      for (let i = 0; i < cap.target.count; i += 1) uses.push([spanName(cap.target, i), list]);
    }
  }
  twice(uses, (first, second, name) => {
    const places = `${describe(first.object)} and ${describe(second.object)}`;
    report(to, 'used-twice', `\`${name}\` is bound or mapped twice: ${places}`, second.line);
  });
}
