/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Tests of the I/O APIC alone. Names say the clause of the 82093AA data sheet.
 */
#include "makatea/ioapic.h"
#include "unit.h"

/** An I/O APIC and what it sent. */
struct fixture {
    struct mk_ioapic_unit unit; /**< The I/O APIC. */
    uint32_t sent;              /**< Messages. */
    struct mk_irq_message last; /**< The last one. */
    bool accepts;               /**< Whether somebody accepts them. */
};

static bool sink(void *receiver, const struct mk_irq_message *message)
{
    struct fixture *f = receiver;
    f->sent++;
    f->last = *message;
    return f->accepts;
}

/** Makes one of 24 inputs. */
static void start(struct fixture *f)
{
    *f = (struct fixture){.accepts = true};
    UNIT_CHECK(mk_ioapic_init(&f->unit, 3, 24, (struct mk_irq_sink){.receiver = f, .send = sink}));
}

/** Reads by index. */
static uint32_t get(struct fixture *f, uint32_t index)
{
    mk_ioapic_ops.write(&f->unit, 0, 0x00, 4, index);
    return (uint32_t)mk_ioapic_ops.read(&f->unit, 0, 0x10, 4);
}

/** Writes by index. */
static void put(struct fixture *f, uint32_t index, uint32_t value)
{
    mk_ioapic_ops.write(&f->unit, 0, 0x00, 4, index);
    mk_ioapic_ops.write(&f->unit, 0, 0x10, 4, value);
}

static void i82093aa_3_2_id_and_version(struct mk_vm *vm)
{
    struct fixture f;
    (void)vm;
    start(&f);
    UNIT_CHECK(get(&f, 0) == 0x03000000 && get(&f, 2) == 0x03000000);
    UNIT_CHECK(get(&f, 1) == 0x00170020);
    put(&f, 0, UINT32_MAX);
    put(&f, 1, UINT32_MAX);
    UNIT_CHECK(get(&f, 0) == 0xff000000 && get(&f, 1) == 0x00170020);
    UNIT_CHECK(mk_ioapic_ops.read(&f.unit, 0, 0, 4) == 1);
    mk_ioapic_reset(&f.unit, 3);
    UNIT_CHECK(get(&f, 0) == 0x03000000);
}

static void i82093aa_3_2_4_entries_start_masked_and_keep_their_bits(struct mk_vm *vm)
{
    struct fixture f;
    (void)vm;
    start(&f);
    for (uint32_t pin = 0; pin < 24; pin++) {
        UNIT_CHECK(get(&f, 0x10 + 2 * pin) == 0x10000 && get(&f, 0x11 + 2 * pin) == 0);
        put(&f, 0x10 + 2 * pin, UINT32_MAX);
        put(&f, 0x11 + 2 * pin, UINT32_MAX);
        UNIT_CHECK(get(&f, 0x10 + 2 * pin) == 0x1afff);
        UNIT_CHECK(get(&f, 0x11 + 2 * pin) == 0xff000000);
    }
}

static void i82093aa_3_2_4_an_entry_becomes_a_message(struct mk_vm *vm)
{
    struct fixture f;
    (void)vm;
    start(&f);
    put(&f, 0x17, 0x12000000);
    put(&f, 0x16, 0x00000931);
    mk_ioapic_line(&f.unit, 3, true);
    UNIT_CHECK(f.sent == 1 && f.last.destination == 0x12 && f.last.logical);
    UNIT_CHECK(f.last.mode == MK_IRQ_LOWEST && f.last.vector == 0x31 && !f.last.level);
    put(&f, 0x17, 0xff000000);
    put(&f, 0x16, 0x00008040);
    UNIT_CHECK(f.sent == 2 && f.last.destination == MK_IRQ_BROADCAST && !f.last.logical);
    UNIT_CHECK(f.last.mode == MK_IRQ_FIXED && f.last.vector == 0x40 && f.last.level);
}

static void i82093aa_3_2_4_edges_are_sent_once_and_lost_while_masked(struct mk_vm *vm)
{
    struct fixture f;
    (void)vm;
    start(&f);
    put(&f, 0x10, 0x30);
    mk_ioapic_line(&f.unit, 0, true);
    mk_ioapic_line(&f.unit, 0, true);
    UNIT_CHECK(f.sent == 1);
    mk_ioapic_line(&f.unit, 0, false);
    mk_ioapic_line(&f.unit, 0, true);
    UNIT_CHECK(f.sent == 2 && get(&f, 0x10) == 0x30);
    put(&f, 0x10, 0x10030);
    mk_ioapic_line(&f.unit, 0, false);
    mk_ioapic_line(&f.unit, 0, true);
    put(&f, 0x10, 0x30);
    UNIT_CHECK(f.sent == 2);
}

static void i82093aa_3_2_4_levels_wait_for_their_end(struct mk_vm *vm)
{
    struct fixture f;
    (void)vm;
    start(&f);
    put(&f, 0x10, 0x8030);
    mk_ioapic_line(&f.unit, 0, true);
    UNIT_CHECK(f.sent == 1 && get(&f, 0x10) == 0xc030);
    mk_ioapic_line(&f.unit, 0, false);
    mk_ioapic_line(&f.unit, 0, true);
    put(&f, 0x11, 0);
    UNIT_CHECK(f.sent == 1);
    mk_ioapic_eoi(&f.unit, 0x31);
    UNIT_CHECK(f.sent == 1 && get(&f, 0x10) == 0xc030);
    mk_ioapic_eoi(&f.unit, 0x30);
    UNIT_CHECK(f.sent == 2 && get(&f, 0x10) == 0xc030);
    mk_ioapic_line(&f.unit, 0, false);
    mk_ioapic_eoi(&f.unit, 0x30);
    UNIT_CHECK(f.sent == 2 && get(&f, 0x10) == 0x8030);
}

static void i82093aa_3_2_4_a_masked_level_is_sent_when_it_is_unmasked(struct mk_vm *vm)
{
    struct fixture f;
    (void)vm;
    start(&f);
    put(&f, 0x10, 0x18030);
    mk_ioapic_line(&f.unit, 0, true);
    UNIT_CHECK(f.sent == 0);
    put(&f, 0x10, 0x8030);
    UNIT_CHECK(f.sent == 1 && get(&f, 0x10) == 0xc030);
    put(&f, 0x10, 0x18030);
    mk_ioapic_eoi(&f.unit, 0x30);
    UNIT_CHECK(f.sent == 1 && get(&f, 0x10) == 0x18030);
}

static void i82093aa_3_2_4_remote_irr_is_for_accepted_levels_only(struct mk_vm *vm)
{
    struct fixture f;
    (void)vm;
    start(&f);
    f.accepts = false;
    put(&f, 0x10, 0x8030);
    mk_ioapic_line(&f.unit, 0, true);
    UNIT_CHECK(f.sent == 1 && get(&f, 0x10) == 0x8030);
    f.accepts = true;
    put(&f, 0x11, 0x01000000);
    UNIT_CHECK(f.sent == 2 && get(&f, 0x10) == 0xc030);
    put(&f, 0x10, 0x10030);
    UNIT_CHECK(get(&f, 0x10) == 0x10030);
}

static void i82093aa_3_2_4_a_level_triggered_nmi_is_an_edge(struct mk_vm *vm)
{
    struct fixture f;
    (void)vm;
    start(&f);
    put(&f, 0x10, 0x8400);
    mk_ioapic_line(&f.unit, 0, true);
    UNIT_CHECK(f.sent == 1 && f.last.mode == MK_IRQ_NMI && !f.last.level);
    put(&f, 0x10, 0x8400);
    UNIT_CHECK(f.sent == 1 && get(&f, 0x10) == 0x8400);
}

static void i82093aa_3_2_4_polarity_is_kept_and_changes_nothing(struct mk_vm *vm)
{
    struct fixture f;
    (void)vm;
    start(&f);
    put(&f, 0x10, 0xa030);
    UNIT_CHECK(f.sent == 0 && get(&f, 0x10) == 0xa030);
    mk_ioapic_line(&f.unit, 0, true);
    UNIT_CHECK(f.sent == 1);
}

static void eoi_register_ends_a_level_and_sends_it_again(struct mk_vm *vm)
{
    struct fixture f;
    (void)vm;
    start(&f);
    put(&f, 0x10, 0x8030);
    put(&f, 0x12, 0x8030);
    mk_ioapic_line(&f.unit, 0, true);
    mk_ioapic_line(&f.unit, 1, true);
    mk_ioapic_line(&f.unit, 1, false);
    UNIT_CHECK(f.sent == 2 && get(&f, 0x12) == 0xc030);
    mk_ioapic_ops.write(&f.unit, 0, 0x40, 4, 0x30);
    UNIT_CHECK(f.sent == 3 && get(&f, 0x10) == 0xc030 && get(&f, 0x12) == 0x8030);
}

static void i82093aa_3_0_only_words_are_registers(struct mk_vm *vm)
{
    static const uint32_t sizes[] = {1, 2, 8};
    struct fixture f;
    (void)vm;
    start(&f);
    get(&f, 1);
    for (uint32_t i = 0; i < 3; i++) {
        mk_ioapic_ops.write(&f.unit, 0, 0x00, sizes[i], 0x10);
        UNIT_CHECK(mk_ioapic_ops.read(&f.unit, 0, 0x10, sizes[i]) == 0);
    }
    mk_ioapic_ops.write(&f.unit, 0, 0x20, 4, UINT32_MAX);
    UNIT_CHECK(mk_ioapic_ops.read(&f.unit, 0, 0x20, 4) == 0);
    UNIT_CHECK(mk_ioapic_ops.read(&f.unit, 0, 0x00, 4) == 1);
}

static void cve_2013_1798_ioapic_index_past_the_table_reads_ones(struct mk_vm *vm)
{
    struct fixture f;
    (void)vm;
    start(&f);
    for (uint32_t index = 3; index < 0x10; index++) {
        put(&f, index, 0x30);
        UNIT_CHECK(get(&f, index) == UINT32_MAX);
    }
    for (uint32_t index = 0x10 + 2 * 24; index <= 0x100; index++) {
        put(&f, index, 0x30);
        UNIT_CHECK(index == 0x100 || get(&f, index) == UINT32_MAX);
    }
    for (uint32_t pin = 24; pin < MK_IOAPIC_PINS_MAX; pin++) {
        UNIT_CHECK(f.unit.entries[pin] == 0);
    }
    UNIT_CHECK(mk_ioapic_init(&f.unit, 0, MK_IOAPIC_PINS_MAX,
                              (struct mk_irq_sink){.receiver = &f, .send = sink}));
    put(&f, 0xff, UINT32_MAX);
    UNIT_CHECK(get(&f, 0xff) == 0xff000000 && get(&f, 0xfe) == 0x10000);
}

static void inputs_that_do_not_exist_change_nothing(struct mk_vm *vm)
{
    struct fixture f;
    (void)vm;
    start(&f);
    mk_ioapic_line(&f.unit, 24, true);
    mk_ioapic_line(&f.unit, UINT32_MAX, true);
    UNIT_CHECK(f.sent == 0 && !f.unit.lines[24]);
    UNIT_CHECK(!mk_ioapic_init(&f.unit, 0, 0, f.unit.sink));
    UNIT_CHECK(!mk_ioapic_init(&f.unit, 0, MK_IOAPIC_PINS_MAX + 1, f.unit.sink));
}

const struct unit_test unit_ioapic[] = {
    UNIT_TEST(i82093aa_3_2_id_and_version),
    UNIT_TEST(i82093aa_3_2_4_entries_start_masked_and_keep_their_bits),
    UNIT_TEST(i82093aa_3_2_4_an_entry_becomes_a_message),
    UNIT_TEST(i82093aa_3_2_4_edges_are_sent_once_and_lost_while_masked),
    UNIT_TEST(i82093aa_3_2_4_levels_wait_for_their_end),
    UNIT_TEST(i82093aa_3_2_4_a_masked_level_is_sent_when_it_is_unmasked),
    UNIT_TEST(i82093aa_3_2_4_remote_irr_is_for_accepted_levels_only),
    UNIT_TEST(i82093aa_3_2_4_a_level_triggered_nmi_is_an_edge),
    UNIT_TEST(i82093aa_3_2_4_polarity_is_kept_and_changes_nothing),
    UNIT_TEST(eoi_register_ends_a_level_and_sends_it_again),
    UNIT_TEST(i82093aa_3_0_only_words_are_registers),
    UNIT_TEST(cve_2013_1798_ioapic_index_past_the_table_reads_ones),
    UNIT_TEST(inputs_that_do_not_exist_change_nothing),
    {NULL, NULL},
};
