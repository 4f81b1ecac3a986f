// SPDX-License-Identifier: BSD-2-Clause
import { imageTooLarge, kernelUnpackable, outOfMemory } from './boot-pages.js';
import type { About, Failure, Telling } from './failure.js';
import { atName, kernelOf, largestImage, mostMemory } from './spans.js';

/** What our GRUB script prints when GRUB has no room for the images. */
export const GRUB_FAILED = 'GRUB can not load the images';

/** The images together are too large: told at the largest. */
export function tooLarge(message: string, about: About): Telling {
  return {
    span: largestImage(about)?.span ?? atName(about),
    message,
    hint: 'take smaller images; this is the largest',
  };
}

/** What GRUB, seL4 and the capability loader print when they fail for a reason that we know. */
export const BOOT_FAILURES: readonly Failure[] = [
  {
    page: imageTooLarge,
    pattern: new RegExp(GRUB_FAILED),
    tell: (_, about) => tooLarge('the boot loader has no room for the images', about),
  },
  {
    page: outOfMemory,
    pattern: /failed assertion 'load_paddr'/,
    tell: (_, about) => ({
      span: mostMemory(about),
      message: 'seL4 has no room in memory for the capability loader and its images',
      hint: 'take smaller images, or a machine with more memory',
    }),
  },
  {
    page: outOfMemory,
    pattern: /Ran out of untyped memory while creating objects/,
    tell: (_, about) => ({
      span: mostMemory(about),
      message: 'the machine has too little memory: the capability loader ran out of it',
      hint: 'give this VM less memory, it has most, or take a machine with more',
    }),
  },
];

/** What guests print. Of a VM's name is known what its monitor says behind it. */
export const GUEST_FAILURES: readonly Failure[] = [
  {
    page: kernelUnpackable,
    pattern: /(\w+ \w+) -- System halted(?:.{0,2000}?makatea: (\w+): ended)?/,
    tell: ([, words = '', name], about) => ({
      span: kernelOf(name, about),
      message: `the kernel could not unpack itself: "${words}"`,
      hint: 'compare the file with its original',
    }),
  },
];
