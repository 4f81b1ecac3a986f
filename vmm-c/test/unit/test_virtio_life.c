/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Tests of VirtIO over PCI: interrupts, configuration, life of a device. Sections are those of
 * VirtIO 1.2.
 */
#include "unit.h"
#include "virtio_fixture.h"

/** Two guests; they are too big for a stack. */
static struct guest a;
static struct guest b;

static void virtio_4_1_5_1_2_1_vectors_are_mapped_and_unmapped(struct mk_vm *vm)
{
    (void)vm;
    guest_net_pair(&a, &b);
    for (uint32_t v = 0; v < 3; v++) {
        guest_out(&a, REG_CONFIG_VECTOR, 2, v);
        guest_out(&a, REG_QUEUE_VECTOR, 2, v);
        UNIT_CHECK(guest_in(&a, REG_CONFIG_VECTOR, 2) == v);
        UNIT_CHECK(guest_in(&a, REG_QUEUE_VECTOR, 2) == v);
    }
    guest_out(&a, REG_CONFIG_VECTOR, 2, 3);
    guest_out(&a, REG_QUEUE_VECTOR, 2, 0x7fff);
    UNIT_CHECK(guest_in(&a, REG_CONFIG_VECTOR, 2) == MK_VIRTIO_NO_VECTOR);
    UNIT_CHECK(guest_in(&a, REG_QUEUE_VECTOR, 2) == MK_VIRTIO_NO_VECTOR);
    guest_out(&a, REG_QUEUE_VECTOR, 2, 1);
    guest_out(&a, REG_STATUS, 1, 0);
    UNIT_CHECK(guest_in(&a, REG_QUEUE_VECTOR, 2) == MK_VIRTIO_NO_VECTOR);
    UNIT_CHECK(mk_pci_config_read(&a.root, 0, a.fn.msix + PCI_MSIX_CONTROL, 2) == 2);
}

static void virtio_4_1_4_6_the_configuration_can_be_read_in_all_sizes_at_once(struct mk_vm *vm)
{
    (void)vm;
    guest_net_pair(&a, &b);
    UNIT_CHECK(guest_in(&a, MK_VIRTIO_CONFIG_AT, 1) == 2);
    UNIT_CHECK(guest_in(&a, MK_VIRTIO_CONFIG_AT + 4, 2) == 0x0100);
    UNIT_CHECK(guest_in(&a, MK_VIRTIO_CONFIG_AT + 10, 2) == 1500);
    UNIT_CHECK(guest_in(&a, MK_VIRTIO_CONFIG_AT + 8, 8) == (UINT64_C(1500) << 16));
    UNIT_CHECK(guest_in(&a, MK_VIRTIO_CONFIG_AT + 0xff8, 8) == 0);
    /* it is not the driver's to write */
    guest_out(&a, MK_VIRTIO_CONFIG_AT, 4, UINT32_MAX);
    UNIT_CHECK(guest_in(&a, MK_VIRTIO_CONFIG_AT, 4) == 2);
    guest_out(&a, MK_VIRTIO_CONFIG_AT + 10, 2, 68);
    UNIT_CHECK(guest_in(&a, MK_VIRTIO_CONFIG_AT + 10, 2) == 1500);
}

static void virtio_4_1_4_3_1_a_change_that_was_read_shows_in_the_generation(struct mk_vm *vm)
{
    (void)vm;
    guest_net_pair(&a, &b);
    guest_up(&a, MK_VIRTIO_BIT(MK_NET_STATUS), MK_NET_QUEUES);
    uint64_t before = guest_in(&a, REG_GENERATION, 1);
    UNIT_CHECK(guest_in(&a, MK_VIRTIO_CONFIG_AT + 6, 2) == 0);
    guest_up(&b, MK_VIRTIO_BIT(MK_NET_STATUS), MK_NET_QUEUES);
    guest_settle(&a);
    UNIT_CHECK(guest_in(&a, MK_VIRTIO_CONFIG_AT + 6, 2) == MK_NET_LINK_UP);
    UNIT_CHECK(guest_in(&a, REG_GENERATION, 1) != before);
    before = guest_in(&a, REG_GENERATION, 1);
    UNIT_CHECK(guest_in(&a, MK_VIRTIO_CONFIG_AT + 6, 2) == MK_NET_LINK_UP);
    UNIT_CHECK(guest_in(&a, REG_GENERATION, 1) == before);
}

static void virtio_4_1_4_5_status_of_interrupts_is_cleared_by_reading(struct mk_vm *vm)
{
    (void)vm;
    guest_net_pair(&a, &b);
    guest_negotiate(&a, 0);
    guest_queue(&a, 0, 16);
    guest_queue(&a, 1, 16);
    guest_ready(&a); /* without MSI-X */
    guest_buffer(&a, MK_NET_TX, 0, GUEST_DATA, 100, false);
    guest_kick(&a, MK_NET_TX);
    UNIT_CHECK(a.line &&
               (mk_pci_config_read(&a.root, 0, PCI_STATUS, 2) & PCI_STATUS_INTERRUPT) != 0);
    UNIT_CHECK(guest_in(&a, MK_VIRTIO_ISR_AT, 1) == 1);
    UNIT_CHECK(!a.line &&
               (mk_pci_config_read(&a.root, 0, PCI_STATUS, 2) & PCI_STATUS_INTERRUPT) == 0);
    UNIT_CHECK(guest_in(&a, MK_VIRTIO_ISR_AT, 1) == 0);
    UNIT_CHECK(a.messages == 0);
}

static void virtio_4_1_5_3_no_interrupt_without_a_vector(struct mk_vm *vm)
{
    (void)vm;
    guest_net_pair(&a, &b);
    guest_up(&a, MK_VIRTIO_BIT(MK_NET_STATUS), MK_NET_QUEUES);
    guest_out(&a, REG_QUEUE_SELECT, 2, MK_NET_TX);
    guest_out(&a, REG_QUEUE_VECTOR, 2, MK_VIRTIO_NO_VECTOR);
    guest_out(&a, REG_CONFIG_VECTOR, 2, MK_VIRTIO_NO_VECTOR);
    guest_buffer(&a, MK_NET_TX, 0, GUEST_DATA, 100, false);
    guest_kick(&a, MK_NET_TX);
    guest_up(&b, 0, MK_NET_QUEUES);
    guest_settle(&a);
    UNIT_CHECK(a.messages == 0 && !a.line);
    /* 4.1.4.5.1: the bit for the configuration is set all the same */
    UNIT_CHECK(guest_in(&a, MK_VIRTIO_ISR_AT, 1) == 2);
}

static void virtio_2_1_2_a_mistake_needs_a_reset_and_the_driver_is_told(struct mk_vm *vm)
{
    (void)vm;
    guest_net_pair(&a, &b);
    guest_up(&a, 0, MK_NET_QUEUES);
    guest_offer(&a, MK_NET_TX, 300); /* no such descriptor */
    guest_kick(&a, MK_NET_TX);
    UNIT_CHECK((guest_in(&a, REG_STATUS, 1) & MK_VIRTIO_NEEDS_RESET) != 0);
    UNIT_CHECK(a.messages == 1 && a.data == 0 && a.net.virtio.counts.mistakes == 1);
    /* it does nothing more, */
    guest_kick(&a, MK_NET_TX);
    guest_kick(&a, MK_NET_RX);
    guest_ready(&a);
    UNIT_CHECK(a.messages == 1 && a.net.virtio.counts.mistakes == 1);
    /* and works again after a reset */
    guest_up(&a, 0, MK_NET_QUEUES);
    guest_buffer(&a, MK_NET_TX, 0, GUEST_DATA, 100, false);
    guest_kick(&a, MK_NET_TX);
    UNIT_CHECK(guest_get16(&a, guest_used(MK_NET_TX) + 2) == 1);
}

static void virtio_2_1_2_no_buffer_is_used_before_the_driver_is_ready(struct mk_vm *vm)
{
    (void)vm;
    guest_net_pair(&a, &b);
    guest_negotiate(&a, 0);
    guest_queue(&a, MK_NET_TX, 16);
    guest_buffer(&a, MK_NET_TX, 0, GUEST_DATA, 100, false);
    guest_kick(&a, MK_NET_TX);
    UNIT_CHECK(guest_get16(&a, guest_used(MK_NET_TX) + 2) == 0);
    guest_ready(&a);
    guest_settle(&a); /* what was available before is not forgotten */
    UNIT_CHECK(guest_get16(&a, guest_used(MK_NET_TX) + 2) == 1);
}

static void virtio_2_4_1_a_reset_at_any_moment_leaves_nothing(struct mk_vm *vm)
{
    (void)vm;
    for (uint32_t i = 0; i < 4; i++) {
        guest_net_pair(&a, &b);
        if (i > 0) {
            guest_negotiate(&a, guest_offered(&a));
        }
        if (i > 1) {
            guest_queue(&a, 0, 64);
            guest_queue(&a, 1, 64);
        }
        if (i > 2) {
            guest_ready(&a);
            guest_buffer(&a, MK_NET_TX, 0, GUEST_DATA, 100, false);
            guest_kick(&a, MK_NET_TX);
        }
        guest_out(&a, REG_STATUS, 1, 0);
        uint16_t used = guest_get16(&a, guest_used(MK_NET_TX) + 2);
        for (uint32_t at = 0; at < MK_VIRTIO_COMMON_BYTES; at += 4) {
            uint32_t expected = at == REG_CONFIG_VECTOR    ? 0x2ffff
                                : at == REG_QUEUE_SIZE     ? 0xffff0100
                                : at == REG_DEVICE_FEATURE ? (uint32_t)guest_offered(&b)
                                                           : 0;
            guest_out(&a, REG_DEVICE_SELECT, 4, 0);
            UNIT_CHECK(guest_in(&a, at, 4) == expected || at == REG_STATUS);
        }
        UNIT_CHECK(guest_in(&a, REG_STATUS, 1) == 0 && !a.line);
        guest_buffer(&a, MK_NET_TX, 1, GUEST_DATA, 100, false);
        guest_kick(&a, MK_NET_TX);
        guest_settle(&a);
        UNIT_CHECK(guest_get16(&a, guest_used(MK_NET_TX) + 2) == used);
    }
}

const struct unit_test unit_virtio_life[] = {
    UNIT_TEST(virtio_4_1_5_1_2_1_vectors_are_mapped_and_unmapped),
    UNIT_TEST(virtio_4_1_4_6_the_configuration_can_be_read_in_all_sizes_at_once),
    UNIT_TEST(virtio_4_1_4_3_1_a_change_that_was_read_shows_in_the_generation),
    UNIT_TEST(virtio_4_1_4_5_status_of_interrupts_is_cleared_by_reading),
    UNIT_TEST(virtio_4_1_5_3_no_interrupt_without_a_vector),
    UNIT_TEST(virtio_2_1_2_a_mistake_needs_a_reset_and_the_driver_is_told),
    UNIT_TEST(virtio_2_1_2_no_buffer_is_used_before_the_driver_is_ready),
    UNIT_TEST(virtio_2_4_1_a_reset_at_any_moment_leaves_nothing),
    {NULL, NULL},
};
