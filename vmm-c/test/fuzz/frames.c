/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Fuzz target: frames over a link whose peer writes what the input says, and starts anew when it
 * likes; this end sends, receives and starts anew.
 */
#include <string.h>

#include "link/frames.h"

/** Bytes of a region. */
#define REGION 1088

/** The peer's region: the input writes it. */
static _Alignas(64) uint8_t peer[REGION];
/** This end's region, with bytes around it that nobody writes. */
static struct {
    uint8_t before[64];
    _Alignas(64) uint8_t region[REGION];
    uint8_t after[64];
} own;
/** This end. */
static struct mk_frames frames;

/**
 * Stops when something does not hold.
 * @param holds what must be so
 */
static void must(bool holds)
{
    if (!holds) {
        __builtin_trap();
    }
}

static void nobody(void *context)
{
    (void)context;
}

/** Receives some frames, as a device does. */
static void receive(void)
{
    uint32_t bytes;
    uint32_t count = 0;
    const volatile uint8_t *from;
    mk_frames_update(&frames);
    while ((from = mk_frames_next(&frames, &bytes)) != NULL) {
        must(bytes > 0 && from >= peer + MK_LINK_HEADER_BYTES && from + bytes <= peer + REGION);
        must(++count <= REGION / MK_FRAMES_ALIGN);
        mk_frames_skip(&frames);
    }
    mk_frames_give_back(&frames);
    mk_frames_want_more(&frames);
}

/**
 * Sends a frame.
 * @param bytes its length
 */
static void send(uint32_t bytes)
{
    volatile uint8_t *to = mk_frames_room(&frames, bytes);
    if (to != NULL) {
        must(to >= own.region + MK_LINK_HEADER_BYTES && to + bytes <= own.region + REGION);
        for (uint32_t i = 0; i < bytes; i++) {
            to[i] = (uint8_t)i;
        }
        mk_frames_add(&frames, bytes);
    }
}

/**
 * Does an operation.
 * @param op twelve bytes
 */
static void operate(const uint8_t *op)
{
    struct mk_link_header *header = (struct mk_link_header *)peer;
    switch (op[0] % 10) {
    case 0:
        memcpy(peer + (op[1] | (uint32_t)op[2] << 8) % (REGION - 8), op + 4, 8);
        break;
    case 1: /* A peer that has seen this end. */
        header->seen = frames.link.epoch;
        break;
    case 2:
        header->epoch = op[1];
        break;
    case 3: /* Counters near those that there should be. */
        header->head = frames.link.tail + (op[1] % 80) * 16U;
        break;
    case 4:
        header->tail = frames.link.head - (op[1] % 80) * 16U;
        break;
    case 5:
        receive();
        break;
    case 6:
        mk_frames_update(&frames);
        send(op[1] | (uint32_t)op[2] << 8);
        break;
    case 7:
        mk_frames_publish(&frames);
        break;
    case 8:
        mk_frames_want_room(&frames);
        break;
    default:
        if (op[1] == 0) {
            mk_link_stop(&frames.link);
        } else if (op[1] < 16) {
            const struct mk_port port = {own.region, peer, REGION, REGION, nobody, NULL};
            must(mk_frames_start(&frames, &port));
        }
        break;
    }
    must(own.before[63] == 0 && own.after[0] == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    const struct mk_port port = {own.region, peer, REGION, REGION, nobody, NULL};
    memset(peer, 0, sizeof(peer));
    memset(own.region, 0, sizeof(own.region));
    must(mk_frames_start(&frames, &port));
    for (size_t i = 0; i + 12 <= bytes; i += 12) {
        operate(data + i);
    }
    return 0;
}
