/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Tests of the local APIC: interrupts, priorities, registers in xAPIC mode. Names say the clause of
 * SDM 3.
 */
#include "apic.h"

static void sdm3_11_4_7_1_state_after_power_up(struct mk_vm *vm)
{
    struct apic_fixture f;
    (void)vm;
    apic_start(&f);
    apic_message(&f, 0x40, true);
    f.lapic.nmi = true;
    mk_lapic_reset(&f.lapic);
    UNIT_CHECK(apic_rdmsr(&f, MK_MSR_APIC_BASE) == 0xfee00900);
    UNIT_CHECK(apic_read(&f, MK_LAPIC_ID) == 0x35000000);
    UNIT_CHECK(apic_read(&f, MK_LAPIC_VERSION) == 0x50014);
    UNIT_CHECK(apic_read(&f, MK_LAPIC_DFR) == UINT32_MAX);
    UNIT_CHECK(apic_read(&f, MK_LAPIC_SVR) == 0xff);
    for (uint32_t entry = MK_LAPIC_LVT_TIMER; entry <= MK_LAPIC_LVT_ERROR; entry += 16) {
        UNIT_CHECK(apic_read(&f, entry) == MK_LAPIC_LVT_MASKED);
    }
    for (uint32_t i = 0; i < 8; i++) {
        UNIT_CHECK(apic_read(&f, MK_LAPIC_IRR + 16 * i) == 0);
        UNIT_CHECK(apic_read(&f, MK_LAPIC_TMR + 16 * i) == 0);
    }
    UNIT_CHECK(!mk_lapic_pending(&f.lapic));
}

static void sdm3_30_1_1_registers_stand_where_the_virtual_apic_page_has_them(struct mk_vm *vm)
{
    struct apic_fixture f;
    (void)vm;
    apic_start(&f);
    apic_write(&f, MK_LAPIC_TPR, 0x35);
    apic_message(&f, 0xe1, true);
    UNIT_CHECK(f.lapic.page[0x080 / 4] == 0x35 && f.lapic.page[0x0a0 / 4] == 0x35);
    UNIT_CHECK(f.lapic.page[0x270 / 4] == 2 && f.lapic.page[0x1f0 / 4] == 2);
    UNIT_CHECK(apic_take(&f) == 0xe1 && f.lapic.page[0x170 / 4] == 2);
}

static void sdm3_11_8_3_1_ppr_is_the_higher_of_tpr_and_isr(struct mk_vm *vm)
{
    struct apic_fixture f;
    (void)vm;
    apic_start(&f);
    apic_write(&f, MK_LAPIC_TPR, 0x4a);
    UNIT_CHECK(apic_read(&f, MK_LAPIC_PPR) == 0x4a);
    apic_message(&f, 0x63, false);
    UNIT_CHECK(apic_take(&f) == 0x63 && apic_read(&f, MK_LAPIC_PPR) == 0x60);
    apic_write(&f, MK_LAPIC_TPR, 0x65);
    UNIT_CHECK(apic_read(&f, MK_LAPIC_PPR) == 0x65);
    apic_write(&f, MK_LAPIC_TPR, 0);
    apic_write(&f, MK_LAPIC_EOI, 0);
    UNIT_CHECK(apic_read(&f, MK_LAPIC_PPR) == 0);
}

static void sdm3_11_8_3_only_a_higher_class_is_delivered(struct mk_vm *vm)
{
    struct apic_fixture f;
    (void)vm;
    apic_start(&f);
    apic_write(&f, MK_LAPIC_TPR, 0x50);
    apic_message(&f, 0x5f, false);
    UNIT_CHECK(mk_lapic_next(&f.lapic) == -1 && !mk_lapic_pending(&f.lapic));
    apic_message(&f, 0x60, false);
    UNIT_CHECK(apic_take(&f) == 0x60);
    apic_write(&f, MK_LAPIC_TPR, 0);
    UNIT_CHECK(mk_lapic_next(&f.lapic) == -1);
    apic_write(&f, MK_LAPIC_EOI, 0);
    UNIT_CHECK(mk_lapic_pending(&f.lapic) && apic_take(&f) == 0x5f);
}

static void sdm3_11_8_4_one_request_waits_while_one_is_served(struct mk_vm *vm)
{
    struct apic_fixture f;
    (void)vm;
    apic_start(&f);
    UNIT_CHECK(apic_message(&f, 0x40, false) && apic_message(&f, 0x40, false));
    UNIT_CHECK(apic_take(&f) == 0x40);
    UNIT_CHECK(apic_message(&f, 0x40, false) && apic_take(&f) == -1);
    apic_write(&f, MK_LAPIC_EOI, 0);
    UNIT_CHECK(apic_take(&f) == 0x40);
    apic_write(&f, MK_LAPIC_EOI, 0);
    UNIT_CHECK(apic_take(&f) == -1);
}

static void sdm3_11_8_4_trigger_mode_follows_the_last_message(struct mk_vm *vm)
{
    struct apic_fixture f;
    (void)vm;
    apic_start(&f);
    apic_message(&f, 0x40, true);
    UNIT_CHECK(apic_read(&f, MK_LAPIC_TMR + 0x20) == 1);
    apic_message(&f, 0x40, false);
    UNIT_CHECK(apic_read(&f, MK_LAPIC_TMR + 0x20) == 0);
}

static void sdm3_11_8_5_eoi_ends_the_highest_and_tells_only_of_levels(struct mk_vm *vm)
{
    struct apic_fixture f;
    (void)vm;
    apic_start(&f);
    apic_write(&f, MK_LAPIC_EOI, 0);
    UNIT_CHECK(f.eois == 0);
    apic_message(&f, 0x31, true);
    UNIT_CHECK(apic_take(&f) == 0x31);
    apic_message(&f, 0x91, false);
    UNIT_CHECK(apic_take(&f) == 0x91);
    apic_write(&f, MK_LAPIC_EOI, 0);
    UNIT_CHECK(f.eois == 0 && mk_lapic_highest(&f.lapic, MK_LAPIC_ISR) == 0x31);
    apic_write(&f, MK_LAPIC_EOI, 0xffffffff);
    UNIT_CHECK(f.eois == 1 && f.eoi_vector == 0x31);
    UNIT_CHECK(mk_lapic_highest(&f.lapic, MK_LAPIC_ISR) == -1);
}

static void sdm3_11_8_4_accepting_what_is_not_requested_changes_nothing(struct mk_vm *vm)
{
    struct apic_fixture f;
    (void)vm;
    apic_start(&f);
    mk_lapic_accept(&f.lapic, 0xff);
    mk_lapic_accept(&f.lapic, 0);
    UNIT_CHECK(mk_lapic_highest(&f.lapic, MK_LAPIC_ISR) == -1);
}

static void sdm3_11_8_6_cr8_is_the_class_of_tpr(struct mk_vm *vm)
{
    struct apic_fixture f;
    (void)vm;
    apic_start(&f);
    apic_write(&f, MK_LAPIC_TPR, 0x7c);
    UNIT_CHECK(mk_lapic_cr8_read(&f.lapic) == 7);
    UNIT_CHECK(mk_lapic_cr8_write(&f.lapic, 15) && apic_read(&f, MK_LAPIC_TPR) == 0xf0);
    UNIT_CHECK(apic_read(&f, MK_LAPIC_PPR) == 0xf0);
    UNIT_CHECK(!mk_lapic_cr8_write(&f.lapic, 16));
    UNIT_CHECK(!mk_lapic_cr8_write(&f.lapic, UINT64_C(1) << 63));
    UNIT_CHECK(mk_lapic_cr8_read(&f.lapic) == 15);
}

static void sdm3_11_4_7_2_disabled_masks_the_table_and_holds_requests(struct mk_vm *vm)
{
    struct apic_fixture f;
    struct mk_irq_message nmi = {APIC_TEST_ID, false, MK_IRQ_NMI, 0, false};
    (void)vm;
    apic_start(&f);
    apic_write(&f, MK_LAPIC_LVT_LINT1, 0x400);
    apic_message(&f, 0x40, false);
    apic_write(&f, MK_LAPIC_SVR, 0x0ff);
    UNIT_CHECK(apic_read(&f, MK_LAPIC_LVT_LINT1) == 0x10400);
    apic_write(&f, MK_LAPIC_LVT_LINT1, 0x400);
    UNIT_CHECK(apic_read(&f, MK_LAPIC_LVT_LINT1) == 0x10400);
    UNIT_CHECK(mk_lapic_next(&f.lapic) == -1 && !apic_message(&f, 0x50, false));
    UNIT_CHECK(mk_lapic_receive(&f.lapic, &nmi) && mk_lapic_pending(&f.lapic));
    UNIT_CHECK(mk_lapic_nmi_take(&f.lapic) && !mk_lapic_nmi_take(&f.lapic));
    apic_write(&f, MK_LAPIC_SVR, 0x1ff);
    UNIT_CHECK(apic_take(&f) == 0x40 && apic_take(&f) == -1);
}

static void sdm3_11_5_3_illegal_vectors_are_errors_and_never_requested(struct mk_vm *vm)
{
    struct apic_fixture f;
    (void)vm;
    apic_start(&f);
    apic_write(&f, MK_LAPIC_LVT_ERROR, 0x80);
    UNIT_CHECK(!apic_message(&f, 15, false) && mk_lapic_highest(&f.lapic, MK_LAPIC_IRR) == 0x80);
    UNIT_CHECK(apic_read(&f, MK_LAPIC_ESR) == 0);
    apic_write(&f, MK_LAPIC_ESR, 0);
    UNIT_CHECK(apic_read(&f, MK_LAPIC_ESR) == 0x40);
    apic_write(&f, MK_LAPIC_ESR, 0);
    UNIT_CHECK(apic_read(&f, MK_LAPIC_ESR) == 0);
    apic_write(&f, MK_LAPIC_ICR, 0x4000f | 0x4000);
    apic_write(&f, MK_LAPIC_ESR, 0);
    UNIT_CHECK(apic_read(&f, MK_LAPIC_ESR) == 0x20);
    UNIT_CHECK(apic_message(&f, 16, false));
}

static void sdm3_11_5_3_writing_esr_arms_the_error_interrupt_again(struct mk_vm *vm)
{
    struct apic_fixture f;
    (void)vm;
    apic_start(&f);
    apic_write(&f, MK_LAPIC_LVT_ERROR, 0x80);
    apic_message(&f, 1, false);
    UNIT_CHECK(apic_take(&f) == 0x80);
    apic_write(&f, MK_LAPIC_EOI, 0);
    apic_message(&f, 1, false);
    UNIT_CHECK(apic_take(&f) == -1);
    apic_write(&f, MK_LAPIC_ESR, 0);
    apic_message(&f, 1, false);
    UNIT_CHECK(apic_take(&f) == 0x80);
}

static void sdm3_11_5_3_an_error_entry_with_an_illegal_vector_is_one_more_error(struct mk_vm *vm)
{
    struct apic_fixture f;
    (void)vm;
    apic_start(&f);
    apic_write(&f, MK_LAPIC_LVT_ERROR, 3);
    apic_read(&f, 0x3f0);
    apic_write(&f, MK_LAPIC_ESR, 0);
    UNIT_CHECK(apic_read(&f, MK_LAPIC_ESR) == 0xc0);
}

static void sdm3_11_5_3_reserved_registers_are_errors_in_xapic_mode(struct mk_vm *vm)
{
    static const uint32_t reserved[] = {0x000, 0x010, 0x040, 0x070, 0x290, 0x2f0,
                                        0x3a0, 0x3d0, 0x3f0, 0x400, 0xff0};
    struct apic_fixture f;
    (void)vm;
    apic_start(&f);
    for (uint32_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++) {
        UNIT_CHECK(apic_read(&f, reserved[i]) == 0);
        apic_write(&f, MK_LAPIC_ESR, 0);
        UNIT_CHECK(apic_read(&f, MK_LAPIC_ESR) == 0x80);
        apic_write(&f, reserved[i], UINT32_MAX);
        apic_write(&f, MK_LAPIC_ESR, 0);
        UNIT_CHECK(apic_read(&f, MK_LAPIC_ESR) == 0x80);
    }
}

static void sdm3_table_11_1_what_can_not_be_written_is_kept(struct mk_vm *vm)
{
    static const uint32_t kept[] = {MK_LAPIC_ID,  MK_LAPIC_VERSION, MK_LAPIC_APR,
                                    MK_LAPIC_PPR, MK_LAPIC_RRD,     MK_LAPIC_ISR,
                                    MK_LAPIC_TMR, MK_LAPIC_IRR,     MK_LAPIC_TIMER_NOW};
    struct apic_fixture f;
    (void)vm;
    apic_start(&f);
    for (uint32_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
        uint32_t before = apic_read(&f, kept[i]);
        apic_write(&f, kept[i], ~before);
        UNIT_CHECK(apic_read(&f, kept[i]) == before);
    }
    UNIT_CHECK(apic_read(&f, MK_LAPIC_EOI) == 0 && f.lapic.errors == 0);
}

static void sdm3_table_11_1_reserved_bits_read_as_they_must(struct mk_vm *vm)
{
    static const uint32_t expected[][2] = {
        {MK_LAPIC_TPR, 0xff},          {MK_LAPIC_LDR, 0xff000000},
        {MK_LAPIC_DFR, UINT32_MAX},    {MK_LAPIC_SVR, 0x3ff},
        {MK_LAPIC_ICR, 0xccfff},       {MK_LAPIC_ICR_HIGH, 0xff000000},
        {MK_LAPIC_LVT_TIMER, 0x700ff}, {MK_LAPIC_LVT_THERMAL, 0x107ff},
        {MK_LAPIC_LVT_PERF, 0x107ff},  {MK_LAPIC_LVT_LINT0, 0x1a7ff},
        {MK_LAPIC_LVT_ERROR, 0x100ff}, {MK_LAPIC_TIMER_DIV, 0xb}};
    struct apic_fixture f;
    (void)vm;
    apic_start(&f);
    for (uint32_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        apic_write(&f, expected[i][0], UINT32_MAX);
        UNIT_CHECK(apic_read(&f, expected[i][0]) == expected[i][1]);
    }
    apic_write(&f, MK_LAPIC_DFR, 0);
    UNIT_CHECK(apic_read(&f, MK_LAPIC_DFR) == 0x0fffffff);
}

static void sdm3_11_4_1_only_aligned_words_are_registers(struct mk_vm *vm)
{
    static const uint32_t sizes[] = {1, 2, 8};
    struct apic_fixture f;
    (void)vm;
    apic_start(&f);
    for (uint32_t i = 0; i < 3; i++) {
        mk_lapic_ops.write(&f.lapic, 0, MK_LAPIC_TPR, sizes[i], 0x40);
        UNIT_CHECK(mk_lapic_ops.read(&f.lapic, 0, MK_LAPIC_VERSION, sizes[i]) == 0);
    }
    for (uint32_t offset = 1; offset < 16; offset++) {
        apic_write(&f, MK_LAPIC_TPR + offset, 0x40);
        UNIT_CHECK(apic_read(&f, MK_LAPIC_VERSION + offset) == 0);
    }
    mk_lapic_ops.write(&f.lapic, 0, UINT64_C(0x100000080), 4, 0x40);
    UNIT_CHECK(mk_lapic_ops.read(&f.lapic, 0, UINT64_C(0x100000030), 4) == 0);
    UNIT_CHECK(apic_read(&f, MK_LAPIC_TPR) == 0 && f.lapic.errors == 0);
}

const struct unit_test unit_lapic[] = {
    UNIT_TEST(sdm3_11_4_7_1_state_after_power_up),
    UNIT_TEST(sdm3_30_1_1_registers_stand_where_the_virtual_apic_page_has_them),
    UNIT_TEST(sdm3_11_8_3_1_ppr_is_the_higher_of_tpr_and_isr),
    UNIT_TEST(sdm3_11_8_3_only_a_higher_class_is_delivered),
    UNIT_TEST(sdm3_11_8_4_one_request_waits_while_one_is_served),
    UNIT_TEST(sdm3_11_8_4_trigger_mode_follows_the_last_message),
    UNIT_TEST(sdm3_11_8_5_eoi_ends_the_highest_and_tells_only_of_levels),
    UNIT_TEST(sdm3_11_8_4_accepting_what_is_not_requested_changes_nothing),
    UNIT_TEST(sdm3_11_8_6_cr8_is_the_class_of_tpr),
    UNIT_TEST(sdm3_11_4_7_2_disabled_masks_the_table_and_holds_requests),
    UNIT_TEST(sdm3_11_5_3_illegal_vectors_are_errors_and_never_requested),
    UNIT_TEST(sdm3_11_5_3_writing_esr_arms_the_error_interrupt_again),
    UNIT_TEST(sdm3_11_5_3_an_error_entry_with_an_illegal_vector_is_one_more_error),
    UNIT_TEST(sdm3_11_5_3_reserved_registers_are_errors_in_xapic_mode),
    UNIT_TEST(sdm3_table_11_1_what_can_not_be_written_is_kept),
    UNIT_TEST(sdm3_table_11_1_reserved_bits_read_as_they_must),
    UNIT_TEST(sdm3_11_4_1_only_aligned_words_are_registers),
    {NULL, NULL},
};
