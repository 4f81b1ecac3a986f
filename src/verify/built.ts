// SPDX-License-Identifier: BSD-2-Clause
import {
  RIGHT,
  TCB_SLOT,
  refName,
  spanName,
  type Cap,
  type CapEntry,
  type CapList,
  type KernelObject,
  type ObjectType,
  type Rights,
  type Spec,
} from '../capdl/model.js';
import type { Plan } from '../generated/plan.js';

/** A kernel object of the built system, and which components reach it. */
export interface Built {
  readonly name: string;
  readonly object: KernelObject;
  readonly line?: number;
  readonly holders: Map<string, Hold>;
}

/** What a component may do with an object, all its capabilities taken together. */
export interface Hold {
  rights: Rights;
  /** A capability stands in its CNode, so that it can map, copy or hand it on. */
  inCNode: boolean;
}

/** A task: everything that runs in one CNode. CAMkES makes one for each component instance. */
export interface Task {
  readonly id: string;
  readonly cnode: string;
  readonly threads: Thread[];
  /** Notifications bound to its threads. */
  readonly bound: Set<string>;
  /** Its address spaces. */
  readonly roots: Set<string>;
  /** The same, and all paging structures in them. */
  readonly paging: Set<string>;
  /** What stands in its CNode. */
  readonly slots: readonly Held[];
}

export interface Thread {
  readonly name: string;
  readonly object: Extract<KernelObject, { type: 'tcb' }>;
  readonly slots: ReadonlyMap<number, CapEntry>;
  readonly line?: number;
}

/** One capability to one object. */
export interface Held {
  readonly slot: number;
  readonly cap: Cap;
  /** Absent for authority without an object. */
  readonly target?: Built;
  readonly line?: number;
}

/** A built system seen from its components. */
export interface BuiltSystem {
  readonly objects: ReadonlyMap<string, Built>;
  readonly tasks: ReadonlyMap<string, Task>;
  /** Vectors by interrupt object. */
  readonly vectors: ReadonlyMap<string, number>;
  /** Capability lists by object. */
  readonly lists: ReadonlyMap<string, CapList>;
  /** Which task a notification is bound to. */
  readonly listeners: ReadonlyMap<string, string>;
  /** Ids of the plan's images, by which their frames are told from others. */
  readonly images: ReadonlySet<string>;
  readonly mcs: boolean;
}

/**
 * Finds out who reaches what. A component is known by its CNode, which python-capdl calls
 * `<instance>_cnode` (and we `<component>.cnode`); it reaches what stands in that CNode, in the
 * address spaces of the threads that have it, and in these threads' TCBs.
 */
export function readSystem(spec: Spec, plan: Plan): BuiltSystem {
  const objects = expand(spec);
  const lists = new Map(spec.caps.map((list) => [refName(list.object), list]));
  const tasks = new Map<string, Task>();
  for (const built of objects.values()) {
    if (built.object.type === 'tcb') addThread(built, objects, lists, tasks);
  }
  const listeners = new Map<string, string>();
  for (const task of tasks.values()) {
    reach(task, objects, lists);
    for (const name of task.bound) listeners.set(name, task.id);
  }
  const vectors = new Map(spec.irqs.map(({ vector, object }) => [refName(object), vector]));
  const images = new Set(plan.images.map(({ id }) => id));
  return { objects, tasks, vectors, lists, listeners, images, mcs: plan.kernel.mcs };
}

function expand(spec: Spec): Map<string, Built> {
  const objects = new Map<string, Built>();
  for (const { name, count, object, line } of spec.objects) {
    const at = line === undefined ? {} : { line };
    for (let i = 0; i < (count ?? 1); i += 1) {
      const element = count === undefined ? name : refName({ name, index: i });
      objects.set(element, { name: element, object, holders: new Map(), ...at });
    }
  }
  return objects;
}

type Objects = ReadonlyMap<string, Built>;
type Lists = ReadonlyMap<string, CapList>;

/** The name of a task that has no CNode; no component can be called so. */
const WITHOUT_CNODE = '(without a CNode)';

function addThread(tcb: Built, objects: Objects, lists: Lists, tasks: Map<string, Task>): void {
  if (tcb.object.type !== 'tcb') return;
  const entries = lists.get(tcb.name)?.entries ?? [];
  const slots = new Map(entries.map((entry) => [entry.slot, entry]));
  const cnode = targetName(slots.get(TCB_SLOT.cspace)?.cap) ?? '';
  const id = taskId(cnode, tasks);
  let task = tasks.get(id);
  if (task === undefined) {
    const held = (lists.get(cnode)?.entries ?? []).flatMap((entry) => resolve(entry, objects));
    task = {
      id,
      cnode,
      threads: [],
      bound: new Set(),
      roots: new Set(),
      paging: new Set(),
      slots: held,
    };
    tasks.set(id, task);
  }
  const line = tcb.line === undefined ? {} : { line: tcb.line };
  task.threads.push({ name: tcb.name, object: tcb.object, slots, ...line });
  const bound = targetName(slots.get(TCB_SLOT.bound_notification)?.cap);
  if (bound !== undefined) task.bound.add(bound);
}

/** A second CNode whose name means the same component keeps its full name, which none has. */
function taskId(cnode: string, tasks: ReadonlyMap<string, Task>): string {
  if (cnode === '') return WITHOUT_CNODE;
  const id = cnode.replace(/[._]cnode$/, '');
  const other = tasks.get(id);
  return other === undefined || other.cnode === cnode ? id : cnode;
}

function targetName(cap: Cap | undefined): string | undefined {
  return cap === undefined || cap.type === 'control' ? undefined : spanName(cap.target, 0);
}

/** One entry for each object of a range. */
function resolve({ slot, cap, line }: CapEntry, objects: Objects): Held[] {
  const at = line === undefined ? {} : { line };
  if (cap.type === 'control') return [{ slot, cap, ...at }];
  return Array.from({ length: cap.target.count }, (_, i) => {
    const target = objects.get(spanName(cap.target, i));
    return { slot: slot + i, cap, ...(target && { target }), ...at };
  });
}

/** Notes the task as a holder of everything that it reaches. */
function reach(task: Task, objects: Objects, lists: Lists): void {
  for (const held of task.slots) hold(task, held, true);
  const seen = new Set<string>([task.cnode]);
  // Authority over another CNode is authority over what stands in it.
  const inner = task.slots.flatMap(({ target }) => (target ? [target] : []));
  while (inner.length > 0) {
    const container = inner.pop();
    if (container?.object.type !== 'cnode' || seen.has(container.name)) continue;
    seen.add(container.name);
    for (const entry of lists.get(container.name)?.entries ?? []) {
      for (const held of resolve(entry, objects)) {
        hold(task, held, true);
        if (held.target) inner.push(held.target);
      }
    }
  }
  for (const { slots } of task.threads) {
    for (const entry of slots.values())
      for (const held of resolve(entry, objects)) hold(task, held, false);
    const root = targetName(slots.get(TCB_SLOT.vspace)?.cap);
    if (root === undefined) continue;
    task.roots.add(root);
    walk(task, root, objects, lists);
  }
}

const PAGING: readonly ObjectType[] = ['pml4', 'pdpt', 'pd', 'pt'];

/** Goes through an address space. */
function walk(task: Task, root: string, objects: Objects, lists: Lists): void {
  const left = [root];
  for (let name = left.pop(); name !== undefined; name = left.pop()) {
    if (task.paging.has(name)) continue;
    task.paging.add(name);
    for (const entry of lists.get(name)?.entries ?? []) {
      for (const held of resolve(entry, objects)) {
        hold(task, held, false);
        if (held.target && PAGING.includes(held.target.object.type)) left.push(held.target.name);
      }
    }
  }
}

function hold(task: Task, { cap, target }: Held, inCNode: boolean): void {
  if (target === undefined) return;
  const rights = cap.type === 'frame' || cap.type === 'signal' ? cap.rights : RIGHT.read;
  const held = target.holders.get(task.id);
  if (held === undefined) {
    target.holders.set(task.id, { rights, inCNode });
  } else {
    held.rights |= rights;
    held.inCNode ||= inCNode;
  }
}
