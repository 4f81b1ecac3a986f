/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Tests of the split virtqueue, driven by hand. Sections are those of VirtIO 1.2.
 */
#include <string.h>

#include "unit.h"
#include "virtio_fixture.h"

/** A guest; only its memory is used. */
static struct guest g;
/** The queue. */
static struct mk_vq vq;
/** What was taken. */
static struct mk_vq_chain chain;
/** Its buffers. */
static struct mk_vq_buffer buffers[MK_VQ_SIZE];

/** Where indirect tables are. */
#define TABLE 0x40000

/** Sets the queue up with a size. */
static void setup(uint16_t size, bool indirect, bool event_index)
{
    UNIT_CHECK(guest_lone_queue(&g, &vq, size, indirect, event_index));
}

/** Descriptor of the queue's table. */
static void descriptor(uint16_t i, uint64_t gpa, uint32_t bytes, uint16_t flags, uint16_t next)
{
    guest_descriptor(&g, guest_table(0) + UINT64_C(16) * i, gpa, bytes, flags, next);
}

/** Descriptor of the indirect table. */
static void indirect(uint16_t i, uint64_t gpa, uint32_t bytes, uint16_t flags, uint16_t next)
{
    guest_descriptor(&g, TABLE + UINT64_C(16) * i, gpa, bytes, flags, next);
}

/** Makes a chain available and takes it. */
static enum mk_vq_status take(uint16_t head)
{
    guest_offer(&g, 0, head);
    return mk_vq_take(&vq, &chain, buffers, MK_VQ_SIZE);
}

/** Says that the chain at descriptor 0 is one that can not be, and ends the queue. */
static bool is_refused(void)
{
    return take(0) == MK_VQ_BROKEN && !vq.live &&
           mk_vq_take(&vq, &chain, buffers, MK_VQ_SIZE) == MK_VQ_EMPTY;
}

static void virtio_2_7_5_a_chain_is_its_buffers_in_order(struct mk_vm *vm)
{
    (void)vm;
    setup(8, false, false);
    descriptor(3, 0x1000, 16, F_NEXT, 7);
    descriptor(7, 0x2000, 100, F_NEXT, 0);
    descriptor(0, 0x3000, 4096, F_WRITE, 5);
    UNIT_CHECK(take(3) == MK_VQ_TAKEN && chain.head == 3);
    UNIT_CHECK(chain.readable == 2 && chain.readable_bytes == 116);
    UNIT_CHECK(chain.writable == 1 && chain.writable_bytes == 4096);
    UNIT_CHECK(buffers[0].gpa == 0x1000 && buffers[1].gpa == 0x2000 && buffers[2].gpa == 0x3000);
    UNIT_CHECK(mk_vq_take(&vq, &chain, buffers, MK_VQ_SIZE) == MK_VQ_EMPTY);
}

static void virtio_2_7_4_1_descriptors_may_be_arranged_in_any_way(struct mk_vm *vm)
{
    (void)vm;
    setup(256, false, false);
    for (uint16_t i = 0; i < 256; i++) {
        descriptor(i, 0x80000 + i, i % 3, i == 255 ? 0 : F_NEXT, (uint16_t)(i + 1));
    }
    UNIT_CHECK(take(0) == MK_VQ_TAKEN && chain.readable == 256 && chain.readable_bytes == 255);
}

static void virtio_2_7_5_1_a_loop_of_descriptors_is_refused(struct mk_vm *vm)
{
    (void)vm;
    setup(8, false, false);
    descriptor(0, 0x1000, 1, F_NEXT, 1);
    descriptor(1, 0x1000, 1, F_NEXT, 0);
    UNIT_CHECK(is_refused());
    setup(8, false, false);
    descriptor(0, 0x1000, 0, F_NEXT, 0);
    UNIT_CHECK(is_refused());
}

static void virtio_2_7_5_indices_past_the_table_are_refused(struct mk_vm *vm)
{
    (void)vm;
    setup(8, false, false);
    UNIT_CHECK(take(8) == MK_VQ_BROKEN);
    setup(8, false, false);
    UNIT_CHECK(take(0xffff) == MK_VQ_BROKEN);
    setup(8, false, false);
    descriptor(0, 0x1000, 1, F_NEXT, 8);
    UNIT_CHECK(is_refused());
}

static void virtio_2_7_4_2_buffers_to_read_come_first(struct mk_vm *vm)
{
    (void)vm;
    setup(8, false, false);
    descriptor(0, 0x1000, 1, F_NEXT | F_WRITE, 1);
    descriptor(1, 0x1000, 1, 0, 0);
    UNIT_CHECK(is_refused());
}

static void virtio_2_7_4_2_a_chain_of_4_gib_is_refused(struct mk_vm *vm)
{
    (void)vm;
    setup(8, false, false);
    descriptor(0, 0x1000, 0xffffffff, F_NEXT, 1);
    descriptor(1, 0x1000, 1, 0, 0);
    UNIT_CHECK(is_refused());
}

static void virtio_2_7_5_3_an_indirect_table_follows_chained_descriptors(struct mk_vm *vm)
{
    (void)vm;
    setup(8, true, false);
    descriptor(0, 0x1000, 12, F_NEXT, 1);
    descriptor(1, TABLE, 48, F_INDIRECT | F_WRITE, 0); /* 2.7.5.3.2: the write flag is ignored */
    indirect(0, 0x2000, 20, F_NEXT, 2);
    indirect(2, 0x3000, 30, F_NEXT | F_WRITE, 1);
    indirect(1, 0x4000, 40, F_WRITE, 0);
    UNIT_CHECK(take(0) == MK_VQ_TAKEN && chain.readable == 2 && chain.writable == 2);
    UNIT_CHECK(chain.readable_bytes == 32 && chain.writable_bytes == 70);
    UNIT_CHECK(buffers[2].gpa == 0x3000 && buffers[3].gpa == 0x4000);
}

static void virtio_2_7_5_3_1_indirect_tables_that_can_not_be_are_refused(struct mk_vm *vm)
{
    (void)vm;
    indirect(0, 0x2000, 1, 0, 0);
    setup(8, false, false); /* not agreed on */
    descriptor(0, TABLE, 16, F_INDIRECT, 0);
    UNIT_CHECK(is_refused());
    setup(8, true, false); /* with a next one */
    descriptor(0, TABLE, 16, F_INDIRECT | F_NEXT, 1);
    UNIT_CHECK(is_refused());
    setup(8, true, false); /* no whole descriptors */
    descriptor(0, TABLE, 17, F_INDIRECT, 0);
    UNIT_CHECK(is_refused());
    setup(8, true, false); /* none at all */
    descriptor(0, TABLE, 0, F_INDIRECT, 0);
    UNIT_CHECK(is_refused());
    setup(8, true, false); /* a table in a table */
    descriptor(0, TABLE, 16, F_INDIRECT, 0);
    indirect(0, TABLE, 16, F_INDIRECT, 0);
    UNIT_CHECK(is_refused());
    setup(8, true, false); /* past its end */
    descriptor(0, TABLE, 32, F_INDIRECT, 0);
    indirect(0, 0x1000, 1, F_NEXT, 2);
    UNIT_CHECK(is_refused());
    setup(8, true, false); /* a loop */
    descriptor(0, TABLE, 32, F_INDIRECT, 0);
    indirect(0, 0x1000, 1, F_NEXT, 1);
    indirect(1, 0x1000, 1, F_NEXT, 0);
    UNIT_CHECK(is_refused());
    setup(8, true, false); /* wraps round */
    descriptor(0, UINT64_MAX - 15, 16, F_INDIRECT, 0);
    UNIT_CHECK(is_refused());
    UNIT_CHECK(g.denied != 0 || !vq.live);
}

static void
virtio_2_7_5_3_1_a_long_indirect_table_is_walked_no_further_than_a_queue(struct mk_vm *vm)
{
    (void)vm;
    setup(8, true, false);
    descriptor(0, TABLE, 0xfffffff0, F_INDIRECT, 0);
    for (uint32_t i = 0; i < 300; i++) {
        indirect((uint16_t)i, 0x1000, 1, F_NEXT, (uint16_t)(i + 1));
    }
    UNIT_CHECK(is_refused());
}

static void cve_2021_29631_a_descriptor_that_can_not_be_fetched_ends_the_queue(struct mk_vm *vm)
{
    (void)vm;
    setup(8, true, false);
    descriptor(0, GUEST_RAM - 8, 16, F_INDIRECT, 0); /* half of it is no memory */
    UNIT_CHECK(is_refused() && g.denied == 1);
    setup(8, true, false);
    vq.available = GUEST_RAM; /* as if memory had gone */
    UNIT_CHECK(mk_vq_take(&vq, &chain, buffers, MK_VQ_SIZE) == MK_VQ_BROKEN);
}

static void cve_2016_5403_work_in_flight_is_at_most_the_queue(struct mk_vm *vm)
{
    (void)vm;
    setup(8, false, false);
    for (uint16_t i = 0; i < 8; i++) {
        descriptor(i, 0x1000, 1, 0, 0);
        UNIT_CHECK(take(i) == MK_VQ_TAKEN);
    }
    /* a ninth, while eight are not yet used */
    UNIT_CHECK(take(0) == MK_VQ_BROKEN);
    setup(8, false, false);
    UNIT_CHECK(take(0) == MK_VQ_TAKEN && mk_vq_put(&vq, 0, 0));
    for (uint16_t i = 0; i < 8; i++) {
        UNIT_CHECK(take(i) == MK_VQ_TAKEN);
    }
}

static void virtio_2_7_13_3_an_index_that_jumps_is_refused(struct mk_vm *vm)
{
    const uint16_t bad[] = {9, 0x7fff, 0x8000, 0xffff};
    (void)vm;
    for (uint32_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        setup(8, false, false);
        guest_put16(&g, guest_avail(0) + 2, bad[i]);
        UNIT_CHECK(mk_vq_take(&vq, &chain, buffers, MK_VQ_SIZE) == MK_VQ_BROKEN);
    }
    setup(8, false, false); /* back over what was taken */
    UNIT_CHECK(take(0) == MK_VQ_TAKEN);
    guest_put16(&g, guest_avail(0) + 2, 0);
    UNIT_CHECK(mk_vq_take(&vq, &chain, buffers, MK_VQ_SIZE) == MK_VQ_BROKEN);
}

static void
cve_2026_16457_a_ring_that_is_refilled_all_the_time_ends_with_the_round(struct mk_vm *vm)
{
    uint32_t taken = 0;
    (void)vm;
    setup(8, false, false);
    for (uint16_t i = 0; i < 8; i++) {
        guest_offer(&g, 0, i);
    }
    /* Without puts nothing new counts, so a round that puts at its end takes a queue at most. */
    while (mk_vq_take(&vq, &chain, buffers, MK_VQ_SIZE) == MK_VQ_TAKEN && taken < 100) {
        taken++;
        g.queues[0].avail++;
        guest_put16(&g, guest_avail(0) + 2, g.queues[0].avail);
    }
    UNIT_CHECK(taken == 8);
}

static void each_index_and_descriptor_is_read_once(struct mk_vm *vm)
{
    (void)vm;
    setup(8, true, false);
    descriptor(0, TABLE, 32, F_INDIRECT, 0);
    indirect(0, 0x1000, 5, F_NEXT, 1);
    indirect(1, 0x2000, 6, F_WRITE, 0);
    g.changes = 1;
    UNIT_CHECK(take(0) == MK_VQ_TAKEN && chain.head == 0);
    UNIT_CHECK(buffers[0].gpa == 0x1000 && buffers[0].bytes == 5 && buffers[1].bytes == 6);
    UNIT_CHECK(guest_get16(&g, TABLE + 14) == (1 ^ 0xffff));
}

const struct unit_test unit_virtio_queue[] = {
    UNIT_TEST(virtio_2_7_5_a_chain_is_its_buffers_in_order),
    UNIT_TEST(virtio_2_7_4_1_descriptors_may_be_arranged_in_any_way),
    UNIT_TEST(virtio_2_7_5_1_a_loop_of_descriptors_is_refused),
    UNIT_TEST(virtio_2_7_5_indices_past_the_table_are_refused),
    UNIT_TEST(virtio_2_7_4_2_buffers_to_read_come_first),
    UNIT_TEST(virtio_2_7_4_2_a_chain_of_4_gib_is_refused),
    UNIT_TEST(virtio_2_7_5_3_an_indirect_table_follows_chained_descriptors),
    UNIT_TEST(virtio_2_7_5_3_1_indirect_tables_that_can_not_be_are_refused),
    UNIT_TEST(cve_2021_29631_a_descriptor_that_can_not_be_fetched_ends_the_queue),
    UNIT_TEST(cve_2016_5403_work_in_flight_is_at_most_the_queue),
    UNIT_TEST(virtio_2_7_13_3_an_index_that_jumps_is_refused),
    UNIT_TEST(each_index_and_descriptor_is_read_once),
    UNIT_TEST(virtio_2_7_5_3_1_a_long_indirect_table_is_walked_no_further_than_a_queue),
    UNIT_TEST(cve_2026_16457_a_ring_that_is_refilled_all_the_time_ends_with_the_round),
    {NULL, NULL},
};
