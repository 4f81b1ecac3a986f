/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Frames over a link, both ways, in order: network packets, socket packets, requests of a disk.
 *
 * A frame is a record: a header of 16 bytes with its length, then its bytes in one piece, then
 * nothing up to a multiple of 16. Where a frame does not fit before the end of the region, a record
 * without bytes fills the rest. A frame is written and read where it lies in the region, so that it
 * is copied once on each side; it begins at a multiple of 16, as the buffers of guests do.
 *
 * Sending and receiving go by groups: frames are written one after the other and published
 * together, read one after the other and given back together, with at most one signal each.
 *
 * The peer is hostile (link/link.h): a record's header is read once and judged. Bytes of a frame
 * may change while they are copied; whoever judges them judges a copy.
 */
#ifndef MAKATEA_LINK_FRAMES_H
#define MAKATEA_LINK_FRAMES_H

#include "link/link.h"

/** Bytes before a frame, and what records are a multiple of. */
#define MK_FRAMES_ALIGN 16

/** One end of a link that carries frames. */
struct mk_frames {
    struct mk_link link; /**< The link. */
    uint64_t tx_at;      /**< Where the next record of this end goes, in the data of its region. */
    uint64_t rx_at;      /**< Where the peer's next record is. */
    uint64_t written;    /**< Bytes of records that are not yet published. */
    uint64_t wanted;     /**< Bytes of room that the last frame did not get. */
    uint64_t read;       /**< Bytes of records that are not yet given back. */
    uint32_t frame;      /**< Bytes of the frame at hand, 0 for none. */
};

/**
 * Starts both directions.
 * @param frames receives the state
 * @param port the channel
 * @return whether its regions can carry frames: they are big enough, a multiple of
 *         #MK_LINK_HEADER_BYTES, and aligned
 */
bool mk_frames_start(struct mk_frames *frames, const struct mk_port *port);

/**
 * Looks at the peer. To be called after a signal, and before a group of frames. Records that were
 * not published or given back are forgotten when the peer has started anew.
 * @param frames the link
 * @return whether the link is up
 */
bool mk_frames_update(struct mk_frames *frames);

/**
 * Says how long a frame may be: two of them fit into the region, so that one fits at any place.
 * @param frames the link
 * @return bytes
 */
uint64_t mk_frames_longest(const struct mk_frames *frames);

/**
 * Makes room for a frame. Nothing happens to it before mk_frames_add().
 * @param frames the link
 * @param bytes how long it is, 1 to mk_frames_longest()
 * @return where to write it: only this end can; a null pointer when there is no room now
 */
volatile uint8_t *mk_frames_room(struct mk_frames *frames, uint32_t bytes);

/**
 * Adds the frame for which room was made.
 * @param frames the link
 * @param bytes how long it is, as was said to mk_frames_room()
 */
void mk_frames_add(struct mk_frames *frames, uint32_t bytes);

/**
 * Publishes what was added, and signals the peer when it wished for that.
 * @param frames the link
 */
void mk_frames_publish(struct mk_frames *frames);

/**
 * Wishes for a signal when there is room for the frame that found none.
 * @param frames the link, with nothing unpublished
 * @return whether there is room already
 */
bool mk_frames_want_room(struct mk_frames *frames);

/**
 * Looks at the next frame.
 * @param frames the link
 * @param bytes receives its length, at least 1
 * @return where it lies: the peer can change it; a null pointer when there is none
 */
const volatile uint8_t *mk_frames_next(struct mk_frames *frames, uint32_t *bytes);

/**
 * Goes past the frame that mk_frames_next() gave.
 * @param frames the link
 */
void mk_frames_skip(struct mk_frames *frames);

/**
 * Gives the room of all frames back that were gone past, and signals the peer when it wished for
 * that.
 * @param frames the link
 * @return whether they all came from one life of the peer; if not, they are to be thrown away
 */
bool mk_frames_give_back(struct mk_frames *frames);

/**
 * Wishes for a signal when there are more frames.
 * @param frames the link, with nothing read that was not given back
 * @return whether there are some already
 */
bool mk_frames_want_more(struct mk_frames *frames);

#endif
