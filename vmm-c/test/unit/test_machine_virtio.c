/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Tests of the VirtIO devices of a machine: from the guest's access to a register, through the
 * plan's functions and channels, to the peer and back.
 */
#include <string.h>

#include "link/frames.h"
#include "makatea/guest_memory.h"
#include "makatea/machine_virtio.h"
#include "unit.h"

/** Configuration space. */
#define ECAM UINT64_C(0xe0000000)
/** Configuration space of the network device: device 1. */
#define DEVICE (ECAM + 0x8000)
/** Its BAR 0. */
#define BAR UINT64_C(0xc0000000)
/** Descriptors of its transmit queue; the rings follow, a page each. */
#define QUEUE UINT64_C(0x20000)
/** A packet behind its header. */
#define PACKET UINT64_C(0x30000)
/** Event bit of its channel. */
#define EVENT 5
/** Bytes of each region. */
#define REGION 0x40000

/** Its functions. */
static const struct mk_pci_function functions[] = {
    {.name = "host bridge", .kind = MK_PCI_HOST_BRIDGE, .intx_gsi = MK_NONE, .channel = MK_NONE},
    {.name = "cable",
     .kind = MK_PCI_NET,
     .device = 1,
     .msix_vectors = 3,
     .intx_gsi = 17,
     .channel = 0,
     .bar_count = 2,
     .bars = {{.index = 0, .type = MK_BAR_MMIO32, .gpa = BAR, .bytes = 0x4000},
              {.index = 4, .type = MK_BAR_MMIO32, .gpa = BAR + 0x4000, .bytes = 0x1000}},
     .net = {.mac = {2, 0, 0, 0, 0, 1}, .mtu = 1500}},
};
/** Its memory map, as far as devices stand in it. */
static const struct mk_region regions[] = {
    {BAR, 0x10000000, MK_REGION_MMIO32, "window"},
    {ECAM, 0x100000, MK_REGION_ECAM, "configuration space"},
};
/** Its interrupts. */
static const struct mk_gsi gsis[] = {{4, false, false, "com1"}, {17, true, true, "cable"}};
/** Its channel. */
static const struct mk_channel channel = {.kind = MK_CHANNEL_NET, .event = EVENT};

/** Region of the VM. */
static _Alignas(64) uint8_t ours[REGION];
/** Region of the peer. */
static _Alignas(64) uint8_t theirs[REGION];
/** The peer's end. */
static struct mk_frames peer;
/** Signals of the VM. */
static uint32_t signals;

static void count(void *context)
{
    ++*(uint32_t *)context;
}

/** Starts the VM with a network device, and the peer. */
static bool start(struct mk_vm *vm)
{
    static struct mk_vm_config config;
    static struct mk_port port;
    static uint32_t nobody;
    const struct mk_port other = {theirs, ours, REGION, REGION, count, &nobody};
    config = *vm->config;
    config.regions = regions;
    config.region_count = MK_COUNT(regions);
    config.gsis = gsis;
    config.gsi_count = MK_COUNT(gsis);
    config.pci = (struct mk_pci){.ecam_gpa = ECAM,
                                 .ecam_bytes = 0x100000,
                                 .buses = 1,
                                 .functions = functions,
                                 .function_count = MK_COUNT(functions)};
    config.resources.channels = &channel;
    config.resources.channel_count = 1;
    port = (struct mk_port){ours, theirs, REGION, REGION, count, &signals};
    vm->platform->ports = &port;
    vm->platform->port_count = 1;
    vm->config = &config;
    memset(ours, 0xaa, sizeof(ours));
    memset(theirs, 0, sizeof(theirs));
    return mk_vm_start(vm, 0x10000) == MK_OK && mk_frames_start(&peer, &other);
}

static void out(struct mk_vm *vm, uint64_t gpa, uint32_t bytes, uint64_t value)
{
    mk_bus_write(&vm->machine.memory, 0, gpa, bytes, value);
}

static uint64_t in(struct mk_vm *vm, uint64_t gpa, uint32_t bytes)
{
    return mk_bus_read(&vm->machine.memory, 0, gpa, bytes);
}

/** Brings the device up with one queue, which has one buffer. */
static void bring_up(struct mk_vm *vm, uint32_t queue, uint16_t flags)
{
    const uint64_t descriptor[2] = {PACKET, 112 | (uint64_t)flags << 32};
    const uint16_t available[3] = {0, 1, 0};
    out(vm, BAR + 20, 1, 3);
    out(vm, BAR + 8, 4, 1);
    out(vm, BAR + 12, 4, 1); /* VERSION_1 */
    out(vm, BAR + 20, 1, 11);
    out(vm, BAR + 22, 2, queue);
    out(vm, BAR + 24, 2, 8);
    out(vm, BAR + 32, 4, QUEUE);
    out(vm, BAR + 40, 4, QUEUE + 0x1000);
    out(vm, BAR + 48, 4, QUEUE + 0x2000);
    out(vm, BAR + 28, 2, 1);
    UNIT_CHECK(mk_guest_write(vm, QUEUE, descriptor, sizeof(descriptor)) == MK_OK);
    UNIT_CHECK(mk_guest_write(vm, QUEUE + 0x1000, available, sizeof(available)) == MK_OK);
    out(vm, BAR + 20, 1, 15);
    mk_frames_update(&peer);
    vm->events |= UINT64_C(1) << EVENT;
    mk_machine_tick(vm);
    UNIT_CHECK(mk_frames_update(&peer));
}

static void a_packet_goes_from_the_guest_to_the_peer(struct mk_vm *vm)
{
    uint32_t bytes = 0;
    UNIT_CHECK(start(vm));
    out(vm, DEVICE + 4, 2, 6);
    bring_up(vm, 1, 0);
    const volatile uint8_t *frame = mk_frames_next(&peer, &bytes);
    UNIT_CHECK(frame != NULL && bytes == 112);
    UNIT_CHECK(in(vm, BAR + 0x1000, 1) == 3 && !vm->machine.busy); /* used, and the link is up */
    /* nobody notified a queue: the packet was there when the driver got ready */
    mk_vm_report(vm);
    UNIT_CHECK(unit_console_has(vm, "makatea: unit: queue cable 1 0 1 1 1\n"));
    UNIT_CHECK(unit_console_has(vm, "makatea: unit: packets cable 1 100 0 0\n"));
}

static void a_packet_goes_from_the_peer_to_the_guest(struct mk_vm *vm)
{
    uint8_t got[MK_NET_HEADER + 100];
    UNIT_CHECK(start(vm));
    out(vm, DEVICE + 4, 2, 6);
    bring_up(vm, 0, 2);
    volatile uint8_t *to = mk_frames_room(&peer, sizeof(got));
    for (uint32_t i = 0; i < sizeof(got) && to != NULL; i++) {
        to[i] = i < MK_NET_HEADER ? 0 : (uint8_t)i;
    }
    mk_frames_add(&peer, sizeof(got));
    mk_frames_publish(&peer);
    mk_machine_tick(vm); /* not signalled: it does not look */
    UNIT_CHECK(mk_guest_read(vm, PACKET, got, sizeof(got)) == MK_OK && got[50] == 0);
    vm->events |= UINT64_C(1) << EVENT;
    mk_machine_tick(vm);
    UNIT_CHECK(mk_guest_read(vm, PACKET, got, sizeof(got)) == MK_OK && got[50] == 50);
}

static void pcie_7_5_1_1_3_a_function_that_is_no_bus_master_reaches_no_memory(struct mk_vm *vm)
{
    uint32_t bytes;
    UNIT_CHECK(start(vm));
    out(vm, DEVICE + 4, 2, 2);
    bring_up(vm, 1, 0);
    UNIT_CHECK(mk_frames_next(&peer, &bytes) == NULL);
    UNIT_CHECK((in(vm, BAR + 20, 1) & 0x40) != 0);
}

static void nothing_of_an_earlier_life_is_left_in_a_region(struct mk_vm *vm)
{
    UNIT_CHECK(start(vm));
    for (uint32_t i = MK_LINK_HEADER_BYTES; i < REGION; i++) {
        UNIT_CHECK(ours[i] == 0);
    }
    out(vm, DEVICE + 4, 2, 6);
    bring_up(vm, 1, 0);
    UNIT_CHECK(((struct mk_link_header *)ours)->epoch != 0);
    mk_machine_stop_virtio(vm);
    for (uint32_t i = MK_LINK_HEADER_BYTES; i < REGION; i++) {
        UNIT_CHECK(ours[i] == 0);
    }
    UNIT_CHECK(((struct mk_link_header *)ours)->epoch == 0 && !mk_frames_update(&peer));
}

const struct unit_test unit_machine_virtio[] = {
    UNIT_TEST(a_packet_goes_from_the_guest_to_the_peer),
    UNIT_TEST(a_packet_goes_from_the_peer_to_the_guest),
    UNIT_TEST(pcie_7_5_1_1_3_a_function_that_is_no_bus_master_reaches_no_memory),
    UNIT_TEST(nothing_of_an_earlier_life_is_left_in_a_region),
    {NULL, NULL},
};
