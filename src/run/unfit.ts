// SPDX-License-Identifier: BSD-2-Clause
import type { Plan } from '../generated/plan.js';
import type { RunFault } from './fault.js';

/** VMs that one image for the bench can hold (MK_SYSTEM_VMS_MAX in vmm-c/system/system.h). */
export const BENCH_VMS = 4;

/** What keeps a system from running on the bench: too many VMs, or hardware of a certain machine. */
export function whyNotOnBench(plan: Pick<Plan, 'vms' | 'components'>): RunFault | undefined {
  if (plan.vms.length > BENCH_VMS) {
    return {
      fault: `there are ${String(plan.vms.length)} VMs, and the bench has room for ${String(BENCH_VMS)}`,
      hint: 'run a description with fewer of them',
    };
  }
  return whyNotEmulated(plan, 'the bench');
}

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
