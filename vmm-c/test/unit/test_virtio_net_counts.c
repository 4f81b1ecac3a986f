/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Tests of the network device: how often it costs an exit, a signal or an interrupt. Exits are
 * counted where they come in, interrupts where they go out.
 */
#include "net_fixture.h"
#include "unit.h"

/** The guests at both ends. */
static struct guest a;
/** The other one. */
static struct guest b;
/** A packet. */
static struct net_packet packet;

/** Packets of a group. */
#define GROUP 13

/** Brings both ends up, with receive buffers at the second; drivers want every interrupt. */
static void up(uint64_t features, uint16_t buffers)
{
    guest_net_pair(&a, &b);
    guest_up(&a, features, MK_NET_QUEUES);
    guest_up(&b, features, MK_NET_QUEUES);
    net_buffers(&b, 0, buffers);
    guest_kick(&b, MK_NET_RX);
    guest_settle(&a);
    a.messages = 0;
    b.messages = 0;
    for (uint32_t i = 0; i < MK_NET_QUEUES; i++) {
        a.net.queues[i].counts = (struct mk_vq_counts){0};
        b.net.queues[i].counts = (struct mk_vq_counts){0};
    }
    b.net.virtio.counts = (struct mk_virtio_counts){0};
}

/** Makes a group available to send. */
static void offer(uint32_t length)
{
    net_pattern(&packet, length, 1);
    for (uint16_t i = 0; i < GROUP; i++) {
        net_offer(&a, i, &packet);
    }
}

static void req_104_one_register_write_sends_all_that_the_ring_holds(struct mk_vm *vm)
{
    (void)vm;
    up(NET_ALL, 128);
    offer(64);
    guest_kick(&a, MK_NET_TX);
    UNIT_CHECK(a.net.tx.packets == GROUP && a.net.queues[MK_NET_TX].counts.kicks == 1 &&
               b.signals == 1);
    UNIT_CHECK(a.net.tx.groups == 1);
}

static void req_104_the_driver_is_told_when_its_next_write_is_needed(struct mk_vm *vm)
{
    (void)vm;
    up(NET_ALL, 128);
    offer(64);
    guest_kick(&a, MK_NET_TX);
    /* the event index is that of the next packet: one write for one group */
    UNIT_CHECK(guest_get16(&a, guest_used(MK_NET_TX) + 4 + 8 * MK_VQ_SIZE) == GROUP);
}

static void req_105_one_interrupt_for_a_group_sent_and_one_for_a_group_received(struct mk_vm *vm)
{
    (void)vm;
    up(NET_ALL & ~MK_VIRTIO_BIT(MK_VIRTIO_EVENT_INDEX), 128);
    offer(1500);
    guest_kick(&a, MK_NET_TX);
    guest_settle(&a);
    UNIT_CHECK(a.messages == 1 && a.net.queues[MK_NET_TX].counts.interrupts == 1);
    UNIT_CHECK(b.messages == 1 && b.net.queues[MK_NET_RX].counts.interrupts == 1);
    UNIT_CHECK(b.net.rx.packets == GROUP && b.net.rx.groups == 1);
}

static void req_105_no_interrupt_for_a_driver_that_polls(struct mk_vm *vm)
{
    (void)vm;
    up(NET_ALL, 128);
    /* the event indices of drivers that look by themselves stay behind */
    guest_put16(&a, guest_avail(MK_NET_TX) + 4 + 2 * MK_VQ_SIZE, 0x8000);
    guest_put16(&b, guest_avail(MK_NET_RX) + 4 + 2 * MK_VQ_SIZE, 0x8000);
    offer(1500);
    guest_kick(&a, MK_NET_TX);
    guest_settle(&a);
    UNIT_CHECK(a.messages == 0 && b.messages == 0 && b.net.rx.packets == GROUP);
}

static void req_106_received_packets_are_acknowledged_without_a_register_write(struct mk_vm *vm)
{
    (void)vm;
    up(NET_ALL, 128);
    offer(1500);
    guest_kick(&a, MK_NET_TX);
    guest_settle(&a);
    for (uint32_t i = 0; i < GROUP; i++) {
        UNIT_CHECK(net_take(&b, &packet));
    }
    /* new buffers need no notification while the device has some: the event index lies behind */
    uint16_t event = guest_get16(&b, guest_used(MK_NET_RX) + 4 + 8 * MK_VQ_SIZE);
    UNIT_CHECK((uint16_t)(b.queues[MK_NET_RX].avail - event - 1) > GROUP);
    UNIT_CHECK(b.net.queues[MK_NET_RX].counts.kicks == 0 && b.net.virtio.counts.acks == 0);
}

static void req_106_with_intx_one_read_acknowledges(struct mk_vm *vm)
{
    (void)vm;
    guest_net_pair(&a, &b);
    guest_up(&a, NET_ALL, MK_NET_QUEUES);
    guest_negotiate(&b, NET_ALL);
    guest_queue(&b, 0, MK_VQ_SIZE);
    guest_queue(&b, 1, MK_VQ_SIZE);
    guest_ready(&b);
    net_buffers(&b, 0, 64);
    guest_kick(&b, MK_NET_RX);
    guest_settle(&a);
    guest_in(&b, MK_VIRTIO_ISR_AT, 1);
    offer(64);
    guest_kick(&a, MK_NET_TX);
    guest_settle(&a);
    UNIT_CHECK(b.line && guest_in(&b, MK_VIRTIO_ISR_AT, 1) == 1 && !b.line);
}

static void req_108_a_segment_of_64_kib_costs_what_a_packet_costs(struct mk_vm *vm)
{
    (void)vm;
    up(NET_ALL & ~MK_VIRTIO_BIT(MK_VIRTIO_EVENT_INDEX), 128);
    net_tcp(&packet, 64000, false, 1448);
    net_offer(&a, 0, &packet);
    guest_kick(&a, MK_NET_TX);
    UNIT_CHECK(b.signals == 1);
    guest_settle(&a);
    UNIT_CHECK(a.messages == 1 && b.messages == 1 && a.net.queues[MK_NET_TX].counts.kicks == 1);
    UNIT_CHECK(b.net.rx.packets == 1 && b.net.rx.bytes == packet.length);
}

static void a_peer_that_is_busy_is_signalled_once(struct mk_vm *vm)
{
    (void)vm;
    up(NET_ALL, 128);
    net_pattern(&packet, 200, 1);
    for (uint16_t i = 0; i < GROUP; i++) {
        net_offer(&a, i, &packet);
        guest_kick(&a, MK_NET_TX);
    }
    UNIT_CHECK(b.signals == 1 && a.net.tx.groups == GROUP);
    guest_settle(&a);
    UNIT_CHECK(b.net.rx.packets == GROUP && b.messages == 1);
}

static void a_full_link_makes_the_sender_wait_and_nothing_is_lost(struct mk_vm *vm)
{
    uint32_t received = 0;
    (void)vm;
    up(NET_ALL, 0);
    net_tcp(&packet, 60000, false, 1448);
    for (uint16_t i = 0; i < 8; i++) {
        net_offer(&a, i, &packet);
    }
    guest_kick(&a, MK_NET_TX);
    uint64_t fit = a.net.tx.packets;
    UNIT_CHECK(fit >= 3 && fit < 8 && a.net.tx_waits && a.net.tx.dropped == 0);
    /* while it waits, the driver need not write */
    uint16_t event = guest_get16(&a, guest_used(MK_NET_TX) + 4 + 8 * MK_VQ_SIZE);
    UNIT_CHECK(event < fit + 1);
    for (uint16_t round = 0; round < 8; round++) {
        net_buffers(&b, (uint16_t)(round % 6 * 40), 40); /* what one packet needs */
        guest_kick(&b, MK_NET_RX);
        guest_settle(&a);
        while (net_take(&b, &packet)) {
            UNIT_CHECK(packet.length == 60066);
            received++;
        }
    }
    UNIT_CHECK(received == 8 && a.net.tx.packets == 8 && !a.net.tx_waits);
}

static void work_of_one_doorbell_is_bounded_and_goes_on_later(struct mk_vm *vm)
{
    (void)vm;
    up(NET_ALL & ~MK_VIRTIO_BIT(MK_VIRTIO_EVENT_INDEX), 128);
    /* 13 packets of 64 KiB are more than the bytes of a round; the peer is gone: all are lost */
    guest_out(&b, REG_STATUS, 1, 0);
    guest_settle(&a);
    a.messages = 0;
    net_tcp(&packet, 64000, false, 1448);
    for (uint16_t i = 0; i < GROUP; i++) {
        net_offer(&a, i, &packet);
    }
    guest_kick(&a, MK_NET_TX);
    UNIT_CHECK(a.net.tx_more && a.net.tx.dropped == 1 + MK_NET_ROUND_BYTES / packet.length);
    guest_settle(&a);
    UNIT_CHECK(!a.net.tx_more && a.net.tx.dropped == GROUP && a.messages == 2);
}

const struct unit_test unit_virtio_net_counts[] = {
    UNIT_TEST(req_104_one_register_write_sends_all_that_the_ring_holds),
    UNIT_TEST(req_104_the_driver_is_told_when_its_next_write_is_needed),
    UNIT_TEST(req_105_one_interrupt_for_a_group_sent_and_one_for_a_group_received),
    UNIT_TEST(req_105_no_interrupt_for_a_driver_that_polls),
    UNIT_TEST(req_106_received_packets_are_acknowledged_without_a_register_write),
    UNIT_TEST(req_106_with_intx_one_read_acknowledges),
    UNIT_TEST(req_108_a_segment_of_64_kib_costs_what_a_packet_costs),
    UNIT_TEST(a_peer_that_is_busy_is_signalled_once),
    UNIT_TEST(a_full_link_makes_the_sender_wait_and_nothing_is_lost),
    UNIT_TEST(work_of_one_doorbell_is_bounded_and_goes_on_later),
    {NULL, NULL},
};
