// SPDX-License-Identifier: BSD-2-Clause
import type { PlanChannel, PlanVm } from '../../generated/plan.js';
import type { ChannelEnd, PlanIndex } from '../plan-index.js';

/** A channel of a component, its number there, and the VM at its other end. */
export interface VmChannel {
  readonly number: number;
  readonly end: ChannelEnd;
  readonly vm: PlanVm;
}

/** The channels of one kind that lead from a component to monitors, in the order of numbers. */
export function channelsToVms(
  index: PlanIndex,
  component: string,
  kind: PlanChannel['kind'],
): VmChannel[] {
  return (index.ends.get(component) ?? []).flatMap((end, number) => {
    const vm = index.vms.get(end.peer);
    return vm === undefined || end.channel.kind !== kind ? [] : [{ number, end, vm }];
  });
}
