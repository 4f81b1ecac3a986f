// SPDX-License-Identifier: BSD-2-Clause
import type { PlanTerminal } from '../generated/plan.js';
import { portName } from '../model/names.js';
import type { Vm } from '../model/system.js';
import { linksOf, type PlanContext } from './context.js';

/** The port by which a VM starts and stops those that name it as their controller. No entry can have this name. */
const LIFECYCLE_PORT = 'makatea.lifecycle';

/**
 * The ports of a VM's VirtIO console. Those that lead to a console come first, for port 0 is the one that a driver without
 * messages has (VirtIO 1.2, 5.3.5). That of a controller comes last: whether there is one, other VMs decide.
 */
export function guestTerminals(context: PlanContext, vm: Vm): PlanTerminal[] {
  const plain = { console: false, columns: 0, rows: 0 };
  const consoles = vm.terminals.map(({ name, size }) => ({
    name,
    channel: portName.terminal(name),
    console: true,
    columns: size?.columns ?? 0,
    rows: size?.rows ?? 0,
  }));
  const cables = linksOf(context, vm).flatMap((link) => {
    const end = link.type === 'serial' ? link.ends.find((e) => e.vm === vm) : undefined;
    if (end?.terminal === undefined) return [];
    return [{ name: end.terminal, channel: portName.link(link.name), ...plain }];
  });
  const control = { name: LIFECYCLE_PORT, channel: portName.control, ...plain };
  return [...consoles, ...cables, ...(context.controllers.has(vm) ? [control] : [])];
}
