/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Tests of the network device with guests and peers that break rules.
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

/** Brings both ends up, with receive buffers at the second. */
static void up(uint64_t features_a, uint64_t features_b, uint16_t buffers)
{
    guest_net_pair(&a, &b);
    guest_up(&a, features_a, MK_NET_QUEUES);
    guest_up(&b, features_b, MK_NET_QUEUES);
    net_buffers(&b, 0, buffers);
    guest_kick(&b, MK_NET_RX);
    guest_settle(&a);
}

/** Sends the packet; says whether it was dropped by the sender's monitor, with no other harm. */
static bool is_dropped(void)
{
    uint64_t before = a.net.tx.dropped;
    net_offer(&a, 0, &out);
    guest_kick(&a, MK_NET_TX);
    guest_settle(&a);
    return a.net.tx.dropped == before + 1 && !net_take(&b, &in) &&
           (guest_in(&a, REG_STATUS, 1) & MK_VIRTIO_NEEDS_RESET) == 0;
}

/** Sends the packet; says whether it arrived. */
static bool is_delivered(void)
{
    net_offer(&a, 0, &out);
    guest_kick(&a, MK_NET_TX);
    guest_settle(&a);
    return net_take(&b, &in) && in.length == out.length;
}

/** Lets the peer put the packet into its region as it is; says whether the receiver dropped it. */
static bool is_not_believed(void)
{
    uint64_t before = b.net.rx.dropped;
    struct mk_frames *frames = &a.net.frames;
    uint32_t bytes = MK_NET_HEADER + out.length;
    mk_frames_update(frames);
    volatile uint8_t *to = mk_frames_room(frames, bytes);
    for (uint32_t i = 0; i < bytes && to != NULL; i++) {
        to[i] =
            i < MK_NET_HEADER ? ((const uint8_t *)&out.header)[i] : out.bytes[i - MK_NET_HEADER];
    }
    mk_frames_add(frames, bytes);
    mk_frames_publish(frames);
    guest_settle(&a);
    return b.net.rx.dropped == before + 1 && !net_take(&b, &in) && b.net.frames.link.up;
}

/** A packet that neither end believes. */
static void nobody_believes(void)
{
    UNIT_CHECK(is_dropped());
    UNIT_CHECK(is_not_believed());
}

static void cve_2022_23087_a_checksum_past_the_packet_is_dropped(struct mk_vm *vm)
{
    const uint16_t wild[][2] = {{34, 1033}, {34, 0xffff}, {0xffff, 0}, {0xffff, 0xffff},
                                {1066, 0},  {1065, 0},    {13, 16},    {0, 0}};
    (void)vm;
    up(NET_ALL, NET_ALL, 64);
    for (uint32_t i = 0; i < sizeof(wild) / sizeof(wild[0]); i++) {
        net_tcp(&out, 1000, false, 0); /* 1066 bytes */
        out.header.csum_start = wild[i][0];
        out.header.csum_offset = wild[i][1];
        nobody_believes();
    }
    net_tcp(&out, 1000, false, 0); /* the last place that there is */
    out.header.csum_start = 34;
    out.header.csum_offset = 1030;
    UNIT_CHECK(is_delivered());
}

static void cve_2019_5609_headers_of_a_segment_past_the_packet_are_dropped(struct mk_vm *vm)
{
    (void)vm;
    up(NET_ALL, NET_ALL, 64);
    net_tcp(&out, 4, false, 1400);
    out.bytes[34 + 12] = 0xf0; /* a TCP header of 60 bytes in 36 */
    nobody_believes();
    net_tcp(&out, 0, false, 1400); /* no payload */
    nobody_believes();
    net_tcp(&out, 3000, false, 1400);
    out.bytes[34 + 12] = 0x40; /* a TCP header of 16 bytes */
    nobody_believes();
    net_tcp(&out, 3000, false, 1400);
    out.header.csum_start = (uint16_t)(out.length - 18); /* its length would be past the end */
    out.bytes[out.length - 6] = 0xf0;
    nobody_believes();
    out.header.bytes = 0xffff; /* what is said of them does not count */
    nobody_believes();
}

static void segments_of_no_sense_are_dropped(struct mk_vm *vm)
{
    (void)vm;
    up(NET_ALL, NET_ALL, 64);
    const uint16_t sizes[] = {0, 1, 47, 1453, 0xffff};
    for (uint32_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        net_tcp(&out, 3000, false, 1400);
        out.header.gso_bytes = sizes[i];
        nobody_believes();
    }
    const uint8_t kinds[] = {2, 3, 5, 7, 0x80, 0x82, 0xff};
    for (uint32_t i = 0; i < sizeof(kinds); i++) {
        net_tcp(&out, 3000, false, 1400);
        out.header.gso = kinds[i];
        nobody_believes();
    }
    net_tcp(&out, 3000, false, 1400); /* a segment whose checksum is finished */
    out.header.flags = 0;
    nobody_believes();
    net_tcp(&out, 3000, false, 1400); /* UDP's checksum */
    out.header.csum_offset = 6;
    nobody_believes();
}

static void virtio_5_1_4_1_packets_past_the_mtu_are_dropped(struct mk_vm *vm)
{
    (void)vm;
    up(NET_ALL, NET_ALL, 64);
    net_pattern(&out, 1519, 1);
    nobody_believes();
    net_pattern(&out, 1518, 1); /* with a VLAN's tag */
    UNIT_CHECK(is_delivered());
    net_pattern(&out, 13, 1);
    nobody_believes();
    net_pattern(&out, 65554, 1);
    UNIT_CHECK(is_dropped());
}

static void virtio_5_1_6_2_2_flags_that_are_not_known_are_ignored(struct mk_vm *vm)
{
    (void)vm;
    up(NET_ALL, NET_ALL, 64);
    net_pattern(&out, 200, 1);
    out.header = (struct mk_net_header){0xfe, 0, 0xffff, 0xffff, 0xffff, 0xffff, 0xffff};
    UNIT_CHECK(is_delivered());
    UNIT_CHECK(in.header.flags == 0 && in.header.bytes == 0 && in.header.gso_bytes == 0);
    UNIT_CHECK(in.header.csum_start == 0 && in.header.csum_offset == 0 && in.header.buffers == 1);
}

static void offloads_that_are_not_agreed_on_are_dropped(struct mk_vm *vm)
{
    const uint64_t ecn = MK_VIRTIO_BIT(MK_NET_HOST_ECN);
    const uint64_t tso4 = MK_VIRTIO_BIT(MK_NET_HOST_TSO4);
    const uint64_t tso6 = MK_VIRTIO_BIT(MK_NET_HOST_TSO6);
    (void)vm;
    up(NET_PLAIN, NET_ALL, 64);
    net_tcp(&out, 1000, false, 0);
    UNIT_CHECK(is_dropped());
    up(NET_ALL & ~tso4, NET_ALL, 64);
    net_tcp(&out, 3000, false, 1400);
    UNIT_CHECK(is_dropped());
    up(NET_ALL & ~tso6, NET_ALL, 64);
    net_tcp(&out, 3000, true, 1400);
    UNIT_CHECK(is_dropped());
    up(NET_ALL & ~ecn, NET_ALL, 64);
    net_tcp(&out, 3000, false, 1400);
    out.header.gso |= MK_NET_GSO_ECN;
    UNIT_CHECK(is_dropped());
}

static void virtio_5_1_3_1_features_without_what_they_need_are_refused(struct mk_vm *vm)
{
    (void)vm;
    guest_net_pair(&a, &b);
    UNIT_CHECK(!guest_negotiate(&a, MK_VIRTIO_BIT(MK_NET_GUEST_TSO4)));
    UNIT_CHECK(!guest_negotiate(&a, MK_VIRTIO_BIT(MK_NET_GUEST_TSO6)));
    UNIT_CHECK(!guest_negotiate(&a, MK_VIRTIO_BIT(MK_NET_HOST_TSO4)));
    UNIT_CHECK(!guest_negotiate(&a, MK_VIRTIO_BIT(MK_NET_HOST_TSO6)));
    UNIT_CHECK(!guest_negotiate(&a, MK_VIRTIO_BIT(MK_NET_GUEST_ECN) | 3));
    UNIT_CHECK(!guest_negotiate(&a, MK_VIRTIO_BIT(MK_NET_HOST_ECN) | 3));
    UNIT_CHECK(guest_negotiate(&a, NET_PLAIN));
    /* 2.2.1: what was agreed on once is agreed on again */
    UNIT_CHECK(guest_negotiate(&a, NET_ALL) && guest_negotiate(&a, NET_ALL));
}

/** Whether the first guest's device needs a reset now. */
static bool is_ended(struct guest *g)
{
    return (guest_in(g, REG_STATUS, 1) & MK_VIRTIO_NEEDS_RESET) != 0;
}

static void chains_that_carry_no_packet_end_the_device(struct mk_vm *vm)
{
    (void)vm;
    up(NET_ALL, NET_ALL, 64);
    guest_buffer(&a, MK_NET_TX, 0, GUEST_DATA, 11, false);
    guest_kick(&a, MK_NET_TX);
    UNIT_CHECK(is_ended(&a));
    up(NET_ALL, NET_ALL, 64);
    guest_buffer(&a, MK_NET_TX, 0, GUEST_DATA, 100, true);
    guest_kick(&a, MK_NET_TX);
    UNIT_CHECK(is_ended(&a));
    up(NET_ALL, NET_ALL, 64);
    guest_buffer(&a, MK_NET_TX, 0, GUEST_RAM - 50, 100, false); /* half of it is no memory */
    guest_kick(&a, MK_NET_TX);
    UNIT_CHECK(is_ended(&a));
    up(NET_ALL, NET_ALL, 0);
    guest_buffer(&b, MK_NET_RX, 0, GUEST_DATA, 1536, false); /* a receive buffer to be read */
    guest_kick(&b, MK_NET_RX);
    net_pattern(&out, 100, 1);
    net_offer(&a, 0, &out);
    guest_kick(&a, MK_NET_TX);
    guest_settle(&a);
    UNIT_CHECK(is_ended(&b) && !is_ended(&a));
}

static void cve_2021_3748_buffers_that_are_no_memory_are_not_used_for_merging(struct mk_vm *vm)
{
    uint32_t head;
    uint32_t bytes;
    (void)vm;
    up(NET_ALL, NET_ALL, 0);
    guest_buffer(&b, MK_NET_RX, 0, GUEST_DATA, 1000, true);
    guest_buffer(&b, MK_NET_RX, 1, GUEST_RAM - 100, 1000, true);
    guest_buffer(&b, MK_NET_RX, 2, GUEST_DATA + 0x1000, 1000, true);
    guest_kick(&b, MK_NET_RX);
    net_tcp(&out, 2000, false, 1400);
    net_offer(&a, 0, &out);
    guest_kick(&a, MK_NET_TX);
    guest_settle(&a);
    /* nothing is shown to the driver, and after a reset everything is as at first */
    UNIT_CHECK(is_ended(&b) && !guest_take(&b, MK_NET_RX, &head, &bytes) && b.denied == 1);
    guest_up(&b, NET_ALL, MK_NET_QUEUES);
    net_buffers(&b, 0, 8);
    guest_kick(&b, MK_NET_RX);
    guest_settle(&a);
    net_offer(&a, 1, &out);
    guest_kick(&a, MK_NET_TX);
    guest_settle(&a);
    UNIT_CHECK(net_take(&b, &in) && in.length == out.length);
}

static void cve_2020_16843_receiving_goes_on_when_there_are_buffers_again(struct mk_vm *vm)
{
    (void)vm;
    up(NET_ALL, NET_ALL, 1);
    net_pattern(&out, 1000, 1);
    for (uint32_t round = 0; round < 3; round++) {
        for (uint16_t i = 0; i < 3; i++) {
            net_offer(&a, i, &out);
        }
        guest_kick(&a, MK_NET_TX);
        guest_settle(&a);
        for (uint16_t i = 0; i < 3; i++) {
            UNIT_CHECK(net_take(&b, &in) && in.length == 1000);
            net_buffers(&b, 0, 1);
            guest_kick(&b, MK_NET_RX);
            guest_settle(&a);
        }
    }
    UNIT_CHECK(b.net.rx.dropped == 0);
}

static void
cve_2020_16843_a_packet_for_which_there_will_never_be_buffers_is_dropped(struct mk_vm *vm)
{
    (void)vm;
    up(NET_ALL, NET_ALL, 4); /* all that this driver has */
    net_tcp(&out, 20000, false, 1400);
    net_offer(&a, 0, &out);
    net_pattern(&out, 500, 1);
    net_offer(&a, 1, &out);
    guest_kick(&a, MK_NET_TX);
    guest_settle(&a);
    UNIT_CHECK(b.net.rx.dropped == 1 && net_take(&b, &in) && in.length == 500);
}

static void a_packet_is_read_once_from_the_guest(struct mk_vm *vm)
{
    (void)vm;
    up(NET_ALL, NET_ALL, 64);
    net_tcp(&out, 3000, false, 1400);
    net_offer(&a, 0, &out);
    a.changes = GUEST_DATA; /* every byte is another one at the second look */
    guest_kick(&a, MK_NET_TX);
    a.changes = 0;
    guest_settle(&a);
    UNIT_CHECK(net_take(&b, &in) && in.length == out.length);
    UNIT_CHECK(memcmp(in.bytes, out.bytes, out.length) == 0 && in.header.csum_start == 34);
}

static void virtio_2_7_5_a_buffer_to_read_is_never_written(struct mk_vm *vm)
{
    static uint8_t before[GUEST_RAM / 2];
    (void)vm;
    up(NET_ALL, NET_ALL, 64);
    net_pattern(&out, 1000, 1);
    net_offer(&a, 0, &out);
    memcpy(before, a.ram + GUEST_RAM / 2, sizeof(before)); /* where packets to be sent are */
    guest_kick(&a, MK_NET_TX);
    guest_settle(&a);
    UNIT_CHECK(memcmp(before, a.ram + GUEST_RAM / 2, sizeof(before)) == 0);
}

static void virtio_2_7_10_notifications_without_cause_change_nothing(struct mk_vm *vm)
{
    (void)vm;
    up(NET_ALL, NET_ALL, 64);
    a.messages = 0;
    for (uint32_t i = 0; i < 100; i++) {
        guest_kick(&a, MK_NET_TX);
        guest_kick(&a, MK_NET_RX);
    }
    guest_settle(&a);
    UNIT_CHECK(a.messages == 0 && a.net.tx.packets == 0 && !is_ended(&a) && b.net.frames.link.up);
}

static void a_peer_that_breaks_the_link_costs_the_link_only(struct mk_vm *vm)
{
    (void)vm;
    up(NET_ALL, NET_ALL, 64);
    b.messages = 0;
    ((struct mk_link_header *)a.tx)->head = UINT64_MAX; /* what no peer can have produced */
    b.signals++;
    guest_settle(&a);
    UNIT_CHECK(b.net.frames.link.broken && guest_in(&b, MK_VIRTIO_CONFIG_AT + 6, 2) == 0);
    UNIT_CHECK(b.messages == 1 && b.data == 0 && !is_ended(&b));
    net_pattern(&out, 100, 1);
    net_offer(&b, 0, &out); /* its guest can send on, into nothing */
    guest_kick(&b, MK_NET_TX);
    UNIT_CHECK(b.net.tx.dropped == 1);
    guest_up(&a, NET_ALL, MK_NET_QUEUES); /* and the link works again with a new peer */
    guest_settle(&a);
    net_offer(&a, 0, &out);
    guest_kick(&a, MK_NET_TX);
    guest_settle(&a);
    UNIT_CHECK(net_take(&b, &in) && in.length == 100);
}

const struct unit_test unit_virtio_net_hostile[] = {
    UNIT_TEST(cve_2022_23087_a_checksum_past_the_packet_is_dropped),
    UNIT_TEST(cve_2019_5609_headers_of_a_segment_past_the_packet_are_dropped),
    UNIT_TEST(segments_of_no_sense_are_dropped),
    UNIT_TEST(virtio_5_1_4_1_packets_past_the_mtu_are_dropped),
    UNIT_TEST(virtio_5_1_6_2_2_flags_that_are_not_known_are_ignored),
    UNIT_TEST(offloads_that_are_not_agreed_on_are_dropped),
    UNIT_TEST(virtio_5_1_3_1_features_without_what_they_need_are_refused),
    UNIT_TEST(chains_that_carry_no_packet_end_the_device),
    UNIT_TEST(cve_2021_3748_buffers_that_are_no_memory_are_not_used_for_merging),
    UNIT_TEST(cve_2020_16843_receiving_goes_on_when_there_are_buffers_again),
    UNIT_TEST(cve_2020_16843_a_packet_for_which_there_will_never_be_buffers_is_dropped),
    UNIT_TEST(a_packet_is_read_once_from_the_guest),
    UNIT_TEST(virtio_2_7_5_a_buffer_to_read_is_never_written),
    UNIT_TEST(virtio_2_7_10_notifications_without_cause_change_nothing),
    UNIT_TEST(a_peer_that_breaks_the_link_costs_the_link_only),
    {NULL, NULL},
};
