/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The ring of bytes between a monitor and the server for its console.
 */
#include "platform/sel4/ring.h"
#include "unit.h"

/** What comes out is what went in, in order, also past the end of the array. */
static void ring_keeps_order_over_its_end(struct mk_vm *vm)
{
    (void)vm;
    struct mk_ring ring = {.head = UINT32_MAX - 5, .tail = UINT32_MAX - 5};
    bool was_empty;
    for (uint32_t i = 0; i < 3 * MK_RING_BYTES; i++) {
        UNIT_CHECK(mk_ring_put(&ring, (uint8_t)(i * 7), &was_empty));
        UNIT_CHECK(was_empty);
        UNIT_CHECK(mk_ring_get(&ring) == (uint8_t)(i * 7));
    }
    UNIT_CHECK(mk_ring_get(&ring) == -1);
}

/** A full ring refuses and loses nothing. */
static void ring_that_is_full_refuses(struct mk_vm *vm)
{
    (void)vm;
    struct mk_ring ring = {.head = 0};
    bool was_empty;
    for (uint32_t i = 0; i < MK_RING_BYTES; i++) {
        UNIT_CHECK(mk_ring_has_room(&ring));
        UNIT_CHECK(mk_ring_put(&ring, (uint8_t)i, &was_empty));
        UNIT_CHECK(was_empty == (i == 0));
    }
    UNIT_CHECK(!mk_ring_has_room(&ring));
    UNIT_CHECK(!mk_ring_put(&ring, 1, &was_empty));
    UNIT_CHECK(!was_empty);
    for (uint32_t i = 0; i < MK_RING_BYTES; i++) {
        UNIT_CHECK(mk_ring_get(&ring) == (uint8_t)i);
    }
    UNIT_CHECK(mk_ring_get(&ring) == -1);
}

/** A peer that writes nonsense into head or tail gets no place outside the ring (CVE-2019-14821).
 */
static void cve_2019_14821_ring_index_from_a_peer_stays_in_the_ring(struct mk_vm *vm)
{
    (void)vm;
    static const uint32_t nonsense[] = {1, MK_RING_BYTES, MK_RING_BYTES + 1, 0x7fffffff,
                                        UINT32_MAX};
    bool was_empty;
    for (uint32_t i = 0; i < sizeof(nonsense) / sizeof(nonsense[0]); i++) {
        struct {
            uint8_t before[64];
            struct mk_ring ring;
            uint8_t after[64];
        } memory = {.ring = {.head = 3, .tail = nonsense[i]}};
        for (int n = 0; n < 3 * MK_RING_BYTES; n++) {
            mk_ring_put(&memory.ring, 0xff, &was_empty);
        }
        memory.ring.head = nonsense[i];
        for (int n = 0; n < 3 * MK_RING_BYTES; n++) {
            UNIT_CHECK(mk_ring_get(&memory.ring) <= 0xff);
        }
        for (uint32_t n = 0; n < sizeof(memory.before); n++) {
            UNIT_CHECK((memory.before[n] | memory.after[n]) == 0);
        }
    }
}

const struct unit_test unit_ring[] = {
    UNIT_TEST(ring_keeps_order_over_its_end),
    UNIT_TEST(ring_that_is_full_refuses),
    UNIT_TEST(cve_2019_14821_ring_index_from_a_peer_stays_in_the_ring),
    {NULL, NULL}};
