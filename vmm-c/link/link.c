/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Epochs, counters and wishes of a link. The order of loads and stores is what makes it right; each
 * place says why.
 */
#include "link/link.h"

/** The header has the size that is said. */
_Static_assert(sizeof(struct mk_link_header) == MK_LINK_HEADER_BYTES, "header of a link");

/** Of a wish: never, for a counter comes there last of all. */
#define NEVER UINT64_MAX

/**
 * The own header.
 * @param link the link
 * @return it
 */
static volatile struct mk_link_header *own(const struct mk_link *link)
{
    return (volatile struct mk_link_header *)link->port.tx;
}

/**
 * The peer's header. Each read may give another value.
 * @param link the link
 * @return it
 */
static const volatile struct mk_link_header *peer(const struct mk_link *link)
{
    return (const volatile struct mk_link_header *)link->port.rx;
}

/**
 * Fills the own region with zeros, but for the epoch of the last life.
 * @param link the link
 */
static void clear(const struct mk_link *link)
{
    volatile uint64_t *word = (volatile uint64_t *)link->port.tx;
    uint32_t last = own(link)->last;
    for (uint64_t i = 0; i < link->port.tx_bytes / sizeof(*word); i++) {
        word[i] = 0;
    }
    own(link)->last = last;
}

/**
 * Takes over an epoch of the peer: counting begins at 0 in both directions.
 * @param link the link
 * @param epoch the peer's epoch
 */
static void adopt(struct mk_link *link, uint32_t epoch)
{
    link->peer = epoch;
    link->up = false;
    link->broken = false;
    link->head = 0;
    link->tail = 0;
    link->peer_head = 0;
    link->peer_tail = 0;
    own(link)->head = 0;
    own(link)->tail = 0;
    own(link)->wake_head = 0;
    own(link)->wake_tail = NEVER;
    /* The peer takes these counters for its own only once it sees its epoch here. */
    __atomic_store_n(&own(link)->seen, epoch, __ATOMIC_RELEASE);
    if (epoch != 0) {
        link->port.signal(link->port.context);
    }
}

void mk_link_start(struct mk_link *link, const struct mk_port *port)
{
    *link = (struct mk_link){.port = *port,
                             .tx_room = port->tx_bytes - MK_LINK_HEADER_BYTES,
                             .rx_room = port->rx_bytes - MK_LINK_HEADER_BYTES};
    /* First gone, then changed: a peer that reads meanwhile finds another epoch afterwards. */
    __atomic_store_n(&own(link)->epoch, 0, __ATOMIC_SEQ_CST);
    clear(link);
    link->epoch = own(link)->last + 1 == 0 ? 1 : own(link)->last + 1;
    own(link)->last = link->epoch;
    own(link)->wake_tail = NEVER;
    __atomic_store_n(&own(link)->epoch, link->epoch, __ATOMIC_SEQ_CST);
    mk_link_update(link);
    port->signal(port->context);
}

void mk_link_stop(struct mk_link *link)
{
    link->epoch = 0;
    link->up = false;
    __atomic_store_n(&own(link)->epoch, 0, __ATOMIC_SEQ_CST);
    clear(link);
    link->port.signal(link->port.context);
}

bool mk_link_update(struct mk_link *link)
{
    if (link->epoch == 0) {
        return false;
    }
    uint32_t epoch = __atomic_load_n(&peer(link)->epoch, __ATOMIC_SEQ_CST);
    if (epoch != link->peer) {
        adopt(link, epoch);
    }
    link->up = false;
    if (epoch == 0 || link->broken ||
        __atomic_load_n(&peer(link)->seen, __ATOMIC_ACQUIRE) != link->epoch) {
        return false;
    }
    /* A wish of this end may have been stored before; of wish and counter one is seen at each end.
     */
    uint64_t head = __atomic_load_n(&peer(link)->head, __ATOMIC_SEQ_CST);
    uint64_t tail = __atomic_load_n(&peer(link)->tail, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&peer(link)->epoch, __ATOMIC_ACQUIRE) != epoch) {
        return false; /* the counters may be those of two lives */
    }
    link->broken = head - link->tail > link->rx_room || head < link->peer_head ||
                   link->head - tail > link->tx_room || tail < link->peer_tail;
    if (link->broken) {
        return false;
    }
    link->peer_head = head;
    link->peer_tail = tail;
    link->up = true;
    return true;
}

uint64_t mk_link_room(const struct mk_link *link)
{
    return link->up ? link->tx_room - (link->head - link->peer_tail) : 0;
}

uint64_t mk_link_ready(const struct mk_link *link)
{
    return link->up ? link->peer_head - link->tail : 0;
}

/**
 * Copies, each byte once.
 * @param to where to
 * @param from where from
 * @param bytes how many
 */
static void copy(volatile uint8_t *to, const volatile uint8_t *from, uint64_t bytes)
{
    for (uint64_t i = 0; i < bytes; i++) {
        to[i] = from[i];
    }
}

void mk_link_write(struct mk_link *link, uint64_t offset, const void *from, uint64_t bytes)
{
    const uint8_t *in = from;
    uint64_t at = (link->head + offset) % link->tx_room;
    uint64_t first = bytes < link->tx_room - at ? bytes : link->tx_room - at;
    volatile uint8_t *data = link->port.tx + MK_LINK_HEADER_BYTES;
    copy(data + at, in, first);
    copy(data, in + first, bytes - first);
}

void mk_link_read(const struct mk_link *link, uint64_t offset, void *to, uint64_t bytes)
{
    uint8_t *out = to;
    uint64_t at = (link->tail + offset) % link->rx_room;
    uint64_t first = bytes < link->rx_room - at ? bytes : link->rx_room - at;
    const volatile uint8_t *data = link->port.rx + MK_LINK_HEADER_BYTES;
    copy(out, data + at, first);
    copy(out + first, data, bytes - first);
}

/**
 * Whether a counter passes what was wished for.
 * @param wish counter that is to be passed
 * @param before counter before
 * @param bytes by how much it grows
 * @return whether
 */
static bool passes(uint64_t wish, uint64_t before, uint64_t bytes)
{
    return wish - before < bytes;
}

void mk_link_publish(struct mk_link *link, uint64_t bytes)
{
    uint64_t before = link->head;
    link->head += bytes;
    /* Counter, then wish; who wishes does it the other way round. So one of the two sees what the
     * other did, and nothing is left lying. */
    __atomic_store_n(&own(link)->head, link->head, __ATOMIC_SEQ_CST);
    if (passes(__atomic_load_n(&peer(link)->wake_head, __ATOMIC_SEQ_CST), before, bytes)) {
        link->due = true;
    }
    if (!link->holds) {
        mk_link_tell(link);
    }
}

void mk_link_tell(struct mk_link *link)
{
    if (link->due) {
        link->due = false;
        link->port.signal(link->port.context);
    }
}

bool mk_link_consume(struct mk_link *link, uint64_t bytes)
{
    uint64_t before = link->tail;
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    if (__atomic_load_n(&peer(link)->epoch, __ATOMIC_SEQ_CST) != link->peer) {
        link->up = false;
        return false;
    }
    link->tail += bytes;
    __atomic_store_n(&own(link)->tail, link->tail, __ATOMIC_SEQ_CST);
    if (passes(__atomic_load_n(&peer(link)->wake_tail, __ATOMIC_SEQ_CST), before, bytes)) {
        link->port.signal(link->port.context);
    }
    return true;
}

bool mk_link_want_data(struct mk_link *link)
{
    if (link->up) {
        __atomic_store_n(&own(link)->wake_head, link->peer_head, __ATOMIC_SEQ_CST);
    }
    return mk_link_update(link) && mk_link_ready(link) != 0;
}

bool mk_link_want_room(struct mk_link *link, uint64_t bytes)
{
    if (link->up) {
        uint64_t tail = link->head + bytes - link->tx_room;
        __atomic_store_n(&own(link)->wake_tail, tail - 1, __ATOMIC_SEQ_CST);
    }
    return mk_link_update(link) && mk_link_room(link) >= bytes;
}
