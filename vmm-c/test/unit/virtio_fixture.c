/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A guest with one VirtIO device.
 */
#include "virtio_fixture.h"

#include <string.h>

#if defined(__has_feature)
#if __has_feature(memory_sanitizer)
#include <sanitizer/msan_interface.h>
#define MUST_BE_INITIALISED(bytes, count)                                                          \
    __msan_check_mem_is_initialized((const void *)(uintptr_t)(bytes), (size_t)(count))
/** As if the bytes had never been written. */
#define FORGET(bytes, count) __msan_poison((bytes), (count))
#endif
#endif

#ifndef FORGET
/** Nothing to forget. */
#define FORGET(bytes, count) (void)(bytes)
#endif

void guest_must_be_initialised(const volatile void *bytes, uint64_t count)
{
#ifdef MUST_BE_INITIALISED
    MUST_BE_INITIALISED(bytes, count);
#else
    (void)bytes;
    (void)count;
#endif
}

static bool inside(struct guest *g, uint64_t gpa, uint64_t bytes)
{
    bool good = gpa <= GUEST_RAM && bytes <= GUEST_RAM - gpa;
    g->denied += good ? 0 : 1;
    return good;
}

static bool dma_read(void *context, uint64_t gpa, volatile void *to, uint64_t bytes)
{
    struct guest *g = context;
    volatile uint8_t *out = to;
    if (!inside(g, gpa, bytes)) {
        return false;
    }
    for (uint64_t i = 0; i < bytes; i++) {
        out[i] = g->ram[gpa + i];
        g->ram[gpa + i] ^= g->changes != 0 && gpa >= g->changes ? 0xff : 0;
    }
    return true;
}

static bool dma_write(void *context, uint64_t gpa, const volatile void *from, uint64_t bytes)
{
    struct guest *g = context;
    const volatile uint8_t *in = from;
    if (!inside(g, gpa, bytes)) {
        return false;
    }
    guest_must_be_initialised(from, bytes);
    for (uint64_t i = 0; i < bytes; i++) {
        g->ram[gpa + i] = in[i];
    }
    return true;
}

static bool dma_has(void *context, uint64_t gpa, uint64_t bytes)
{
    return inside(context, gpa, bytes);
}

static void set_line(void *chip, uint32_t gsi, bool asserted)
{
    struct guest *g = chip;
    (void)gsi;
    g->line = asserted;
}

static void send(void *chip, uint64_t address, uint32_t data)
{
    struct guest *g = chip;
    (void)address;
    g->messages++;
    g->data = data;
}

static void signal_peer(void *context)
{
    struct guest *g = context;
    g->peer->signals++;
}

void guest_init(struct guest *g, enum mk_pci_kind kind, uint16_t vectors)
{
    memset(g, 0, sizeof(*g));
    FORGET(&g->scratch, sizeof(g->scratch));
    g->function = (struct mk_pci_function){
        .name = "device",
        .kind = kind,
        .msix_vectors = vectors,
        .intx_gsi = 16,
        .bar_count = 2,
        .bars = {{.index = 0, .type = MK_BAR_MMIO32, .gpa = 0xc0000000, .bytes = 0x4000},
                 {.index = 4, .type = MK_BAR_MMIO32, .gpa = 0xc0004000, .bytes = 0x1000}},
        .net = {.mac = {2, 0, 0, 0, 0, 1}, .mtu = 1500}};
    g->plan = (struct mk_pci){.buses = 1, .function_count = 1, .functions = &g->function};
    const struct mk_pci_parts parts = {.plan = &g->plan,
                                       .irq = {g, set_line, send},
                                       .fns = &g->fn,
                                       .fn_room = 1,
                                       .vectors = g->vectors,
                                       .vector_room = 16};
    for (uint32_t i = 0; i < GUEST_QUEUES; i++) {
        g->queues[i].size = MK_VQ_SIZE;
    }
    mk_pci_init(&g->root, &parts);
    g->dma = (struct mk_dma){g, dma_read, dma_write, dma_has};
    mk_pci_config_write(&g->root, GUEST_ROW, PCI_COMMAND, 2,
                        PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
}

void guest_connect(struct guest *a, struct guest *b)
{
    a->peer = b;
    b->peer = a;
    a->port = (struct mk_port){a->tx, b->tx, sizeof(a->tx), sizeof(b->tx), signal_peer, a};
    b->port = (struct mk_port){b->tx, a->tx, sizeof(b->tx), sizeof(a->tx), signal_peer, b};
}

static void add_net(struct guest *g)
{
    const struct mk_virtio_net_parts parts = {&g->function.net, &g->port, &g->scratch,
                                              g->dma,           &g->root, GUEST_ROW};
    mk_virtio_net_init(&g->net, &parts);
    g->virtio = &g->net.virtio;
}

void guest_net_pair(struct guest *a, struct guest *b)
{
    guest_init(a, MK_PCI_NET, 3);
    guest_init(b, MK_PCI_NET, 3);
    guest_connect(a, b);
    add_net(a);
    add_net(b);
}

uint64_t guest_in(struct guest *g, uint64_t offset, uint32_t bytes)
{
    uint64_t mask = UINT64_MAX >> (64 - 8 * bytes);
    return mk_pci_bar_read(&g->root, GUEST_ROW, MK_VIRTIO_BAR, 0, offset, bytes) & mask;
}

void guest_out(struct guest *g, uint64_t offset, uint32_t bytes, uint64_t value)
{
    mk_pci_bar_write(&g->root, GUEST_ROW, MK_VIRTIO_BAR, 0, offset, bytes, value);
}

uint64_t guest_offered(struct guest *g)
{
    guest_out(g, REG_DEVICE_SELECT, 4, 0);
    uint64_t low = guest_in(g, REG_DEVICE_FEATURE, 4);
    guest_out(g, REG_DEVICE_SELECT, 4, 1);
    return guest_in(g, REG_DEVICE_FEATURE, 4) << 32 | low;
}

bool guest_negotiate(struct guest *g, uint64_t features)
{
    features |= MK_VIRTIO_BIT(MK_VIRTIO_VERSION_1);
    for (uint32_t i = 0; i < GUEST_QUEUES; i++) {
        g->queues[i] = (struct guest_queue){.size = MK_VQ_SIZE};
    }
    guest_out(g, REG_STATUS, 1, 0);
    guest_out(g, REG_STATUS, 1, MK_VIRTIO_ACKNOWLEDGE);
    guest_out(g, REG_STATUS, 1, MK_VIRTIO_ACKNOWLEDGE | MK_VIRTIO_DRIVER);
    for (uint32_t i = 0; i < 2; i++) {
        guest_out(g, REG_DRIVER_SELECT, 4, i);
        guest_out(g, REG_DRIVER_FEATURE, 4, features >> (32 * i) & UINT32_MAX);
    }
    guest_out(g, REG_STATUS, 1, MK_VIRTIO_ACKNOWLEDGE | MK_VIRTIO_DRIVER | MK_VIRTIO_FEATURES_OK);
    return (guest_in(g, REG_STATUS, 1) & MK_VIRTIO_FEATURES_OK) != 0;
}

uint64_t guest_table(uint32_t queue)
{
    return GUEST_AREAS + (uint64_t)queue * GUEST_QUEUE_BYTES;
}

uint64_t guest_avail(uint32_t queue)
{
    return guest_table(queue) + 0x2000;
}

uint64_t guest_used(uint32_t queue)
{
    return guest_table(queue) + 0x3000;
}

void guest_queue(struct guest *g, uint32_t queue, uint16_t size)
{
    const uint64_t addresses[3] = {guest_table(queue), guest_avail(queue), guest_used(queue)};
    memset(g->ram + guest_table(queue), 0, GUEST_QUEUE_BYTES);
    g->queues[queue] = (struct guest_queue){.size = size};
    guest_out(g, REG_QUEUE_SELECT, 2, queue);
    guest_out(g, REG_QUEUE_SIZE, 2, size);
    for (uint32_t i = 0; i < 3; i++) {
        guest_out(g, REG_QUEUE_TABLE + UINT64_C(8) * i, 4, addresses[i]);
        guest_out(g, REG_QUEUE_TABLE + UINT64_C(8) * i + 4, 4, 0);
    }
    guest_out(g, REG_QUEUE_ENABLE, 2, 1);
}

void guest_msix(struct guest *g)
{
    for (uint32_t i = 0; i < g->fn.vector_count; i++) {
        mk_pci_bar_write(&g->root, GUEST_ROW, 4, 0, UINT64_C(16) * i, 8, 0xfee00000);
        mk_pci_bar_write(&g->root, GUEST_ROW, 4, 0, UINT64_C(16) * i + 8, 8, i);
    }
    mk_pci_config_write(&g->root, GUEST_ROW, g->fn.msix + PCI_MSIX_CONTROL, 2, PCI_MSIX_ENABLE);
    guest_out(g, REG_CONFIG_VECTOR, 2, 0);
    for (uint32_t i = 0; i + 1 < g->fn.vector_count; i++) {
        guest_out(g, REG_QUEUE_SELECT, 2, i);
        guest_out(g, REG_QUEUE_VECTOR, 2, i + 1);
    }
}

void guest_ready(struct guest *g)
{
    guest_out(g, REG_STATUS, 1, guest_in(g, REG_STATUS, 1) | MK_VIRTIO_DRIVER_OK);
}

void guest_up(struct guest *g, uint64_t features, uint32_t queues)
{
    guest_negotiate(g, features);
    for (uint32_t i = 0; i < queues; i++) {
        guest_queue(g, i, MK_VQ_SIZE);
    }
    guest_msix(g);
    guest_ready(g);
}

static void put(struct guest *g, uint64_t gpa, uint64_t value, uint32_t bytes)
{
    for (uint32_t i = 0; i < bytes; i++) {
        g->ram[gpa + i] = (uint8_t)(value >> (8 * i));
    }
}

void guest_descriptor(struct guest *g, uint64_t at, uint64_t gpa, uint32_t bytes, uint16_t flags,
                      uint16_t next)
{
    put(g, at, gpa, 8);
    put(g, at + 8, bytes, 4);
    put(g, at + 12, flags, 2);
    put(g, at + 14, next, 2);
}

uint16_t guest_get16(const struct guest *g, uint64_t gpa)
{
    return (uint16_t)(g->ram[gpa] | g->ram[gpa + 1] << 8);
}

uint32_t guest_get32(const struct guest *g, uint64_t gpa)
{
    return guest_get16(g, gpa) | (uint32_t)guest_get16(g, gpa + 2) << 16;
}

void guest_put16(struct guest *g, uint64_t gpa, uint16_t value)
{
    put(g, gpa, value, 2);
}

void guest_offer(struct guest *g, uint32_t queue, uint16_t head)
{
    struct guest_queue *q = &g->queues[queue];
    guest_put16(g, guest_avail(queue) + 4 + 2 * (uint64_t)(q->avail % q->size), head);
    q->avail++;
    guest_put16(g, guest_avail(queue) + 2, q->avail);
}

void guest_buffer(struct guest *g, uint32_t queue, uint16_t slot, uint64_t gpa, uint32_t bytes,
                  bool write)
{
    guest_descriptor(g, guest_table(queue) + UINT64_C(16) * slot, gpa, bytes, write ? F_WRITE : 0,
                     0);
    guest_offer(g, queue, slot);
}

void guest_kick(struct guest *g, uint32_t queue)
{
    guest_out(g, MK_VIRTIO_NOTIFY_AT + UINT64_C(4) * queue, 2, queue);
}

bool guest_take(struct guest *g, uint32_t queue, uint32_t *head, uint32_t *bytes)
{
    struct guest_queue *q = &g->queues[queue];
    uint64_t at = guest_used(queue) + 4 + 8 * (uint64_t)(q->seen % q->size);
    if (q->seen == guest_get16(g, guest_used(queue) + 2)) {
        return false;
    }
    *head = guest_get32(g, at);
    *bytes = guest_get32(g, at + 4);
    q->seen++;
    return true;
}

void guest_settle(struct guest *g)
{
    struct guest *ends[2] = {g, g->peer};
    for (bool busy = true; busy;) {
        busy = false;
        for (uint32_t i = 0; i < 2; i++) {
            if (ends[i]->signals != 0) {
                ends[i]->signals = 0;
                mk_virtio_net_signalled(&ends[i]->net);
                busy = true;
            }
            busy = mk_virtio_net_work(&ends[i]->net) || busy;
        }
    }
}

bool guest_lone_queue(struct guest *g, struct mk_vq *vq, uint16_t size, bool indirect,
                      bool event_index)
{
    guest_init(g, MK_PCI_NET, 3);
    mk_vq_reset(vq, &g->dma);
    g->queues[0].size = size;
    vq->size = size;
    vq->descriptors = guest_table(0);
    vq->available = guest_avail(0);
    vq->used = guest_used(0);
    return mk_vq_start(vq, indirect, event_index);
}
