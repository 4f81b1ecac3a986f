/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Fuzz target: two guests with a cable between them. The input writes their memory, registers and
 * configuration space, makes packets available, and writes the region of one end as a hostile
 * monitor could; it resets and renegotiates at any moment.
 *
 * Operations are sixteen bytes each.
 */
#include "test/unit/net_fixture.c"
#include "test/unit/virtio_fixture.c"

#include "unit.h"

/** The guests. */
static struct guest ends[2];
/** Their rooms for work, by themselves: what reaches past the end of one is noticed. */
static struct mk_net_scratch scratch[2];
/** A packet. */
static struct net_packet packet;

/**
 * A number of the input.
 * @param from its bytes
 * @param bytes how many
 * @return the number
 */
static uint64_t number(const uint8_t *from, uint32_t bytes)
{
    uint64_t value = 0;
    for (uint32_t i = bytes; i > 0; i--) {
        value = value << 8 | from[i - 1];
    }
    return value;
}

/**
 * Makes a packet available to send, with a header of the input.
 * @param g the guest
 * @param op the operation
 */
static void offer(struct guest *g, const uint8_t *op)
{
    uint32_t length = (uint32_t)number(op + 2, 2);
    if ((op[1] & 1) != 0) {
        net_tcp(&packet, length, (op[1] & 2) != 0, (uint16_t)(op[1] & 4 ? 1400 : 0));
    } else {
        net_pattern(&packet, length, op[1]);
    }
    if ((op[6] & 1) != 0) { /* A byte of the packet's own headers. */
        packet.bytes[op[7] % 80] = op[8];
    }
    if ((op[1] & 8) != 0) {
        memcpy(&packet.header, op + 4, MK_NET_HEADER);
    }
    if (packet.length < 65600) {
        net_offer(g, op[1] >> 4, &packet);
    }
}

/**
 * Brings a device up, or a part of the way.
 * @param g the guest
 * @param op the operation
 */
static void bring_up(struct guest *g, const uint8_t *op)
{
    guest_negotiate(g, number(op + 8, 8) & ((op[1] & 1) != 0 ? NET_ALL : UINT64_MAX));
    guest_queue(g, 0, (uint16_t)(1U << op[2] % 10));
    guest_queue(g, 1, (uint16_t)(1U << op[3] % 10));
    for (uint32_t i = 0; i < 2; i++) {
        g->queues[i].size = g->net.queues[i].size;
    }
    if ((op[1] & 2) != 0) {
        guest_msix(g);
    }
    if ((op[1] & 12) != 0) {
        guest_ready(g);
    }
}

/**
 * Does an operation.
 * @param op sixteen bytes
 */
static void operate(const uint8_t *op)
{
    struct guest *g = &ends[op[0] >> 7];
    uint64_t value = number(op + 8, 8);
    uint32_t where = (uint32_t)number(op + 2, 4);
    switch (op[0] & 15) {
    case 0: /* Any place of memory. */
        memcpy(g->ram + where % (GUEST_RAM - 8), op + 8, 8);
        break;
    case 1: /* The areas of queues. */
        memcpy(g->ram + GUEST_AREAS + where % (2 * GUEST_QUEUE_BYTES), op + 8, 8);
        break;
    case 2:
        guest_out(g, where % 0x4000, 1U << (op[1] & 3), value);
        break;
    case 3:
        guest_in(g, where % 0x4000, 1U << (op[1] & 3));
        break;
    case 4:
        mk_pci_config_write(&g->root, 0, where & 0xff, 1U << op[1] % 3, (uint32_t)value);
        mk_pci_config_read(&g->root, 0, where & 0xff, 4);
        break;
    case 5:
    case 6:
        offer(g, op);
        break;
    case 7:
        net_buffers(g, op[1], (uint16_t)(op[2] % (256 - op[1])));
        break;
    case 8:
        guest_kick(g, op[1] % 3);
        break;
    case 9:
    case 10:
        guest_settle(g);
        break;
    case 11:
        bring_up(g, op);
        break;
    case 12: /* A hostile monitor: its region, and its counters. */
        memcpy(g->tx + where % (op[1] < 128 ? 512 : GUEST_REGION - 8), op + 8, 8);
        g->peer->signals++;
        break;
    case 13:
        guest_out(g, REG_STATUS, 1, op[1] & 0xcf);
        break;
    case 14:
        mk_virtio_net_signalled(&g->net);
        break;
    default:
        mk_virtio_net_work(&g->net);
        break;
    }
}

/**
 * Checks what holds whatever the input did.
 * @param g a guest
 */
static void check(const struct guest *g)
{
    const struct mk_virtio *v = &g->net.virtio;
    for (uint32_t i = 0; i < MK_NET_QUEUES; i++) {
        const struct mk_vq *vq = &g->net.queues[i];
        UNIT_CHECK((uint16_t)(vq->put - vq->published) == 0 || !vq->live);
        UNIT_CHECK(!vq->live || (v->status & MK_VIRTIO_DRIVER_OK) != 0);
        UNIT_CHECK(!vq->live || (v->status & MK_VIRTIO_NEEDS_RESET) == 0);
        UNIT_CHECK(vq->vector == MK_VIRTIO_NO_VECTOR || vq->vector < 3);
        UNIT_CHECK(vq->size > 0 && vq->size <= MK_VQ_SIZE && (vq->size & (vq->size - 1)) == 0);
    }
    UNIT_CHECK((v->features & ~v->parts.features) == 0);
    UNIT_CHECK((v->status & MK_VIRTIO_DRIVER_OK) == 0 || (v->status & MK_VIRTIO_FEATURES_OK) != 0);
    UNIT_CHECK((v->isr & ~3) == 0);
}

/** Drivers that begin anew have a network that works, whatever was before. */
static void recover(void)
{
    static struct net_packet got;
    for (uint32_t i = 0; i < 2; i++) {
        mk_pci_config_write(&ends[i].root, 0, PCI_COMMAND, 2,
                            PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
        UNIT_CHECK(guest_negotiate(&ends[i], NET_ALL));
        guest_queue(&ends[i], MK_NET_RX, MK_VQ_SIZE);
        guest_queue(&ends[i], MK_NET_TX, MK_VQ_SIZE);
        guest_ready(&ends[i]);
    }
    net_buffers(&ends[1], 0, 16);
    guest_kick(&ends[1], MK_NET_RX);
    guest_settle(&ends[0]);
    net_pattern(&packet, 200, 3);
    net_offer(&ends[0], 0, &packet);
    guest_kick(&ends[0], MK_NET_TX);
    guest_settle(&ends[0]);
    UNIT_CHECK(net_take(&ends[1], &got) && got.length == packet.length &&
               memcmp(got.bytes, packet.bytes, got.length) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    guest_net_pair(&ends[0], &ends[1]);
    ends[0].net.scratch = &scratch[0];
    ends[1].net.scratch = &scratch[1];
    if (bytes > 0 && (data[bytes - 1] & 1) == 0) { /* Often everything is up at first. */
        guest_up(&ends[0], NET_ALL, MK_NET_QUEUES);
        guest_up(&ends[1], (data[bytes - 1] & 2) != 0 ? NET_ALL : NET_PLAIN, MK_NET_QUEUES);
        net_buffers(&ends[1], 0, 128);
        guest_kick(&ends[1], MK_NET_RX);
        guest_settle(&ends[0]);
    }
    for (size_t i = 0; i + 16 <= bytes && i < 16 * 200; i += 16) {
        operate(data + i);
        check(&ends[0]);
        check(&ends[1]);
    }
    recover();
    return 0;
}
