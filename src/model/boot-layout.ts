// SPDX-License-Identifier: BSD-2-Clause
import type { BzImage } from '../facts/bzimage.js';
import { alignDown, alignUp, MIB } from '../util/size.js';
import { LOW_RAM_END, ramRuns, type RamRun } from './platform.js';

/** Where kernel and initrd lie in guest memory, in guest-physical addresses. */
export interface BootLayout {
  readonly kernel: number;
  /** Room that the kernel needs from its load address on. */
  readonly kernelBytes: number;
  /** 0 without an initrd. */
  readonly initrd: number;
  /** Where the RAM stands. */
  readonly ram: readonly RamRun[];
  /** Memory with which a kernel of a distribution boots without thrift; this may be more than there is. */
  readonly ample: number;
}

interface BootFault {
  readonly fault: string;
  /** The least memory that would do. */
  readonly needed: number;
}

/** RAM at address 0 that every layout has: tables of the boot protocol, ACPI, and what a PC has there. */
const FIRST = 2 * MIB;

/** What the kernel needs to run in, beside what it unpacked itself in and its initrd: less would be a riddle at boot. */
const WORKING_MEMORY = 8 * MIB;

/** The same with all that Debian's kernel sets up at boot (measured, docs/running.md). */
const AMPLE_MEMORY = 16 * MIB;

/**
 * Places a kernel at its preferred address and the initrd as high as it may lie (boot.rst: "the initrd should typically
 * be located as high in memory as possible"). Where the RAM would end before the kernel does, the RAM between the first
 * 2 MiB and the kernel is moved above: a kernel can not be placed lower, for it moves itself up to that address before
 * it unpacks itself (Linux, arch/x86/boot/compressed/head_64.S, LOAD_PHYSICAL_ADDR).
 *
 * @param memory guest memory in bytes
 * @param initrdBytes 0 without an initrd
 */
export function bootLayout(
  memory: number,
  kernel: BzImage,
  initrdBytes: number,
): BootLayout | BootFault {
  const below = Math.min(kernel.prefAddress, FIRST);
  const used = below + kernel.initSize + alignUp(initrdBytes, 4096);
  const needed = alignUp(used + WORKING_MEMORY, 2 * MIB);
  if (memory < below + kernel.initSize) return { fault: 'the kernel does not fit', needed };
  if (memory < used) return { fault: 'the initrd does not fit beside the kernel', needed };
  if (memory < needed) return { fault: 'no memory is left beside kernel and initrd', needed };
  const placed =
    place(ramRuns(memory), kernel, initrdBytes) ??
    place(withGap(memory, kernel.prefAddress), kernel, initrdBytes);
  if (placed !== undefined) return { ...placed, ample: alignUp(used + AMPLE_MEMORY, 2 * MIB) };
  return { fault: 'kernel and initrd do not fit where the kernel wants them', needed };
}

/** The first 2 MiB, and all else from the kernel's address on; nothing where that is no RAM. */
function withGap(memory: number, kernel: number): RamRun[] {
  const rest = { gpa: alignDown(kernel, 2 * MIB), bytes: memory - FIRST };
  if (rest.gpa < FIRST || rest.gpa + rest.bytes > LOW_RAM_END) return [];
  return [{ gpa: 0, bytes: FIRST }, rest];
}

/** Both in one run of RAM below 4 GiB, or nothing. */
function place(
  ram: readonly RamRun[],
  kernel: BzImage,
  initrdBytes: number,
): Omit<BootLayout, 'ample'> | undefined {
  const start = kernel.prefAddress;
  const run = ram.find(({ gpa, bytes }) => gpa <= start && start < gpa + bytes);
  if (run === undefined) return undefined;
  const kernelEnd = start + kernel.initSize;
  const end = run.gpa + run.bytes;
  if (kernelEnd > end) return undefined;
  const layout = { kernel: start, kernelBytes: kernel.initSize, ram };
  if (initrdBytes === 0) return { ...layout, initrd: 0 };
  const initrd = alignDown(Math.min(end, kernel.initrdAddrMax + 1) - initrdBytes, 4096);
  return initrd < kernelEnd ? undefined : { ...layout, initrd };
}
