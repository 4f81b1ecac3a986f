// SPDX-License-Identifier: BSD-2-Clause
import type { PlanComponent, PlanImage } from '../../generated/plan.js';
import type { PlanIndex } from '../plan-index.js';

/** Memory that a component alone brings about, in bytes. */
export interface ComponentMemory {
  /** Guest RAM, or storage. */
  readonly frames: number;
  readonly untyped: number;
  /** The regions of its channels that it writes. */
  readonly shared: number;
}

/** What a component takes beside its program. */
export function componentMemory(index: PlanIndex, component: PlanComponent): ComponentMemory {
  const { memory, untyped } = component;
  const ends = index.ends.get(component.id) ?? [];
  return {
    frames: memory === undefined ? 0 : memory.frames * 2 ** memory.frame_bits,
    untyped: untyped.reduce((sum, bits) => sum + 2 ** bits, 0),
    shared: ends.reduce((sum, end) => sum + end.txBytes, 0),
  };
}

/** Memory that holds an image, whole frames. */
export function imageMemory(image: PlanImage): number {
  return image.frames * 2 ** image.frame_bits;
}

/** All memory that the plan gives out. Programs, stacks and page tables come on top. */
export function systemMemory(index: PlanIndex): number {
  const components = index.plan.components.reduce((sum, component) => {
    const { frames, untyped, shared } = componentMemory(index, component);
    return sum + frames + untyped + shared;
  }, 0);
  return index.plan.images.reduce((sum, image) => sum + imageMemory(image), components);
}
