/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The console device's ports: bytes both ways. Sections are those of VirtIO 1.2.
 */
#include "devices/virtio/console.h"

/** Bytes that are copied at once. */
#define PIECE 256

bool mk_console_take(struct mk_virtio_console *console, uint32_t queue, struct mk_vq_chain *chain)
{
    struct mk_vq *vq = &console->queues[queue];
    bool more = vq->live;
    while (more) {
        enum mk_vq_status status = mk_vq_take(vq, chain, console->buffers, MK_VQ_SIZE);
        if (status == MK_VQ_TAKEN) {
            return true;
        }
        /* One that came while this was asked is taken at once. */
        if (status == MK_VQ_BROKEN || !mk_vq_ask(vq, true, &more)) {
            mk_virtio_fail(&console->virtio);
            return false;
        }
    }
    return false;
}

struct mk_vq_cursor mk_console_cursor(struct mk_virtio_console *console,
                                      const struct mk_vq_chain *chain)
{
    return (struct mk_vq_cursor){&console->virtio.parts.dma, console->buffers,
                                 chain->readable + chain->writable, 0, 0};
}

/**
 * Moves on over bytes that were dealt with before.
 * @param cursor the place
 * @param bytes how many; beyond the end it stays there
 */
static void skip(struct mk_vq_cursor *cursor, uint64_t bytes)
{
    while (cursor->index < cursor->count && bytes >= cursor->buffers[cursor->index].bytes) {
        bytes -= cursor->buffers[cursor->index].bytes;
        cursor->index++;
    }
    cursor->offset = (uint32_t)bytes;
}

bool mk_console_look(struct mk_console_unit *port)
{
    port->up = port->line->connected && mk_link_update(&port->line->link);
    if (port->ready && port->up != port->told) {
        port->due |= 1U << MK_CONSOLE_PORT_OPEN;
    }
    return port->up;
}

void mk_console_set_open(struct mk_console_unit *port, bool open)
{
    if (port->session && port->line->connected && open != port->open) {
        if (open) {
            const struct mk_port same = port->line->link.port;
            mk_line_start(port->line, &same);
        } else {
            mk_line_stop(port->line);
        }
    }
    port->open = open;
}

/** What came of a buffer of the guest. */
enum sent {
    SENT,   /**< The peer has it, or nobody is there. */
    FULL,   /**< The peer has no room for all of it. */
    SPENT,  /**< The round's work is done. */
    MISTAKE /**< The guest made a mistake. */
};

/**
 * Sends a buffer, from the first byte on that the peer has not yet.
 * @param console the device, with the chain's buffers
 * @param port the port
 * @param chain the chain
 * @param budget bytes that may still be moved in this round
 * @return what came of it
 */
static enum sent send_chain(struct mk_virtio_console *console, struct mk_console_unit *port,
                            const struct mk_vq_chain *chain, uint64_t *budget)
{
    struct mk_vq_cursor cursor = mk_console_cursor(console, chain);
    uint8_t piece[PIECE];
    if (chain->writable != 0) { /* 5.3.6.1 */
        return MISTAKE;
    }
    skip(&cursor, port->sent);
    while (port->sent < chain->readable_bytes && mk_console_look(port)) {
        uint64_t left = chain->readable_bytes - port->sent;
        uint64_t room = mk_link_room(&port->line->link);
        uint64_t part = left < room ? left : room;
        part = part < PIECE ? part : PIECE;
        part = part < *budget ? part : *budget;
        if (*budget == 0) {
            return SPENT;
        }
        if (part == 0 && !mk_link_want_room(&port->line->link, 1)) {
            return FULL;
        }
        if (!mk_vq_read(&cursor, piece, (uint32_t)part)) {
            return MISTAKE;
        }
        uint64_t written = mk_line_write(port->line, piece, part);
        port->sent += written;
        *budget -= written;
        if (written < part) { /* The place is past what was sent. */
            return FULL;
        }
    }
    return SENT;
}

void mk_console_send(struct mk_virtio_console *console, uint32_t row)
{
    struct mk_console_unit *port = &console->ports[row];
    uint32_t queue = MK_CONSOLE_RX_OF(row) + 1;
    struct mk_vq *vq = &console->queues[queue];
    uint64_t budget = MK_CONSOLE_ROUND_BYTES;
    enum sent sent = SENT;
    struct mk_vq_chain chain;
    uint32_t chains = 0;
    while (sent == SENT && chains < MK_CONSOLE_ROUND && mk_console_take(console, queue, &chain)) {
        sent = send_chain(console, port, &chain, &budget);
        if (sent == SENT) {
            sent = mk_vq_put(vq, chain.head, 0) ? SENT : MISTAKE;
            port->sent = 0;
            chains++;
        } else if (sent != MISTAKE) { /* It is taken again, and judged again, when it goes on. */
            mk_vq_give_back(vq, 1);
        }
    }
    port->tx_waits = sent == FULL;
    port->tx_more = vq->live && (sent == SPENT || chains == MK_CONSOLE_ROUND);
    if (sent == MISTAKE) {
        mk_virtio_fail(&console->virtio);
    } else if (vq->live) {
        mk_virtio_publish(&console->virtio, queue);
    }
}

/**
 * Fills a buffer with what the peer has sent.
 * @param console the device, with the chain's buffers
 * @param port the port
 * @param chain the chain
 * @param filled receives how many bytes
 * @return whether it is memory
 */
static bool fill(struct mk_virtio_console *console, struct mk_console_unit *port,
                 const struct mk_vq_chain *chain, uint32_t *filled)
{
    struct mk_vq_cursor cursor = mk_console_cursor(console, chain);
    uint8_t piece[PIECE];
    uint64_t got = 0;
    *filled = 0;
    do {
        uint32_t room = chain->writable_bytes - *filled;
        room = room < PIECE ? room : PIECE;
        got = mk_line_read(port->line, piece, room);
        if (!mk_vq_write(&cursor, piece, (uint32_t)got)) {
            return false;
        }
        *filled += (uint32_t)got;
    } while (got != 0 && *filled < chain->writable_bytes && *filled < MK_CONSOLE_ROUND_BYTES);
    return true;
}

/**
 * Says whether something waits for the guest, who has the port open. If not, a signal comes.
 * @param port the port
 * @return whether
 */
static bool has_data(struct mk_console_unit *port)
{
    return port->open && mk_console_look(port) &&
           (mk_link_ready(&port->line->link) != 0 || mk_link_want_data(&port->line->link));
}

void mk_console_receive(struct mk_virtio_console *console, uint32_t row)
{
    struct mk_console_unit *port = &console->ports[row];
    uint32_t queue = MK_CONSOLE_RX_OF(row);
    struct mk_vq *vq = &console->queues[queue];
    uint64_t total = 0;
    uint32_t filled = 1;
    struct mk_vq_chain chain;
    while (total < MK_CONSOLE_ROUND_BYTES && filled != 0 && vq->live && has_data(port)) {
        if (!mk_console_take(console, queue, &chain)) {
            port->rx_waits = vq->live;
            break;
        }
        /* 5.3.6.1; and there must be room for something. */
        if (chain.readable != 0 || chain.writable_bytes == 0 ||
            !fill(console, port, &chain, &filled)) {
            mk_virtio_fail(&console->virtio);
            break;
        }
        total += filled;
        if (filled == 0) { /* The peer has started anew meanwhile. */
            mk_vq_give_back(vq, 1);
        } else if (!mk_vq_put(vq, chain.head, filled)) {
            mk_virtio_fail(&console->virtio);
        }
    }
    port->rx_more = vq->live && total >= MK_CONSOLE_ROUND_BYTES;
    if (vq->live) {
        mk_virtio_publish(&console->virtio, queue);
    }
}
