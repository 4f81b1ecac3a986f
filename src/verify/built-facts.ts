// SPDX-License-Identifier: BSD-2-Clause
import { RIGHT, TCB_SLOT, spanName, type KernelObject } from '../capdl/model.js';
import { objectFacts } from './built-objects.js';
import type { BuiltSystem, Held, Task, Thread } from './built.js';
import type { Fact } from './facts.js';
import * as words from './words.js';

/** Everything that a built system grants, but for what a component needs to run its own program. */
export function* builtFacts(system: BuiltSystem): Generator<Fact> {
  for (const task of system.tasks.values()) {
    yield { kind: 'component', component: task.id, what: 'the component' };
    for (const thread of task.threads) yield* threadFacts(system, task, thread);
    yield* controlFacts(system, task);
    yield* eventFacts(system, task);
  }
  for (const built of system.objects.values()) yield* objectFacts(system, built);
}

function* threadFacts(
  system: BuiltSystem,
  task: Task,
  { name, object, slots, line }: Thread,
): Generator<Fact> {
  const at = line === undefined ? {} : { line };
  const fact = (what: string): Fact => ({ kind: 'thread', component: task.id, what, ...at });
  if (!slots.has(TCB_SLOT.bound_notification)) {
    // CAMkES' fault handlers are such threads, at priority 255 and outside every budget.
    yield fact(`the thread \`${name}\`, which waits for no events`);
    return;
  }
  const { prio = 0, maxPrio = 0, affinity = 0 } = object.thread ?? {};
  const cap = slots.get(TCB_SLOT.sc_slot)?.cap;
  const sc =
    cap && cap.type !== 'control' ? system.objects.get(spanName(cap.target, 0)) : undefined;
  const times = system.mcs ? timesOf(sc?.object) : '';
  yield fact(words.thread(prio, maxPrio, affinity, times));
}

function timesOf(object: KernelObject | undefined): string {
  if (object?.type !== 'sc' || object.times === undefined) return ' without time';
  return words.times(object.times.budget, object.times.period);
}

/** Authority over the whole machine, or over another task's threads, CNode and address space. */
function* controlFacts(system: BuiltSystem, task: Task): Generator<Fact> {
  for (const held of task.slots) {
    const { cap, target, line } = held;
    const at = line === undefined ? {} : { line };
    if (cap.type === 'control') {
      yield { kind: 'control', component: task.id, what: `\`${cap.control}\``, ...at };
    } else if (target && ownPart(task, held) === undefined && PARTS.has(target.object.type)) {
      const what = `the ${target.object.type} \`${target.name}\``;
      yield { kind: 'control', component: task.id, what, ...at };
    }
  }
  for (const name of task.paging) {
    const holders = system.objects.get(name)?.holders;
    if (holders !== undefined && holders.size > 1) {
      const what = `the paging structure \`${name}\`, shared`;
      yield { kind: 'control', component: task.id, what };
    }
  }
}

const PARTS: ReadonlySet<string> = new Set(['tcb', 'cnode', 'pml4', 'pdpt', 'pd', 'pt']);

/** What of itself a task's capability reaches; nothing when it reaches something else. */
export function ownPart(task: Task, { target }: Held): string | undefined {
  if (target === undefined) return undefined;
  const { name } = target;
  if (task.threads.some((thread) => thread.name === name)) return 'its thread';
  if (name === task.cnode) return 'its CNode';
  if (task.roots.has(name)) return 'its address space';
  return task.paging.has(name) ? 'a part of its address space' : undefined;
}

/** Whose events a task may raise, and with which badge. */
function* eventFacts(system: BuiltSystem, task: Task): Generator<Fact> {
  const told = new Set<string>();
  for (const held of task.slots) {
    const what = eventWords(system, task, held);
    if (what === undefined || what === ITS_EVENTS || told.has(what)) continue;
    told.add(what);
    const { line } = held;
    yield { kind: 'event', component: task.id, what, ...(line !== undefined && { line }) };
  }
}

export const ITS_EVENTS = 'its events';

/** What a capability to a notification is good for; nothing for other capabilities. */
export function eventWords(system: BuiltSystem, task: Task, held: Held): string | undefined {
  const { cap, target } = held;
  if (cap.type !== 'signal' || target?.object.type !== 'notification') return undefined;
  const listener = system.listeners.get(target.name);
  // A notification that nobody is bound to and nobody shares is the program's own affair.
  if (listener === undefined && target.holders.size === 1) return undefined;
  const owner = listener ?? `\`${target.name}\``;
  const waiting = listener === task.id ? ITS_EVENTS : `waiting for events of ${owner}`;
  if ((cap.rights & RIGHT.write) === 0) return waiting;
  const raising = `raising ${words.event(owner, cap.badge ?? 0n)}`;
  return cap.rights === RIGHT.write ? raising : `${raising}, and ${waiting}`;
}
