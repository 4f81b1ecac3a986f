/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Tests of frames over a link.
 */
#include <string.h>

#include "link/frames.h"
#include "unit.h"

/** Bytes of a region: a header and 1,024 bytes. */
#define REGION 1088

/** An end. */
struct end {
    _Alignas(64) uint8_t region[REGION]; /**< Its region. */
    struct mk_port port;                 /**< Its port. */
    struct mk_frames frames;             /**< The link. */
    uint32_t signals;                    /**< Signals that the peer got from it. */
};

/** One end. */
static struct end a;
/** The other. */
static struct end b;

static void count(void *context)
{
    struct end *e = context;
    e->signals++;
}

/** Starts both ends, until both have seen each other. */
static void up(void)
{
    memset(&a, 0, sizeof(a));
    memset(&b, 0, sizeof(b));
    a.port = (struct mk_port){a.region, b.region, REGION, REGION, count, &a};
    b.port = (struct mk_port){b.region, a.region, REGION, REGION, count, &b};
    UNIT_CHECK(mk_frames_start(&a.frames, &a.port) && mk_frames_start(&b.frames, &b.port));
    mk_frames_update(&a.frames);
    mk_frames_update(&b.frames);
    UNIT_CHECK(mk_frames_update(&a.frames) && mk_frames_update(&b.frames));
    a.signals = 0;
    b.signals = 0;
}

/** Adds a frame of one value. */
static bool add(struct end *e, uint32_t bytes, uint8_t value)
{
    volatile uint8_t *to = mk_frames_room(&e->frames, bytes);
    for (uint32_t i = 0; i < bytes && to != NULL; i++) {
        to[i] = value;
    }
    if (to != NULL) {
        mk_frames_add(&e->frames, bytes);
    }
    return to != NULL;
}

/** Whether the next frame is of that length and value; goes past it. */
static bool next(struct end *e, uint32_t bytes, uint8_t value)
{
    uint32_t length = 0;
    const volatile uint8_t *from = mk_frames_next(&e->frames, &length);
    bool good = from != NULL && length == bytes;
    for (uint32_t i = 0; i < bytes && good; i++) {
        good = from[i] == value;
    }
    mk_frames_skip(&e->frames);
    return good;
}

static void frames_of_a_group_come_together_and_in_order(struct mk_vm *vm)
{
    uint32_t length;
    (void)vm;
    up();
    UNIT_CHECK(add(&a, 1, 1) && add(&a, 16, 2) && add(&a, 100, 3));
    mk_frames_update(&b.frames);
    UNIT_CHECK(mk_frames_next(&b.frames, &length) == NULL && a.signals == 0);
    mk_frames_publish(&a.frames);
    UNIT_CHECK(a.signals == 1 && mk_frames_update(&b.frames));
    UNIT_CHECK(next(&b, 1, 1) && next(&b, 16, 2) && next(&b, 100, 3));
    UNIT_CHECK(mk_frames_next(&b.frames, &length) == NULL);
    UNIT_CHECK(mk_frames_give_back(&b.frames) && !mk_frames_want_more(&b.frames));
}

static void a_frame_begins_at_a_multiple_of_16_and_is_in_one_piece(struct mk_vm *vm)
{
    uint32_t seed = 1;
    (void)vm;
    up();
    for (uint32_t i = 0; i < 2000; i++) {
        uint32_t bytes = 1 + (seed = seed * 1103515245 + 12345) / 65536 % 496;
        uint32_t length = 0;
        UNIT_CHECK(add(&a, bytes, (uint8_t)i));
        mk_frames_publish(&a.frames);
        mk_frames_update(&b.frames);
        const volatile uint8_t *at = mk_frames_next(&b.frames, &length);
        UNIT_CHECK(at != NULL && (uintptr_t)at % MK_FRAMES_ALIGN == 0 && length == bytes);
        UNIT_CHECK(at + length <= a.region + REGION && next(&b, bytes, (uint8_t)i));
        UNIT_CHECK(mk_frames_give_back(&b.frames));
        mk_frames_update(&a.frames);
    }
}

static void the_longest_frame_fits_wherever_the_link_stands(struct mk_vm *vm)
{
    uint32_t longest;
    (void)vm;
    for (uint32_t before = 0; before < 64; before++) {
        up();
        longest = (uint32_t)mk_frames_longest(&a.frames);
        UNIT_CHECK(longest == 496);
        for (uint32_t i = 0; i < before; i++) {
            UNIT_CHECK(add(&a, 16, 1));
            mk_frames_publish(&a.frames);
            mk_frames_update(&b.frames);
            UNIT_CHECK(next(&b, 16, 1) && mk_frames_give_back(&b.frames));
            mk_frames_update(&a.frames);
        }
        UNIT_CHECK(!add(&a, longest + 1, 2) && !add(&a, 0, 2) && add(&a, longest, 2));
        mk_frames_publish(&a.frames);
        mk_frames_update(&b.frames);
        UNIT_CHECK(next(&b, longest, 2));
    }
}

static void who_waits_for_room_is_signalled_when_there_is_enough(struct mk_vm *vm)
{
    (void)vm;
    up();
    while (add(&a, 100, 1)) {
        mk_frames_publish(&a.frames);
    }
    UNIT_CHECK(!mk_frames_want_room(&a.frames));
    mk_frames_update(&b.frames);
    UNIT_CHECK(next(&b, 100, 1) && mk_frames_give_back(&b.frames));
    UNIT_CHECK(next(&b, 100, 1) && mk_frames_give_back(&b.frames));
    UNIT_CHECK(b.signals == 1 && mk_frames_update(&a.frames) && add(&a, 100, 1));
}

static void who_reads_is_not_signalled_until_it_wants_more(struct mk_vm *vm)
{
    (void)vm;
    up();
    for (uint32_t i = 0; i < 3; i++) {
        UNIT_CHECK(add(&a, 20, 1));
        mk_frames_publish(&a.frames);
    }
    UNIT_CHECK(a.signals == 1);
    mk_frames_update(&b.frames);
    UNIT_CHECK(next(&b, 20, 1) && next(&b, 20, 1) && mk_frames_give_back(&b.frames));
    UNIT_CHECK(mk_frames_want_more(&b.frames)); /* the third: look at once */
    UNIT_CHECK(next(&b, 20, 1) && mk_frames_give_back(&b.frames) &&
               !mk_frames_want_more(&b.frames));
    UNIT_CHECK(add(&a, 20, 1));
    mk_frames_publish(&a.frames);
    UNIT_CHECK(a.signals == 2);
}

/** Publishes one record whose header says what it wants; whether the reader breaks the link. */
static bool breaks(uint32_t length, uint64_t produced)
{
    uint32_t bytes = 0;
    up();
    memcpy(a.region + MK_LINK_HEADER_BYTES, &length, sizeof(length));
    ((struct mk_link_header *)a.region)->head = produced;
    mk_frames_update(&b.frames);
    return mk_frames_next(&b.frames, &bytes) == NULL && b.frames.link.broken &&
           !mk_frames_update(&b.frames);
}

static void records_that_can_not_be_break_the_link(struct mk_vm *vm)
{
    (void)vm;
    UNIT_CHECK(breaks(0, 32));      /* no bytes */
    UNIT_CHECK(breaks(17, 32));     /* longer than what was produced */
    UNIT_CHECK(breaks(1, 31));      /* half a record */
    UNIT_CHECK(breaks(1009, 1024)); /* longer than the region */
    UNIT_CHECK(breaks(UINT32_MAX - 1, 1024));
    UNIT_CHECK(breaks(UINT32_MAX, 512)); /* fills more than was produced */
    UNIT_CHECK(breaks(16, 1025));        /* more than the region holds */
}

static void two_records_that_fill_break_the_link(struct mk_vm *vm)
{
    uint32_t bytes = 0;
    const uint32_t fill = UINT32_MAX;
    (void)vm;
    up();
    /* the reader stands at 512 */
    UNIT_CHECK(add(&a, 496, 1));
    mk_frames_publish(&a.frames);
    mk_frames_update(&b.frames);
    UNIT_CHECK(next(&b, 496, 1) && mk_frames_give_back(&b.frames));
    memcpy(a.region + MK_LINK_HEADER_BYTES + 512, &fill, sizeof(fill));
    memcpy(a.region + MK_LINK_HEADER_BYTES, &fill, sizeof(fill));
    ((struct mk_link_header *)a.region)->head = 512 + 1024;
    mk_frames_update(&b.frames);
    UNIT_CHECK(mk_frames_next(&b.frames, &bytes) == NULL && b.frames.link.broken);
}

static void what_was_begun_with_a_peer_that_is_gone_is_forgotten(struct mk_vm *vm)
{
    uint32_t length;
    (void)vm;
    up();
    UNIT_CHECK(add(&a, 100, 1));
    mk_frames_publish(&a.frames);
    mk_frames_update(&b.frames);
    UNIT_CHECK(next(&b, 100, 1) && add(&b, 50, 2));
    UNIT_CHECK(mk_frames_start(&a.frames, &a.port)); /* the peer starts anew meanwhile */
    UNIT_CHECK(!mk_frames_give_back(&b.frames));     /* so what was read is thrown away */
    mk_frames_update(&b.frames);
    UNIT_CHECK(b.frames.written == 0 && b.frames.read == 0);
    mk_frames_update(&a.frames);
    UNIT_CHECK(mk_frames_update(&b.frames) && mk_frames_next(&b.frames, &length) == NULL);
    UNIT_CHECK(add(&b, 50, 3));
    mk_frames_publish(&b.frames);
    mk_frames_update(&a.frames);
    UNIT_CHECK(next(&a, 50, 3));
}

static void regions_that_can_not_carry_frames_are_refused(struct mk_vm *vm)
{
    struct mk_frames frames;
    (void)vm;
    up();
    struct mk_port port = a.port;
    port.tx_bytes = 128;
    UNIT_CHECK(!mk_frames_start(&frames, &port));
    port = a.port;
    port.rx_bytes = REGION - 1;
    UNIT_CHECK(!mk_frames_start(&frames, &port));
    port = a.port;
    port.rx += 16;
    UNIT_CHECK(!mk_frames_start(&frames, &port));
}

static void bytes_behind_a_frame_are_not_those_of_an_earlier_one(struct mk_vm *vm)
{
    (void)vm;
    up();
    for (uint32_t i = 0; i < 4; i++) {
        UNIT_CHECK(add(&a, 240, 0xff));
        mk_frames_publish(&a.frames);
        mk_frames_update(&b.frames);
        UNIT_CHECK(next(&b, 240, 0xff) && mk_frames_give_back(&b.frames));
        mk_frames_update(&a.frames);
    }
    UNIT_CHECK(add(&a, 1, 1));
    for (uint32_t i = 1; i < 16; i++) {
        UNIT_CHECK(a.region[MK_LINK_HEADER_BYTES + MK_FRAMES_ALIGN + i] == 0);
    }
}

const struct unit_test unit_frames[] = {
    UNIT_TEST(frames_of_a_group_come_together_and_in_order),
    UNIT_TEST(a_frame_begins_at_a_multiple_of_16_and_is_in_one_piece),
    UNIT_TEST(the_longest_frame_fits_wherever_the_link_stands),
    UNIT_TEST(who_waits_for_room_is_signalled_when_there_is_enough),
    UNIT_TEST(who_reads_is_not_signalled_until_it_wants_more),
    UNIT_TEST(records_that_can_not_be_break_the_link),
    UNIT_TEST(two_records_that_fill_break_the_link),
    UNIT_TEST(what_was_begun_with_a_peer_that_is_gone_is_forgotten),
    UNIT_TEST(regions_that_can_not_carry_frames_are_refused),
    UNIT_TEST(bytes_behind_a_frame_are_not_those_of_an_earlier_one),
    {NULL, NULL},
};
