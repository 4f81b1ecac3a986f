/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * How Linux is started.
 */
#ifndef MAKATEA_BOOT_H
#define MAKATEA_BOOT_H

#include "makatea/vm.h"

/**
 * Checks that an image is the kernel of the plan.
 * @param boot the plan's boot layout
 * @param image the image; a null pointer when there is none
 * @param bytes its size
 * @return a null pointer, or what is wrong, for people
 */
const char *mk_boot_check(const struct mk_boot *boot, const uint8_t *image, uint64_t bytes);

/**
 * Makes the zero page.
 * @param config the plan
 * @param image the kernel's image, checked
 * @param page receives #MK_BOOT_PARAMS_BYTES
 */
void mk_boot_zero_page(const struct mk_vm_config *config, const uint8_t *image, uint8_t *page);

/**
 * Loads kernel, RAM disk and what they need, and points the guest at the kernel's 64-bit entry.
 * @param vm the VM, started by mk_vm_start()
 * @return a null pointer, or what is wrong, for people
 */
const char *mk_boot_load(struct mk_vm *vm);

#endif
