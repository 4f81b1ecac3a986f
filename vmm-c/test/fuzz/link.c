/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Fuzz target: a link whose peer does with its region what it likes, and a few words on another
 * one. Nothing outside of the regions is touched, counters stay in bounds, and once the peer
 * behaves the link works again.
 */
#include <stdlib.h>
#include <string.h>

#include "cable.h"
#include "link/stream.h"
#include "link/words.h"
#include "unit.h"

/** Bytes that a region holds. */
#define ROOM (CABLE_BYTES - MK_LINK_HEADER_BYTES)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** For the link, and for the words. */
static struct cable cables[2];
static struct mk_link link;
static struct mk_words words;

/** The peer writes eight bytes anywhere in one of its regions. */
static void lie(const uint8_t *step)
{
    uint8_t *region = cables[step[0] >> 4 & 1].regions[1].bytes;
    uint32_t at = step[1] % (CABLE_BYTES / 8) * 8;
    /* Half of the lies go into the header, most of them near the truth. */
    if ((step[0] & 0x40) != 0) {
        at = step[1] % 6 * 8;
    }
    uint64_t value = 0;
    memcpy(&value, region + at, sizeof(value));
    value = (step[0] & 0x20) != 0 ? value + (uint64_t)(int8_t)step[2] : (uint64_t)step[2] << 56;
    memcpy(region + at, &value, sizeof(value));
}

/** The own end does something. */
static void act(const uint8_t *step)
{
    uint8_t bytes[2 * CABLE_BYTES];
    memset(bytes, step[1], sizeof(bytes));
    switch (step[0] % 8) {
    case 0:
        mk_link_start(&link, &cables[0].ports[0]);
        break;
    case 1:
        mk_link_stop(&link);
        break;
    case 2:
        UNIT_CHECK(mk_stream_put(&link, bytes, step[1]) <= step[1]);
        break;
    case 3:
        UNIT_CHECK(mk_stream_get(&link, bytes, step[1]) <= step[1]);
        break;
    case 4:
        mk_link_want_room(&link, step[1] % ROOM + 1);
        break;
    case 5:
        mk_link_want_data(&link);
        break;
    case 6:
        mk_words_update(&words);
        mk_words_write(&words, (const uint64_t[MK_WORDS]){step[1]});
        break;
    default:
        mk_link_update(&link);
        break;
    }
    UNIT_CHECK(mk_link_room(&link) <= ROOM && mk_link_ready(&link) <= ROOM);
    UNIT_CHECK(cable_sound(&cables[0]) && cable_sound(&cables[1]));
}

/**
 * Plays an input: a step is three bytes.
 * @param data the input
 * @param size its size
 * @return 0
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mk_link peer;
    uint8_t byte = 7;
    cable_lay(&cables[0]);
    cable_lay(&cables[1]);
    mk_link_start(&link, &cables[0].ports[0]);
    mk_words_start(&words, &cables[1].ports[0]);
    mk_link_start(&peer, &cables[0].ports[1]);
    for (; size >= 3; data += 3, size -= 3) {
        if ((data[0] & 0x80) != 0) {
            lie(data);
        } else {
            act(data);
        }
    }
    /* The peer starts anew, and behaves. */
    mk_link_start(&link, &cables[0].ports[0]);
    mk_link_start(&peer, &cables[0].ports[1]);
    mk_link_update(&link);
    UNIT_CHECK(mk_stream_put(&link, &byte, 1) == 1 && mk_stream_get(&peer, &byte, 1) == 1);
    return 0;
}
