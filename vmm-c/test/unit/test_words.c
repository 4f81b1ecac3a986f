/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A few numbers each way.
 */
#include "cable.h"
#include "link/words.h"
#include "unit.h"

static struct cable cable;
static struct mk_words ends[2];

/** Starts both ends. */
static void start(void)
{
    cable_lay(&cable);
    mk_words_start(&ends[0], &cable.ports[0]);
    mk_words_start(&ends[1], &cable.ports[1]);
}

/** Says a number, eight times. */
static void say(uint32_t end, uint64_t number)
{
    uint64_t out[MK_WORDS];
    for (uint32_t i = 0; i < MK_WORDS; i++) {
        out[i] = number;
    }
    mk_words_write(&ends[end], out);
}

/** What an end hears; all numbers are the same. */
static uint64_t hear(uint32_t end)
{
    for (uint32_t i = 1; i < MK_WORDS; i++) {
        UNIT_CHECK(ends[end].in[i] == ends[end].in[0]);
    }
    return ends[end].in[0];
}

/** Only the newest counts, the writer never waits, and each writing signals. */
static void newest_numbers_arrive(struct mk_vm *vm)
{
    (void)vm;
    start();
    for (uint64_t i = 1; i <= 5000; i++) {
        uint32_t before = cable.signals[1];
        say(0, i);
        UNIT_CHECK(cable.signals[1] > before);
    }
    UNIT_CHECK(mk_words_update(&ends[1]) && hear(1) == 5000);
    UNIT_CHECK(!mk_words_update(&ends[1]));
}

/** What was said before the peer came is said to it, also when it comes again. */
static void peer_that_comes_later_hears_the_newest(struct mk_vm *vm)
{
    (void)vm;
    cable_lay(&cable);
    mk_words_start(&ends[0], &cable.ports[0]);
    say(0, 7);
    for (int i = 0; i < 3; i++) {
        mk_words_start(&ends[1], &cable.ports[1]);
        mk_words_update(&ends[0]);
        UNIT_CHECK(mk_words_update(&ends[1]) && hear(1) == 7);
    }
}

/** A peer that starts anew has said nothing. */
static void peer_that_starts_anew_has_said_nothing(struct mk_vm *vm)
{
    (void)vm;
    start();
    say(0, 7);
    mk_words_update(&ends[0]);
    UNIT_CHECK(mk_words_update(&ends[1]) && hear(1) == 7);
    mk_words_start(&ends[0], &cable.ports[0]);
    UNIT_CHECK(mk_words_update(&ends[1]) && hear(1) == 0);
    mk_link_stop(&ends[0].link);
    mk_words_update(&ends[1]);
    UNIT_CHECK(hear(1) == 0);
}

/** Numbers of a writing that goes on are not taken: one sees the ones before. */
static void writing_that_goes_on_is_not_seen(struct mk_vm *vm)
{
    (void)vm;
    start();
    say(0, 7);
    mk_words_update(&ends[1]);
    UNIT_CHECK(hear(1) == 7);
    cable_header(&cable, 0)->head++;
    cable.regions[0].bytes[MK_LINK_HEADER_BYTES] = 9;
    UNIT_CHECK(!mk_words_update(&ends[1]) && hear(1) == 7);
}

const struct unit_test unit_words[] = {UNIT_TEST(newest_numbers_arrive),
                                       UNIT_TEST(peer_that_comes_later_hears_the_newest),
                                       UNIT_TEST(peer_that_starts_anew_has_said_nothing),
                                       UNIT_TEST(writing_that_goes_on_is_not_seen),
                                       {NULL, NULL}};
