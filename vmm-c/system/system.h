/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The system program from within.
 */
#ifndef MAKATEA_SYSTEM_INTERNAL_H
#define MAKATEA_SYSTEM_INTERNAL_H

#include "makatea/system.h"
#include "platform/sel4/platform.h"

/** Most VMs of an image. */
#define MK_SYSTEM_VMS_MAX 4
/** Most pieces of untyped memory that are used. */
#define MK_SYSTEM_UNTYPED_MAX 256

/** Untyped memory of a program. */
struct mk_system_untyped {
    seL4_CPtr slots[MK_SYSTEM_UNTYPED_MAX]; /**< Slots. */
    uint32_t count;                         /**< How many. */
};

/**
 * Lists the untyped memory of a program, without the devices'.
 * @param info boot information
 * @param list receives the slots, in seL4's order
 */
void mk_system_list_untyped(const seL4_BootInfo *info, struct mk_system_untyped *list);

/**
 * Gives a platform what a program has at start, and makes the frames of its VM's memory.
 * @param p receives it
 * @param info boot information
 * @param list untyped memory; it must stay
 * @param vm number of the VM
 * @return #MK_OK, or what is wrong
 */
enum mk_status mk_system_prepare(struct mk_platform *p, const seL4_BootInfo *info,
                                 const struct mk_system_untyped *list, uint32_t vm);

/**
 * Runs a VM to its end and says how it ended.
 * @param p platform, with bound notification, time and console
 * @param vm number of the VM
 * @param prepared what mk_system_prepare() said; when it failed, so has the VM
 */
void mk_system_run(struct mk_platform *p, uint32_t vm, enum mk_status prepared);

#endif
