/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Bytes over a link.
 */
#include "link/stream.h"

uint64_t mk_stream_put(struct mk_link *link, const void *from, uint64_t bytes)
{
    const uint8_t *in = from;
    uint64_t sent = 0;
    bool more = bytes != 0 && mk_link_update(link);
    /* Each round sends a byte at least. The last one leaves a wish for room, or nothing to send. */
    while (more) {
        uint64_t room = mk_link_room(link);
        uint64_t part = bytes - sent < room ? bytes - sent : room;
        if (part != 0) {
            mk_link_write(link, 0, in + sent, part);
            mk_link_publish(link, part);
            sent += part;
        }
        more = sent < bytes && mk_link_want_room(link, 1);
    }
    return sent;
}

uint64_t mk_stream_get(struct mk_link *link, void *to, uint64_t bytes)
{
    if (bytes == 0 || !mk_link_update(link) ||
        (mk_link_ready(link) == 0 && !mk_link_want_data(link))) {
        return 0;
    }
    uint64_t ready = mk_link_ready(link);
    uint64_t received = bytes < ready ? bytes : ready;
    mk_link_read(link, 0, to, received);
    return mk_link_consume(link, received) ? received : 0;
}
