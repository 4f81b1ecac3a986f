/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Showing what a component holds, on a debug kernel that can tell.
 */
#ifndef MAKATEA_PLATFORM_SEL4_SLOTS_H
#define MAKATEA_PLATFORM_SEL4_SLOTS_H

#include "makatea/config_common.h"
#include "makatea/text.h"

/**
 * Writes the kinds of capabilities in all slots of the CNode, a line
 * `makatea: slots COMPONENT FIRST LAST KIND` for each run of one kind; empty slots are left out.
 * The last line is `makatea: slots COMPONENT end LINES`. Does nothing unless it was compiled for a
 * debug kernel with MK_SHOW_SLOTS.
 * @param r the plan
 * @param out where to: the VM's console, which keeps the lines of several VMs apart. The kernel's
 * debug output does not.
 */
void mk_sel4_show_slots(const struct mk_resources *r, const struct mk_text *out);

#endif
