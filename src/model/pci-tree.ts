// SPDX-License-Identifier: BSD-2-Clause
import type { Machine, MachineFunction } from './machine.js';
import type { MachineScope } from './machine-iommu.js';

/** How the buses of a machine hang together, as far as its file tells. */
export interface PciTree {
  /** The bridge right above a function's bus; nothing on a root bus, and where the file has no such bridge. */
  above(fn: MachineFunction): MachineFunction | undefined;
  /** The functions on the bus right behind a bridge. */
  below(bridge: MachineFunction): readonly MachineFunction[];
  /** The functions of one device, in the order of the file. */
  device(fn: MachineFunction): readonly MachineFunction[];
  /** The function that a path of the DMAR table leads to (VT-d 4.1, 8.3.1); nothing when it leads nowhere. */
  at(segment: number, scope: MachineScope): MachineFunction | undefined;
}

export function pciTree(machine: Machine): PciTree {
  const bridges = new Map<string, MachineFunction>();
  const byAddress = new Map<string, MachineFunction>();
  const devices = new Map<string, MachineFunction[]>();
  const buses = new Map<string, MachineFunction[]>();
  for (const fn of machine.functions) {
    const { segment, bus, device, function: number } = fn.bdf;
    // A bridge's own bus has a lower number (PCI Express 6.0, 7.5.1.3.3): what does not is no bridge, and there is no loop.
    if (fn.bridge !== undefined && fn.bridge.secondary > bus) {
      bridges.set(key(segment, fn.bridge.secondary), fn);
    }
    byAddress.set(key(segment, bus, device, number), fn);
    append(devices, key(segment, bus, device), fn);
    append(buses, key(segment, bus), fn);
  }
  return {
    above: ({ bdf }) => bridges.get(key(bdf.segment, bdf.bus)),
    below: ({ bdf, bridge }) =>
      bridge === undefined ? [] : (buses.get(key(bdf.segment, bridge.secondary)) ?? []),
    device: ({ bdf }) => devices.get(key(bdf.segment, bdf.bus, bdf.device)) ?? [],
    at(segment, { bus, path }) {
      let found: MachineFunction | undefined;
      for (const [index, step] of path.entries()) {
        const on = index === 0 ? bus : found?.bridge?.secondary;
        if (on === undefined) return undefined;
        found = byAddress.get(key(segment, on, step.device, step.function));
      }
      return found;
    },
  };
}

function append<T>(lists: Map<string, T[]>, at: string, item: T): void {
  const list = lists.get(at);
  if (list === undefined) lists.set(at, [item]);
  else list.push(item);
}

function key(...numbers: readonly number[]): string {
  return numbers.join(' ');
}
