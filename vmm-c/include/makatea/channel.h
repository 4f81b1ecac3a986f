/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A channel of the plan (struct mk_channel) at run time: where its two regions are seen, and how to
 * signal the peer. Whoever knows addresses and rights makes it: CAMkES' glue, or the bench.
 *
 * What the regions hold is the matter of link/; nothing else touches them.
 */
#ifndef MAKATEA_CHANNEL_H
#define MAKATEA_CHANNEL_H

#include <stdint.h>

#include "makatea/config_common.h"

/** One end of a channel. */
struct mk_port {
    volatile uint8_t *tx;          /**< Region that this end alone writes, aligned to 64 bytes. */
    const volatile uint8_t *rx;    /**< Region that the peer alone writes, aligned to 64 bytes. */
    uint64_t tx_bytes;             /**< Size of `tx`. */
    uint64_t rx_bytes;             /**< Size of `rx`. */
    void (*signal)(void *context); /**< Signals the peer. */
    void *context;                 /**< Argument of `signal`. */
};

/**
 * Makes a port of a part of both regions, so that one channel carries two things.
 * @param port the whole, with regions that reach past the part
 * @param offset where the part begins, a multiple of 64
 * @param bytes its size
 * @return the part
 */
static inline struct mk_port mk_port_part(const struct mk_port *port, uint64_t offset,
                                          uint64_t bytes)
{
    struct mk_port part = *port;
    part.tx += offset;
    part.rx += offset;
    part.tx_bytes = bytes;
    part.rx_bytes = bytes;
    return part;
}

/**
 * Finds a component's channel of a kind that it has one of.
 * @param resources what the component is given
 * @param kind the kind
 * @return the channel's number, or MK_NONE
 */
static inline uint32_t mk_channel_of(const struct mk_resources *resources,
                                     enum mk_channel_kind kind)
{
    for (uint32_t i = 0; i < resources->channel_count; i++) {
        if (resources->channels[i].kind == kind) {
            return i;
        }
    }
    return MK_NONE;
}

#endif
