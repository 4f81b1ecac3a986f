// SPDX-License-Identifier: BSD-2-Clause

/**
 * A capDL specification for x86-64: kernel objects, the capabilities that stand in them, and the
 * interrupt vectors. It holds what a static CAMkES system is made of and nothing else; EPT objects
 * are absent because the language has none (a monitor makes its VCPU and EPT at run time).
 */
export interface Spec {
  readonly objects: readonly ObjectDecl[];
  readonly caps: readonly CapList[];
  readonly irqs: readonly IrqMapping[];
}

/** `name = …`, or `name[count] = …` for that many equal objects. */
export interface ObjectDecl {
  readonly name: string;
  /** Present for an array, whose elements are called `name[0]` and so on. */
  readonly count?: number;
  readonly object: KernelObject;
  /** Line of the text that it was read from. */
  readonly line?: number;
}

export type KernelObject =
  | Simple
  | Tcb
  | CNode
  | Frame
  | Untyped
  | AsidPool
  | SchedContext
  | IoPorts
  | IoDevice
  | IoapicIrq
  | MsiIrq;

export type ObjectType = KernelObject['type'];

/** Objects without parameters. `irq` is an interrupt that neither an I/O APIC nor MSI describes. */
export interface Simple {
  readonly type: 'ep' | 'notification' | 'rtreply' | 'pt' | 'pd' | 'pdpt' | 'pml4' | 'irq';
}

export interface Tcb {
  readonly type: 'tcb';
  /** Absent where the text leaves the thread's registers and priorities to someone else. */
  readonly thread?: Thread;
  readonly init?: readonly number[];
  readonly faultEp?: number;
  readonly domain?: number;
}

/** parse-capDL takes these six together or not at all. */
export interface Thread {
  /** Address of the IPC buffer. */
  readonly addr: number;
  readonly ip: number;
  readonly sp: number;
  readonly prio: number;
  readonly maxPrio: number;
  readonly affinity: number;
  readonly resume?: boolean;
  readonly fpuDisabled?: boolean;
}

export interface CNode {
  readonly type: 'cnode';
  /** log2 of the number of slots. */
  readonly bits: number;
}

export interface Frame {
  readonly type: 'frame';
  /** log2 of the size in bytes. */
  readonly bits: number;
  /** Device memory, or memory at a chosen place. */
  readonly paddr?: number;
  readonly fill: readonly Fill[];
}

/** What the loader writes into a frame before the system starts. */
export type Fill = FileFill | BootInfoFill;

export interface FileFill {
  readonly type: 'file';
  readonly offset: number;
  readonly length: number;
  /** Name in the loader's archive. */
  readonly file: string;
  readonly fileOffset: number;
}

export interface BootInfoFill {
  readonly type: 'bootinfo';
  readonly offset: number;
  readonly length: number;
  /** Such as `CDL_FrameFill_BootInfo_X86_TSC_Freq`. */
  readonly kind: string;
  readonly sourceOffset: number;
}

export interface Untyped {
  readonly type: 'ut';
  /** log2 of the size in bytes; absent for an untyped that only groups others. */
  readonly bits?: number;
  readonly paddr?: number;
  /** Objects that are made from it before the system starts. */
  readonly children: readonly Span[];
}

export interface AsidPool {
  readonly type: 'asid_pool';
  readonly asidHigh?: number;
}

export interface SchedContext {
  readonly type: 'sc';
  readonly times?: SchedTimes;
  readonly bits?: number;
}

/** Microseconds; both or neither, says parse-capDL. */
export interface SchedTimes {
  readonly period: number;
  readonly budget: number;
  readonly data?: number;
}

export interface IoPorts {
  readonly type: 'io_ports';
  readonly first: number;
  /** Inclusive. */
  readonly last: number;
}

export interface IoDevice {
  readonly type: 'io_device';
  readonly domain: number;
  readonly bus: number;
  readonly device: number;
  readonly function: number;
}

export interface IoapicIrq {
  readonly type: 'ioapic_irq';
  readonly ioapic: number;
  readonly pin: number;
  /** 1 for level-triggered. */
  readonly level: number;
  /** 1 for active low. */
  readonly polarity: number;
}

export interface MsiIrq {
  readonly type: 'msi_irq';
  readonly handle: number;
  readonly bus: number;
  readonly device: number;
  readonly function: number;
}

/** One object: `name`, or `name[index]` of an array. */
export interface Ref {
  readonly name: string;
  readonly index?: number;
}

/** One object, or `count` neighbours of an array from `first`. */
export interface Span {
  readonly name: string;
  readonly first?: number;
  readonly count: number;
}

/** The capabilities that stand in one object. */
export interface CapList {
  readonly object: Ref;
  readonly entries: readonly CapEntry[];
  readonly line?: number;
}

/** A capability in a slot; one to several objects of an array fills as many slots from there. */
export interface CapEntry {
  readonly slot: number;
  readonly cap: Cap;
  readonly line?: number;
}

export type Cap = PlainCap | SignalCap | FrameCap | CNodeCap | ControlCap;

/** A capability that carries nothing but its object. */
export interface PlainCap {
  readonly type: 'plain';
  readonly target: Span;
}

/** To a notification or an endpoint. */
export interface SignalCap {
  readonly type: 'signal';
  readonly target: Span;
  readonly rights: Rights;
  /** 64 bits; absent and 0 both mean an unbadged capability. */
  readonly badge?: bigint;
}

export interface FrameCap {
  readonly type: 'frame';
  readonly target: Span;
  readonly rights: Rights;
  readonly uncached: boolean;
  /** The place where this very capability, not a copy of it, maps the frame. */
  readonly mapping?: { readonly object: Ref; readonly slot: number };
}

export interface CNodeCap {
  readonly type: 'cnode';
  readonly target: Span;
  readonly guard: number;
  readonly guardSize: number;
}

/** Authority over the whole machine, without an object of its own. */
export interface ControlCap {
  readonly type: 'control';
  readonly control: Control;
  /** For `sched_control`. */
  readonly core?: number;
}

export type Control = 'irq_control' | 'asid_control' | 'domain' | 'sched_control';

/** A set of rights: the sum of members of `RIGHT`. */
export type Rights = number;

export const RIGHT = { read: 1, write: 2, grant: 4, grantReply: 8 } as const;

export interface IrqMapping {
  /** seL4's interrupt vector on x86, from 0. */
  readonly vector: number;
  readonly object: Ref;
  readonly line?: number;
}

/** Slots of a TCB by their names, as parse-capDL numbers them. */
export const TCB_SLOT = {
  cspace: 0,
  vspace: 1,
  reply_slot: 2,
  caller_slot: 3,
  ipc_buffer_slot: 4,
  fault_ep_slot: 5,
  sc_slot: 6,
  temp_fault_ep_slot: 7,
  bound_notification: 8,
  bound_vcpu: 9,
} as const;

/** Which kind of capability reaches an object of a type. */
export function capTypeOf(type: ObjectType): Exclude<Cap['type'], 'control'> {
  if (type === 'ep' || type === 'notification') return 'signal';
  if (type === 'frame' || type === 'cnode') return type;
  return 'plain';
}

/** How many slots an entry fills. */
export function slotCount(cap: Cap): number {
  return cap.type === 'control' ? 1 : cap.target.count;
}

/** The text's spelling of one object: `name` or `name[3]`. */
export function refName(ref: Ref): string {
  return ref.index === undefined ? ref.name : `${ref.name}[${ref.index}]`;
}

/** The spelling of the object at a place of a span. */
export function spanName(span: Span, at: number): string {
  return span.first === undefined ? span.name : `${span.name}[${span.first + at}]`;
}
