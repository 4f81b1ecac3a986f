/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The channels of a component on libsel4.
 */
#include "platform/sel4/ports.h"

#include <sel4/sel4.h>

/**
 * Signals the peer of a channel.
 * @param context the slot of the right to do so, as the plan has it
 */
static void signal_peer(void *context)
{
    const uint32_t *slot = context;
    seL4_Signal(*slot);
}

void mk_sel4_ports(struct mk_port *ports, const struct mk_resources *r,
                   const struct mk_sel4_regions *regions)
{
    for (uint32_t i = 0; i < r->channel_count; i++) {
        const struct mk_channel *channel = &r->channels[i];
        /* A context is not const; nobody writes to this one. */
        void *slot = (void *)(uintptr_t)&channel->signal; /* NOLINT(performance-no-int-to-ptr) */
        ports[i] = (struct mk_port){.tx = regions[i].tx,
                                    .rx = regions[i].rx,
                                    .tx_bytes = channel->tx_bytes,
                                    .rx_bytes = channel->rx_bytes,
                                    .signal = signal_peer,
                                    .context = slot};
    }
}
