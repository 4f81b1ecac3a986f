/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Tests of the network device: what it carries. Sections are those of VirtIO 1.2.
 */
#include <string.h>

#include "net_fixture.h"
#include "unit.h"

/** The guests at both ends. */
static struct guest a;
/** The other one. */
static struct guest b;
/** A packet that is sent. */
static struct net_packet out;
/** A packet that was received. */
static struct net_packet in;

/** Brings both ends up, with features for each; the second has receive buffers. */
static void up(uint64_t features_a, uint64_t features_b)
{
    guest_net_pair(&a, &b);
    guest_up(&a, features_a, MK_NET_QUEUES);
    guest_up(&b, features_b, MK_NET_QUEUES);
    net_buffers(&b, 0, 128);
    guest_kick(&b, MK_NET_RX);
    guest_settle(&a);
    a.messages = 0;
    b.messages = 0;
}

/** Sends a packet; says whether the other end received one. */
static bool sent(void)
{
    net_offer(&a, 0, &out);
    guest_kick(&a, MK_NET_TX);
    guest_settle(&a);
    return net_take(&b, &in);
}

/** Whether what was received is what was sent. */
static bool same(void)
{
    return in.length == out.length && memcmp(in.bytes, out.bytes, in.length) == 0;
}

static void packets_of_all_lengths_arrive_as_they_were_sent(struct mk_vm *vm)
{
    (void)vm;
    up(NET_ALL, NET_ALL);
    for (uint32_t length = 14; length <= 1518; length += length < 80 ? 1 : 97) {
        net_pattern(&out, length, length);
        UNIT_CHECK(sent() && same() && in.header.buffers == 1 && in.header.flags == 0);
        UNIT_CHECK(in.header.gso == 0 && in.header.csum_start == 0 && in.header.csum_offset == 0);
        net_buffers(&b, (uint16_t)(length % 128), 1);
    }
}

static void both_directions_work_at_once(struct mk_vm *vm)
{
    (void)vm;
    up(NET_ALL, NET_ALL);
    net_buffers(&a, 0, 16);
    net_pattern(&out, 700, 1);
    net_offer(&a, 0, &out);
    net_offer(&b, 0, &out);
    guest_kick(&a, MK_NET_TX);
    guest_kick(&b, MK_NET_TX);
    guest_settle(&a);
    UNIT_CHECK(net_take(&a, &in) && same());
    UNIT_CHECK(net_take(&b, &in) && same());
}

static void req_107_packets_need_not_be_contiguous(struct mk_vm *vm)
{
    (void)vm;
    up(NET_ALL, NET_ALL);
    net_pattern(&out, 1000, 3);
    /* header in two pieces, an empty one, then the packet byte by byte at first */
    const uint32_t pieces[] = {5, 0, 8, 1, 1, 498, 499};
    uint32_t at = 0;
    memcpy(a.ram + GUEST_DATA, &out.header, MK_NET_HEADER);
    memcpy(a.ram + GUEST_DATA + MK_NET_HEADER, out.bytes, out.length);
    for (uint16_t i = 0; i < 7; i++) {
        uint64_t away = GUEST_DATA + 0x1000 * (UINT64_C(7) - i);
        memcpy(a.ram + away, a.ram + GUEST_DATA + at, pieces[i]);
        guest_descriptor(&a, guest_table(MK_NET_TX) + UINT64_C(16) * i, away, pieces[i],
                         i == 6 ? 0 : F_NEXT, (uint16_t)(i + 1));
        at += pieces[i];
    }
    UNIT_CHECK(at == MK_NET_HEADER + 1000);
    guest_offer(&a, MK_NET_TX, 0);
    guest_kick(&a, MK_NET_TX);
    guest_settle(&a);
    UNIT_CHECK(net_take(&b, &in) && same());
}

static void req_107_indirect_tables_carry_packets(struct mk_vm *vm)
{
    (void)vm;
    up(NET_ALL, NET_ALL);
    net_pattern(&out, 1000, 3);
    memcpy(a.ram + GUEST_DATA, &out.header, MK_NET_HEADER);
    memcpy(a.ram + GUEST_DATA + 0x100, out.bytes, out.length);
    guest_descriptor(&a, 0x60000, GUEST_DATA, MK_NET_HEADER, F_NEXT, 1);
    guest_descriptor(&a, 0x60010, GUEST_DATA + 0x100, out.length, 0, 0);
    guest_descriptor(&a, guest_table(MK_NET_TX), 0x60000, 32, F_INDIRECT, 0);
    guest_offer(&a, MK_NET_TX, 0);
    guest_kick(&a, MK_NET_TX);
    guest_settle(&a);
    UNIT_CHECK(net_take(&b, &in) && same());
}

static void virtio_5_1_6_4_1_a_long_packet_fills_all_buffers_but_the_last(struct mk_vm *vm)
{
    uint32_t head;
    uint32_t bytes;
    (void)vm;
    up(NET_ALL, NET_ALL);
    net_tcp(&out, 65000, false, 1400);
    net_offer(&a, 0, &out);
    guest_kick(&a, MK_NET_TX);
    guest_settle(&a);
    uint32_t total = MK_NET_HEADER + out.length;
    uint32_t buffers = (total + NET_BUFFER - 1) / NET_BUFFER;
    for (uint32_t i = 0; i < buffers; i++) {
        UNIT_CHECK(guest_take(&b, MK_NET_RX, &head, &bytes) && head == i);
        UNIT_CHECK(bytes == (i + 1 < buffers ? NET_BUFFER : total % NET_BUFFER));
    }
    UNIT_CHECK(!guest_take(&b, MK_NET_RX, &head, &bytes));
    UNIT_CHECK(guest_get16(&b, GUEST_DATA + 10) == buffers);
}

static void virtio_5_1_6_4_1_without_merging_a_packet_has_one_buffer(struct mk_vm *vm)
{
    (void)vm;
    up(NET_ALL, NET_ALL & ~MK_VIRTIO_BIT(MK_NET_MRG_RXBUF));
    net_pattern(&out, 1500, 1);
    UNIT_CHECK(sent() && same() && in.header.buffers == 1);
    net_tcp(&out, 3000, false, 1400); /* longer than any buffer: lost, and the next one comes */
    UNIT_CHECK(!sent() && b.net.rx.dropped == 1);
    net_pattern(&out, 1400, 1);
    UNIT_CHECK(sent() && same());
}

static void req_108_unfinished_checksums_travel_as_they_are(struct mk_vm *vm)
{
    (void)vm;
    up(NET_ALL, NET_ALL);
    net_tcp(&out, 1000, false, 0);
    UNIT_CHECK(sent() && same() && in.header.flags == 1);
    UNIT_CHECK(in.header.csum_start == 34 && in.header.csum_offset == 16 && in.header.gso == 0);
}

static void req_108_segments_travel_as_one_packet(struct mk_vm *vm)
{
    (void)vm;
    up(NET_ALL, NET_ALL);
    for (uint32_t v6 = 0; v6 < 2; v6++) {
        net_tcp(&out, 30000, v6 != 0, 1400);
        out.header.bytes = 1; /* 5.1.6.2.2: what the driver says of it is a hint */
        UNIT_CHECK(sent() && same() && in.header.flags == 1 && in.header.gso_bytes == 1400);
        UNIT_CHECK(in.header.gso == (v6 != 0 ? MK_NET_GSO_TCP6 : MK_NET_GSO_TCP4));
        UNIT_CHECK(in.header.bytes == (v6 != 0 ? 86 : 66));
        net_buffers(&b, 0, 40);
    }
    UNIT_CHECK(b.net.rx.finished == 0);
}

static void virtio_5_1_6_4_1_a_driver_without_checksums_gets_finished_packets(struct mk_vm *vm)
{
    (void)vm;
    up(NET_ALL, NET_PLAIN);
    for (uint32_t v6 = 0; v6 < 2; v6++) {
        for (uint32_t odd = 0; odd < 2; odd++) {
            net_tcp(&out, 1000 + odd, v6 != 0, 0);
            UNIT_CHECK(sent() && in.length == out.length && in.header.flags == 0);
            UNIT_CHECK(net_sums_hold(&in, v6 != 0));
        }
    }
    UNIT_CHECK(b.net.rx.finished == 4);
}

/** Number that networks write, at an offset of the packet that was received. */
static uint32_t field(uint32_t at, uint32_t bytes)
{
    uint32_t value = 0;
    for (uint32_t i = 0; i < bytes; i++) {
        value = value << 8 | in.bytes[at + i];
    }
    return value;
}

/** Sends a long packet to a driver that takes none, and looks at each segment. */
static void cut(bool v6)
{
    uint32_t tcp = v6 ? 54 : 34;
    const uint32_t payload = 3000;
    net_tcp(&out, payload, v6, 1400);
    net_offer(&a, 0, &out);
    guest_kick(&a, MK_NET_TX);
    guest_settle(&a);
    for (uint32_t i = 0; i < 3; i++) {
        uint32_t part = i < 2 ? 1400 : 200;
        UNIT_CHECK(net_take(&b, &in) && in.length == tcp + 32 + part && in.header.gso == 0);
        UNIT_CHECK(in.header.flags == 0 && net_sums_hold(&in, v6));
        UNIT_CHECK(memcmp(in.bytes + tcp + 32, out.bytes + tcp + 32 + i * 1400, part) == 0);
        UNIT_CHECK(field(tcp + 4, 4) == 0xffffff00 + i * 1400);
        /* CWR with the first, PSH and FIN with the last (RFC 3168, 6.1) */
        UNIT_CHECK(in.bytes[tcp + 13] == (i == 0 ? 0x90 : i == 1 ? 0x10 : 0x19));
        UNIT_CHECK(v6 ? field(14 + 4, 2) == 32 + part : field(14 + 2, 2) == 52 + part);
        UNIT_CHECK(v6 || field(14 + 4, 2) == ((0xfffe + i) & 0xffff));
    }
    UNIT_CHECK(!net_take(&b, &in));
}

static void virtio_5_1_6_4_1_a_driver_without_segmentation_gets_segments(struct mk_vm *vm)
{
    (void)vm;
    up(NET_ALL, NET_PLAIN | MK_VIRTIO_BIT(MK_NET_GUEST_CSUM) | MK_VIRTIO_BIT(MK_NET_GUEST_TSO6));
    cut(false);
    up(NET_ALL, NET_PLAIN | MK_VIRTIO_BIT(MK_NET_GUEST_CSUM) | MK_VIRTIO_BIT(MK_NET_GUEST_TSO4));
    cut(true);
    up(NET_ALL, NET_PLAIN);
    cut(false);
    cut(true);
    UNIT_CHECK(b.net.rx.finished == 2 && b.net.rx.dropped == 0);
}

static void segments_wait_for_buffers_and_none_comes_twice(struct mk_vm *vm)
{
    (void)vm;
    guest_net_pair(&a, &b);
    guest_up(&a, NET_ALL, MK_NET_QUEUES);
    guest_up(&b, NET_PLAIN, MK_NET_QUEUES);
    net_buffers(&b, 0, 2);
    guest_kick(&b, MK_NET_RX);
    guest_settle(&a);
    net_tcp(&out, 3000, false, 1400);
    net_offer(&a, 0, &out);
    guest_kick(&a, MK_NET_TX);
    guest_settle(&a);
    for (uint32_t i = 0; i < 3; i++) {
        UNIT_CHECK(net_take(&b, &in) && field(34 + 4, 4) == 0xffffff00 + i * 1400);
        net_buffers(&b, (uint16_t)(2 + i), 1);
        guest_kick(&b, MK_NET_RX);
        guest_settle(&a);
    }
    UNIT_CHECK(!net_take(&b, &in) && b.net.rx.packets == 3);
}

static void congestion_notification_is_kept_from_a_driver_that_does_not_know_it(struct mk_vm *vm)
{
    (void)vm;
    up(NET_ALL, NET_ALL & ~MK_VIRTIO_BIT(MK_NET_GUEST_ECN));
    net_tcp(&out, 2000, false, 1400);
    out.header.gso |= MK_NET_GSO_ECN;
    UNIT_CHECK(sent() && in.header.gso == 0 && net_sums_hold(&in, false));
    up(NET_ALL, NET_ALL);
    UNIT_CHECK(sent() && same() && in.header.gso == (MK_NET_GSO_TCP4 | MK_NET_GSO_ECN));
}

static void the_link_is_up_while_both_drivers_are_ready(struct mk_vm *vm)
{
    (void)vm;
    guest_net_pair(&a, &b);
    guest_up(&a, NET_ALL, MK_NET_QUEUES);
    guest_settle(&a);
    UNIT_CHECK(guest_in(&a, MK_VIRTIO_CONFIG_AT + 6, 2) == 0 && a.messages == 0);
    guest_up(&b, NET_ALL, MK_NET_QUEUES);
    guest_settle(&a);
    UNIT_CHECK(guest_in(&a, MK_VIRTIO_CONFIG_AT + 6, 2) == 1 && a.messages == 1 && a.data == 0);
    guest_out(&b, REG_STATUS, 1, 0);
    guest_settle(&a);
    UNIT_CHECK(guest_in(&a, MK_VIRTIO_CONFIG_AT + 6, 2) == 0 && a.messages == 2);
    guest_up(&b, NET_ALL, MK_NET_QUEUES);
    guest_settle(&a);
    UNIT_CHECK(guest_in(&a, MK_VIRTIO_CONFIG_AT + 6, 2) == 1 && a.messages == 3);
}

static void what_is_sent_while_the_link_is_down_is_lost(struct mk_vm *vm)
{
    uint32_t head;
    uint32_t bytes;
    (void)vm;
    guest_net_pair(&a, &b);
    guest_up(&a, NET_ALL, MK_NET_QUEUES);
    net_pattern(&out, 100, 1);
    net_offer(&a, 0, &out);
    guest_kick(&a, MK_NET_TX);
    UNIT_CHECK(guest_take(&a, MK_NET_TX, &head, &bytes) && a.net.tx.dropped == 1);
    guest_up(&b, NET_ALL, MK_NET_QUEUES);
    net_buffers(&b, 0, 8);
    guest_kick(&b, MK_NET_RX);
    guest_settle(&a);
    UNIT_CHECK(!net_take(&b, &in));
    net_pattern(&out, 200, 2);
    UNIT_CHECK(sent() && same());
}

static void a_driver_that_starts_anew_gets_nothing_old(struct mk_vm *vm)
{
    (void)vm;
    up(NET_ALL, NET_ALL);
    net_pattern(&out, 100, 1);
    net_offer(&a, 0, &out);
    guest_kick(&a, MK_NET_TX); /* in the link, and not yet received */
    guest_up(&b, NET_ALL, MK_NET_QUEUES);
    net_buffers(&b, 0, 8);
    guest_kick(&b, MK_NET_RX);
    guest_settle(&a);
    UNIT_CHECK(!net_take(&b, &in));
    net_pattern(&out, 200, 2);
    UNIT_CHECK(sent() && same());
    for (uint32_t i = 0; i < GUEST_REGION; i++) {
        UNIT_CHECK(i < 512 || a.tx[i] == 0); /* regions are zeros but for the last frame */
    }
}

const struct unit_test unit_virtio_net[] = {
    UNIT_TEST(packets_of_all_lengths_arrive_as_they_were_sent),
    UNIT_TEST(both_directions_work_at_once),
    UNIT_TEST(req_107_packets_need_not_be_contiguous),
    UNIT_TEST(req_107_indirect_tables_carry_packets),
    UNIT_TEST(virtio_5_1_6_4_1_a_long_packet_fills_all_buffers_but_the_last),
    UNIT_TEST(virtio_5_1_6_4_1_without_merging_a_packet_has_one_buffer),
    UNIT_TEST(req_108_unfinished_checksums_travel_as_they_are),
    UNIT_TEST(req_108_segments_travel_as_one_packet),
    UNIT_TEST(virtio_5_1_6_4_1_a_driver_without_checksums_gets_finished_packets),
    UNIT_TEST(virtio_5_1_6_4_1_a_driver_without_segmentation_gets_segments),
    UNIT_TEST(segments_wait_for_buffers_and_none_comes_twice),
    UNIT_TEST(congestion_notification_is_kept_from_a_driver_that_does_not_know_it),
    UNIT_TEST(the_link_is_up_while_both_drivers_are_ready),
    UNIT_TEST(what_is_sent_while_the_link_is_down_is_lost),
    UNIT_TEST(a_driver_that_starts_anew_gets_nothing_old),
    {NULL, NULL},
};
