// SPDX-License-Identifier: BSD-2-Clause
import type { Plan } from '../generated/plan.js';
import type { RunFault } from './fault.js';

/** What keeps a system from running in an emulated machine: hardware of a certain one. */
export function whyNotEmulated(
  plan: Pick<Plan, 'vms' | 'components'>,
  machine: string,
): RunFault | undefined {
  const monitors = new Map(plan.components.map((component) => [component.id, component]));
  const bound = plan.vms.find((vm) => {
    const monitor = monitors.get(vm.component);
    if (monitor === undefined) return false;
    const { io_ports, device_frames, irqs, io_spaces } = monitor;
    return [io_ports, device_frames, irqs, io_spaces].some((list) => list.length > 0);
  });
  if (bound === undefined) return undefined;
  return {
    fault: `VM "${bound.name}" has hardware of a machine passed through, and ${machine} has none of it`,
    hint: 'run it on the machine itself, or without the hardware',
  };
}
