// SPDX-License-Identifier: BSD-2-Clause
import type { PlanPciFunction, PlanVm } from '../generated/plan.js';

/** The functions that are passed through, in the order by which all components number them. */
export function passedThrough(vm: PlanVm): PlanPciFunction[] {
  return vm.pci.functions.filter((fn) => fn.kind === 'passthrough');
}

/** `00:02.0`, as `lspci` in the guest shows it. */
export function guestAddress(fn: PlanPciFunction): string {
  return pciAddress(fn.bus, fn.device, fn.function);
}

/** Bus, device and function in the usual spelling. */
export function pciAddress(bus: number, device: number, fn: number): string {
  const two = (value: number): string => value.toString(16).padStart(2, '0');
  return `${two(bus)}:${two(device)}.${String(fn)}`;
}
