/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * How long a packet takes on each side of a link, against a bare memcpy of the same bytes between
 * the same places in the same run. The monitor's code is compiled as for seL4; the driver's part is
 * not timed. A line for each size: bytes, nanoseconds to send, to receive, of the memcpy of each.
 */
#define _POSIX_C_SOURCE 199309L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "makatea/guest_memory.h"
#include "test/unit/net_fixture.h"

/** Packets of a group: as many as Linux handles in one go (NAPI_POLL_WEIGHT). */
#define GROUP 64
/** Groups of a measurement. */
#define GROUPS 4000
/** Bytes of a region, as planned for a network link. */
#define REGION 0x200000

/** The system below: one frame of memory. */
struct mk_platform {
    uint8_t *ram; /**< The frame. */
};

volatile uint8_t *mk_platform_ram(struct mk_platform *platform, uint32_t frame)
{
    return frame == 0 ? platform->ram : NULL;
}

enum mk_status mk_platform_map_ram(struct mk_platform *platform, uint32_t frame, uint64_t gpa)
{
    (void)platform;
    (void)frame;
    (void)gpa;
    return MK_DENIED;
}

void mk_turn_pause(struct mk_vm *vm)
{
    (void)vm; /* There is nobody to take turns with. */
}

/** The memory's place. */
static const struct mk_ram_bank bank = {.gpa = 0, .first_frame = 0, .frames = 1};
/** The plan, as far as memory needs it. */
static const struct mk_vm_config config = {.ram_banks = &bank, .ram_bank_count = 1};

/** An end. */
struct end {
    struct guest guest;              /**< Guest and device. */
    struct mk_platform platform;     /**< Its memory. */
    struct mk_vm vm;                 /**< What the accessors want. */
    _Alignas(64) uint8_t tx[REGION]; /**< Region that it writes. */
};

/** The sender. */
static struct end a;
/** The receiver. */
static struct end b;
/** A packet. */
static struct net_packet packet;
/** In place of the region, for the bare copies: it is in the caches as the region is. */
static _Alignas(64) uint8_t raw[REGION];
/** Receive buffers that there are. */
#define BUFFERS 240
/** In place of the receive buffers: those are in a near cache just after they were received into.
 */
static _Alignas(64) uint8_t raw_buffers[BUFFERS][NET_BUFFER];

static bool dma_read(void *context, uint64_t gpa, volatile void *to, uint64_t bytes)
{
    return mk_guest_read(context, gpa, to, bytes) == MK_OK;
}

static bool dma_write(void *context, uint64_t gpa, const volatile void *from, uint64_t bytes)
{
    return mk_guest_write(context, gpa, from, bytes) == MK_OK;
}

static bool dma_has(void *context, uint64_t gpa, uint64_t bytes)
{
    return mk_guest_is_ram(context, gpa, bytes);
}

/** What is measured. */
enum what { SEND, SEND_RAW, RECEIVE, RECEIVE_RAW, WHAT };

/** Ticks of each group: most are not disturbed, so the median counts. */
static double ticks[WHAT][GROUPS];

/** The time-stamp counter: reading it costs little beside a group of packets. */
static double now(void)
{
    return (double)__builtin_ia32_rdtsc();
}

/** Nanoseconds of a tick. */
static double nanoseconds(void)
{
    struct timespec a_time;
    struct timespec b_time;
    clock_gettime(CLOCK_MONOTONIC, &a_time);
    double before = now();
    do {
        clock_gettime(CLOCK_MONOTONIC, &b_time);
    } while (b_time.tv_sec - a_time.tv_sec < 1);
    double ns =
        (double)(b_time.tv_sec - a_time.tv_sec) * 1e9 + (double)(b_time.tv_nsec - a_time.tv_nsec);
    return ns / (now() - before);
}

/** Where the n-th packet of a group is sent from, as in net_offer(). */
static uint64_t from(uint32_t i)
{
    return 0x100000 + (uint64_t)(i % 14) * 0x11000;
}

/** Copies as much as the sender does, from the same places to the same region. */
static void raw_send(uint32_t bytes, uint32_t group, uint32_t *at)
{
    for (uint32_t i = 0; i < group; i++) {
        *at = *at + bytes + 32 > REGION ? 64 : *at;
        memcpy(raw + *at, a.guest.ram + from(i), bytes);
        *at += (bytes + 31) & ~15U;
    }
}

/** Copies as much as the receiver does, into as many buffers. */
static void raw_receive(uint32_t bytes, uint32_t group, uint32_t *at, uint32_t *slot)
{
    for (uint32_t i = 0; i < group; i++) {
        *at = *at + bytes + 32 > REGION ? 64 : *at;
        for (uint32_t done = 0; done < bytes; done += NET_BUFFER) {
            uint32_t part = bytes - done < NET_BUFFER ? bytes - done : NET_BUFFER;
            memcpy(raw_buffers[(*slot)++ % BUFFERS], raw + *at + done, part);
        }
        *at += (bytes + 31) & ~15U;
    }
}

/** Makes as many receive buffers available as a group needs. */
static void refill(uint32_t buffers, uint32_t *slot)
{
    for (uint32_t i = 0; i < buffers; i++) {
        guest_buffer(&b.guest, MK_NET_RX, (uint16_t)(*slot % BUFFERS),
                     GUEST_DATA + (uint64_t)(*slot % BUFFERS) * NET_BUFFER, NET_BUFFER, true);
        ++*slot;
    }
}

/**
 * Measures.
 * @param length bytes of a packet
 * @param group packets of a group, at most #GROUP
 */
static void measure(uint32_t length, uint32_t group)
{
    uint32_t slot = 0;
    uint32_t raw_slot = 0;
    uint32_t at[2] = {64, 64};
    if (length > 1518) {
        net_tcp(&packet, length - 66, false, 1448);
    } else {
        net_pattern(&packet, length, 1);
    }
    uint32_t bytes = packet.length + MK_NET_HEADER;
    uint32_t buffers = group * ((bytes + NET_BUFFER - 1) / NET_BUFFER);
    guest_up(&a.guest, NET_ALL, MK_NET_QUEUES);
    guest_up(&b.guest, NET_ALL, MK_NET_QUEUES);
    refill(buffers, &slot);
    guest_kick(&b.guest, MK_NET_RX);
    guest_settle(&a.guest);
    for (uint32_t i = 0; i < GROUPS; i++) {
        for (uint16_t k = 0; k < group; k++) {
            if (i == 0) {
                net_offer(&a.guest, k, &packet);
            } else {
                guest_offer(&a.guest, MK_NET_TX, k);
            }
        }
        double t[5];
        t[0] = now();
        guest_kick(&a.guest, MK_NET_TX);
        t[1] = now();
        mk_virtio_net_signalled(&b.guest.net);
        t[2] = now();
        b.guest.signals = 0;
        refill(buffers, &slot);
        t[3] = now();
        raw_send(bytes, group, &at[0]);
        t[4] = now();
        raw_receive(bytes, group, &at[1], &raw_slot);
        ticks[SEND][i] = t[1] - t[0];
        ticks[RECEIVE][i] = t[2] - t[1];
        ticks[SEND_RAW][i] = t[4] - t[3];
        ticks[RECEIVE_RAW][i] = now() - t[4];
    }
    if (b.guest.net.rx.packets != (uint64_t)group * GROUPS || a.guest.net.tx.dropped != 0) {
        fprintf(stderr, "speed: packets were lost\n");
        exit(1);
    }
    b.guest.net.rx.packets = 0;
}

static int by_value(const void *x, const void *y)
{
    double d = *(const double *)x - *(const double *)y;
    return d < 0 ? -1 : d > 0;
}

/** Makes an end. */
static void make(struct end *e, struct end *peer)
{
    e->platform.ram = e->guest.ram;
    e->vm = (struct mk_vm){.platform = &e->platform, .config = &config};
    e->guest.net.virtio.parts.dma = (struct mk_dma){&e->vm, dma_read, dma_write, dma_has};
    e->guest.port.tx = e->tx;
    e->guest.port.rx = peer->tx;
    e->guest.port.tx_bytes = REGION;
    e->guest.port.rx_bytes = REGION;
}

int main(void)
{
    static const uint32_t sizes[][2] = {{64, GROUP}, {1500, GROUP}, {65000, 3}};
    double tick = nanoseconds();
    guest_net_pair(&a.guest, &b.guest);
    make(&a, &b);
    make(&b, &a);
    for (uint32_t s = 0; s < 3; s++) {
        measure(sizes[s][0], sizes[s][1]);
        printf("%u", sizes[s][0]);
        for (uint32_t k = 0; k < WHAT; k++) {
            qsort(ticks[k], GROUPS, sizeof(double), by_value);
            printf(" %.1f", ticks[k][GROUPS / 2] * tick / sizes[s][1]);
        }
        printf("\n");
    }
    return 0;
}
