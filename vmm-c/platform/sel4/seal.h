/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Giving up rights: what a monitor does before its guest runs.
 */
#ifndef MAKATEA_PLATFORM_SEL4_SEAL_H
#define MAKATEA_PLATFORM_SEL4_SEAL_H

#include "platform/sel4/platform.h"

/**
 * Deletes the capabilities by which more could be had: whatever stands below the plan's slots,
 * untyped memory, ASID pool, address space, thread, and last the CNode. From then on nothing can be
 * retyped, mapped or copied, and no slot changes any more. Frames, tables, VCPU and IO spaces stay:
 * to delete the capability of a mapped frame would unmap it (seL4 manual, 7.2).
 *
 * The objects live on: whoever started the component has capabilities to them as well.
 * @param p the state, with everything made and mapped
 * @param own the slots of what it holds of itself
 * @return #MK_OK or #MK_DENIED
 */
enum mk_status mk_sel4_seal(struct mk_platform *p, const struct mk_own_slots *own);

#endif
