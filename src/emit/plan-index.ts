// SPDX-License-Identifier: BSD-2-Clause
import type {
  Plan,
  PlanChannel,
  PlanChannelEnd,
  PlanComponent,
  PlanConsole,
  PlanImage,
  PlanVm,
} from '../generated/plan.js';

/** A channel as one of its two components sees it. */
export interface ChannelEnd {
  readonly channel: PlanChannel;
  /** Prefix of its dataports at this component. */
  readonly port: string;
  /** Component at the other end. */
  readonly peer: string;
  /** Prefix of its dataports there. */
  readonly peerPort: string;
  readonly txBytes: number;
  readonly rxBytes: number;
  /** Event bit of this component that the other end raises. */
  readonly event: number;
}

/** A plan with its references resolved, so that emitting a thousand VMs stays linear. */
export interface PlanIndex {
  readonly plan: Plan;
  readonly system: string;
  readonly images: ReadonlyMap<string, PlanImage>;
  readonly components: ReadonlyMap<string, PlanComponent>;
  /** VMs by the component that is their monitor. */
  readonly vms: ReadonlyMap<string, PlanVm>;
  /** Consoles by the component that is their multiplexer. */
  readonly consoles: ReadonlyMap<string, PlanConsole>;
  /** Channel ends by component, in the plan's order. */
  readonly ends: ReadonlyMap<string, readonly ChannelEnd[]>;
}

/** Resolves the references of a plan. */
export function indexPlan(plan: Plan): PlanIndex {
  return {
    plan,
    system: plan.system,
    images: new Map(plan.images.map((image) => [image.id, image])),
    components: new Map(plan.components.map((component) => [component.id, component])),
    vms: new Map(plan.vms.map((vm) => [vm.component, vm])),
    consoles: new Map(plan.consoles.map((console) => [console.component, console])),
    ends: indexEnds(plan.channels),
  };
}

/** What a map must hold; that it does not is a fault of the plan, never of the description. */
export function lookUp<T>(map: ReadonlyMap<string, T>, key: string, what: string): T {
  const value = map.get(key);
  if (value === undefined) throw new Error(`the plan has no ${what} "${key}"`);
  return value;
}

/** Adds a value to the list that stands under a key. */
export function append<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/** The name that people know a component by: its VM, or else its own. */
export function peerName(index: PlanIndex, component: string): string {
  return index.vms.get(component)?.name ?? component;
}

/** Bytes of the region that an end writes. */
export function regionBytes(end: PlanChannelEnd): number {
  return end.frames * 2 ** end.frame_bits;
}

function indexEnds(channels: readonly PlanChannel[]): Map<string, ChannelEnd[]> {
  const ends = new Map<string, ChannelEnd[]>();
  for (const channel of channels) {
    const [a, b] = channel.ends;
    if (a === undefined || b === undefined) throw new Error(`channel "${channel.id}" lacks an end`);
    for (const [own, other] of [
      [a, b],
      [b, a],
    ] as const) {
      append(ends, own.component, seenFrom(channel, own, other));
    }
  }
  return ends;
}

function seenFrom(channel: PlanChannel, own: PlanChannelEnd, other: PlanChannelEnd): ChannelEnd {
  return {
    channel,
    port: own.port,
    peer: other.component,
    peerPort: other.port,
    txBytes: regionBytes(own),
    rxBytes: regionBytes(other),
    event: other.raises,
  };
}
