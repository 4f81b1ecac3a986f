// SPDX-License-Identifier: BSD-2-Clause
import type { BzImage } from '../facts/bzimage.js';
import { alignDown, alignUp, MIB } from '../util/size.js';
import { lowRamBytes } from './platform.js';

/** Where kernel and initrd lie in guest memory, in guest-physical addresses. */
export interface BootLayout {
  readonly kernel: number;
  /** Room that the kernel needs from its load address on. */
  readonly kernelBytes: number;
  /** 0 without an initrd. */
  readonly initrd: number;
}

/** What the kernel needs to run in, beside itself and its initrd: less would be a riddle at boot. */
const WORKING_MEMORY = 16 * MIB;

/**
 * Places a kernel at its preferred address and the initrd as high as it may lie (boot.rst: "the initrd should typically
 * be located as high in memory as possible").
 *
 * @param memory guest memory in bytes
 * @param initrdBytes 0 without an initrd
 */
export function bootLayout(
  memory: number,
  kernel: BzImage,
  initrdBytes: number,
): BootLayout | { readonly fault: string; readonly needed: number } {
  const ram = lowRamBytes(memory);
  const kernelEnd = kernel.prefAddress + kernel.initSize;
  const needed = alignUp(kernelEnd + alignUp(initrdBytes, 4096) + WORKING_MEMORY, 2 * MIB);
  if (kernelEnd > ram) return { fault: 'the kernel does not fit', needed };
  const layout = { kernel: kernel.prefAddress, kernelBytes: kernel.initSize };
  if (initrdBytes === 0) {
    return needed > memory
      ? { fault: 'no memory is left beside the kernel', needed }
      : { ...layout, initrd: 0 };
  }
  const top = Math.min(ram, kernel.initrdAddrMax + 1);
  const initrd = alignDown(top - initrdBytes, 4096);
  if (initrd < kernelEnd) return { fault: 'the initrd does not fit beside the kernel', needed };
  if (needed > memory) return { fault: 'no memory is left beside kernel and initrd', needed };
  return { ...layout, initrd };
}
