/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What an initialiser would give to a program, at the slots of the plan.
 */
#include "bench_programs.h"
#include "system/system.h"

/** Depth of a slot's address. */
#define DEPTH 64

/**
 * Makes a capability to a program's notification.
 * @param slot empty slot
 * @param number the program
 * @param badge badge; 0: none, to wait on
 * @return whether it worked
 */
static bool notification_of(seL4_CPtr slot, size_t number, seL4_Word badge)
{
    return seL4_CNode_Mint(seL4_CapInitThreadCNode, slot, DEPTH, seL4_CapInitThreadCNode,
                           BENCH_PEER_SLOT + number, DEPTH, seL4_AllRights, badge) == seL4_NoError;
}

/**
 * Signals the peer of a port.
 * @param context where the slot of the right to do so stands
 */
static void signal(void *context)
{
    const uint32_t *slot = context;
    seL4_Signal(*slot);
}

/**
 * Makes the port of a channel.
 * @param program the program
 * @param row which channel
 * @return whether it worked
 */
static bool make_port(const struct mk_system_program *program, uint32_t row)
{
    const struct mk_channel *channel = &program->resources->channels[row];
    const struct mk_system_end *end = &program->ends[row];
    /* Without a peer the slot stays empty, and signalling it does nothing. */
    program->ports[row] = (struct mk_port){.tx = end->tx,
                                           .rx = end->rx,
                                           .tx_bytes = channel->tx_bytes,
                                           .rx_bytes = channel->rx_bytes,
                                           .signal = signal,
                                           .context = (void *)&channel->signal};
    return end->peer == MK_NONE ||
           notification_of(channel->signal, end->peer, UINT64_C(1) << end->bit);
}

/**
 * Makes the handler of an interrupt and lets it signal.
 * @param program the program
 * @param row which interrupt
 * @param number number of the program
 * @param badged empty slot for the badged notification
 * @return whether it worked
 */
static bool make_irq(const struct mk_system_program *program, uint32_t row, size_t number,
                     seL4_CPtr badged)
{
    const struct mk_irq *irq = &program->resources->irqs[row];
    const struct mk_system_irq *line = &program->irqs[row];
    return seL4_IRQControl_GetIOAPIC(seL4_CapIRQControl, seL4_CapInitThreadCNode, irq->slot, DEPTH,
                                     0, line->pin, line->level, line->active_low,
                                     line->vector) == seL4_NoError &&
           notification_of(badged, number, UINT64_C(1) << irq->event) &&
           seL4_IRQHandler_SetNotification(irq->slot, badged) == seL4_NoError;
}

bool mk_system_rights(const struct mk_system_program *program, size_t number, seL4_CPtr *next)
{
    const struct mk_resources *r = program->resources;
    bool good = notification_of(r->own.notification, number, 0);
    for (uint32_t i = 0; i < r->channel_count; i++) {
        good = make_port(program, i) && good;
    }
    for (uint32_t i = 0; i < r->io_port_count; i++) {
        good = seL4_X86_IOPortControl_Issue(seL4_CapIOPortControl, r->io_ports[i].first,
                                            r->io_ports[i].last, seL4_CapInitThreadCNode,
                                            r->io_ports[i].slot, DEPTH) == seL4_NoError &&
               good;
    }
    for (uint32_t i = 0; i < r->irq_count; i++) {
        good = make_irq(program, i, number, (*next)++) && good;
    }
    return good;
}
