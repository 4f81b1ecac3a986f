/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Frames over a link.
 */
#include "link/frames.h"

/** Length in the header of a record that only fills the rest of the region. */
#define FILL UINT32_MAX
/** Bytes that are fetched ahead of the next frame: a longer one fetches the rest by itself. */
#define AHEAD UINT64_C(2048)
/** Bytes that are fetched at once: four lines of the caches. */
#define AHEAD_STEP 256

/**
 * Bytes of a record.
 * @param bytes bytes of its frame
 * @return them with the header, a multiple of #MK_FRAMES_ALIGN
 */
static uint64_t record(uint32_t bytes)
{
    return MK_FRAMES_ALIGN + (((uint64_t)bytes + MK_FRAMES_ALIGN - 1) & ~(MK_FRAMES_ALIGN - 1ULL));
}

/**
 * Whether a region can carry frames.
 * @param region its first byte
 * @param bytes its size
 * @return whether
 */
static bool suits(uintptr_t region, uint64_t bytes)
{
    return region % MK_LINK_HEADER_BYTES == 0 && bytes % MK_LINK_HEADER_BYTES == 0 &&
           bytes >= UINT64_C(3) * MK_LINK_HEADER_BYTES;
}

bool mk_frames_start(struct mk_frames *frames, const struct mk_port *port)
{
    if (!suits((uintptr_t)port->tx, port->tx_bytes) ||
        !suits((uintptr_t)port->rx, port->rx_bytes)) {
        return false;
    }
    *frames = (struct mk_frames){.written = 0};
    mk_link_start(&frames->link, port);
    return true;
}

/**
 * Forgets what was begun with the peer when it is gone or another one.
 * @param frames the link
 * @param peer the peer's epoch before it was looked at
 * @param good what the look gave
 * @return the same
 */
static bool looked(struct mk_frames *frames, uint32_t peer, bool good)
{
    if (!frames->link.up || frames->link.peer != peer) {
        /* Counting begins at 0 in both directions with a peer that starts. */
        frames->tx_at = 0;
        frames->rx_at = 0;
        frames->written = 0;
        frames->read = 0;
        frames->frame = 0;
    }
    return good;
}

bool mk_frames_update(struct mk_frames *frames)
{
    uint32_t peer = frames->link.peer;
    return looked(frames, peer, mk_link_update(&frames->link));
}

uint64_t mk_frames_longest(const struct mk_frames *frames)
{
    uint64_t half = frames->link.tx_room / 2 & ~(MK_FRAMES_ALIGN - 1ULL);
    uint64_t longest = half - MK_FRAMES_ALIGN;
    return longest < FILL ? longest : FILL - 1;
}

/**
 * Writes the header of a record of this end.
 * @param frames the link
 * @param at where in the data of the region
 * @param bytes bytes of its frame, or #FILL
 * @return where the frame begins
 */
static volatile uint8_t *put_header(const struct mk_frames *frames, uint64_t at, uint32_t bytes)
{
    volatile uint8_t *header = frames->link.port.tx + MK_LINK_HEADER_BYTES + at;
    volatile uint64_t *words = (volatile uint64_t *)header;
    words[0] = bytes;
    words[1] = 0;
    return header + MK_FRAMES_ALIGN;
}

/**
 * Goes on in a region.
 * @param at offset
 * @param bytes by how much, at most to the end
 * @param room size of the region's data
 * @return next offset
 */
static uint64_t past(uint64_t at, uint64_t bytes, uint64_t room)
{
    return at + bytes == room ? 0 : at + bytes;
}

volatile uint8_t *mk_frames_room(struct mk_frames *frames, uint32_t bytes)
{
    uint64_t need = record(bytes);
    uint64_t at = frames->tx_at;
    uint64_t left = frames->link.tx_room - at;
    uint64_t fill = need > left ? left : 0;
    uint64_t room = mk_link_room(&frames->link);
    if (bytes == 0 || bytes > mk_frames_longest(frames) || frames->written > room ||
        need + fill > room - frames->written) {
        frames->wanted = need + fill;
        return (volatile uint8_t *)0;
    }
    if (fill != 0) {
        put_header(frames, at, FILL);
        frames->written += fill;
        frames->tx_at = 0;
        at = 0;
    }
    return frames->link.port.tx + MK_LINK_HEADER_BYTES + at + MK_FRAMES_ALIGN;
}

/**
 * Fetches the place of the next frame into the caches, to be written: the region is too large to be
 * in a near one, and the stores of a frame would wait for it line by line. The next frame is taken
 * to be as long as the last. It is a hint, which neither reads nor faults (SDM 2B, PREFETCHW).
 * @param frames the link
 * @param bytes bytes of the last record
 */
static void fetch_ahead(const struct mk_frames *frames, uint64_t bytes)
{
    const volatile uint8_t *at = frames->link.port.tx + MK_LINK_HEADER_BYTES + frames->tx_at;
    uint64_t left = (frames->link.tx_room - frames->tx_at) / AHEAD_STEP;
    uint64_t steps = (bytes < AHEAD ? bytes + AHEAD_STEP - 1 : AHEAD) / AHEAD_STEP;
    for (steps = steps < left ? steps : left; steps > 0; steps--) {
        __asm__ volatile("prefetchw (%0)\n\tprefetchw 64(%0)\n\t"
                         "prefetchw 128(%0)\n\tprefetchw 192(%0)"
                         :
                         : "r"(at));
        at += AHEAD_STEP;
    }
}

void mk_frames_add(struct mk_frames *frames, uint32_t bytes)
{
    volatile uint8_t *frame = put_header(frames, frames->tx_at, bytes);
    /* What fills up the last 16 bytes is not to be what stood there before. */
    uint64_t end = record(bytes) - MK_FRAMES_ALIGN;
    uint64_t at = bytes;
    for (; at % sizeof(uint64_t) != 0; at++) {
        frame[at] = 0;
    }
    for (; at < end; at += sizeof(uint64_t)) {
        *(volatile uint64_t *)(frame + at) = 0;
    }
    frames->written += record(bytes);
    frames->tx_at = past(frames->tx_at, record(bytes), frames->link.tx_room);
    fetch_ahead(frames, record(bytes));
}

void mk_frames_publish(struct mk_frames *frames)
{
    uint64_t written = frames->written;
    frames->written = 0;
    if (written != 0) {
        mk_link_publish(&frames->link, written);
    }
}

bool mk_frames_want_room(struct mk_frames *frames)
{
    uint32_t peer = frames->link.peer;
    return looked(frames, peer, mk_link_want_room(&frames->link, frames->wanted));
}

/**
 * Marks the link as broken: the peer's records can not be.
 * @param frames the link
 * @return a null pointer
 */
static const volatile uint8_t *broken(struct mk_frames *frames)
{
    frames->link.broken = true;
    frames->link.up = false;
    return (const volatile uint8_t *)0;
}

const volatile uint8_t *mk_frames_next(struct mk_frames *frames, uint32_t *bytes)
{
    /* Twice at most: after a record that fills comes one at the beginning. */
    for (uint32_t i = 0; i < 2; i++) {
        uint64_t ready = mk_link_ready(&frames->link);
        if (ready == frames->read || ready == 0) {
            return (const volatile uint8_t *)0;
        }
        ready -= frames->read;
        uint64_t at = frames->rx_at;
        uint64_t left = frames->link.rx_room - at;
        const volatile uint8_t *header = frames->link.port.rx + MK_LINK_HEADER_BYTES + at;
        uint32_t length = *(const volatile uint32_t *)header;
        uint64_t whole = length == FILL ? left : record(length);
        if (length == 0 || whole > left || whole > ready || (length == FILL && i != 0)) {
            return broken(frames);
        }
        if (length != FILL) {
            frames->frame = length;
            *bytes = length;
            return header + MK_FRAMES_ALIGN;
        }
        frames->read += whole;
        frames->rx_at = 0;
    }
    return broken(frames);
}

void mk_frames_skip(struct mk_frames *frames)
{
    if (frames->frame != 0) {
        frames->read += record(frames->frame);
        frames->rx_at = past(frames->rx_at, record(frames->frame), frames->link.rx_room);
        frames->frame = 0;
    }
}

bool mk_frames_give_back(struct mk_frames *frames)
{
    uint64_t read = frames->read;
    frames->read = 0;
    frames->frame = 0;
    return read == 0 || mk_link_consume(&frames->link, read);
}

bool mk_frames_want_more(struct mk_frames *frames)
{
    uint32_t peer = frames->link.peer;
    return looked(frames, peer, mk_link_want_data(&frames->link));
}
