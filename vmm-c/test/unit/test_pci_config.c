/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Tests of PCI configuration space: registers, capabilities, ways to it. Sections are those of
 * PCIe 5.0 where nothing else is said.
 */
#include "pci_fixture.h"
#include "unit.h"

/** The hierarchy; its content is made anew in each test. */
static struct pci_fixture f;

static void virtio_4_1_2_ids_are_0x1040_plus_the_device_type(struct mk_vm *vm)
{
    (void)vm;
    UNIT_CHECK(pci_fixture_init(&f) == MK_OK);
    UNIT_CHECK(pci_fixture_read(&f, ROW_NET, PCI_VENDOR, 4) == 0x10411af4);
    UNIT_CHECK(pci_fixture_read(&f, ROW_BLOCK, PCI_VENDOR, 4) == 0x10421af4);
    UNIT_CHECK(pci_fixture_read(&f, ROW_NET, PCI_REVISION, 1) >= 1);
    UNIT_CHECK(pci_fixture_read(&f, ROW_NET, PCI_CLASS + 1, 2) == 0x0200);
    UNIT_CHECK(pci_fixture_read(&f, ROW_NET, PCI_SUBSYSTEM, 2) >= 0x40);
}

static void pcie_7_5_1_read_only_bits_stay_whatever_is_written(struct mk_vm *vm)
{
    (void)vm;
    pci_fixture_init(&f);
    for (uint32_t row = 0; row < ROW_COUNT; row++) {
        for (uint32_t dword = 0; dword < MK_PCI_DWORDS; dword++) {
            uint32_t fixed = ~(f.fns[row].writable[dword] | f.fns[row].clear[dword]);
            uint32_t before = pci_fixture_read(&f, row, 4 * dword, 4);
            pci_fixture_write(&f, row, 4 * dword, 4, ~before);
            UNIT_CHECK((pci_fixture_read(&f, row, 4 * dword, 4) & fixed) == (before & fixed));
        }
    }
}

static void pcie_7_5_1_1_4_errors_are_cleared_by_writing_ones(struct mk_vm *vm)
{
    (void)vm;
    pci_fixture_init(&f);
    f.fns[ROW_NET].value[1] |= 0xc1000000;
    pci_fixture_write(&f, ROW_NET, PCI_STATUS, 2, 0);
    UNIT_CHECK(pci_fixture_read(&f, ROW_NET, PCI_STATUS, 2) == 0xc110);
    pci_fixture_write(&f, ROW_NET, PCI_COMMAND, 2, PCI_COMMAND_MASTER);
    UNIT_CHECK(pci_fixture_read(&f, ROW_NET, PCI_STATUS, 2) == 0xc110);
    pci_fixture_write(&f, ROW_NET, PCI_STATUS + 1, 1, 0x40);
    UNIT_CHECK(pci_fixture_read(&f, ROW_NET, PCI_STATUS, 2) == 0x8110);
}

static void pcie_7_5_1_2_1_bars_tell_their_size_when_ones_are_written(struct mk_vm *vm)
{
    (void)vm;
    pci_fixture_init(&f);
    pci_fixture_write(&f, ROW_NET, PCI_BAR, 4, UINT32_MAX);
    UNIT_CHECK(pci_fixture_read(&f, ROW_NET, PCI_BAR, 4) == 0xffffc000);
    pci_fixture_write(&f, ROW_NET, PCI_BAR + 4, 4, UINT32_MAX);
    UNIT_CHECK(pci_fixture_read(&f, ROW_NET, PCI_BAR + 4, 4) == 0);
    /* 2 GiB, 64 bits, prefetchable: both halves. */
    UNIT_CHECK(pci_fixture_read(&f, ROW_HOST, PCI_BAR, 4) == 0x8000000c);
    pci_fixture_write(&f, ROW_HOST, PCI_BAR, 4, UINT32_MAX);
    pci_fixture_write(&f, ROW_HOST, PCI_BAR + 4, 4, UINT32_MAX);
    UNIT_CHECK(pci_fixture_read(&f, ROW_HOST, PCI_BAR, 4) == 0x8000000c);
    UNIT_CHECK(pci_fixture_read(&f, ROW_HOST, PCI_BAR + 4, 4) == UINT32_MAX);
    /* Ports have 16 bits. */
    UNIT_CHECK(pci_fixture_read(&f, ROW_HOST, PCI_BAR + 8, 4) == 0xe001);
    pci_fixture_write(&f, ROW_HOST, PCI_BAR + 8, 4, UINT32_MAX);
    UNIT_CHECK(pci_fixture_read(&f, ROW_HOST, PCI_BAR + 8, 4) == 0xffe1);
}

static void pcie_7_5_3_each_function_says_where_it_is_in_the_hierarchy(struct mk_vm *vm)
{
    (void)vm;
    pci_fixture_init(&f);
    uint32_t at = pci_fixture_capability(&f, ROW_NET, PCI_CAP_PCIE);
    UNIT_CHECK(pci_fixture_read(&f, ROW_NET, at + PCIE_CAPABILITIES, 2) == 0x92);
    UNIT_CHECK(pci_fixture_read(&f, ROW_NET, at + PCIE_LINK_CAP, 4) == 0);
    at = pci_fixture_capability(&f, ROW_PORT, PCI_CAP_PCIE);
    UNIT_CHECK(pci_fixture_read(&f, ROW_PORT, at + PCIE_CAPABILITIES, 2) == 0x42);
    at = pci_fixture_capability(&f, ROW_BEHIND, PCI_CAP_PCIE);
    UNIT_CHECK(pci_fixture_read(&f, ROW_BEHIND, at + PCIE_CAPABILITIES, 2) == 0x02);
    UNIT_CHECK(pci_fixture_read(&f, ROW_BEHIND, at + PCIE_LINK_STATUS, 2) == 0x11);
    UNIT_CHECK(pci_fixture_read(&f, ROW_PORT, PCI_HEADER_TYPE, 1) == 1);
    UNIT_CHECK(pci_fixture_capability(&f, ROW_BRIDGE, PCI_CAP_PCIE) == 0);
}

static void pcie_7_6_1_extended_space_is_empty(struct mk_vm *vm)
{
    (void)vm;
    pci_fixture_init(&f);
    UNIT_CHECK(pci_fixture_read(&f, ROW_NET, 0x100, 4) == 0);
    pci_fixture_write(&f, ROW_NET, 0x100, 4, 1);
    UNIT_CHECK(pci_fixture_read(&f, ROW_NET, 0xffc, 4) == 0);
    UNIT_CHECK(pci_fixture_read(&f, MK_NONE, 0x100, 4) == UINT32_MAX);
}

static void pcie_7_5_1_3_bridges_have_no_prefetchable_and_no_port_window(struct mk_vm *vm)
{
    (void)vm;
    pci_fixture_init(&f);
    pci_fixture_write(&f, ROW_PORT, 0x24, 4, 0xffe0fff0);
    UNIT_CHECK(pci_fixture_read(&f, ROW_PORT, 0x24, 4) == 0);
    pci_fixture_write(&f, ROW_PORT, 0x1c, 2, 0xe0f0);
    UNIT_CHECK(pci_fixture_read(&f, ROW_PORT, 0x1c, 2) == 0);
    UNIT_CHECK(pci_fixture_read(&f, ROW_PORT, PCI_MEMORY_BASE, 4) == 0xc020c010);
}

static void capabilities_are_added_until_the_space_is_full(struct mk_vm *vm)
{
    const uint8_t body[18] = {0x12, 1, 0, 0, 0, 0, 0x34};
    uint8_t last = 0;
    (void)vm;
    pci_fixture_init(&f);
    uint8_t first = mk_pci_add_capability(&f.root, ROW_NET, PCI_CAP_VENDOR, body, 20);
    UNIT_CHECK(first == pci_fixture_capability(&f, ROW_NET, PCI_CAP_VENDOR));
    UNIT_CHECK(pci_fixture_read(&f, ROW_NET, first + 2u, 1) == 0x12);
    UNIT_CHECK(pci_fixture_read(&f, ROW_NET, first + 8u, 1) == 0x34);
    for (uint8_t at = first; at != 0;) {
        last = at;
        at = mk_pci_add_capability(&f.root, ROW_NET, PCI_CAP_VENDOR, body, 4);
    }
    UNIT_CHECK(last == 0xfc && pci_fixture_read(&f, ROW_NET, 0xfd, 1) == 0);
    UNIT_CHECK(pci_fixture_capability(&f, ROW_NET, 0x7f) == 0);
    UNIT_CHECK(pci_fixture_capability(&f, ROW_NET, PCI_CAP_MSIX) != 0);
    UNIT_CHECK(mk_pci_add_capability(&f.root, ROW_BLOCK, PCI_CAP_VENDOR, body, 1) == 0);
    UNIT_CHECK(mk_pci_add_capability(&f.root, MK_NONE, PCI_CAP_VENDOR, body, 4) == 0);
}

/** What a hooked register was given last. */
static uint64_t hooked[3];

static uint64_t hook_read(void *device, uint64_t now, uint64_t offset, uint32_t bytes)
{
    (void)device;
    (void)now;
    return UINT64_C(0xaabbccddee00) + offset + bytes;
}

static void hook_write(void *device, uint64_t now, uint64_t offset, uint32_t bytes, uint64_t value)
{
    (void)device;
    (void)now;
    hooked[0] = offset;
    hooked[1] = bytes;
    hooked[2] = value;
}

static void hooked_registers_are_the_devices(struct mk_vm *vm)
{
    static const struct mk_device_ops ops = {hook_read, hook_write};
    (void)vm;
    pci_fixture_init(&f);
    UNIT_CHECK(mk_pci_set_hook(&f.root, ROW_NET, 0xf0, 8, &ops, NULL));
    UNIT_CHECK(pci_fixture_read(&f, ROW_NET, 0xf6, 2) == 0xee08);
    UNIT_CHECK(pci_fixture_read(&f, ROW_NET, 0xf8, 4) == 0);
    pci_fixture_write(&f, ROW_NET, 0xf4, 4, 99);
    UNIT_CHECK(hooked[0] == 4 && hooked[1] == 4 && hooked[2] == 99);
    UNIT_CHECK(!mk_pci_set_hook(&f.root, ROW_NET, 0x3c, 8, &ops, NULL));
    UNIT_CHECK(!mk_pci_set_hook(&f.root, ROW_NET, 0xfc, 8, &ops, NULL));
    UNIT_CHECK(!mk_pci_set_hook(&f.root, ROW_NET, 0xf0, 6, &ops, NULL));
    UNIT_CHECK(!mk_pci_set_hook(&f.root, MK_NONE, 0xf0, 8, &ops, NULL));
}

static void pcie_7_2_2_ecam_selects_bus_device_function_and_register(struct mk_vm *vm)
{
    const struct mk_device_ops *ops = &mk_pci_ecam_ops;
    (void)vm;
    pci_fixture_init(&f);
    UNIT_CHECK(ops->read(&f.root, 0, 1 << 15, 4) == 0x10411af4);
    UNIT_CHECK(ops->read(&f.root, 0, 1 << 20, 2) == 0x1af4);
    UNIT_CHECK(ops->read(&f.root, 0, 1 << 12, 4) == UINT32_MAX);
    UNIT_CHECK(ops->read(&f.root, 0, 31 << 15, 2) == UINT32_MAX);
    UNIT_CHECK(ops->read(&f.root, 0, 2 << 20, 4) == UINT32_MAX);
    UNIT_CHECK(ops->read(&f.root, 0, UINT64_C(1) << 28, 4) == UINT32_MAX);
    /* Across double words: all ones, and nothing written. */
    UNIT_CHECK(ops->read(&f.root, 0, 1 << 15, 8) == UINT64_MAX);
    UNIT_CHECK(ops->read(&f.root, 0, (1 << 15) + 3, 2) == UINT32_MAX);
    ops->write(&f.root, 0, (1 << 15) + PCI_COMMAND - 1, 4, UINT32_MAX);
    ops->write(&f.root, 0, (1 << 15) + PCI_COMMAND, 8, UINT64_MAX);
    UNIT_CHECK(pci_fixture_read(&f, ROW_NET, PCI_COMMAND, 2) == 0);
    ops->write(&f.root, 0, (1 << 15) + PCI_INTERRUPT_LINE, 1, 0xab);
    UNIT_CHECK(pci_fixture_read(&f, ROW_NET, PCI_INTERRUPT_LINE, 1) == 0xab);
}

static void pci_3_2_2_3_2_ports_work_by_double_word_and_enable_bit(struct mk_vm *vm)
{
    struct mk_pci_ports ports = {.root = &f.root};
    const struct mk_device_ops *ops = &mk_pci_port_ops;
    (void)vm;
    pci_fixture_init(&f);
    ops->write(&ports, 0, 0, 4, 0xff000803);
    UNIT_CHECK(ops->read(&ports, 0, 0, 4) == 0x80000800);
    UNIT_CHECK(ops->read(&ports, 0, 4, 4) == 0x10411af4);
    UNIT_CHECK(ops->read(&ports, 0, 6, 2) == 0x1041);
    UNIT_CHECK(ops->read(&ports, 0, 7, 1) == 0x10);
    ops->write(&ports, 0, 0, 2, 0);
    ops->write(&ports, 0, 3, 1, 0);
    UNIT_CHECK(ops->read(&ports, 0, 0, 4) == 0x80000800);
    UNIT_CHECK(ops->read(&ports, 0, 1, 1) == UINT64_MAX);
    ops->write(&ports, 0, 0, 4, 0x0000083c);
    ops->write(&ports, 0, 4, 1, 5);
    UNIT_CHECK(ops->read(&ports, 0, 4, 4) == UINT32_MAX);
    ops->write(&ports, 0, 0, 4, 0x8000083c);
    UNIT_CHECK(ops->read(&ports, 0, 4, 2) == 0x0100); /* Nothing was written; pin A. */
    ops->write(&ports, 0, 4, 1, 5);
    UNIT_CHECK(ops->read(&ports, 0, 4, 1) == 5);
}

static void ports_give_the_reset_register_inside_them_to_its_device(struct mk_vm *vm)
{
    static const struct mk_device_ops other = {hook_read, hook_write};
    struct mk_pci_ports ports = {.root = &f.root, .ops = &other};
    (void)vm;
    pci_fixture_init(&f);
    mk_pci_port_ops.write(&ports, 0, 1, 1, 0x06);
    UNIT_CHECK(hooked[0] == 1 && hooked[1] == 1 && hooked[2] == 6 && ports.address == 0);
    UNIT_CHECK(mk_pci_port_ops.read(&ports, 0, 1, 1) == UINT64_C(0xaabbccddee02));
}

static void pcie_7_5_1_3_buses_follow_the_numbers_that_the_guest_writes(struct mk_vm *vm)
{
    (void)vm;
    pci_fixture_init(&f);
    UNIT_CHECK(mk_pci_find(&f.root, 1, 0, 0) == ROW_BEHIND);
    pci_fixture_write(&f, ROW_PORT, PCI_PRIMARY_BUS, 4, 0x00ff0500);
    UNIT_CHECK(mk_pci_find(&f.root, 1, 0, 0) == MK_NONE);
    UNIT_CHECK(mk_pci_find(&f.root, 5, 0, 0) == ROW_BEHIND);
    UNIT_CHECK(mk_pci_find(&f.root, 6, 0, 0) == MK_NONE);
    /* Nothing is behind a port whose range is empty, or which claims bus 0. */
    pci_fixture_write(&f, ROW_PORT, PCI_PRIMARY_BUS, 4, 0x00040500);
    UNIT_CHECK(mk_pci_find(&f.root, 5, 0, 0) == MK_NONE);
    pci_fixture_write(&f, ROW_PORT, PCI_PRIMARY_BUS, 4, 0x00ff0000);
    UNIT_CHECK(mk_pci_find(&f.root, 0, 1, 0) == ROW_NET);
    UNIT_CHECK(mk_pci_find(&f.root, 0, 4, 0) == ROW_PORT);
    UNIT_CHECK(mk_pci_find(&f.root, 256, 0, 0) == MK_NONE);
    UNIT_CHECK(mk_pci_find(&f.root, 0, 32, 0) == MK_NONE);
    UNIT_CHECK(mk_pci_find(&f.root, 0, 0, 8) == MK_NONE);
}

static void pcie_6_6_1_secondary_bus_reset_puts_back_what_is_behind(struct mk_vm *vm)
{
    (void)vm;
    pci_fixture_init(&f);
    pci_fixture_write(&f, ROW_BEHIND, PCI_COMMAND, 2, 0x7);
    pci_fixture_write(&f, ROW_BEHIND, PCI_BAR, 4, 0xc0200000);
    pci_fixture_write(&f, ROW_NET, PCI_COMMAND, 2, 0x7);
    mk_pci_intx(&f.root, ROW_BEHIND, true);
    f.vectors[9].word[0] = 0xfee00000;
    UNIT_CHECK(f.line[20]);
    pci_fixture_write(&f, ROW_PORT, PCI_BRIDGE_CONTROL, 2, PCI_BRIDGE_RESET);
    pci_fixture_write(&f, ROW_PORT, PCI_BRIDGE_CONTROL, 2, PCI_BRIDGE_RESET | 1);
    UNIT_CHECK(f.resets[ROW_BEHIND] == 1 && f.resets[ROW_NET] == 0 && !f.line[20]);
    UNIT_CHECK(pci_fixture_read(&f, ROW_BEHIND, PCI_COMMAND, 2) == 0);
    UNIT_CHECK(pci_fixture_read(&f, ROW_BEHIND, PCI_BAR, 4) == 0);
    UNIT_CHECK(pci_fixture_read(&f, ROW_BEHIND, PCI_VENDOR, 4) == 0x10411af4);
    UNIT_CHECK(pci_fixture_read(&f, ROW_BEHIND, 0x48, 2) == 0x2000);
    UNIT_CHECK(f.vectors[9].word[0] == 0 && f.vectors[9].word[3] == 1);
    UNIT_CHECK(pci_fixture_read(&f, ROW_NET, PCI_COMMAND, 2) == 7);
}

const struct unit_test unit_pci_config[] = {
    UNIT_TEST(virtio_4_1_2_ids_are_0x1040_plus_the_device_type),
    UNIT_TEST(pcie_7_5_1_read_only_bits_stay_whatever_is_written),
    UNIT_TEST(pcie_7_5_1_1_4_errors_are_cleared_by_writing_ones),
    UNIT_TEST(pcie_7_5_1_2_1_bars_tell_their_size_when_ones_are_written),
    UNIT_TEST(pcie_7_5_3_each_function_says_where_it_is_in_the_hierarchy),
    UNIT_TEST(pcie_7_6_1_extended_space_is_empty),
    UNIT_TEST(pcie_7_5_1_3_bridges_have_no_prefetchable_and_no_port_window),
    UNIT_TEST(capabilities_are_added_until_the_space_is_full),
    UNIT_TEST(hooked_registers_are_the_devices),
    UNIT_TEST(pcie_7_2_2_ecam_selects_bus_device_function_and_register),
    UNIT_TEST(pci_3_2_2_3_2_ports_work_by_double_word_and_enable_bit),
    UNIT_TEST(ports_give_the_reset_register_inside_them_to_its_device),
    UNIT_TEST(pcie_7_5_1_3_buses_follow_the_numbers_that_the_guest_writes),
    UNIT_TEST(pcie_6_6_1_secondary_bus_reset_puts_back_what_is_behind),
    {NULL, NULL},
};
