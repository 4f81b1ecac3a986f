// SPDX-License-Identifier: BSD-2-Clause
import type { Machine, MachineFunction } from './machine.js';
import { pciTree, type PciTree } from './pci-tree.js';

/**
 * Which functions the IOMMU can not keep apart. Functions of one key belong together; nothing where the machine file does
 * not tell.
 */
export type IsolationGroups = (fn: MachineFunction) => string | undefined;

/** Whether a function keeps its traffic from the other functions of its device, and a port from other ports. */
type KeepsApart = (fn: MachineFunction) => boolean;

/** By what a function offers. Conventional PCI never keeps anything apart. */
const whenSwitchedOn: KeepsApart = (fn) => fn.port !== undefined && fn.acs.length > 0;

/**
 * The services without which peers reach each other (PCI Express 6.0, 6.12.1). A function that does not offer one of them
 * has no traffic of that kind to send up.
 */
const NEEDED = ['source_validation', 'request_redirect', 'completion_redirect', 'upstream_forwarding'] as const; // prettier-ignore

/** By what is on when seL4 starts. */
const asItStarts: KeepsApart = (fn) =>
  fn.port !== undefined &&
  fn.acsEnabled.length > 0 &&
  NEEDED.every((one) => !fn.acs.includes(one) || fn.acsEnabled.includes(one));

/**
 * As Linux has grouped them, where the file says it; else by the same reasoning on what it says of bridges and of access
 * control services (PCI Express 6.0, 6.12): traffic between peers reaches the IOMMU only where every port on the way sends
 * it up. Both take for granted that the services are switched on.
 */
export function isolationGroups(machine: Machine): IsolationGroups {
  const byServices = connected(machine, whenSwitchedOn, () => false);
  return (fn) => (fn.iommuGroup === undefined ? byServices(fn) : `group ${String(fn.iommuGroup)}`);
}

/**
 * The same with the services that are on when seL4 starts, which switches none on. Linux is believed only about functions
 * of one device that offer none: that these do not reach each other is then a property of the device.
 */
export function groupsAtStart(machine: Machine): IsolationGroups {
  return connected(machine, asItStarts, apartByNature);
}

function apartByNature(a: MachineFunction, b: MachineFunction): boolean {
  const plain = a.acs.length === 0 && a.bridge === undefined && b.bridge === undefined;
  return (
    plain &&
    a.iommuGroup !== undefined &&
    b.iommuGroup !== undefined &&
    a.iommuGroup !== b.iommuGroup
  );
}

/** The functions on the way from one to the root that keep traffic apart only once their services are switched on. */
export function reliedOn(machine: Machine, fn: MachineFunction): MachineFunction[] {
  const tree = pciTree(machine);
  const way = [...tree.device(fn)];
  for (let at = tree.above(fn); at !== undefined; at = tree.above(at)) {
    // A switch keeps apart what is below it only when all its ports do.
    way.push(...tree.device(at), ...(at.port === 'upstream_port' ? tree.below(at) : []));
  }
  return way.filter((one) => whenSwitchedOn(one) && !asItStarts(one));
}

/** Groups of functions that reach each other past the IOMMU, by name of one of them; nothing where that is not known. */
function connected(
  machine: Machine,
  keepsApart: KeepsApart,
  known: (a: MachineFunction, b: MachineFunction) => boolean,
): IsolationGroups {
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
    if (!keepsApart(fn)) {
      for (const other of tree.device(fn)) if (!known(fn, other)) join(fn, other);
    }
    const bridge = tree.above(fn);
    if (bridge !== undefined && !sendsUp(tree, bridge, keepsApart)) join(fn, bridge);
  }
  return (fn) => (placed(tree, fn) ? find(fn).name : undefined);
}

/** Whether all that is between a function and the root is known: bus 0 is a root bus, others lie below a bridge. */
function placed(tree: PciTree, fn: MachineFunction): boolean {
  if (fn.bdf.bus === 0) return true;
  const bridge = tree.above(fn);
  return bridge !== undefined && placed(tree, bridge);
}

/** Whether traffic between functions below a bridge goes up to the IOMMU: so it must be all the way. */
function sendsUp(tree: PciTree, bridge: MachineFunction, keepsApart: KeepsApart): boolean {
  const above = tree.above(bridge);
  return (
    sendsUpHere(tree, bridge, keepsApart) &&
    (above === undefined || sendsUp(tree, above, keepsApart))
  );
}

function sendsUpHere(tree: PciTree, bridge: MachineFunction, keepsApart: KeepsApart): boolean {
  if (bridge.port === 'root_port' || bridge.port === 'downstream_port') return keepsApart(bridge);
  if (bridge.port !== 'upstream_port') return false;
  // One downstream port that does not send up lets what is below it reach what is below all others of the switch.
  const alone = tree.device(bridge).length === 1 || keepsApart(bridge);
  return alone && tree.below(bridge).every(keepsApart);
}
