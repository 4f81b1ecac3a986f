// SPDX-License-Identifier: BSD-2-Clause
import type { PlanComponent } from '../../generated/plan.js';
import { lookUp, type PlanIndex } from '../plan-index.js';
import { emitComponentHeader } from './component.js';
import { emitVmHeader } from './vm.js';

export { emitComponentHeader } from './component.js';
export { emitVmHeader } from './vm.js';

/** Path of a component's configuration header below the output directory. */
function headerPath(component: PlanComponent): string {
  return `${component.id}/makatea_config.h`;
}

/** The configuration headers of all components, by path. */
export function emitHeaders(index: PlanIndex): Map<string, string> {
  return new Map(
    index.plan.components.map((component) => [headerPath(component), emitHeader(component, index)]),
  );
}

function emitHeader(component: PlanComponent, index: PlanIndex): string {
  if (component.role !== 'vmm') return emitComponentHeader(component, index);
  return emitVmHeader(lookUp(index.vms, component.id, 'VM of the monitor'), component, index);
}
