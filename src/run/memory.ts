// SPDX-License-Identifier: BSD-2-Clause
import type { Plan } from '../generated/plan.js';

const MIB = 2 ** 20;
const GIB_IN_MIB = 1024;

/** The bench's own code, tables and stacks, and what GRUB and the firmware take. */
const BENCH_MIB = 128;
/** Page tables and other kernel objects of one monitor; EPT needs one page for each GiB beside 2 MiB pages. */
const VM_MIB = 8;

/** State of a program of the bench, a monitor or another component: its slots and its stack. */
const PROGRAM_MIB = 1;

/** RAM of the emulated machine: all guests, the images beside them, channels, and the bench. In MiB. */
export function machineMemory(
  plan: Pick<Plan, 'vms' | 'images' | 'components' | 'channels'>,
): number {
  const guests = plan.vms.reduce((sum, vm) => sum + vm.memory_bytes / MIB + VM_MIB, 0);
  const frames = plan.images.map(({ frames: n, frame_bits }) => (n * 2 ** frame_bits) / MIB);
  // Twice: GRUB reads the image as a file before it puts its parts where they belong.
  const images = 2 * frames.reduce((sum, mib) => sum + mib, 0);
  const programs = plan.components.length * PROGRAM_MIB;
  const regions = plan.channels.flatMap(({ ends }) =>
    ends.map(({ frames: n, frame_bits }) => (n * 2 ** frame_bits) / MIB),
  );
  const channels = regions.reduce((sum, mib) => sum + mib, 0);
  return Math.ceil((BENCH_MIB + guests + images + programs + channels) / 64) * 64;
}

/** The kernel with its tables, what GRUB and the firmware take, and what is lost to the alignment of large objects. */
const SEL4_MIB = 192;
/** A component's program, and its kernel objects. */
const COMPONENT_MIB = 4;

/**
 * RAM of an emulated machine that boots seL4: all that the plan gives to components, and the capability loader three times: as
 * GRUB reads it, where the kernel puts it, and in the frames that it fills. In MiB.
 */
export function sel4Memory(
  { components, images, channels }: Pick<Plan, 'components' | 'images' | 'channels'>,
  loaderBytes: number,
): number {
  const frames = [
    ...components.flatMap(({ memory }) => (memory === undefined ? [] : [memory])),
    ...channels.flatMap(({ ends }) => ends),
    ...images,
  ];
  const untyped = components.flatMap((component) => component.untyped);
  const bytes = [
    2 * loaderBytes,
    ...frames.map(({ frames: n, frame_bits }) => n * 2 ** frame_bits),
    ...untyped.map((bits) => 2 ** bits),
  ].reduce((sum, n) => sum + n, 0);
  const mib = SEL4_MIB + components.length * COMPONENT_MIB + bytes / MIB;
  return Math.ceil(mib / 64) * 64;
}

/** Below this size Bochs 2.7 keeps all RAM in its own memory. */
const BOCHS_PLAIN_MIB = 2048;
/** Bochs has no RAM from 3 to 4 GiB, and does not move it up. */
const HOLE_MIB = 3 * GIB_IN_MIB;

/** The lines of a Bochs configuration for that much usable RAM. */
export function bochsMemory(mib: number): string {
  if (mib <= BOCHS_PLAIN_MIB) return `megs: ${String(mib)}`;
  const guest = mib <= HOLE_MIB ? mib : mib + GIB_IN_MIB;
  return `memory: guest=${String(guest)}, host=${String(GIB_IN_MIB)}`;
}
