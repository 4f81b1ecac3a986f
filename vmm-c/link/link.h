/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Memory that is shared with a peer. Files of this folder are the only ones that touch it.
 *
 * Each end owns a region that it alone writes and the other end reads. A region begins with a
 * header (struct mk_link_header), data follow. What this end produces is counted by `head` of its
 * own header, what it consumed of the peer's data by `tail`, also of its own header.
 *
 * **Either end may start anew at any moment.** It then has a new epoch. Counters of a header hold
 * for the peer's epoch that stands in `seen`, and for no other. A link is up when each end has seen
 * the other's epoch; until then nothing is sent or received. So nothing of an earlier life is ever
 * taken for something new.
 *
 * **The peer is hostile.** Its counters are read once for each update and judged: more data than
 * its region holds, or more consumed than was produced, and the link is broken until the peer
 * starts anew. Data is copied out once; mk_link_consume() then says whether the peer was the same
 * all the time. What the peer does to its region costs it this link and nothing else.
 *
 * **Signals** are sent when they were wished for: an end that has nothing to read writes down which
 * head of the peer it knows, one that has no room which tail it waits for, and looks once more; the
 * peer signals when its counter passes that (compare VirtIO 1.2, 2.7.7.2, event index). An end may
 * hold signals about data back, to send one for many small pieces: it then has to tell in time.
 */
#ifndef MAKATEA_LINK_LINK_H
#define MAKATEA_LINK_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "makatea/channel.h"

/** Bytes of the header. */
#define MK_LINK_HEADER_BYTES 64

/** Beginning of a region. Its owner alone writes it. */
struct mk_link_header {
    uint32_t epoch;     /**< Which life this is; 0: the owner is not there. */
    uint32_t seen;      /**< The peer's epoch that everything below is for. */
    uint64_t head;      /**< Bytes that were produced into this region. */
    uint64_t tail;      /**< Bytes of the peer's region that were consumed. */
    uint64_t wake_head; /**< Wish: a signal when the peer's head passes this. */
    uint64_t wake_tail; /**< Wish: a signal when the peer's tail passes this. */
    uint32_t last;      /**< Epoch of the last life, also while `epoch` is 0. */
    uint32_t zero[5];   /**< Zero. */
};

/** One end of a link. Only own memory; nothing in it is the peer's to change. */
struct mk_link {
    struct mk_port port; /**< The regions. */
    uint64_t tx_room;    /**< Bytes that the own region holds behind its header. */
    uint64_t rx_room;    /**< Bytes that the peer's region holds. */
    uint32_t epoch;      /**< Own epoch; 0: stopped. */
    uint32_t peer;       /**< The peer's epoch that the counters are for; 0: it is not there. */
    bool up;             /**< At the last update both had seen each other. */
    bool broken;         /**< The peer broke a rule; until its next epoch. */
    bool holds;          /**< Signals about data wait for mk_link_tell(). */
    bool due;            /**< One does. */
    uint64_t head;       /**< Bytes produced. */
    uint64_t tail;       /**< Bytes consumed. */
    uint64_t peer_head;  /**< Bytes that the peer has produced, judged. */
    uint64_t peer_tail;  /**< Bytes that the peer has consumed, judged. */
};

/**
 * Starts a link: fills the own region with zeros, takes a new epoch, tells the peer. What the peer
 * had sent or was sent before is gone.
 * @param link receives the state
 * @param port the channel, with regions of more than #MK_LINK_HEADER_BYTES
 */
void mk_link_start(struct mk_link *link, const struct mk_port *port);

/**
 * Stops a link: the peer sees that nobody is there, the own region is filled with zeros.
 * @param link a link that was started
 */
void mk_link_stop(struct mk_link *link);

/**
 * Looks at the peer: its epoch, its counters. To be called after a signal and before anything else.
 * @param link the link
 * @return whether the link is up
 */
bool mk_link_update(struct mk_link *link);

/**
 * Says how much may be produced, by the last update.
 * @param link the link
 * @return bytes; 0 when the link is not up
 */
uint64_t mk_link_room(const struct mk_link *link);

/**
 * Says how much waits to be consumed, by the last update.
 * @param link the link
 * @return bytes; 0 when the link is not up
 */
uint64_t mk_link_ready(const struct mk_link *link);

/**
 * Writes behind what was produced, without publishing it.
 * @param link the link
 * @param offset bytes past the last one that was produced
 * @param from the bytes
 * @param bytes how many; `offset` + `bytes` is at most mk_link_room()
 */
void mk_link_write(struct mk_link *link, uint64_t offset, const void *from, uint64_t bytes);

/**
 * Copies what waits, each byte once, without consuming it. Good only if mk_link_consume() agrees.
 * @param link the link
 * @param offset bytes past the last one that was consumed
 * @param to room for them
 * @param bytes how many; `offset` + `bytes` is at most mk_link_ready()
 */
void mk_link_read(const struct mk_link *link, uint64_t offset, void *to, uint64_t bytes);

/**
 * Publishes what was written, and signals the peer when it wished for that, unless signals are held
 * back.
 * @param link the link
 * @param bytes how many, at most mk_link_room()
 */
void mk_link_publish(struct mk_link *link, uint64_t bytes);

/**
 * Sends the signal that was held back, if one was.
 * @param link the link
 */
void mk_link_tell(struct mk_link *link);

/**
 * Gives room back to the peer, and signals it when it wished for that.
 * @param link the link
 * @param bytes how many, at most mk_link_ready()
 * @return whether what was read since the last update came from one life of the peer; if not, it is
 *         to be thrown away
 */
bool mk_link_consume(struct mk_link *link, uint64_t bytes);

/**
 * Wishes for a signal when there is something to consume, and looks once more.
 * @param link the link
 * @return whether there is something already
 */
bool mk_link_want_data(struct mk_link *link);

/**
 * Wishes for a signal when there is room, and looks once more.
 * @param link the link
 * @param bytes how much room, at most what the region holds
 * @return whether there is as much already
 */
bool mk_link_want_room(struct mk_link *link, uint64_t bytes);

#endif
