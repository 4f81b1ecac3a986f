/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Tests of what PCI functions decode and how they interrupt, and of plans that are not sound.
 * Sections are those of PCIe 5.0.
 */
#include "pci_fixture.h"
#include "unit.h"

/** The hierarchy; its content is made anew in each test. */
static struct pci_fixture f;

/** What a BAR was given last: device, offset, size, value. */
static struct {
    void *device;    /**< Device. */
    uint64_t offset; /**< Offset. */
    uint64_t value;  /**< Value. */
} seen;

static uint64_t bar_read(void *device, uint64_t now, uint64_t offset, uint32_t bytes)
{
    (void)now;
    (void)bytes;
    seen.device = device;
    seen.offset = offset;
    return 0x1234;
}

static void bar_write(void *device, uint64_t now, uint64_t offset, uint32_t bytes, uint64_t value)
{
    (void)now;
    (void)bytes;
    seen.device = device;
    seen.offset = offset;
    seen.value = value;
}

static const struct mk_device_ops bar_ops = {bar_read, bar_write};

static bool decoded(uint64_t gpa, uint32_t bytes, uint32_t row, uint32_t bar, uint64_t offset)
{
    uint32_t r = MK_NONE;
    uint32_t b = MK_NONE;
    uint64_t o = UINT64_MAX;
    return mk_pci_mmio(&f.root, gpa, bytes, &r, &b, &o) && r == row && b == bar && o == offset;
}

static void pcie_7_5_1_1_3_memory_is_decoded_only_when_enabled(struct mk_vm *vm)
{
    uint64_t gpa;
    (void)vm;
    pci_fixture_init(&f);
    UNIT_CHECK(!decoded(0xc0000010, 4, ROW_NET, 0, 0x10));
    UNIT_CHECK(!mk_pci_bar_gpa(&f.root, ROW_NET, 0, &gpa) && gpa == 0xc0000000);
    pci_fixture_write(&f, ROW_NET, PCI_COMMAND, 2, PCI_COMMAND_IO);
    UNIT_CHECK(!decoded(0xc0000010, 4, ROW_NET, 0, 0x10));
    pci_fixture_write(&f, ROW_NET, PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
    UNIT_CHECK(decoded(0xc0000010, 4, ROW_NET, 0, 0x10) && f.decodes[ROW_NET] == 2);
    UNIT_CHECK(mk_pci_bar_gpa(&f.root, ROW_NET, 0, &gpa) && gpa == 0xc0000000);
    UNIT_CHECK(!mk_pci_bar_gpa(&f.root, ROW_NET, 1, &gpa));
    UNIT_CHECK(!mk_pci_bar_gpa(&f.root, ROW_NET, 6, &gpa));
    UNIT_CHECK(!mk_pci_bar_gpa(&f.root, ROW_COUNT, 0, &gpa));
}

static void pcie_7_5_1_2_1_bars_move_and_nothing_answers_past_their_end(struct mk_vm *vm)
{
    (void)vm;
    pci_fixture_init(&f);
    pci_fixture_write(&f, ROW_NET, PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
    UNIT_CHECK(decoded(0xc0004ffc, 4, ROW_NET, 4, 0xffc));
    UNIT_CHECK(!decoded(0xc0004ffd, 4, ROW_NET, 4, 0xffd));
    UNIT_CHECK(!decoded(0xc0003ffe, 4, ROW_NET, 0, 0x3ffe));
    UNIT_CHECK(!decoded(0xc0000000, 0, ROW_NET, 0, 0));
    UNIT_CHECK(!decoded(UINT64_MAX, 8, ROW_NET, 0, 0));
    pci_fixture_write(&f, ROW_NET, PCI_BAR, 4, 0xd1234567);
    UNIT_CHECK(!decoded(0xc0000000, 4, ROW_NET, 0, 0));
    UNIT_CHECK(decoded(0xd1234000, 4, ROW_NET, 0, 0));
    UNIT_CHECK(f.decodes[ROW_NET] == 2);
}

static void pcie_7_5_1_2_1_both_halves_of_a_64_bit_bar_count(struct mk_vm *vm)
{
    (void)vm;
    pci_fixture_init(&f);
    pci_fixture_write(&f, ROW_HOST, PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
    UNIT_CHECK(decoded(UINT64_C(0x1fffffff8), 8, ROW_HOST, 0, 0x7ffffff8));
    pci_fixture_write(&f, ROW_HOST, PCI_BAR + 4, 4, 0x7f);
    UNIT_CHECK(decoded(UINT64_C(0x7f80000000), 8, ROW_HOST, 0, 0));
    UNIT_CHECK(!decoded(0x80000000, 8, ROW_HOST, 0, 0));
}

static void pcie_7_5_1_3_8_a_root_port_lets_only_its_window_through(struct mk_vm *vm)
{
    (void)vm;
    pci_fixture_init(&f);
    pci_fixture_write(&f, ROW_BEHIND, PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
    UNIT_CHECK(!decoded(0xc0100000, 4, ROW_BEHIND, 0, 0));
    pci_fixture_write(&f, ROW_PORT, PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
    UNIT_CHECK(decoded(0xc0100000, 4, ROW_BEHIND, 0, 0) && f.decodes[ROW_BEHIND] == 2);
    pci_fixture_write(&f, ROW_BEHIND, PCI_BAR, 4, 0xc02fc000);
    UNIT_CHECK(decoded(0xc02fc000, 4, ROW_BEHIND, 0, 0));
    pci_fixture_write(&f, ROW_BEHIND, PCI_BAR, 4, 0xc0300000);
    UNIT_CHECK(!decoded(0xc0300000, 4, ROW_BEHIND, 0, 0));
    pci_fixture_write(&f, ROW_PORT, PCI_MEMORY_BASE, 4, 0xc030c030);
    UNIT_CHECK(decoded(0xc0300000, 4, ROW_BEHIND, 0, 0));
    pci_fixture_write(&f, ROW_PORT, PCI_MEMORY_BASE, 4, 0xc030c040);
    UNIT_CHECK(!decoded(0xc0300000, 4, ROW_BEHIND, 0, 0));
}

static void windows_give_accesses_to_the_bars_device(struct mk_vm *vm)
{
    struct mk_pci_window memory = {&f.root, 0xc0000000, false};
    struct mk_pci_window ports = {&f.root, 0xd00, true};
    (void)vm;
    pci_fixture_init(&f);
    pci_fixture_write(&f, ROW_NET, PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
    pci_fixture_write(&f, ROW_HOST, PCI_COMMAND, 2, PCI_COMMAND_IO);
    UNIT_CHECK(mk_pci_window_ops.read(&memory, 0, 0x20, 4) == UINT64_MAX);
    mk_pci_window_ops.write(&memory, 0, 0x20, 4, 1);
    UNIT_CHECK(mk_pci_set_bar(&f.root, ROW_NET, 0, &bar_ops, &f));
    UNIT_CHECK(mk_pci_set_bar(&f.root, ROW_HOST, 2, &bar_ops, &vm));
    UNIT_CHECK(!mk_pci_set_bar(&f.root, ROW_HOST, 5, &bar_ops, &vm));
    UNIT_CHECK(mk_pci_window_ops.read(&memory, 0, 0x20, 4) == 0x1234);
    UNIT_CHECK(seen.device == &f && seen.offset == 0x20);
    mk_pci_window_ops.write(&ports, 0, 0xe004 - 0xd00, 2, 77);
    UNIT_CHECK(seen.device == &vm && seen.offset == 4 && seen.value == 77);
    UNIT_CHECK(mk_pci_window_ops.read(&ports, 0, 0, 1) == UINT64_MAX);
    mk_pci_window_ops.write(&ports, 0, 0xe020 - 0xd00, 2, 78);
    UNIT_CHECK(seen.value == 77);
}

static void pcie_6_1_2_functions_share_a_line(struct mk_vm *vm)
{
    (void)vm;
    pci_fixture_init(&f);
    mk_pci_intx(&f.root, ROW_NET, true);
    mk_pci_intx(&f.root, ROW_BLOCK, true);
    mk_pci_intx(&f.root, ROW_NET, false);
    UNIT_CHECK(f.line[17] && (pci_fixture_read(&f, ROW_NET, PCI_STATUS, 2) & 8) == 0);
    UNIT_CHECK((pci_fixture_read(&f, ROW_BLOCK, PCI_STATUS, 2) & 8) != 0);
    pci_fixture_write(&f, ROW_BLOCK, PCI_COMMAND, 2, PCI_COMMAND_INTX_DISABLE);
    UNIT_CHECK(!f.line[17] && (pci_fixture_read(&f, ROW_BLOCK, PCI_STATUS, 2) & 8) != 0);
    pci_fixture_write(&f, ROW_BLOCK, PCI_COMMAND, 2, 0);
    UNIT_CHECK(f.line[17]);
    mk_pci_intx(&f.root, ROW_BLOCK, false);
    UNIT_CHECK(!f.line[17]);
    mk_pci_intx(&f.root, ROW_PORT, true);
    mk_pci_intx(&f.root, ROW_COUNT, true);
}

static void pcie_6_1_4_3_msix_in_use_silences_the_pin(struct mk_vm *vm)
{
    (void)vm;
    pci_fixture_init(&f);
    uint32_t at = pci_fixture_capability(&f, ROW_NET, PCI_CAP_MSIX);
    mk_pci_intx(&f.root, ROW_NET, true);
    UNIT_CHECK(f.line[17]);
    pci_fixture_write(&f, ROW_NET, at + PCI_MSIX_CONTROL, 2, PCI_MSIX_ENABLE);
    UNIT_CHECK(!f.line[17] && mk_pci_msix_enabled(&f.root, ROW_NET));
    UNIT_CHECK(!mk_pci_msix_enabled(&f.root, ROW_BRIDGE));
}

/** MSI-X of ROW_NET: its table is at 0xc0004000. */
static struct mk_pci_window table = {&f.root, 0xc0004000, false};

static void use_msix(void)
{
    pci_fixture_init(&f);
    uint32_t at = pci_fixture_capability(&f, ROW_NET, PCI_CAP_MSIX);
    UNIT_CHECK((pci_fixture_read(&f, ROW_NET, at + PCI_MSIX_CONTROL, 2) & 0x7ff) == 2);
    UNIT_CHECK(pci_fixture_read(&f, ROW_NET, at + PCI_MSIX_TABLE, 4) == 4);
    UNIT_CHECK(pci_fixture_read(&f, ROW_NET, at + PCI_MSIX_PBA, 4) == 0x804);
    pci_fixture_write(&f, ROW_NET, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
    pci_fixture_write(&f, ROW_NET, at + PCI_MSIX_CONTROL, 2, PCI_MSIX_ENABLE);
    mk_pci_window_ops.write(&table, 0, 0x20, 8, UINT64_C(0x1fee00003));
    mk_pci_window_ops.write(&table, 0, 0x28, 4, 0x4055);
}

static void pcie_7_7_2_masked_vectors_are_pending_until_they_are_unmasked(struct mk_vm *vm)
{
    (void)vm;
    use_msix();
    UNIT_CHECK(mk_pci_window_ops.read(&table, 0, 0x2c, 4) == 1);
    mk_pci_msix_raise(&f.root, ROW_NET, 2);
    UNIT_CHECK(f.messages == 0 && mk_pci_window_ops.read(&table, 0, 0x800, 8) == 4);
    mk_pci_window_ops.write(&table, 0, 0x800, 8, 0);
    UNIT_CHECK(mk_pci_window_ops.read(&table, 0, 0x800, 4) == 4);
    mk_pci_window_ops.write(&table, 0, 0x2c, 4, 0xfffffffe);
    UNIT_CHECK(f.messages == 1 && f.address == UINT64_C(0x1fee00000) && f.data == 0x4055);
    UNIT_CHECK(mk_pci_window_ops.read(&table, 0, 0x800, 4) == 0);
    UNIT_CHECK(mk_pci_window_ops.read(&table, 0, 0x28, 8) == 0x4055);
    mk_pci_msix_raise(&f.root, ROW_NET, 2);
    UNIT_CHECK(f.messages == 2);
}

static void pcie_7_7_2_the_function_mask_and_the_master_bit_hold_messages_back(struct mk_vm *vm)
{
    (void)vm;
    use_msix();
    uint32_t at = pci_fixture_capability(&f, ROW_NET, PCI_CAP_MSIX);
    mk_pci_window_ops.write(&table, 0, 0x2c, 4, 0);
    pci_fixture_write(&f, ROW_NET, at + PCI_MSIX_CONTROL, 2, PCI_MSIX_ENABLE | PCI_MSIX_MASK);
    mk_pci_msix_raise(&f.root, ROW_NET, 2);
    UNIT_CHECK(f.messages == 0);
    pci_fixture_write(&f, ROW_NET, PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
    pci_fixture_write(&f, ROW_NET, at + PCI_MSIX_CONTROL, 2, PCI_MSIX_ENABLE);
    UNIT_CHECK(f.messages == 0);
    pci_fixture_write(&f, ROW_NET, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
    UNIT_CHECK(f.messages == 1);
    pci_fixture_write(&f, ROW_NET, at + PCI_MSIX_CONTROL, 2, 0);
    mk_pci_msix_raise(&f.root, ROW_NET, 2);
    mk_pci_msix_raise(&f.root, ROW_COUNT, 0);
    UNIT_CHECK(f.messages == 1 && !f.vectors[2].pending);
}

static void cve_2017_1000252_vector_past_the_table_is_dropped(struct mk_vm *vm)
{
    (void)vm;
    use_msix();
    mk_pci_msix_raise(&f.root, ROW_NET, 3);
    mk_pci_msix_raise(&f.root, ROW_NET, MK_NONE);
    UNIT_CHECK(!f.vectors[3].pending && f.messages == 0);
    /* Behind the last vector the BAR belongs to nobody. */
    UNIT_CHECK(mk_pci_window_ops.read(&table, 0, 0x30, 4) == UINT64_MAX);
    UNIT_CHECK(mk_pci_window_ops.read(&table, 0, 0x2c, 8) == UINT64_MAX);
}

static void pcie_7_7_2_only_aligned_double_and_quad_words_reach_the_table(struct mk_vm *vm)
{
    (void)vm;
    use_msix();
    mk_pci_window_ops.write(&table, 0, 0x28, 1, 0xff);
    mk_pci_window_ops.write(&table, 0, 0x26, 4, UINT32_MAX);
    mk_pci_window_ops.write(&table, 0, 0x24, 8, UINT64_MAX);
    UNIT_CHECK(f.vectors[2].word[1] == 1 && f.vectors[2].word[2] == 0x4055);
    UNIT_CHECK(mk_pci_window_ops.read(&table, 0, 0x28, 2) == UINT64_MAX);
    UNIT_CHECK(mk_pci_window_ops.read(&table, 0, 0x804, 8) == UINT64_MAX);
}

static void pcie_7_7_1_msi_waits_while_it_is_masked(struct mk_vm *vm)
{
    (void)vm;
    pci_fixture_init(&f);
    uint32_t at = pci_fixture_capability(&f, ROW_HOST, PCI_CAP_MSI);
    UNIT_CHECK(pci_fixture_read(&f, ROW_HOST, at + PCI_MSI_CONTROL, 2) == PCI_MSI_FORM);
    mk_pci_msi_raise(&f.root, ROW_HOST);
    pci_fixture_write(&f, ROW_HOST, PCI_COMMAND, 2, PCI_COMMAND_MASTER);
    pci_fixture_write(&f, ROW_HOST, at + PCI_MSI_ADDRESS, 4, 0xfee00001);
    pci_fixture_write(&f, ROW_HOST, at + PCI_MSI_DATA, 2, 0x41);
    pci_fixture_write(&f, ROW_HOST, at + PCI_MSI_MASK, 4, 1);
    pci_fixture_write(&f, ROW_HOST, at + PCI_MSI_CONTROL, 2, 0xffff);
    UNIT_CHECK(pci_fixture_read(&f, ROW_HOST, at + PCI_MSI_CONTROL, 2) == (PCI_MSI_FORM | 1));
    mk_pci_msi_raise(&f.root, ROW_HOST);
    UNIT_CHECK(f.messages == 0 && pci_fixture_read(&f, ROW_HOST, at + PCI_MSI_PENDING, 4) == 1);
    pci_fixture_write(&f, ROW_HOST, at + PCI_MSI_MASK, 4, 0);
    UNIT_CHECK(f.messages == 1 && f.address == 0xfee00000 && f.data == 0x41);
    UNIT_CHECK(pci_fixture_read(&f, ROW_HOST, at + PCI_MSI_PENDING, 4) == 0);
    mk_pci_msi_raise(&f.root, ROW_NET);
    mk_pci_msi_raise(&f.root, ROW_COUNT);
    UNIT_CHECK(f.messages == 1);
}

static void
pass_through_takes_identity_and_msix_table_from_the_machine_and_hides_the_rest(struct mk_vm *vm)
{
    (void)vm;
    UNIT_CHECK(pci_fixture_init(&f) == MK_OK);
    UNIT_CHECK(pci_fixture_read(&f, ROW_HOST, PCI_VENDOR, 4) == 0x10d38086);
    UNIT_CHECK(pci_fixture_read(&f, ROW_HOST, PCI_REVISION, 4) == 0x02000003);
    UNIT_CHECK(pci_fixture_capability(&f, ROW_HOST, 0x01) == 0);
    uint32_t at = pci_fixture_capability(&f, ROW_HOST, PCI_CAP_MSIX);
    UNIT_CHECK(pci_fixture_read(&f, ROW_HOST, at + PCI_MSIX_TABLE, 4) == 0x10000);
    UNIT_CHECK(pci_fixture_read(&f, ROW_HOST, at + PCI_MSIX_CONTROL, 2) == 3);
    /* What the guest writes is told, and never reaches the machine by itself. */
    pci_fixture_write(&f, ROW_HOST, PCI_COMMAND, 2, PCI_COMMAND_MASTER | PCI_COMMAND_INTX_DISABLE);
    UNIT_CHECK(f.changes[ROW_HOST] == 1 && f.host[PCI_COMMAND] == 3);
    pci_fixture_write(&f, ROW_HOST, PCI_COMMAND, 2, 0);
    UNIT_CHECK(f.changes[ROW_HOST] == 2 && f.host[PCI_COMMAND] == 3);
    mk_pci_bar_write(&f.root, ROW_HOST, 0, 0, 0x10000, 4, 0xfee00000);
    UNIT_CHECK(f.changes[ROW_HOST] == 3);
    pci_fixture_write(&f, ROW_NET, PCI_COMMAND, 2, PCI_COMMAND_MASTER);
    UNIT_CHECK(f.changes[ROW_NET] == 0);
}

static void pass_through_survives_a_broken_device(struct mk_vm *vm)
{
    (void)vm;
    pci_fixture_plan(&f);
    f.host[0xc9] = 0xc8; /* The list never ends. */
    UNIT_CHECK(mk_pci_init(&f.root, &f.parts) == MK_BAD_RANGE);
    pci_fixture_plan(&f);
    f.host[0xa7] = 0xff; /* The table is not in the BAR. */
    UNIT_CHECK(mk_pci_init(&f.root, &f.parts) == MK_BAD_RANGE);
    pci_fixture_plan(&f);
    f.host[0xa4] = 7; /* No such BAR. */
    UNIT_CHECK(mk_pci_init(&f.root, &f.parts) == MK_BAD_RANGE);
    pci_fixture_plan(&f);
    f.host[0xa2] = 2; /* Fewer vectors than planned. */
    UNIT_CHECK(mk_pci_init(&f.root, &f.parts) == MK_BAD_RANGE);
    pci_fixture_plan(&f);
    f.host[0xc9] = 0xfc; /* The capability would go past the end. */
    f.host[0xfc] = PCI_CAP_MSIX;
    UNIT_CHECK(mk_pci_init(&f.root, &f.parts) == MK_BAD_RANGE);
    pci_fixture_plan(&f);
    f.host[0] = f.host[1] = 0xff; /* Nobody there. */
    UNIT_CHECK(mk_pci_init(&f.root, &f.parts) == MK_BAD_RANGE);
    pci_fixture_plan(&f);
    f.parts.host.read = NULL;
    UNIT_CHECK(mk_pci_init(&f.root, &f.parts) == MK_DENIED);
}

/** Says what comes of a plan with one change. */
#define WITH(change) (pci_fixture_plan(&f), (change), mk_pci_init(&f.root, &f.parts))

static void unsound_plans_are_refused(struct mk_vm *vm)
{
    (void)vm;
    UNIT_CHECK(WITH(f.parts.fn_room = ROW_COUNT - 1) == MK_NO_MEMORY);
    UNIT_CHECK(WITH(f.parts.vector_room = 11) == MK_NO_MEMORY);
    UNIT_CHECK(WITH(f.functions[ROW_NET].device = 32) == MK_BAD_RANGE);
    UNIT_CHECK(WITH(f.functions[ROW_NET].function = 8) == MK_BAD_RANGE);
    UNIT_CHECK(WITH(f.functions[ROW_NET].device = 2) == MK_BAD_RANGE);
    UNIT_CHECK(WITH(f.functions[ROW_BEHIND].device = 1) == MK_BAD_RANGE);
    UNIT_CHECK(WITH(f.functions[ROW_BEHIND].bus = 2) == MK_BAD_RANGE);
    UNIT_CHECK(WITH(f.functions[ROW_PORT].root_port.secondary_bus = 0) == MK_BAD_RANGE);
    UNIT_CHECK(WITH(f.functions[ROW_PORT].root_port.window_bytes = 1) == MK_BAD_RANGE);
    UNIT_CHECK(WITH(f.functions[ROW_PORT].bar_count = 1) == MK_BAD_RANGE);
    UNIT_CHECK(WITH(f.functions[ROW_NET].bar_count = 7) == MK_BAD_RANGE);
    UNIT_CHECK(WITH(f.functions[ROW_NET].bars[0].bytes = 0x3000) == MK_BAD_RANGE);
    UNIT_CHECK(WITH(f.functions[ROW_NET].bars[0].bytes = 8) == MK_BAD_RANGE);
    UNIT_CHECK(WITH(f.functions[ROW_NET].bars[0].gpa = 0xc0001000) == MK_BAD_RANGE);
    UNIT_CHECK(WITH(f.functions[ROW_NET].bars[0].gpa = 0x100000000) == MK_BAD_RANGE);
    UNIT_CHECK(WITH(f.functions[ROW_NET].bars[0].index = 4) == MK_BAD_RANGE);
    UNIT_CHECK(WITH(f.functions[ROW_NET].bars[1].index = 6) == MK_BAD_RANGE);
    UNIT_CHECK(WITH(f.functions[ROW_NET].bars[1].index = 5) == MK_BAD_RANGE);
    UNIT_CHECK(WITH(f.functions[ROW_HOST].bars[1].index = 1) == MK_BAD_RANGE);
    UNIT_CHECK(WITH(f.functions[ROW_HOST].bars[0].index = 1) == MK_BAD_RANGE);
    UNIT_CHECK(WITH(f.functions[ROW_HOST].bars[0].index = 5) == MK_BAD_RANGE);
    UNIT_CHECK(WITH(f.functions[ROW_NET].bars[1].bytes = 0x800) == MK_BAD_RANGE);
    f.functions[ROW_NET].msix_vectors = 2049;
    f.functions[ROW_BRIDGE].msi = true;
    UNIT_CHECK(mk_pci_init(&f.root, &f.parts) == MK_BAD_RANGE);
    UNIT_CHECK(WITH(f.functions[ROW_NET].bars[0].bytes = 0x4000) == MK_OK);
}

const struct unit_test unit_pci_devices[] = {
    UNIT_TEST(pcie_7_5_1_1_3_memory_is_decoded_only_when_enabled),
    UNIT_TEST(pcie_7_5_1_2_1_bars_move_and_nothing_answers_past_their_end),
    UNIT_TEST(pcie_7_5_1_2_1_both_halves_of_a_64_bit_bar_count),
    UNIT_TEST(pcie_7_5_1_3_8_a_root_port_lets_only_its_window_through),
    UNIT_TEST(windows_give_accesses_to_the_bars_device),
    UNIT_TEST(pcie_6_1_2_functions_share_a_line),
    UNIT_TEST(pcie_6_1_4_3_msix_in_use_silences_the_pin),
    UNIT_TEST(pcie_7_7_2_masked_vectors_are_pending_until_they_are_unmasked),
    UNIT_TEST(pcie_7_7_2_the_function_mask_and_the_master_bit_hold_messages_back),
    UNIT_TEST(cve_2017_1000252_vector_past_the_table_is_dropped),
    UNIT_TEST(pcie_7_7_2_only_aligned_double_and_quad_words_reach_the_table),
    UNIT_TEST(pcie_7_7_1_msi_waits_while_it_is_masked),
    UNIT_TEST(pass_through_takes_identity_and_msix_table_from_the_machine_and_hides_the_rest),
    UNIT_TEST(pass_through_survives_a_broken_device),
    UNIT_TEST(unsound_plans_are_refused),
    {NULL, NULL},
};
