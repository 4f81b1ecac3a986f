// SPDX-License-Identifier: BSD-2-Clause
import { functionOf, type MachineFunction } from '../model/machine.js';
import type { PciDevice, Vm } from '../model/system.js';
import type { Bdf } from '../util/bdf.js';
import type { RuleInput } from './rule.js';

/** A pass-through entry and what is known of its function. */
export interface PassedThrough {
  readonly vm: Vm;
  readonly device: PciDevice;
  /** The key that names the function. */
  readonly field: 'bdf' | 'device';
  /** Absent when only the machine file could tell, and there is none. */
  readonly bdf?: Bdf;
  /** Absent when the machine file is absent or has no such function. */
  readonly fn?: MachineFunction;
}

/** All pass-through entries of a system, in the order of the description. */
export function passedThrough({ system, machine }: RuleInput): PassedThrough[] {
  return system.vms.flatMap((vm) =>
    vm.pci.map((device) => {
      const { by } = device;
      const fn = machine && functionOf(machine, by);
      const known = { vm, device, ...(fn && { fn }) };
      if ('bdf' in by) return { ...known, field: 'bdf' as const, bdf: by.bdf };
      return { ...known, field: 'device' as const, ...(fn && { bdf: fn.bdf }) };
    }),
  );
}
