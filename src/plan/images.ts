// SPDX-License-Identifier: BSD-2-Clause
import type { PlanImage } from '../generated/plan.js';
import type { Vm } from '../model/system.js';
import { imageFacts, type PlanContext } from './context.js';

/** Images are read in large pages: fewer objects for the loader, and no more than 2 MiB lost for each. */
const FRAME_BITS = 21;

/** An image's name: of its content, so that it does not depend on who else boots it. */
export function imageId(sha256: string): string {
  return `img_${sha256.slice(0, 12)}`;
}

/** The images that a VM boots, by path. */
export function bootPaths(vm: Vm): string[] {
  if (vm.boot.type !== 'linux') return [];
  const { kernel, initrd } = vm.boot;
  return initrd === undefined ? [kernel] : [kernel, initrd];
}

/** Every distinct image once, in the order of the description. */
export function planImages(context: PlanContext): PlanImage[] {
  const images = new Map<string, PlanImage>();
  for (const path of context.system.vms.flatMap(bootPaths)) {
    const { bytes, sha256 } = imageFacts(context, path);
    const id = imageId(sha256);
    if (images.has(id)) continue;
    const frames = Math.max(1, Math.ceil(bytes / 2 ** FRAME_BITS));
    images.set(id, { id, path, bytes, sha256, frame_bits: FRAME_BITS, frames });
  }
  return [...images.values()];
}
