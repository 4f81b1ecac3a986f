// SPDX-License-Identifier: BSD-2-Clause
import { append, peerName, type PlanIndex } from './plan-index.js';

/** Somebody who may ask the lifecycle manager to start, stop and restart VMs. */
export interface LifecycleClient {
  /** Its VM, or else its component. */
  readonly name: string;
  /** Number of its channel at the lifecycle manager. */
  readonly number: number;
  /** The VMs that it may ask for, in the plan's order. */
  readonly vms: readonly string[];
}

/**
 * Who controls what. A VM controls those that name it; the menu of a console controls the VMs that
 * are connected there, because whoever sits there has their serial ports in hand anyway.
 */
export function lifecycleClients(index: PlanIndex, manager: string): LifecycleClient[] {
  const controlled = controlledBy(index);
  return (index.ends.get(manager) ?? []).flatMap((end, number) => {
    if (end.channel.kind !== 'lifecycle') return [];
    const vms = controlled.get(end.peer) ?? [];
    return vms.length === 0 ? [] : [{ name: peerName(index, end.peer), number, vms }];
  });
}

/** The VMs that each component controls. */
function controlledBy(index: PlanIndex): Map<string, string[]> {
  const monitorOf = new Map(index.plan.vms.map((vm) => [vm.name, vm.component]));
  const consolesOf = new Map<string, Set<string>>();
  for (const console of index.plan.consoles) {
    for (const { vm } of console.ports) {
      consolesOf.set(vm, (consolesOf.get(vm) ?? new Set()).add(console.component));
    }
  }
  const controlled = new Map<string, string[]>();
  for (const vm of index.plan.vms) {
    const monitors = vm.controllers.flatMap((name) => monitorOf.get(name) ?? []);
    for (const client of [...monitors, ...(consolesOf.get(vm.name) ?? [])])
      append(controlled, client, vm.name);
  }
  return controlled;
}
