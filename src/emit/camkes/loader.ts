// SPDX-License-Identifier: BSD-2-Clause
import type { Plan, PlanComponent } from '../../generated/plan.js';
import { log2Ceil } from '../../util/size.js';
import { lookUp } from '../plan-index.js';
import type { Region } from './regions.js';

/**
 * Kernel objects that CAMkES adds to a component: thread, address space, endpoints, and above all
 * frames of 4 KiB, for its stack, for a heap of 1 MiB and for the program. With empty bodies they
 * are 320; this leaves room for programs of 2 MiB and more.
 */
const PROGRAM_OBJECTS = 1024;

/** Bytes of a component's program in the loader's archive: 430 KB were seen with empty bodies. */
const PROGRAM_BYTES = 4 * 2 ** 20;

/** Bytes that the loader keeps of a kernel object: its description (200 were seen) and its slots. */
const OBJECT_BYTES = 320;

/** Slots for all else: untyped memory, what the kernel hands to its first task, the loader itself. */
const OTHER_SLOTS = 4096;

/** How large the capDL loader must be. */
export interface LoaderSize {
  /** Kernel objects that it can make. */
  readonly objects: number;
  /** log2 of the slots of its CNode. */
  readonly cnodeBits: number;
}

/** An upper bound of what the loader must hold; what it lacks, it finds out at boot. */
export function loaderSize(plan: Plan, regions: readonly Region[]): LoaderSize {
  const { components, images } = plan;
  const programs = components.length * PROGRAM_OBJECTS;
  const own = sum(components, ownObjects) + plan.kernel.asid_pools;
  const shared = sum(regions, ({ frames }) => frames) + sum(images, ({ frames }) => frames);
  const objects = programs + own + shared;
  const bytes =
    sum(images, (image) => image.bytes) +
    components.length * PROGRAM_BYTES +
    objects * OBJECT_BYTES;
  // A capability to each object, a copy for each mapping, two for each thread and CNode, and one to
  // each page of the loader and its archive.
  const slots =
    objects +
    programs +
    mappings(plan, regions) +
    2 * components.length +
    bytes / 4096 +
    OTHER_SLOTS;
  return { objects, cnodeBits: log2Ceil(slots) };
}

/** Objects of a component's own that the plan knows. An interrupt takes a slot for its badge, too. */
function ownObjects({ untyped, io_ports, io_spaces, irqs, device_frames, memory }: PlanComponent) {
  return (
    untyped.length +
    io_ports.length +
    io_spaces.length +
    2 * irqs.length +
    sum(device_frames, ({ frames }) => frames) +
    (memory?.frames ?? 0)
  );
}

function mappings({ components, images }: Plan, regions: readonly Region[]): number {
  const byId = new Map(images.map((image) => [image.id, image]));
  const read = components.flatMap((component) => component.images);
  return (
    sum(read, (id) => lookUp(byId, id, 'image').frames) + sum(regions, ({ frames }) => 2 * frames)
  );
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
