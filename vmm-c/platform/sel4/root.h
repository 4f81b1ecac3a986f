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

#include "platform/sel4/platform.h"

/**
 * The program. When it returns, its thread stops.
 * @param info what the kernel says about initial capabilities and untyped memory
 */
void mk_root_main(const seL4_BootInfo *info);

/**
 * The state of a monitor in a program that has the initial capabilities. Which untyped memory is
 * its own, and all else, is the program's to say.
 * @param info the same
 * @return the state
 */
static inline struct mk_platform mk_root_platform(const seL4_BootInfo *info)
{
    return (struct mk_platform){.tcb = seL4_CapInitThreadTCB,
                                .cnode = seL4_CapInitThreadCNode,
                                .vspace = seL4_CapInitThreadVSpace,
                                .asid_pool = seL4_CapInitThreadASIDPool,
                                .next = info->empty.start,
                                .last = info->empty.end};
}

#endif
