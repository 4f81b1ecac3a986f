/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Hearing of others' faults. A thread that waits on an endpoint is also woken by its bound
 * notification (seL4 manual, 5.3); the badge tells which of both it was.
 */
#include "platform/sel4/faults.h"

#include <sel4/sel4.h>

/** Register of a fault's message with the program's place (seL4 manual, 6.2). */
#define FAULT_IP 0
/** Register of a VM fault's message with the address. */
#define FAULT_ADDRESS 1

uint64_t mk_sel4_hear(struct mk_component *c)
{
    const struct mk_own_slots *own = &c->resources->own;
    seL4_Word badge = 0;
#ifdef CONFIG_KERNEL_MCS
    seL4_MessageInfo_t info = seL4_Recv(own->faults, &badge, own->reply);
#else
    seL4_MessageInfo_t info = seL4_Recv(own->faults, &badge);
#endif
    if ((badge & MK_COMPONENT_FAULT) != 0) {
        c->fault = (struct mk_fault){.kind = seL4_MessageInfo_get_label(info),
                                     .ip = seL4_GetMR(FAULT_IP),
                                     .address = seL4_GetMR(FAULT_ADDRESS)};
    }
    return badge;
}
