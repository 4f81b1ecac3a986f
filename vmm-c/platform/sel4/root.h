/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What a program is that runs as a plain root task: on seL4 by itself, on the bench as one of
 * several.
 */
#ifndef MAKATEA_PLATFORM_SEL4_ROOT_H
#define MAKATEA_PLATFORM_SEL4_ROOT_H

#include <sel4/sel4.h>
#include <stdint.h>

/**
 * The program. When it returns, its thread stops.
 * @param info what the kernel says about initial capabilities and untyped memory
 */
void mk_root_main(const seL4_BootInfo *info);

#endif
