/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Tests of VirtIO over PCI. Sections are those of VirtIO 1.2.
 */
#include <string.h>

#include "unit.h"
#include "virtio_fixture.h"

/** Two guests; they are too big for a stack. */
static struct guest a;
static struct guest b;

/** Everything between FEATURES_OK and reset that the driver could have set. */
#define STATUS_AGREED (MK_VIRTIO_ACKNOWLEDGE | MK_VIRTIO_DRIVER | MK_VIRTIO_FEATURES_OK)

/** The n-th VirtIO capability of a kind; 0 when there is none. */
static uint32_t capability(struct guest *g, uint32_t kind)
{
    uint32_t at = mk_pci_config_read(&g->root, 0, PCI_CAPABILITIES, 1);
    for (uint32_t i = 0; i < 48 && at != 0; i++) {
        if (mk_pci_config_read(&g->root, 0, at, 1) == 9 &&
            mk_pci_config_read(&g->root, 0, at + 3, 1) == kind) {
            return at;
        }
        at = mk_pci_config_read(&g->root, 0, at + 1, 1);
    }
    return 0;
}

static uint32_t conf(struct guest *g, uint32_t at)
{
    return mk_pci_config_read(&g->root, 0, at, 4);
}

static void virtio_4_1_2_1_ids_are_those_of_a_modern_device(struct mk_vm *vm)
{
    (void)vm;
    guest_net_pair(&a, &b);
    UNIT_CHECK(conf(&a, PCI_VENDOR) == 0x10411af4);
    UNIT_CHECK(mk_pci_config_read(&a.root, 0, PCI_REVISION, 1) >= 1);
    UNIT_CHECK(mk_pci_config_read(&a.root, 0, PCI_SUBSYSTEM, 2) >= 0x40);
}

static void virtio_4_1_4_each_structure_has_a_capability_inside_the_bar(struct mk_vm *vm)
{
    (void)vm;
    guest_net_pair(&a, &b);
    for (uint32_t kind = 1; kind <= 5; kind++) {
        uint32_t at = capability(&a, kind);
        uint32_t length = mk_pci_config_read(&a.root, 0, at + 2, 1);
        UNIT_CHECK(at != 0 && length == (kind == 2 || kind == 5 ? 20 : 16));
        UNIT_CHECK(mk_pci_config_read(&a.root, 0, at + 4, 1) == MK_VIRTIO_BAR);
        UNIT_CHECK(conf(&a, at + 8) % 4 == 0 && conf(&a, at + 8) + conf(&a, at + 12) <= 0x4000);
    }
    UNIT_CHECK(conf(&a, capability(&a, 1) + 12) >= 56);
}

static void virtio_4_1_4_4_each_queue_has_a_place_to_be_notified_at(struct mk_vm *vm)
{
    (void)vm;
    guest_net_pair(&a, &b);
    uint32_t at = capability(&a, 2);
    UNIT_CHECK(conf(&a, at + 16) == MK_VIRTIO_NOTIFY_MULTIPLIER);
    for (uint32_t i = 0; i < MK_NET_QUEUES; i++) {
        guest_out(&a, REG_QUEUE_SELECT, 2, i);
        UNIT_CHECK(guest_in(&a, REG_QUEUE_NOTIFY, 2) == i);
        UNIT_CHECK(conf(&a, at + 12) >= i * MK_VIRTIO_NOTIFY_MULTIPLIER + 2);
    }
}

static void virtio_4_1_4_9_bars_are_reached_by_the_capability(struct mk_vm *vm)
{
    (void)vm;
    guest_net_pair(&a, &b);
    uint32_t at = capability(&a, 5);
    mk_pci_config_write(&a.root, 0, at + 4, 1, 0);
    mk_pci_config_write(&a.root, 0, at + 8, 4, REG_QUEUES);
    mk_pci_config_write(&a.root, 0, at + 12, 4, 2);
    UNIT_CHECK(mk_pci_config_read(&a.root, 0, at + 16, 2) == MK_NET_QUEUES);
    mk_pci_config_write(&a.root, 0, at + 8, 4, REG_STATUS);
    mk_pci_config_write(&a.root, 0, at + 12, 4, 1);
    mk_pci_config_write(&a.root, 0, at + 16, 1, MK_VIRTIO_ACKNOWLEDGE);
    UNIT_CHECK(guest_in(&a, REG_STATUS, 1) == MK_VIRTIO_ACKNOWLEDGE);
    UNIT_CHECK(mk_pci_config_read(&a.root, 0, at + 16, 1) == MK_VIRTIO_ACKNOWLEDGE);
    /* the table of MSI-X, too: its first control word has the mask bit */
    mk_pci_config_write(&a.root, 0, at + 4, 1, 4);
    mk_pci_config_write(&a.root, 0, at + 8, 4, 12);
    mk_pci_config_write(&a.root, 0, at + 12, 4, 4);
    UNIT_CHECK(conf(&a, at + 16) == 1);
}

static void virtio_4_1_4_9_an_access_past_the_bars_gives_ones(struct mk_vm *vm)
{
    const uint32_t wild[][3] = {{0, 0x4000, 4}, {0, 0xffffffff, 1}, {0, 0, 3},
                                {0, 2, 4},      {1, 0, 4},          {255, 0, 4},
                                {4, 0x1000, 4}, {0, 0, 0x10000}};
    (void)vm;
    guest_net_pair(&a, &b);
    uint32_t at = capability(&a, 5);
    for (uint32_t i = 0; i < sizeof(wild) / sizeof(wild[0]); i++) {
        mk_pci_config_write(&a.root, 0, at + 4, 1, wild[i][0]);
        mk_pci_config_write(&a.root, 0, at + 8, 4, wild[i][1]);
        mk_pci_config_write(&a.root, 0, at + 12, 4, wild[i][2]);
        mk_pci_config_write(&a.root, 0, at + 16, 4, 0xffffffff);
        uint32_t value = conf(&a, at + 16);
        UNIT_CHECK(value == UINT32_MAX || value == UINT8_MAX || value == 0);
    }
    UNIT_CHECK(guest_in(&a, REG_STATUS, 1) == 0);
}

static void virtio_2_2_features_are_offered_by_halves_and_nothing_beyond(struct mk_vm *vm)
{
    (void)vm;
    guest_net_pair(&a, &b);
    UNIT_CHECK(guest_offered(&a) == UINT64_C(0x13001bbab));
    guest_out(&a, REG_DEVICE_SELECT, 4, 2);
    UNIT_CHECK(guest_in(&a, REG_DEVICE_FEATURE, 4) == 0);
    guest_out(&a, REG_DEVICE_SELECT, 4, UINT32_MAX);
    UNIT_CHECK(guest_in(&a, REG_DEVICE_FEATURE, 4) == 0);
}

static void virtio_2_2_1_features_that_are_not_offered_are_not_agreed_on(struct mk_vm *vm)
{
    (void)vm;
    guest_net_pair(&a, &b);
    UNIT_CHECK(guest_negotiate(&a, 0));
    UNIT_CHECK(!guest_negotiate(&a, MK_VIRTIO_BIT(40)));
    UNIT_CHECK(!guest_negotiate(&a, MK_VIRTIO_BIT(2)));
    UNIT_CHECK(guest_negotiate(&a, guest_offered(&a)));
    guest_out(&a, REG_DRIVER_SELECT, 4, 0);
    UNIT_CHECK(guest_in(&a, REG_DRIVER_FEATURE, 4) == (guest_offered(&a) & UINT32_MAX));
    /* once agreed on they stay */
    guest_out(&a, REG_DRIVER_FEATURE, 4, 0);
    UNIT_CHECK(guest_in(&a, REG_DRIVER_FEATURE, 4) == (guest_offered(&a) & UINT32_MAX));
}

static void virtio_6_1_a_driver_without_version_1_is_refused(struct mk_vm *vm)
{
    (void)vm;
    guest_net_pair(&a, &b);
    guest_out(&a, REG_STATUS, 1, MK_VIRTIO_ACKNOWLEDGE | MK_VIRTIO_DRIVER);
    guest_out(&a, REG_STATUS, 1, STATUS_AGREED);
    UNIT_CHECK(guest_in(&a, REG_STATUS, 1) == (MK_VIRTIO_ACKNOWLEDGE | MK_VIRTIO_DRIVER));
}

static void virtio_2_1_1_status_bits_are_only_cleared_by_a_reset(struct mk_vm *vm)
{
    (void)vm;
    guest_net_pair(&a, &b);
    guest_negotiate(&a, 0);
    guest_out(&a, REG_STATUS, 1, MK_VIRTIO_ACKNOWLEDGE);
    UNIT_CHECK(guest_in(&a, REG_STATUS, 1) == STATUS_AGREED);
    guest_out(&a, REG_STATUS, 1, MK_VIRTIO_NEEDS_RESET | 0x30);
    UNIT_CHECK(guest_in(&a, REG_STATUS, 1) == STATUS_AGREED);
    guest_out(&a, REG_STATUS, 1, 0);
    UNIT_CHECK(guest_in(&a, REG_STATUS, 1) == 0);
}

static void virtio_2_1_2_ready_without_features_is_not_ready(struct mk_vm *vm)
{
    (void)vm;
    guest_net_pair(&a, &b);
    guest_out(&a, REG_STATUS, 1, MK_VIRTIO_DRIVER | MK_VIRTIO_DRIVER_OK);
    UNIT_CHECK(guest_in(&a, REG_STATUS, 1) == MK_VIRTIO_DRIVER);
}

static void virtio_4_1_4_3_registers_of_a_queue_that_is_not_there_read_zero(struct mk_vm *vm)
{
    (void)vm;
    guest_net_pair(&a, &b);
    guest_negotiate(&a, 0);
    guest_out(&a, REG_QUEUE_SELECT, 2, MK_NET_QUEUES);
    for (uint32_t at = REG_QUEUE_SIZE; at < MK_VIRTIO_COMMON_BYTES; at += 2) {
        guest_out(&a, at, 2, 1);
        UNIT_CHECK(guest_in(&a, at, 2) == 0);
    }
}

static void cve_2011_2512_a_queue_number_past_the_queues_reaches_nothing(struct mk_vm *vm)
{
    static struct guest before;
    (void)vm;
    guest_net_pair(&a, &b);
    guest_up(&a, 0, MK_NET_QUEUES);
    memcpy(&before, &a, sizeof(a));
    for (uint32_t queue = MK_NET_QUEUES; queue < 1024; queue++) {
        guest_kick(&a, queue);
    }
    guest_out(&a, REG_QUEUE_SELECT, 2, 0xffff);
    guest_out(&a, REG_QUEUE_VECTOR, 2, 1);
    guest_out(&a, REG_QUEUE_ENABLE, 2, 1);
    UNIT_CHECK(memcmp(before.net.queues, a.net.queues, sizeof(a.net.queues)) == 0);
}

static void virtio_2_7_sizes_that_are_no_power_of_two_are_not_taken(struct mk_vm *vm)
{
    const uint16_t bad[] = {0, 3, 255, 257, 512, 0x8000, 0xffff};
    (void)vm;
    guest_net_pair(&a, &b);
    guest_negotiate(&a, 0);
    guest_out(&a, REG_QUEUE_SELECT, 2, 0);
    UNIT_CHECK(guest_in(&a, REG_QUEUE_SIZE, 2) == MK_VQ_SIZE);
    for (uint32_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        guest_out(&a, REG_QUEUE_SIZE, 2, bad[i]);
        UNIT_CHECK(guest_in(&a, REG_QUEUE_SIZE, 2) == MK_VQ_SIZE);
    }
    guest_out(&a, REG_QUEUE_SIZE, 2, 64);
    UNIT_CHECK(guest_in(&a, REG_QUEUE_SIZE, 2) == 64);
}

/** Tries to change everything of queue 0; says whether anything changed. */
static bool changes(void)
{
    struct mk_vq before = a.net.queues[0];
    guest_out(&a, REG_QUEUE_SELECT, 2, 0);
    guest_out(&a, REG_QUEUE_SIZE, 2, 32);
    guest_out(&a, REG_QUEUE_TABLE, 4, 0x1000);
    guest_out(&a, REG_QUEUE_TABLE + 4, 4, 1);
    guest_out(&a, REG_QUEUE_DRIVER, 8, UINT64_C(0x100002000));
    guest_out(&a, REG_QUEUE_DEVICE, 4, 0x3000);
    const struct mk_vq *now = &a.net.queues[0];
    return before.size != now->size || before.descriptors != now->descriptors ||
           before.available != now->available || before.used != now->used;
}

static void cve_2026_5747_a_live_queue_does_not_change(struct mk_vm *vm)
{
    (void)vm;
    guest_net_pair(&a, &b);
    UNIT_CHECK(!changes()); /* before features are agreed on */
    guest_negotiate(&a, 0);
    UNIT_CHECK(changes());
    UNIT_CHECK(a.net.queues[0].available == UINT64_C(0x100002000));
    guest_queue(&a, 0, 64);
    UNIT_CHECK(!changes()); /* enabled */
    guest_out(&a, REG_QUEUE_ENABLE, 2, 0);
    UNIT_CHECK(guest_in(&a, REG_QUEUE_ENABLE, 2) == 1);
    guest_ready(&a);
    UNIT_CHECK(!changes()); /* live */
    guest_out(&a, REG_QUEUE_SELECT, 2, 1);
    guest_out(&a, REG_QUEUE_ENABLE, 2, 1);
    UNIT_CHECK(guest_in(&a, REG_QUEUE_ENABLE, 2) == 0);
}

const struct unit_test unit_virtio_pci[] = {
    UNIT_TEST(virtio_4_1_2_1_ids_are_those_of_a_modern_device),
    UNIT_TEST(virtio_4_1_4_each_structure_has_a_capability_inside_the_bar),
    UNIT_TEST(virtio_4_1_4_4_each_queue_has_a_place_to_be_notified_at),
    UNIT_TEST(virtio_4_1_4_9_bars_are_reached_by_the_capability),
    UNIT_TEST(virtio_4_1_4_9_an_access_past_the_bars_gives_ones),
    UNIT_TEST(virtio_2_2_features_are_offered_by_halves_and_nothing_beyond),
    UNIT_TEST(virtio_2_2_1_features_that_are_not_offered_are_not_agreed_on),
    UNIT_TEST(virtio_6_1_a_driver_without_version_1_is_refused),
    UNIT_TEST(virtio_2_1_1_status_bits_are_only_cleared_by_a_reset),
    UNIT_TEST(virtio_2_1_2_ready_without_features_is_not_ready),
    UNIT_TEST(virtio_4_1_4_3_registers_of_a_queue_that_is_not_there_read_zero),
    UNIT_TEST(cve_2011_2512_a_queue_number_past_the_queues_reaches_nothing),
    UNIT_TEST(virtio_2_7_sizes_that_are_no_power_of_two_are_not_taken),
    UNIT_TEST(cve_2026_5747_a_live_queue_does_not_change),
    {NULL, NULL},
};
