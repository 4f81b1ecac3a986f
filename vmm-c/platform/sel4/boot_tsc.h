/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What the kernel says about the time-stamp counter.
 */
#ifndef MAKATEA_PLATFORM_SEL4_BOOT_TSC_H
#define MAKATEA_PLATFORM_SEL4_BOOT_TSC_H

#include <stdbool.h>
#include <stdint.h>

/**
 * Reads the speed of the TSC from the kernel's extended boot information (seL4 manual, 11.1).
 * @param frame the part about the TSC: a header and the number of MHz; all zero when there is none
 * @return ticks in a second; 0 when the kernel says nothing
 */
uint64_t mk_sel4_boot_tsc(const void *frame);

#endif
