// SPDX-License-Identifier: BSD-2-Clause
import type { PlanComponent } from '../../generated/plan.js';
import { lookUp, type PlanIndex } from '../plan-index.js';
import { emitComponentHeader } from './component.js';
import { emitVmHeader } from './vm.js';

export { emitComponentHeader } from './component.js';
export { emitVmHeader } from './vm.js';

/** The configuration headers of all components, by component. */
export function emitHeaders(index: PlanIndex): Map<string, string> {
  return new Map(
    index.plan.components.map((component) => [component.id, emitHeader(component, index)]),
  );
}

function emitHeader(component: PlanComponent, index: PlanIndex): string {
  if (component.role !== 'vmm') return emitComponentHeader(component, index);
  return emitVmHeader(lookUp(index.vms, component.id, 'VM of the monitor'), component, index);
}
