/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Giving up rights.
 */
#include "platform/sel4/seal.h"

/** Depth of a slot's address. */
#define DEPTH 64

/**
 * Deletes the capabilities in neighbouring slots. To delete nothing is no error.
 * @param p the state
 * @param first first slot
 * @param count how many
 * @return #MK_OK or #MK_DENIED
 */
static enum mk_status delete_slots(struct mk_platform *p, seL4_CPtr first, seL4_Word count)
{
    for (seL4_Word i = 0; i < count; i++) {
        if (seL4_CNode_Delete(p->cnode, first + i, DEPTH) != seL4_NoError) {
            return MK_DENIED;
        }
    }
    return MK_OK;
}

enum mk_status mk_sel4_seal(struct mk_platform *p, const struct mk_own_slots *own)
{
    /* The CNode's own capability is what deletes: it goes last. */
    const struct mk_slots given_up[] = {{1, own->tcb - 1}, own->untyped,  {own->asid_pool, 1},
                                        {own->vspace, 1},  {own->tcb, 1}, {own->cnode, 1}};
    for (uint32_t i = 0; i < MK_COUNT(given_up); i++) {
        if (delete_slots(p, given_up[i].first, given_up[i].count) != MK_OK) {
            return MK_DENIED;
        }
    }
    p->untyped_count = 0;
    p->last = p->next;
    return MK_OK;
}
