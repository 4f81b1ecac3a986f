/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A VM that can be booted: a kernel's image, an initial RAM disk, and the plan that goes with them.
 */
#ifndef MAKATEA_TEST_BOOTABLE_H
#define MAKATEA_TEST_BOOTABLE_H

#include "unit.h"

/** Bytes of the kernel's image: 2 sectors of setup, and a body. */
#define BOOTABLE_BYTES 4096
/** Where its body begins. */
#define BOOTABLE_BODY 1024
/** Bytes of the initial RAM disk. */
#define BOOTABLE_INITRD_BYTES 5

/** The kernel's image; the host's platform hands it out as row 0. */
extern uint8_t bootable_image[BOOTABLE_BYTES];

/**
 * Makes a valid image, and the plan that goes with it.
 * @param vm the VM
 * @param config receives the plan
 */
void bootable(struct mk_vm *vm, struct mk_vm_config *config);

#endif
