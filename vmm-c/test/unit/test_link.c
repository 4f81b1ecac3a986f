/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Links: epochs, counters, wishes, and a peer that lies.
 */
#include <string.h>

#include "cable.h"
#include "link/stream.h"
#include "unit.h"

/** Bytes that a region holds. */
#define ROOM (CABLE_BYTES - MK_LINK_HEADER_BYTES)

static struct cable cable;
static struct mk_link links[2];

/** Sends one byte. */
static bool put(uint32_t end, uint8_t byte)
{
    return mk_stream_put(&links[end], &byte, 1) == 1;
}

/** Receives one byte, or -1. */
static int get(uint32_t end)
{
    uint8_t byte = 0;
    return mk_stream_get(&links[end], &byte, 1) == 1 ? byte : -1;
}

/** A link comes up whoever starts first, and each start signals the peer. */
static void link_comes_up_in_either_order(struct mk_vm *vm)
{
    (void)vm;
    for (uint32_t first = 0; first < 2; first++) {
        cable_lay(&cable);
        mk_link_start(&links[first], &cable.ports[first]);
        UNIT_CHECK(!mk_link_update(&links[first]));
        UNIT_CHECK(cable.signals[1 - first] > 0);
        mk_link_start(&links[1 - first], &cable.ports[1 - first]);
        UNIT_CHECK(cable.signals[first] > 0);
        UNIT_CHECK(mk_link_update(&links[first]));
        UNIT_CHECK(mk_link_update(&links[1 - first]));
    }
}

/** What comes out is what went in, in order, over the end of the region many times. */
static void stream_keeps_order_over_the_end(struct mk_vm *vm)
{
    uint8_t out[ROOM];
    uint8_t sent = 0;
    uint8_t received = 0;
    (void)vm;
    cable_lay(&cable);
    cable_connect(&cable, links);
    for (uint64_t i = 0; i < 1000; i++) {
        uint8_t in[ROOM];
        uint64_t bytes = i * 37 % ROOM + 1;
        for (uint64_t j = 0; j < bytes; j++) {
            in[j] = sent++;
        }
        UNIT_CHECK(mk_stream_put(&links[0], in, bytes) == bytes);
        UNIT_CHECK(mk_stream_get(&links[1], out, ROOM) == bytes);
        for (uint64_t j = 0; j < bytes; j++) {
            UNIT_CHECK(out[j] == received++);
        }
    }
    UNIT_CHECK(get(1) == -1 && cable_sound(&cable));
}

/** A full stream takes no more and loses nothing. */
static void stream_that_is_full_refuses(struct mk_vm *vm)
{
    uint8_t in[ROOM + 5];
    (void)vm;
    for (uint32_t i = 0; i < sizeof(in); i++) {
        in[i] = (uint8_t)i;
    }
    cable_lay(&cable);
    cable_connect(&cable, links);
    UNIT_CHECK(mk_stream_put(&links[0], in, sizeof(in)) == ROOM);
    UNIT_CHECK(!put(0, 1));
    for (uint32_t i = 0; i < ROOM; i++) {
        UNIT_CHECK(get(1) == (uint8_t)i);
    }
    UNIT_CHECK(get(1) == -1);
}

/** An end is signalled for the first byte after it found none, and not for the others. */
static void signals_come_when_they_were_wished_for(struct mk_vm *vm)
{
    (void)vm;
    cable_lay(&cable);
    cable_connect(&cable, links);
    UNIT_CHECK(get(1) == -1);
    uint32_t before = cable.signals[1];
    UNIT_CHECK(put(0, 1) && cable.signals[1] == before + 1);
    UNIT_CHECK(put(0, 2) && cable.signals[1] == before + 1);
    UNIT_CHECK(get(1) == 1 && get(1) == 2);
    UNIT_CHECK(put(0, 3) && cable.signals[1] == before + 1); /* it never found nothing */
    UNIT_CHECK(get(1) == 3 && get(1) == -1);
    UNIT_CHECK(put(0, 4) && cable.signals[1] == before + 2);
}

/** Signals that are held back become one, and none where the peer wished for none. */
static void signals_that_are_held_back_become_one(struct mk_vm *vm)
{
    uint8_t in[ROOM] = {0};
    (void)vm;
    cable_lay(&cable);
    cable_connect(&cable, links);
    links[0].holds = true;
    UNIT_CHECK(get(1) == -1);
    uint32_t before = cable.signals[1];
    UNIT_CHECK(put(0, 1) && put(0, 2) && cable.signals[1] == before);
    mk_link_tell(&links[0]);
    mk_link_tell(&links[0]);
    UNIT_CHECK(cable.signals[1] == before + 1 && get(1) == 1);
    UNIT_CHECK(put(0, 3));
    mk_link_tell(&links[0]); /* it is still reading */
    UNIT_CHECK(cable.signals[1] == before + 1 && get(1) == 2 && get(1) == 3 && get(1) == -1);
    UNIT_CHECK(mk_stream_put(&links[0], in, ROOM) == ROOM && !put(0, 4));
    mk_link_tell(&links[0]);
    UNIT_CHECK(cable.signals[1] == before + 2);
}

/** A sender without room is signalled when there is some, and a sender with room is not. */
static void room_is_signalled_to_who_waits_for_it(struct mk_vm *vm)
{
    uint8_t in[ROOM] = {0};
    (void)vm;
    cable_lay(&cable);
    cable_connect(&cable, links);
    UNIT_CHECK(mk_stream_put(&links[0], in, ROOM) == ROOM);
    uint32_t before = cable.signals[0];
    UNIT_CHECK(get(1) == 0 && cable.signals[0] == before);
    UNIT_CHECK(put(0, 1) && !put(0, 1));
    UNIT_CHECK(get(1) == 0 && cable.signals[0] == before + 1);
    UNIT_CHECK(get(1) == 0 && cable.signals[0] == before + 1);
}

/** After a start of either end nothing of before is received, and the region has no trace of it. */
static void start_leaves_nothing_of_an_earlier_life(struct mk_vm *vm)
{
    (void)vm;
    for (uint32_t end = 0; end < 2; end++) {
        cable_lay(&cable);
        cable_connect(&cable, links);
        UNIT_CHECK(put(0, 0xaa) && put(1, 0xbb));
        mk_link_start(&links[end], &cable.ports[end]);
        UNIT_CHECK(memchr(cable.regions[end].bytes + MK_LINK_HEADER_BYTES, end == 0 ? 0xaa : 0xbb,
                          ROOM) == NULL);
        UNIT_CHECK(get(0) == -1 && get(1) == -1);
        UNIT_CHECK(put(0, 1) && put(1, 2) && get(1) == 1 && get(0) == 2);
    }
}

/** Bytes that are copied while the sender starts anew are thrown away. */
static void bytes_of_two_lives_are_thrown_away(struct mk_vm *vm)
{
    uint8_t byte;
    (void)vm;
    cable_lay(&cable);
    cable_connect(&cable, links);
    UNIT_CHECK(put(0, 1) && mk_link_update(&links[1]));
    mk_link_start(&links[0], &cable.ports[0]);
    mk_link_read(&links[1], 0, &byte, 1);
    UNIT_CHECK(!mk_link_consume(&links[1], 1) && mk_link_ready(&links[1]) == 0);
}

/** An end that stopped is seen as gone, and comes back. */
static void end_that_stops_is_gone_and_comes_back(struct mk_vm *vm)
{
    (void)vm;
    cable_lay(&cable);
    cable_connect(&cable, links);
    UNIT_CHECK(put(0, 7));
    uint32_t before = cable.signals[1];
    mk_link_stop(&links[0]);
    UNIT_CHECK(cable.signals[1] > before && !mk_link_update(&links[1]) && get(1) == -1);
    UNIT_CHECK(!put(1, 1) && !put(0, 1) && !mk_link_update(&links[0]));
    mk_link_start(&links[0], &cable.ports[0]);
    UNIT_CHECK(mk_link_update(&links[1]) && put(0, 8) && get(1) == 8);
}

/** Epochs begin again at 1, for 0 says that nobody is there. */
static void epoch_0_is_never_taken(struct mk_vm *vm)
{
    (void)vm;
    cable_lay(&cable);
    cable_header(&cable, 0)->last = UINT32_MAX;
    mk_link_start(&links[0], &cable.ports[0]);
    UNIT_CHECK(cable_header(&cable, 0)->epoch == 1);
}

/** Values that a liar may write into a counter. */
static const uint64_t lies[] = {0,         1,          ROOM - 1,      ROOM,
                                ROOM + 1,  UINT32_MAX, INT64_MAX,     UINT64_MAX - ROOM,
                                ROOM * 2U, UINT64_MAX, UINT64_MAX - 1};

/** Uses an end in every way; nothing of it may leave the regions. */
static void use(uint32_t end)
{
    uint8_t bytes[2 * CABLE_BYTES] = {0};
    uint64_t room = mk_link_update(&links[end]) ? mk_link_room(&links[end]) : 0;
    UNIT_CHECK(room <= ROOM && mk_link_ready(&links[end]) <= ROOM);
    mk_stream_get(&links[end], bytes, sizeof(bytes));
    mk_stream_put(&links[end], bytes, sizeof(bytes));
    mk_link_want_room(&links[end], ROOM);
    mk_link_want_data(&links[end]);
}

/** Each counter of a peer with each lie, twice in a row: nothing outside of the regions is touched,
 * and after the peer's next start the link works (CVE-2019-14821). */
static void cve_2019_14821_counters_that_lie_break_the_link_only(struct mk_vm *vm)
{
    const size_t count = sizeof(lies) / sizeof(lies[0]);
    (void)vm;
    for (size_t i = 0; i < count * count * 4; i++) {
        cable_lay(&cable);
        cable_connect(&cable, links);
        put(0, 1);
        put(1, 2);
        struct mk_link_header *header = cable_header(&cable, 1);
        uint64_t *const counters[] = {&header->head, &header->tail, &header->wake_head,
                                      &header->wake_tail};
        *counters[i % 4] = lies[i / 4 % count];
        use(0);
        *counters[i % 4] = lies[i / 4 / count];
        use(0);
        UNIT_CHECK(cable_sound(&cable));
        mk_link_start(&links[1], &cable.ports[1]);
        mk_link_update(&links[0]);
        UNIT_CHECK(put(1, 9) && get(0) == 9 && put(0, 8) && get(1) == 8);
    }
}

/** A counter that goes back breaks the link until the peer starts anew. */
static void counter_that_goes_back_breaks_the_link(struct mk_vm *vm)
{
    (void)vm;
    cable_lay(&cable);
    cable_connect(&cable, links);
    UNIT_CHECK(put(1, 1) && put(1, 2) && get(0) == 1);
    cable_header(&cable, 1)->head = 1;
    UNIT_CHECK(!mk_link_update(&links[0]) && links[0].broken);
    cable_header(&cable, 1)->head = 2;
    UNIT_CHECK(!mk_link_update(&links[0]) && get(0) == -1 && !put(0, 1));
    mk_link_start(&links[1], &cable.ports[1]);
    UNIT_CHECK(mk_link_update(&links[0]) && !links[0].broken);
}

/** A peer that changes its epoch all the time gets nothing but a link that is not up. */
static void epochs_that_change_all_the_time_do_no_harm(struct mk_vm *vm)
{
    (void)vm;
    cable_lay(&cable);
    cable_connect(&cable, links);
    for (uint32_t i = 0; i < 1000; i++) {
        cable_header(&cable, 1)->epoch = i * 2654435761U;
        cable_header(&cable, 1)->seen = i % 3 == 0 ? links[0].epoch : i;
        cable_header(&cable, 1)->head = i;
        use(0);
    }
    UNIT_CHECK(cable_sound(&cable));
}

const struct unit_test unit_link[] = {
    UNIT_TEST(link_comes_up_in_either_order),
    UNIT_TEST(stream_keeps_order_over_the_end),
    UNIT_TEST(stream_that_is_full_refuses),
    UNIT_TEST(signals_come_when_they_were_wished_for),
    UNIT_TEST(signals_that_are_held_back_become_one),
    UNIT_TEST(room_is_signalled_to_who_waits_for_it),
    UNIT_TEST(start_leaves_nothing_of_an_earlier_life),
    UNIT_TEST(bytes_of_two_lives_are_thrown_away),
    UNIT_TEST(end_that_stops_is_gone_and_comes_back),
    UNIT_TEST(epoch_0_is_never_taken),
    UNIT_TEST(cve_2019_14821_counters_that_lie_break_the_link_only),
    UNIT_TEST(counter_that_goes_back_breaks_the_link),
    UNIT_TEST(epochs_that_change_all_the_time_do_no_harm),
    {NULL, NULL}};
