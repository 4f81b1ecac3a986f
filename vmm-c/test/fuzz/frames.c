/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Fuzz target: frames over a link, both ends. They send, receive frame by frame, give back and
 * start anew at any moment; and the region of the second end, the peer, is written as its owner
 * likes.
 *
 * As long as nobody lied, frames arrive whole and in order, in each life of both ends. After the
 * first lie frames lie inside of the peer's region, and nothing else is touched.
 */
#include <string.h>

#include "link/frames.h"
#include "unit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

/** Bytes of a region. */
#define REGION 1088
/** Frames whose lengths are remembered: more than a region holds. */
#define LENGTHS 64

/** A region with bytes around it that nobody writes. */
struct region {
    uint8_t before[64];                 /**< Zero. */
    _Alignas(64) uint8_t bytes[REGION]; /**< The region. */
    uint8_t after[64];                  /**< Zero. */
};

/** An end, and the frames that it sends. */
struct end {
    struct region region;      /**< What it writes. */
    struct mk_frames frames;   /**< The end. */
    uint32_t lives[2];         /**< Epochs of both ends that the numbers below are for. */
    uint64_t sent;             /**< Frames added. */
    uint64_t published;        /**< Frames published. */
    uint64_t got;              /**< Frames that the other end gave back. */
    uint64_t at;               /**< Frames that it went past. */
    uint32_t lengths[LENGTHS]; /**< Lengths of the last ones. */
    uint32_t asked;            /**< Length of the last frame that found no room. */
    uint32_t signals;          /**< Signals to this end. */
    uint32_t heard;            /**< Those that it had when it wished for one. */
    bool wants;                /**< It wished for a signal when there is more. */
};

/** Both ends. */
static struct end ends[2];
/** Whether the peer lied. */
static bool lied;

/** Counts a signal. */
static void count(void *context)
{
    ++*(uint32_t *)context;
}

/** An end starts anew. */
static void start(uint32_t e)
{
    const struct mk_port port = {
        ends[e].region.bytes, ends[1 - e].region.bytes, REGION, REGION, count,
        &ends[1 - e].signals};
    UNIT_CHECK(mk_frames_start(&ends[e].frames, &port));
    ends[0].wants = false;
    ends[1].wants = false;
}

/** Looks at the other end. In a new life of either all numbers begin anew. */
static void look(uint32_t e)
{
    struct end *own = &ends[e];
    mk_frames_update(&own->frames);
    for (uint32_t i = 0; i < 2; i++) {
        struct end *sender = &ends[i];
        uint32_t from = i == e ? own->frames.link.epoch : own->frames.link.peer;
        uint32_t to = i == e ? own->frames.link.peer : own->frames.link.epoch;
        if (sender->lives[0] != from || sender->lives[1] != to) {
            sender->lives[0] = from;
            sender->lives[1] = to;
            sender->sent = sender->published = sender->got = sender->at = 0;
        }
    }
}

/** A byte of a frame: all of them differ. */
static uint8_t pattern(const struct end *sender, uint64_t number, uint32_t i)
{
    return (uint8_t)(i + 31 * number + 7 * sender->lives[0] + 101 * sender->lives[1]);
}

/** An end sends a frame. */
static void send(uint32_t e, uint32_t bytes)
{
    struct end *own = &ends[e];
    look(e);
    volatile uint8_t *to = mk_frames_room(&own->frames, bytes);
    own->asked = bytes;
    if (to == NULL) {
        return;
    }
    UNIT_CHECK(to >= own->region.bytes + MK_LINK_HEADER_BYTES &&
               to + bytes <= own->region.bytes + REGION && bytes > 0);
    for (uint32_t i = 0; i < bytes; i++) {
        to[i] = pattern(own, own->sent, i);
    }
    mk_frames_add(&own->frames, bytes);
    own->lengths[own->sent++ % LENGTHS] = bytes;
    own->asked = 0;
}

/** An end publishes. Who wished for it is signalled. */
static void publish(uint32_t e)
{
    struct end *own = &ends[e];
    struct end *peer = &ends[1 - e];
    look(e);
    mk_frames_publish(&own->frames);
    if (own->frames.link.up && own->sent != own->published) {
        UNIT_CHECK(lied || !peer->wants || peer->signals != peer->heard);
        peer->wants = false;
        own->published = own->sent;
    }
}

/** An end looks at the next frame, and may go past it. */
static void receive(uint32_t e, bool skip)
{
    struct end *own = &ends[e];
    struct end *sender = &ends[1 - e];
    uint32_t bytes = 0;
    const volatile uint8_t *from = mk_frames_next(&own->frames, &bytes);
    if (from == NULL) {
        return;
    }
    UNIT_CHECK(bytes > 0 && from >= sender->region.bytes + MK_LINK_HEADER_BYTES &&
               from + bytes <= sender->region.bytes + REGION);
    bool known = !lied && sender->frames.link.epoch == own->frames.link.peer;
    UNIT_CHECK(!known ||
               (sender->at < sender->published && bytes == sender->lengths[sender->at % LENGTHS]));
    for (uint32_t i = 0; known && i < bytes; i++) {
        UNIT_CHECK(from[i] == pattern(sender, sender->at, i));
    }
    if (skip) {
        mk_frames_skip(&own->frames);
        sender->at++;
    }
}

/** An end gives back. It is told when the frames were of a peer that is no more. */
static void give_back(uint32_t e)
{
    struct end *own = &ends[e];
    struct end *sender = &ends[1 - e];
    bool read = own->frames.read != 0;
    bool same = sender->frames.link.epoch == own->frames.link.peer;
    UNIT_CHECK(mk_frames_give_back(&own->frames) == (!read || same) || lied);
    sender->got = sender->at;
}

/** Who has nothing to read, or no room, wishes for a signal and gets it. */
static void wish(uint32_t e, bool for_room)
{
    struct end *own = &ends[e];
    look(e);
    if (!for_room) {
        give_back(e);
        bool more = mk_frames_want_more(&own->frames);
        /* What only fills the rest of the region is there, too. */
        UNIT_CHECK(lied || !own->frames.link.up || more || ends[1 - e].at == ends[1 - e].published);
        own->wants = !more && own->frames.link.up;
        own->heard = own->signals;
    } else if (own->asked > 0 && own->asked <= mk_frames_longest(&own->frames)) {
        publish(e);
        mk_frames_room(&own->frames, own->asked);
        bool room = mk_frames_want_room(&own->frames);
        UNIT_CHECK(!room || mk_frames_room(&own->frames, own->asked) != NULL);
    }
}

/** The peer writes its region. */
static void lie(const uint8_t *op)
{
    struct mk_link_header *header = (struct mk_link_header *)(void *)ends[1].region.bytes;
    const struct mk_link *link = &ends[0].frames.link;
    lied = true;
    const uint64_t record = MK_LINK_HEADER_BYTES + ends[0].frames.rx_at % (REGION - 128);
    switch (op[1] % 6) {
    case 0:
        header->seen = link->epoch;
        break;
    case 1:
        header->epoch = op[2];
        break;
    case 2: /* Counters near those that there should be. */
        header->head = link->tail + (op[2] % 80) * 16U;
        break;
    case 3:
        header->tail = link->head - (op[2] % 80) * 16U;
        break;
    case 4: /* The length of the next record. */
        memcpy(ends[1].region.bytes + record, op + 4, (op[2] & 1) != 0 ? 2 : 4);
        break;
    default:
        memcpy(ends[1].region.bytes + (op[2] | (uint32_t)op[3] << 8) % (REGION - 8), op + 4, 8);
        break;
    }
}

/** Does an operation of twelve bytes. */
static void operate(const uint8_t *op)
{
    uint32_t e = op[0] >> 7;
    uint32_t bytes = op[1] | (uint32_t)op[2] << 8;
    switch (op[0] % 11) {
    case 0:
        lie(op);
        break;
    case 1:
    case 2:
        send(e, op[0] % 11 == 1 ? bytes % 520 : bytes);
        break;
    case 3:
        publish(e);
        break;
    case 4:
        receive(e, false);
        break;
    case 5:
    case 6:
        receive(e, true);
        break;
    case 7:
        give_back(e);
        break;
    case 8:
        wish(e, (op[1] & 1) != 0);
        break;
    case 9:
        look(e);
        break;
    default:
        if (op[1] == 0) {
            mk_link_stop(&ends[e].frames.link);
        } else if (op[1] < 64) {
            start(e);
        }
        break;
    }
    for (uint32_t i = 0; i < 2; i++) {
        UNIT_CHECK(ends[i].region.before[63] == 0 && ends[i].region.after[0] == 0);
        /* Who reads while the other one starts anew may find no record: until it looks again. */
        UNIT_CHECK(lied || !ends[i].frames.link.broken ||
                   ends[i].frames.link.peer != ends[1 - i].frames.link.epoch);
        const struct mk_frames *frames = &ends[i].frames;
        UNIT_CHECK(frames->written <= REGION);
        UNIT_CHECK(!frames->link.up || frames->read <= mk_link_ready(&frames->link));
    }
}

/** All that was published arrives, when nobody lied. */
static void drain(void)
{
    for (uint32_t i = 0; i < 6; i++) {
        look(i % 2);
    }
    for (uint32_t e = 0; e < 2 && ends[0].frames.link.up && ends[1].frames.link.up; e++) {
        publish(1 - e);
        look(e);
        for (uint32_t i = 0; i < LENGTHS; i++) {
            receive(e, true);
        }
        UNIT_CHECK(ends[1 - e].at == ends[1 - e].sent);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    memset(ends, 0, sizeof(ends));
    lied = false;
    start(0);
    start(1);
    look(0);
    look(1);
    for (size_t i = 0; i + 12 <= bytes; i += 12) {
        operate(data + i);
    }
    if (!lied) {
        drain();
    }
    return 0;
}
