// SPDX-License-Identifier: BSD-2-Clause
import type { Machine, MachineFunction } from './machine.js';
import { pciTree, type PciTree } from './pci-tree.js';

/**
 * Which functions the IOMMU can not keep apart. Functions of one key belong together; nothing where the machine file does
 * not tell.
 */
export type IsolationGroups = (fn: MachineFunction) => string | undefined;

/**
 * As Linux has grouped them, where the file says it; else by the same reasoning on what it says of bridges and of access
 * control services (PCI Express 6.0, 6.12): traffic between peers reaches the IOMMU only where every port on the way sends
 * it up.
 */
export function isolationGroups(machine: Machine): IsolationGroups {
  const tree = pciTree(machine);
  const parents = new Map<MachineFunction, MachineFunction>();
  const find = (fn: MachineFunction): MachineFunction => {
    let root = fn;
    for (let next = parents.get(root); next !== undefined; next = parents.get(root)) root = next;
    return root;
  };
  const join = (a: MachineFunction, b: MachineFunction): void => {
    const [from, to] = [find(a), find(b)];
    if (from !== to) parents.set(from, to);
  };
  for (const fn of machine.functions) {
    // A function that does not keep its traffic apart reaches all others of its device.
    if (!keepsApart(fn)) for (const other of tree.device(fn)) join(fn, other);
    const bridge = tree.above(fn);
    if (bridge !== undefined && !sendsUp(tree, bridge)) join(fn, bridge);
  }
  return (fn) => {
    if (fn.iommuGroup !== undefined) return `group ${String(fn.iommuGroup)}`;
    return placed(tree, fn) ? find(fn).name : undefined;
  };
}

/** Whether all that is between a function and the root is known: bus 0 is a root bus, others lie below a bridge. */
function placed(tree: PciTree, fn: MachineFunction): boolean {
  if (fn.bdf.bus === 0) return true;
  const bridge = tree.above(fn);
  return bridge !== undefined && placed(tree, bridge);
}

/** Whether a function keeps its traffic from the other functions of its device. Conventional PCI never does. */
function keepsApart(fn: MachineFunction): boolean {
  return fn.port !== undefined && fn.acs.length > 0;
}

/** Whether traffic between functions below a bridge goes up to the IOMMU: so it must be all the way. */
function sendsUp(tree: PciTree, bridge: MachineFunction): boolean {
  const above = tree.above(bridge);
  return sendsUpHere(tree, bridge) && (above === undefined || sendsUp(tree, above));
}

function sendsUpHere(tree: PciTree, bridge: MachineFunction): boolean {
  if (bridge.port === 'root_port' || bridge.port === 'downstream_port') return keepsApart(bridge);
  if (bridge.port !== 'upstream_port') return false;
  // One downstream port that does not send up lets what is below it reach what is below all others of the switch.
  const alone = tree.device(bridge).length === 1 || keepsApart(bridge);
  return alone && tree.below(bridge).every(keepsApart);
}
