/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Tests of the local APIC: modes, registers in x2APIC mode, messages between processors. Names say
 * the clause of SDM 3.
 */
#include "apic.h"

/** Disabled, xAPIC and x2APIC mode as IA32_APIC_BASE. */
static const uint64_t bases[] = {0xfee00100, 0xfee00900, 0xfee00d00};

/** Puts it into a mode: 0 disabled, 1 xAPIC, 2 x2APIC. */
static void go(struct apic_fixture *f, uint32_t mode)
{
    apic_start(f);
    if (mode != 1) {
        UNIT_CHECK(apic_wrmsr(f, MK_MSR_APIC_BASE, bases[mode]));
    }
}

static void sdm3_11_12_5_legal_and_illegal_changes_of_mode(struct mk_vm *vm)
{
    static const bool legal[3][3] = {{true, true, false}, {true, true, true}, {true, false, true}};
    struct apic_fixture f;
    (void)vm;
    for (uint32_t from = 0; from < 3; from++) {
        for (uint32_t to = 0; to < 3; to++) {
            go(&f, from);
            UNIT_CHECK(apic_wrmsr(&f, MK_MSR_APIC_BASE, bases[to]) == legal[from][to]);
            UNIT_CHECK(apic_rdmsr(&f, MK_MSR_APIC_BASE) == bases[legal[from][to] ? to : from]);
        }
        go(&f, from);
        UNIT_CHECK(!apic_wrmsr(&f, MK_MSR_APIC_BASE, 0xfee00500)); /* invalid: EXTD without EN */
    }
}

static void sdm3_11_4_4_reserved_bits_and_other_addresses_are_refused(struct mk_vm *vm)
{
    struct apic_fixture f;
    (void)vm;
    apic_start(&f);
    for (uint32_t bit = 0; bit < 64; bit++) {
        if (bit == 8 || bit == 10 || bit == 11) {
            continue;
        }
        UNIT_CHECK(!apic_wrmsr(&f, MK_MSR_APIC_BASE, 0xfee00900 ^ UINT64_C(1) << bit));
    }
    UNIT_CHECK(apic_rdmsr(&f, MK_MSR_APIC_BASE) == 0xfee00900);
    UNIT_CHECK(apic_wrmsr(&f, MK_MSR_APIC_BASE, 0xfee00800));
}

static void sdm3_11_4_3_disabled_it_is_not_there(struct mk_vm *vm)
{
    const struct mk_irq_message nmi = {APIC_TEST_ID, false, MK_IRQ_NMI, 0, false};
    struct apic_fixture f;
    uint64_t value;
    (void)vm;
    apic_start(&f);
    apic_write(&f, MK_LAPIC_TPR, 0x40);
    apic_message(&f, 0x80, false);
    UNIT_CHECK(mk_lapic_enabled(&f.lapic));
    UNIT_CHECK(apic_wrmsr(&f, MK_MSR_APIC_BASE, bases[0]) && !mk_lapic_enabled(&f.lapic));
    apic_write(&f, MK_LAPIC_SVR, 0x1ff);
    UNIT_CHECK(mk_lapic_ops.read(&f.lapic, 0, MK_LAPIC_VERSION, 4) == UINT64_MAX);
    UNIT_CHECK(!mk_lapic_msr_read(&f.lapic, 0, 0x803, &value));
    UNIT_CHECK(!apic_message(&f, 0x80, false) && !mk_lapic_receive(&f.lapic, &nmi));
    UNIT_CHECK(!mk_lapic_pending(&f.lapic));
    UNIT_CHECK(apic_wrmsr(&f, MK_MSR_APIC_BASE, bases[1]));
    UNIT_CHECK(apic_read(&f, MK_LAPIC_TPR) == 0 && apic_read(&f, MK_LAPIC_SVR) == 0xff);
}

static void sdm3_11_12_5_1_registers_survive_the_way_into_x2apic_mode(struct mk_vm *vm)
{
    struct apic_fixture f;
    (void)vm;
    apic_start(&f);
    apic_write(&f, MK_LAPIC_TPR, 0x40);
    apic_write(&f, MK_LAPIC_LDR, 0x01000000);
    apic_message(&f, 0x81, false);
    UNIT_CHECK(apic_wrmsr(&f, MK_MSR_APIC_BASE, bases[2]));
    UNIT_CHECK(apic_rdmsr(&f, 0x808) == 0x40 && apic_rdmsr(&f, 0x824) == 2);
    UNIT_CHECK(apic_rdmsr(&f, 0x802) == APIC_TEST_ID && apic_rdmsr(&f, 0x803) == 0x50014);
    UNIT_CHECK(apic_take(&f) == 0x81);
    UNIT_CHECK(mk_lapic_ops.read(&f.lapic, 0, MK_LAPIC_VERSION, 4) == UINT64_MAX);
    apic_write(&f, MK_LAPIC_TPR, 0);
    UNIT_CHECK(apic_rdmsr(&f, 0x808) == 0x40);
}

static void sdm3_11_12_10_2_the_logical_id_is_derived(struct mk_vm *vm)
{
    struct apic_fixture f;
    (void)vm;
    apic_start_x2(&f);
    UNIT_CHECK(apic_rdmsr(&f, 0x80d) == 0x00030020);
    UNIT_CHECK(!apic_wrmsr(&f, 0x80d, 0x00030020));
}

static void sdm3_table_11_6_who_may_read_and_write_what(struct mk_vm *vm)
{
    struct apic_fixture f;
    uint64_t value;
    (void)vm;
    apic_start_x2(&f);
    for (uint32_t msr = 0x7ff; msr <= 0x900; msr++) {
        bool ro = msr == 0x802 || msr == 0x803 || msr == 0x80a || msr == 0x80d ||
                  (msr >= 0x810 && msr <= 0x827) || msr == 0x839;
        bool rw = msr == 0x808 || msr == 0x80f || msr == 0x828 || msr == 0x830 ||
                  (msr >= 0x832 && msr <= 0x838) || msr == 0x83e;
        bool wo = msr == 0x80b || msr == 0x83f;
        UNIT_CHECK(mk_lapic_msr_read(&f.lapic, 0, msr, &value) == (ro || rw));
        UNIT_CHECK(apic_wrmsr(&f, msr, 0) == (wo || rw));
    }
    UNIT_CHECK(!apic_wrmsr(&f, 0x83f + 0x10000000, 0x40));
}

static void sdm3_11_12_1_3_reserved_bits_are_refused(struct mk_vm *vm)
{
    static const uint64_t allowed[][2] = {
        {0x808, 0xff},       {0x80b, 0},
        {0x80f, 0x3ff},      {0x828, 0},
        {0x832, 0x710ff},    {0x833, 0x117ff},
        {0x834, 0x117ff},    {0x835, 0x1f7ff},
        {0x836, 0x1f7ff},    {0x837, 0x110ff},
        {0x838, UINT32_MAX}, {0x83e, 0xb},
        {0x83f, 0xff},       {0x830, UINT64_C(0xffffffff000ccfff)}};
    struct apic_fixture f;
    (void)vm;
    apic_start_x2(&f);
    for (uint32_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++) {
        for (uint32_t bit = 0; bit < 64; bit++) {
            bool may = (allowed[i][1] >> bit & 1) != 0;
            UNIT_CHECK(apic_wrmsr(&f, (uint32_t)allowed[i][0], UINT64_C(1) << bit) == may);
        }
    }
}

static void sdm3_11_5_1_status_bits_of_the_table_are_not_written(struct mk_vm *vm)
{
    struct apic_fixture f;
    (void)vm;
    apic_start_x2(&f);
    UNIT_CHECK(apic_wrmsr(&f, 0x835, 0x1f7ff) && apic_rdmsr(&f, 0x835) == 0x1a7ff);
    UNIT_CHECK(apic_wrmsr(&f, 0x837, 0x110ff) && apic_rdmsr(&f, 0x837) == 0x100ff);
}

static void sdm3_11_12_9_icr_is_one_register_of_64_bits(struct mk_vm *vm)
{
    struct apic_fixture f;
    (void)vm;
    apic_start_x2(&f);
    UNIT_CHECK(apic_wrmsr(&f, 0x830, UINT64_C(0x0000003500004041)));
    UNIT_CHECK(apic_rdmsr(&f, 0x830) == UINT64_C(0x0000003500004041));
    UNIT_CHECK(f.lapic.page[0x300 / 4] == 0x4041 && f.lapic.page[0x304 / 4] == 0x35);
    UNIT_CHECK(apic_take(&f) == 0x41);
    UNIT_CHECK(apic_wrmsr(&f, 0x830, UINT64_C(0xffffffff00000051)) && apic_take(&f) == 0x51);
    UNIT_CHECK(apic_wrmsr(&f, 0x830, UINT64_C(0x0000013500000061)) && apic_take(&f) == -1);
    UNIT_CHECK(apic_wrmsr(&f, 0x830, UINT64_C(0x0003002000000861)) && apic_take(&f) == 0x61);
    UNIT_CHECK(apic_wrmsr(&f, 0x830, UINT64_C(0x0003001000000871)) && apic_take(&f) == -1);
    UNIT_CHECK(apic_wrmsr(&f, 0x830, UINT64_C(0x0002002000000871)) && apic_take(&f) == -1);
}

static void sdm3_11_12_11_self_ipi(struct mk_vm *vm)
{
    struct apic_fixture f;
    (void)vm;
    apic_start_x2(&f);
    UNIT_CHECK(apic_wrmsr(&f, 0x83f, 0x99) && apic_take(&f) == 0x99);
    UNIT_CHECK(apic_wrmsr(&f, 0x80b, 0) && f.eois == 0);
    UNIT_CHECK(apic_wrmsr(&f, 0x83f, 0xf) && apic_take(&f) == -1);
    UNIT_CHECK(apic_wrmsr(&f, 0x828, 0) && apic_rdmsr(&f, 0x828) == 0x20);
}

/** Sends by ICR in xAPIC mode, and says which vector came. */
static int send(struct apic_fixture *f, uint32_t destination, uint32_t icr)
{
    apic_write(f, MK_LAPIC_ICR_HIGH, destination << 24);
    apic_write(f, MK_LAPIC_ICR, icr);
    int vector = apic_take(f);
    apic_write(f, MK_LAPIC_EOI, 0);
    return vector;
}

static void sdm3_11_6_2_physical_logical_and_short_destinations(struct mk_vm *vm)
{
    struct apic_fixture f;
    (void)vm;
    apic_start(&f);
    UNIT_CHECK(send(&f, 0x35, 0x040) == 0x40 && send(&f, 0x34, 0x040) == -1);
    UNIT_CHECK(send(&f, 0xff, 0x040) == 0x40 && send(&f, 0x35, 0x140) == 0x40);
    apic_write(&f, MK_LAPIC_LDR, 0x42000000);
    UNIT_CHECK(send(&f, 0x02, 0x840) == 0x40 && send(&f, 0x01, 0x840) == -1);
    UNIT_CHECK(send(&f, 0x40, 0x840) == 0x40);
    apic_write(&f, MK_LAPIC_DFR, 0);
    UNIT_CHECK(send(&f, 0x40, 0x840) == -1 && send(&f, 0x43, 0x840) == 0x40);
    UNIT_CHECK(send(&f, 0x32, 0x840) == -1 && send(&f, 0xf2, 0x840) == 0x40);
    apic_write(&f, MK_LAPIC_DFR, 0x10000000);
    UNIT_CHECK(send(&f, 0x42, 0x840) == -1 && send(&f, 0xff, 0x840) == 0x40);
    UNIT_CHECK(send(&f, 0, 0x40040) == 0x40 && send(&f, 0, 0x80040) == 0x40);
    UNIT_CHECK(send(&f, 0x35, 0xc0040) == -1);
}

static void sdm3_table_11_3_shorthands_that_reach_self_are_for_vectors_only(struct mk_vm *vm)
{
    struct apic_fixture f;
    (void)vm;
    apic_start(&f);
    send(&f, 0x35, 0x40400);
    send(&f, 0x35, 0x80400);
    UNIT_CHECK(!mk_lapic_nmi_take(&f.lapic));
    send(&f, 0x35, 0x00400);
    UNIT_CHECK(mk_lapic_nmi_take(&f.lapic));
}

static void sdm3_11_6_1_init_smi_start_up_and_reserved_modes_do_nothing(struct mk_vm *vm)
{
    struct apic_fixture f;
    (void)vm;
    apic_start(&f);
    apic_write(&f, MK_LAPIC_LVT_ERROR, 0x80);
    for (uint32_t mode = 2; mode < 8; mode++) {
        UNIT_CHECK(mode == MK_IRQ_NMI || send(&f, 0x35, mode << 8 | 0x40) == -1);
    }
    UNIT_CHECK(!mk_lapic_pending(&f.lapic) && f.lapic.errors == 0);
}

static void sdm3_11_6_1_trigger_mode_of_icr_is_for_init_only(struct mk_vm *vm)
{
    struct apic_fixture f;
    (void)vm;
    apic_start(&f);
    UNIT_CHECK(send(&f, 0x35, 0xc040) == 0x40 && f.eois == 0);
}

const struct unit_test unit_x2apic[] = {
    UNIT_TEST(sdm3_11_12_5_legal_and_illegal_changes_of_mode),
    UNIT_TEST(sdm3_11_4_4_reserved_bits_and_other_addresses_are_refused),
    UNIT_TEST(sdm3_11_4_3_disabled_it_is_not_there),
    UNIT_TEST(sdm3_11_12_5_1_registers_survive_the_way_into_x2apic_mode),
    UNIT_TEST(sdm3_11_12_10_2_the_logical_id_is_derived),
    UNIT_TEST(sdm3_table_11_6_who_may_read_and_write_what),
    UNIT_TEST(sdm3_11_12_1_3_reserved_bits_are_refused),
    UNIT_TEST(sdm3_11_5_1_status_bits_of_the_table_are_not_written),
    UNIT_TEST(sdm3_11_12_9_icr_is_one_register_of_64_bits),
    UNIT_TEST(sdm3_11_12_11_self_ipi),
    UNIT_TEST(sdm3_11_6_2_physical_logical_and_short_destinations),
    UNIT_TEST(sdm3_table_11_3_shorthands_that_reach_self_are_for_vectors_only),
    UNIT_TEST(sdm3_11_6_1_init_smi_start_up_and_reserved_modes_do_nothing),
    UNIT_TEST(sdm3_11_6_1_trigger_mode_of_icr_is_for_init_only),
    {NULL, NULL},
};
