// SPDX-License-Identifier: BSD-2-Clause
import type { Plan, PlanCap, PlanComponent } from '../generated/plan.js';

/** What seL4_DebugCapIdentify() says on x86-64 (tags of the kernel's capability union). */
const TAG = {
  frame: 1,
  endpoint: 4,
  pageDirectory: 5,
  notification: 6,
  pdpt: 7,
  ioSpace: 15,
  irqHandler: 16,
  ioPageTable: 17,
  ioPort: 19,
  vcpu: 21,
  eptPageTable: 23,
  eptPd: 25,
  eptPdpt: 27,
  eptPml4: 29,
} as const;

/** What stays of each kind of capability when a monitor has sealed itself; nothing of those that are missing here. */
const STAYS: Partial<Readonly<Record<PlanCap['kind'], number>>> = {
  notification: TAG.notification,
  fault: TAG.endpoint,
  signal: TAG.notification,
  region_tx: TAG.frame,
  region_rx: TAG.frame,
  memory: TAG.frame,
  device: TAG.frame,
  io_ports: TAG.ioPort,
  io_space: TAG.ioSpace,
  irq: TAG.irqHandler,
};

/** What a monitor makes in its free slots: all but frames are paging structures, and one VCPU. */
const MADE: ReadonlySet<number> = new Set([
  TAG.frame,
  TAG.pageDirectory,
  TAG.pdpt,
  TAG.vcpu,
  TAG.eptPageTable,
  TAG.eptPd,
  TAG.eptPdpt,
  TAG.eptPml4,
  TAG.ioPageTable,
]);

const LINE = /makatea: slots (\w+) (?:(\d+) (\d+) (\d+)|end (\d+))\r?\n/g;

/** What a debug kernel says of a refused invocation, to the same serial port and in the middle of any line. */
const KERNEL_SAYS = /(?:\S\[\d+m)*<<[^]*?>>(?:\S\[\d+m)*\r?\n?/g;

/**
 * Compares what each monitor of a system showed of its CNode with what the plan leaves it.
 *
 * @returns what is wrong, a sentence each; nothing when all is as planned
 */
export function checkSealed(plan: Plan, log: string): string[] {
  const shown = readLog(log);
  return plan.components
    .filter(({ role }) => role === 'vmm')
    .flatMap((monitor) => {
      const slots = shown.get(monitor.id);
      if (slots === undefined) return [`${monitor.id} has not shown all of its slots`];
      return checkMonitor(monitor, slots);
    });
}

/** Kinds by slot, of the components whose list is complete: it has as many lines as its end tells. */
function readLog(log: string): Map<string, ReadonlyMap<number, number>> {
  const open = new Map<string, { lines: number; slots: Map<number, number> }>();
  const complete = new Map<string, ReadonlyMap<number, number>>();
  for (const [, id = '', first, last, kind, lines] of log.replace(KERNEL_SAYS, '').matchAll(LINE)) {
    const list = open.get(id) ?? { lines: 0, slots: new Map<number, number>() };
    open.set(id, list);
    if (lines !== undefined) {
      if (Number(lines) === list.lines) complete.set(id, list.slots);
      continue;
    }
    list.lines += 1;
    for (let slot = Number(first); slot <= Number(last); slot += 1) {
      list.slots.set(slot, Number(kind));
    }
  }
  return complete;
}

function checkMonitor(monitor: PlanComponent, slots: ReadonlyMap<number, number>): string[] {
  const wrong: string[] = [];
  const planned = new Set<number>();
  for (const { slot: first, count, kind } of monitor.caps) {
    for (let slot = first; slot < first + count; slot += 1) {
      planned.add(slot);
      const found = slots.get(slot) ?? 0;
      const fits = kind === 'free' ? found === 0 || MADE.has(found) : found === (STAYS[kind] ?? 0);
      if (!fits)
        wrong.push(`${monitor.id}: slot ${slot} (${kind}) holds a capability of kind ${found}`);
    }
  }
  for (const [slot, kind] of slots) {
    if (!planned.has(slot)) {
      wrong.push(
        `${monitor.id}: slot ${slot} is not in the plan and holds a capability of kind ${kind}`,
      );
    }
  }
  return [...wrong, ...checkMade(monitor, slots)];
}

/** One VCPU, one root of the EPT. */
function checkMade(monitor: PlanComponent, slots: ReadonlyMap<number, number>): string[] {
  const counts = (
    [
      ['VCPU', TAG.vcpu],
      ['root of the EPT', TAG.eptPml4],
    ] as const
  ).map(([what, tag]) => ({
    what,
    count: [...slots.values()].filter((kind) => kind === tag).length,
  }));
  return counts
    .filter(({ count }) => count !== 1)
    .map(({ what, count }) => `${monitor.id} holds ${count} times a ${what}`);
}
