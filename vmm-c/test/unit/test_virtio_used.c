/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Tests of the split virtqueue: the used ring, notifications, areas. Sections are those of
 * VirtIO 1.2.
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

/** Makes a chain available and takes it. */
static enum mk_vq_status take(uint16_t head)
{
    guest_offer(&g, 0, head);
    return mk_vq_take(&vq, &chain, buffers, MK_VQ_SIZE);
}

static void virtio_2_7_8_used_elements_are_seen_when_they_are_published(struct mk_vm *vm)
{
    bool notify;
    uint32_t head;
    uint32_t bytes;
    (void)vm;
    setup(8, false, false);
    UNIT_CHECK(take(5) == MK_VQ_TAKEN && mk_vq_put(&vq, 5, 77));
    UNIT_CHECK(!guest_take(&g, 0, &head, &bytes));
    UNIT_CHECK(mk_vq_publish(&vq, &notify) && notify);
    UNIT_CHECK(guest_take(&g, 0, &head, &bytes) && head == 5 && bytes == 77);
    UNIT_CHECK(mk_vq_publish(&vq, &notify) && !notify);
}

static void virtio_2_7_5_descriptors_are_never_written(struct mk_vm *vm)
{
    static uint8_t table[128];
    bool flag;
    (void)vm;
    setup(8, false, true);
    descriptor(1, 0x1000, 9, F_WRITE, 0);
    memcpy(table, g.ram + guest_table(0), sizeof(table));
    UNIT_CHECK(take(1) == MK_VQ_TAKEN && mk_vq_put(&vq, 1, 9));
    UNIT_CHECK(mk_vq_publish(&vq, &flag) && mk_vq_ask(&vq, true, &flag));
    UNIT_CHECK(memcmp(table, g.ram + guest_table(0), sizeof(table)) == 0);
}

/** Uses one chain; says whether the guest is interrupted. */
static bool use_one(void)
{
    bool notify = false;
    UNIT_CHECK(take(0) == MK_VQ_TAKEN && mk_vq_put(&vq, 0, 0) && mk_vq_publish(&vq, &notify));
    return notify;
}

static void virtio_2_7_7_1_flags_say_whether_the_driver_is_interrupted(struct mk_vm *vm)
{
    (void)vm;
    setup(8, false, false);
    guest_put16(&g, guest_avail(0) + 4 + 16, 99); /* the event index is ignored */
    UNIT_CHECK(use_one());
    guest_put16(&g, guest_avail(0), 1);
    UNIT_CHECK(!use_one());
}

static void virtio_2_7_7_2_the_event_index_says_when_the_driver_is_interrupted(struct mk_vm *vm)
{
    (void)vm;
    setup(8, false, true);
    guest_put16(&g, guest_avail(0), 1); /* the flag is ignored */
    guest_put16(&g, guest_avail(0) + 4 + 16, 2);
    UNIT_CHECK(!use_one());
    UNIT_CHECK(!use_one());
    UNIT_CHECK(use_one());
    UNIT_CHECK(!use_one());
}

static void virtio_2_7_7_2_a_group_that_passes_the_event_index_interrupts_once(struct mk_vm *vm)
{
    bool notify;
    (void)vm;
    setup(8, false, true);
    guest_put16(&g, guest_avail(0) + 4 + 16, 3);
    for (uint16_t i = 0; i < 6; i++) {
        UNIT_CHECK(take(i) == MK_VQ_TAKEN && mk_vq_put(&vq, i, 0));
    }
    UNIT_CHECK(mk_vq_publish(&vq, &notify) && notify);
    UNIT_CHECK(!use_one());
}

static void virtio_2_7_7_2_indices_wrap_round(struct mk_vm *vm)
{
    (void)vm;
    setup(8, false, true);
    guest_put16(&g, guest_avail(0) + 4 + 16, 0xffff);
    for (uint32_t i = 0; i < 0xffff; i++) {
        UNIT_CHECK(!use_one());
    }
    UNIT_CHECK(use_one() && vq.published == 0);
    UNIT_CHECK(!use_one());
}

static void virtio_2_7_10_the_device_says_when_it_is_to_be_notified(struct mk_vm *vm)
{
    bool more;
    (void)vm;
    setup(8, false, false);
    UNIT_CHECK(mk_vq_ask(&vq, false, &more) && !more && guest_get16(&g, guest_used(0)) == 1);
    UNIT_CHECK(mk_vq_ask(&vq, true, &more) && !more && guest_get16(&g, guest_used(0)) == 0);
    setup(8, false, true);
    UNIT_CHECK(take(0) == MK_VQ_TAKEN);
    UNIT_CHECK(mk_vq_ask(&vq, true, &more) && !more);
    UNIT_CHECK(guest_get16(&g, guest_used(0) + 4 + 64) == 1 && guest_get16(&g, guest_used(0)) == 0);
    UNIT_CHECK(mk_vq_ask(&vq, false, &more));
    UNIT_CHECK(guest_get16(&g, guest_used(0) + 4 + 64) == 0 && guest_get16(&g, guest_used(0)) == 0);
    guest_offer(&g, 0, 1);
    UNIT_CHECK(mk_vq_ask(&vq, true, &more) && more);
}

/** Tries to start the queue with other areas. */
static bool starts(uint64_t descriptors, uint64_t available, uint64_t used)
{
    mk_vq_reset(&vq, &g.dma);
    vq.descriptors = descriptors;
    vq.available = available;
    vq.used = used;
    return mk_vq_start(&vq, true, true) && vq.live;
}

static void cve_2021_36147_a_queue_without_areas_does_not_start(struct mk_vm *vm)
{
    (void)vm;
    guest_init(&g, MK_PCI_NET, 3);
    UNIT_CHECK(starts(0x1000, 0x2000, 0x3000));
    UNIT_CHECK(!starts(0, 0x2000, 0x3000) && !starts(0x1000, 0, 0x3000) &&
               !starts(0x1000, 0x2000, 0));
}

static void virtio_2_7_areas_are_aligned_and_in_memory_to_their_last_byte(struct mk_vm *vm)
{
    (void)vm;
    guest_init(&g, MK_PCI_NET, 3);
    UNIT_CHECK(!starts(0x1008, 0x2000, 0x3000) && !starts(0x1000, 0x2001, 0x3000) &&
               !starts(0x1000, 0x2000, 0x3002));
    UNIT_CHECK(starts(GUEST_RAM - 4096, 0x2000, 0x3000) &&
               !starts(GUEST_RAM - 4096 + 16, 0x2000, 0x3000));
    UNIT_CHECK(starts(0x1000, GUEST_RAM - 518, 0x3000) && !starts(0x1000, GUEST_RAM - 516, 0x3000));
    UNIT_CHECK(starts(0x1000, 0x2000, GUEST_RAM - 2056) &&
               !starts(0x1000, 0x2000, GUEST_RAM - 2052));
    UNIT_CHECK(!starts(UINT64_MAX - 15, 0x2000, 0x3000) && !starts(0x1000, UINT64_MAX - 1, 0x3000));
}

static void cve_2019_18960_buffers_that_wrap_round_or_are_no_memory_are_not_copied(struct mk_vm *vm)
{
    uint8_t bytes[32] = {0};
    const struct mk_vq_buffer bad[] = {{UINT64_MAX - 7, 32}, {GUEST_RAM - 31, 32}, {GUEST_RAM, 32}};
    (void)vm;
    guest_init(&g, MK_PCI_NET, 3);
    for (uint32_t i = 0; i < 3; i++) {
        struct mk_vq_cursor in = {&g.dma, &bad[i], 1, 0, 0};
        struct mk_vq_cursor out = {&g.dma, &bad[i], 1, 0, 0};
        UNIT_CHECK(!mk_vq_read(&in, bytes, 32) && !mk_vq_write(&out, bytes, 32));
    }
    struct mk_vq_cursor end = {&g.dma, bad, 0, 0, 0};
    UNIT_CHECK(!mk_vq_read(&end, bytes, 1) && mk_vq_read(&end, bytes, 0));
}

static void
virtio_2_7_8_elements_stand_in_the_ring_in_their_order_all_the_way_round(struct mk_vm *vm)
{
    bool notify;
    uint32_t head;
    uint32_t bytes;
    (void)vm;
    setup(64, false, false);
    for (uint32_t round = 0; round < 20; round++) {
        uint32_t group = 1 + round * 7 % 64;
        for (uint16_t i = 0; i < group; i++) {
            UNIT_CHECK(take(i) == MK_VQ_TAKEN && mk_vq_put(&vq, i, round * 100 + i));
        }
        UNIT_CHECK(!guest_take(&g, 0, &head, &bytes) && mk_vq_publish(&vq, &notify));
        for (uint32_t i = 0; i < group; i++) {
            UNIT_CHECK(guest_take(&g, 0, &head, &bytes) && head == i && bytes == round * 100 + i);
        }
    }
}

static void chains_that_are_given_back_come_again(struct mk_vm *vm)
{
    (void)vm;
    setup(64, false, false);
    for (uint16_t i = 0; i < 40; i++) {
        guest_offer(&g, 0, i);
    }
    for (uint32_t round = 0; round < 3; round++) {
        for (uint16_t i = 0; i < 40; i++) {
            UNIT_CHECK(mk_vq_take(&vq, &chain, buffers, MK_VQ_SIZE) == MK_VQ_TAKEN &&
                       chain.head == i);
        }
        mk_vq_give_back(&vq, 40);
    }
    UNIT_CHECK(mk_vq_take(&vq, &chain, buffers, MK_VQ_SIZE) == MK_VQ_TAKEN && chain.head == 0);
    UNIT_CHECK(mk_vq_put(&vq, 0, 1));
    mk_vq_rewind(&vq); /* as if nothing had been put */
    UNIT_CHECK(mk_vq_take(&vq, &chain, buffers, MK_VQ_SIZE) == MK_VQ_TAKEN && chain.head == 0);
}

const struct unit_test unit_virtio_used[] = {
    UNIT_TEST(virtio_2_7_8_used_elements_are_seen_when_they_are_published),
    UNIT_TEST(chains_that_are_given_back_come_again),
    UNIT_TEST(virtio_2_7_5_descriptors_are_never_written),
    UNIT_TEST(virtio_2_7_7_1_flags_say_whether_the_driver_is_interrupted),
    UNIT_TEST(virtio_2_7_7_2_the_event_index_says_when_the_driver_is_interrupted),
    UNIT_TEST(virtio_2_7_7_2_a_group_that_passes_the_event_index_interrupts_once),
    UNIT_TEST(virtio_2_7_7_2_indices_wrap_round),
    UNIT_TEST(virtio_2_7_10_the_device_says_when_it_is_to_be_notified),
    UNIT_TEST(cve_2021_36147_a_queue_without_areas_does_not_start),
    UNIT_TEST(virtio_2_7_areas_are_aligned_and_in_memory_to_their_last_byte),
    UNIT_TEST(cve_2019_18960_buffers_that_wrap_round_or_are_no_memory_are_not_copied),
    UNIT_TEST(virtio_2_7_8_elements_stand_in_the_ring_in_their_order_all_the_way_round),
    {NULL, NULL},
};
