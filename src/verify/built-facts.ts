// SPDX-License-Identifier: BSD-2-Clause
import { RIGHT, TCB_SLOT, spanName, type KernelObject, type SignalCap } from '../capdl/model.js';
import type { Built, BuiltSystem, Held, Task, Thread } from './built.js';
import { frameFacts } from './built-frames.js';
import type { Fact, FactKind } from './facts.js';
import * as words from './words.js';

/** What of a plan decides how a built system is read. */
export interface Expectations {
  /** Names of the images' files in the loader's archive. */
  readonly images: ReadonlySet<string>;
  /** CAMkES gives a debug build's components a thread that reports their faults. */
  readonly faultHandlers: boolean;
  readonly mcs: boolean;
}

/** Everything that a built system grants, but for what a task needs to run its own program. */
export function* builtFacts(system: BuiltSystem, expected: Expectations): Generator<Fact> {
  for (const task of system.tasks.values()) {
    yield { kind: 'component', component: task.id, what: 'the component' };
    for (const thread of task.threads) yield* threadFacts(system, task, thread, expected);
    yield* controlFacts(system, task);
    yield* eventFacts(system, task);
  }
  for (const built of system.objects.values()) {
    if (built.object.type === 'frame') yield* frameFacts(built, expected.images);
    else yield* objectFacts(system, built);
  }
}

function* threadFacts(
  system: BuiltSystem,
  task: Task,
  { name, object, slots, line }: Thread,
  { faultHandlers, mcs }: Expectations,
): Generator<Fact> {
  const at = line === undefined ? {} : { line };
  const fact = (what: string): Fact => ({ kind: 'thread', component: task.id, what, ...at });
  if (!slots.has(TCB_SLOT.bound_notification)) {
    // At priority 255 and outside every budget: nothing that a release should have.
    if (faultHandlers && name.endsWith('_fault_handler_tcb')) return;
    yield fact(`the thread \`${name}\`, which waits for no events`);
    return;
  }
  const { prio = 0, maxPrio = 0, affinity = 0 } = object.thread ?? {};
  const sc = slots.get(TCB_SLOT.sc_slot)?.cap;
  const target = sc && sc.type !== 'control' ? system.objects.get(spanName(sc.target, 0)) : undefined;
  yield fact(words.thread(prio, maxPrio, affinity, mcs ? timesOf(target?.object) : ''));
}

function timesOf(object: KernelObject | undefined): string {
  if (object?.type !== 'sc' || object.times === undefined) return ' without time';
  return words.times(object.times.budget, object.times.period);
}

/** Authority over the whole machine, or over another task's threads, CNode and address space. */
function* controlFacts(system: BuiltSystem, task: Task): Generator<Fact> {
  const own = new Set([task.cnode, ...task.threads.map(({ name }) => name), ...task.paging]);
  for (const { cap, target, line } of task.slots) {
    const at = line === undefined ? {} : { line };
    if (cap.type === 'control') {
      yield { kind: 'control', component: task.id, what: `\`${cap.control}\``, ...at };
    } else if (target && OWN_ONLY.has(target.object.type) && !own.has(target.name)) {
      const what = `the ${target.object.type} \`${target.name}\``;
      yield { kind: 'control', component: task.id, what, ...at };
    }
  }
  for (const name of task.paging) {
    const holders = system.objects.get(name)?.holders;
    if (holders !== undefined && holders.size > 1) {
      yield { kind: 'control', component: task.id, what: `the paging structure \`${name}\`, shared` };
    }
  }
}

const OWN_ONLY: ReadonlySet<string> = new Set(['tcb', 'cnode', 'pml4', 'pdpt', 'pd', 'pt']);

/** Whose events a task may raise, and with which badge. */
function* eventFacts({ listeners }: BuiltSystem, task: Task): Generator<Fact> {
  const told = new Set<string>();
  for (const { cap, target, line } of task.slots) {
    if (cap.type !== 'signal' || target?.object.type !== 'notification') continue;
    const what = eventWords(cap, target, task, listeners.get(target.name));
    if (what === undefined || told.has(what)) continue;
    told.add(what);
    yield { kind: 'event', component: task.id, what, ...(line !== undefined && { line }) };
  }
}

function eventWords(
  { rights, badge }: SignalCap,
  target: Built,
  task: Task,
  listener: string | undefined,
): string | undefined {
  // A notification that nobody is bound to and nobody shares is the program's own affair.
  if (listener === undefined && target.holders.size === 1) return undefined;
  const owner = listener ?? `\`${target.name}\``;
  if (listener === task.id && (rights & RIGHT.write) === 0) return undefined;
  const raising = `raising ${words.event(owner, badge ?? 0n)}`;
  if (rights === RIGHT.write) return raising;
  return rights & RIGHT.write ? `${raising} and more` : `waiting for events of ${owner}`;
}

/** Facts about an object that is no frame, once for each component that holds it. */
function* objectFacts(system: BuiltSystem, built: Built): Generator<Fact> {
  const fact = factOf(system, built);
  if (fact === undefined) return;
  const { line } = built;
  const at = line === undefined ? {} : { line };
  if (built.holders.size === 0) {
    yield { ...fact, component: '', what: `${fact.what}, which nobody holds`, ...at };
  }
  for (const component of built.holders.keys()) {
    const others = [...built.holders.keys()].filter((id) => id !== component);
    const alone = others.length === 0 || built.object.type === 'asid_pool';
    const what = alone ? fact.what : `${fact.what}, shared with ${others.join(' and ')}`;
    yield { ...fact, component, what, ...at };
  }
}

type Statement = Pick<Fact, 'kind' | 'what'>;

function factOf(system: BuiltSystem, built: Built): Statement | undefined {
  const { object, name, holders } = built;
  switch (object.type) {
    case 'io_ports':
      return statement('io_ports', words.ports(object.first, object.last));
    case 'io_device':
      return statement('io_space', words.ioSpace(object, object.domain));
    case 'ioapic_irq': {
      const { ioapic, pin, level, polarity } = object;
      const source = words.ioapicInput(ioapic, pin, level === 1, polarity === 1);
      return statement('irq', interrupt(system, built, source));
    }
    case 'msi_irq':
      return statement('irq', interrupt(system, built, words.message(object, object.handle)));
    case 'irq':
      return statement('irq', interrupt(system, built, 'an interrupt of unknown source'));
    case 'ut': {
      const where = object.paddr === undefined ? '' : ` at 0x${object.paddr.toString(16)}`;
      return statement('untyped', `${words.untyped(object.bits)}${where}`);
    }
    case 'asid_pool':
      return statement('asid_pool', words.asidPool([...holders.keys()].toSorted()[0] ?? 'nobody'));
    case 'ep':
    case 'rtreply':
    case 'sc':
      // Each component has some of its own to run its program; shared, they would be a channel.
      return holders.size > 1 ? statement('control', `the ${object.type} \`${name}\``) : undefined;
    default:
      return undefined;
  }
}

function statement(kind: FactKind, what: string): Statement {
  return { kind, what };
}

function interrupt(system: BuiltSystem, { name }: Built, source: string): string {
  const cap = system.lists.get(name)?.entries[0]?.cap;
  let raised = 'nothing';
  if (cap?.type === 'signal') {
    const target = spanName(cap.target, 0);
    raised = words.event(system.listeners.get(target) ?? `\`${target}\``, cap.badge ?? 0n);
  }
  return words.interrupt(source, system.vectors.get(name), raised);
}

/** The words for what stands in a slot; the same as the fact's. */
export function slotWords(system: BuiltSystem, { target }: Held): string | undefined {
  return target && factOf(system, target)?.what;
}
