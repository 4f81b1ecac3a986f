/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Tests of the local APIC's timer. Names say the clause of SDM 3.
 */
#include "apic.h"

/** Vector of the timer in all tests. */
#define VECTOR 0x40
/** Timer's entry: periodic. */
#define PERIODIC 0x20000
/** Timer's entry: TSC-deadline. */
#define DEADLINE 0x40000
/** Divide configuration: by 1. */
#define BY_1 0xb

/** Makes a local APIC with a timer of a mode. */
static void start(struct apic_fixture *f, uint32_t mode)
{
    apic_start(f);
    apic_write(f, MK_LAPIC_TIMER_DIV, BY_1);
    apic_write(f, MK_LAPIC_LVT_TIMER, mode | VECTOR);
}

/** Writes a register at a time. */
static void write_at(struct apic_fixture *f, uint64_t now, uint32_t offset, uint32_t value)
{
    mk_lapic_ops.write(&f->lapic, now, offset, 4, value);
}

/** Reads the current count at a time. */
static uint64_t count_at(struct apic_fixture *f, uint64_t now)
{
    return mk_lapic_ops.read(&f->lapic, now, MK_LAPIC_TIMER_NOW, 4);
}

/** Whether the timer's interrupt has come by a time; it is ended. */
static bool fired_at(struct apic_fixture *f, uint64_t now)
{
    mk_lapic_tick(&f->lapic, now);
    bool fired = apic_take(f) == VECTOR;
    mk_lapic_eoi(&f->lapic);
    return fired;
}

static void sdm3_11_5_4_one_shot_counts_down_and_fires_once(struct mk_vm *vm)
{
    struct apic_fixture f;
    (void)vm;
    start(&f, 0);
    UNIT_CHECK(mk_lapic_deadline(&f.lapic) == 0);
    write_at(&f, 1000, MK_LAPIC_TIMER_INIT, 500);
    UNIT_CHECK(mk_lapic_deadline(&f.lapic) == 1500);
    UNIT_CHECK(count_at(&f, 1000) == 500 && count_at(&f, 1499) == 1);
    UNIT_CHECK(!fired_at(&f, 1499) && fired_at(&f, 1500));
    UNIT_CHECK(count_at(&f, 1500) == 0 && mk_lapic_deadline(&f.lapic) == 0);
    UNIT_CHECK(!fired_at(&f, UINT64_MAX) && apic_read(&f, MK_LAPIC_TIMER_INIT) == 500);
}

static void sdm3_11_5_4_a_count_of_zero_stops_the_timer(struct mk_vm *vm)
{
    struct apic_fixture f;
    (void)vm;
    start(&f, PERIODIC);
    write_at(&f, 0, MK_LAPIC_TIMER_INIT, 200000);
    write_at(&f, 100, MK_LAPIC_TIMER_INIT, 0);
    UNIT_CHECK(mk_lapic_deadline(&f.lapic) == 0 && count_at(&f, 100) == 0);
    UNIT_CHECK(!fired_at(&f, 1000000));
}

static void sdm3_11_5_4_divide_configuration(struct mk_vm *vm)
{
    static const uint32_t rows[][2] = {{0x0, 2},  {0x1, 4},  {0x2, 8},   {0x3, 16},
                                       {0x8, 32}, {0x9, 64}, {0xa, 128}, {0xb, 1}};
    struct apic_fixture f;
    (void)vm;
    for (uint32_t i = 0; i < 8; i++) {
        start(&f, 0);
        write_at(&f, 0, MK_LAPIC_TIMER_DIV, rows[i][0]);
        write_at(&f, 7, MK_LAPIC_TIMER_INIT, UINT32_MAX);
        UNIT_CHECK(mk_lapic_deadline(&f.lapic) == 7 + (uint64_t)UINT32_MAX * rows[i][1]);
        UNIT_CHECK(count_at(&f, 7) == UINT32_MAX);
        UNIT_CHECK(count_at(&f, 7 + rows[i][1]) == UINT32_MAX - 1);
    }
}

static void sdm3_11_5_4_changing_the_divisor_keeps_the_count(struct mk_vm *vm)
{
    struct apic_fixture f;
    (void)vm;
    start(&f, 0);
    write_at(&f, 0, MK_LAPIC_TIMER_INIT, 1000);
    write_at(&f, 400, MK_LAPIC_TIMER_DIV, 0x0);
    UNIT_CHECK(count_at(&f, 400) == 600 && mk_lapic_deadline(&f.lapic) == 400 + 1200);
    write_at(&f, 5000, MK_LAPIC_TIMER_DIV, BY_1);
    UNIT_CHECK(mk_lapic_deadline(&f.lapic) == 0 && fired_at(&f, 5000));
}

static void sdm3_11_5_4_periodic_does_not_drift_and_does_not_burst(struct mk_vm *vm)
{
    struct apic_fixture f;
    (void)vm;
    start(&f, PERIODIC);
    write_at(&f, 1000, MK_LAPIC_TIMER_INIT, 200000);
    UNIT_CHECK(fired_at(&f, 201005) && mk_lapic_deadline(&f.lapic) == 401000);
    UNIT_CHECK(fired_at(&f, 1401007) && mk_lapic_deadline(&f.lapic) == 1601000);
    UNIT_CHECK(!fired_at(&f, 1600999) && fired_at(&f, 1601000));
    UNIT_CHECK(mk_lapic_deadline(&f.lapic) == 1801000 && count_at(&f, 1701000) == 100000);
}

static void a_periodic_timer_of_one_tick_is_slowed_to_the_floor(struct mk_vm *vm)
{
    const uint64_t least = APIC_HZ / MK_LAPIC_PERIODS_PER_SECOND;
    struct apic_fixture f;
    (void)vm;
    start(&f, PERIODIC);
    write_at(&f, 0, MK_LAPIC_TIMER_INIT, 1);
    for (uint64_t i = 0; i < 10; i++) {
        uint64_t next = mk_lapic_deadline(&f.lapic);
        UNIT_CHECK(next >= (i + 1) * least && next <= (i + 1) * (least + 1));
        UNIT_CHECK(count_at(&f, next - 10) == 1 && fired_at(&f, next));
    }
    UNIT_CHECK(fired_at(&f, UINT64_C(1) << 62));
    UNIT_CHECK(mk_lapic_deadline(&f.lapic) > UINT64_C(1) << 62);
}

static void beyond_the_last_value_of_the_tsc_nothing_fires(struct mk_vm *vm)
{
    struct apic_fixture f;
    (void)vm;
    start(&f, 0);
    write_at(&f, UINT64_MAX - 99, MK_LAPIC_TIMER_INIT, 100);
    UNIT_CHECK(mk_lapic_deadline(&f.lapic) == 0);
    start(&f, PERIODIC);
    write_at(&f, UINT64_MAX - 300000, MK_LAPIC_TIMER_INIT, 200000);
    UNIT_CHECK(fired_at(&f, UINT64_MAX) && mk_lapic_deadline(&f.lapic) == 0);
}

static void sdm3_11_5_4_1_tsc_deadline_fires_once_and_reads_zero_then(struct mk_vm *vm)
{
    struct apic_fixture f;
    uint64_t value;
    (void)vm;
    start(&f, DEADLINE);
    UNIT_CHECK(mk_lapic_msr_write(&f.lapic, 100, MK_MSR_TSC_DEADLINE, 5000));
    UNIT_CHECK(mk_lapic_deadline(&f.lapic) == 5000 && count_at(&f, 100) == 0);
    UNIT_CHECK(mk_lapic_msr_read(&f.lapic, 4999, MK_MSR_TSC_DEADLINE, &value) && value == 5000);
    UNIT_CHECK(mk_lapic_msr_read(&f.lapic, 5000, MK_MSR_TSC_DEADLINE, &value) && value == 0);
    UNIT_CHECK(fired_at(&f, 5000) && !fired_at(&f, 6000));
    UNIT_CHECK(apic_wrmsr(&f, MK_MSR_TSC_DEADLINE, 7000) && apic_wrmsr(&f, MK_MSR_TSC_DEADLINE, 0));
    UNIT_CHECK(mk_lapic_deadline(&f.lapic) == 0 && !fired_at(&f, 7000));
}

static void sdm3_11_5_4_1_a_past_deadline_fires_at_once(struct mk_vm *vm)
{
    struct apic_fixture f;
    (void)vm;
    start(&f, DEADLINE);
    UNIT_CHECK(mk_lapic_msr_write(&f.lapic, 100, MK_MSR_TSC_DEADLINE, 1));
    UNIT_CHECK(apic_take(&f) == VECTOR && mk_lapic_deadline(&f.lapic) == 0);
}

static void sdm3_11_5_4_1_the_deadline_register_sleeps_in_other_modes(struct mk_vm *vm)
{
    struct apic_fixture f;
    (void)vm;
    start(&f, 0);
    apic_write(&f, MK_LAPIC_TIMER_INIT, 1000);
    UNIT_CHECK(apic_wrmsr(&f, MK_MSR_TSC_DEADLINE, 5) && apic_rdmsr(&f, MK_MSR_TSC_DEADLINE) == 0);
    UNIT_CHECK(mk_lapic_deadline(&f.lapic) == 1000);
    start(&f, DEADLINE);
    apic_write(&f, MK_LAPIC_TIMER_INIT, 1000);
    UNIT_CHECK(mk_lapic_deadline(&f.lapic) == 0 && apic_read(&f, MK_LAPIC_TIMER_INIT) == 0);
}

static void sdm3_11_5_4_1_into_and_out_of_tsc_deadline_mode_disarms(struct mk_vm *vm)
{
    struct apic_fixture f;
    (void)vm;
    start(&f, DEADLINE);
    UNIT_CHECK(apic_wrmsr(&f, MK_MSR_TSC_DEADLINE, 5000));
    apic_write(&f, MK_LAPIC_LVT_TIMER, DEADLINE | 0x10000 | VECTOR);
    UNIT_CHECK(f.lapic.deadline == 5000);
    apic_write(&f, MK_LAPIC_LVT_TIMER, VECTOR);
    UNIT_CHECK(f.lapic.deadline == 0);
    apic_write(&f, MK_LAPIC_TIMER_INIT, 1000);
    apic_write(&f, MK_LAPIC_LVT_TIMER, PERIODIC | VECTOR);
    UNIT_CHECK(f.lapic.deadline == 1000);
    apic_write(&f, MK_LAPIC_LVT_TIMER, DEADLINE | VECTOR);
    UNIT_CHECK(f.lapic.deadline == 0);
    apic_write(&f, MK_LAPIC_LVT_TIMER, DEADLINE | PERIODIC | VECTOR);
    apic_write(&f, MK_LAPIC_TIMER_INIT, 1000);
    UNIT_CHECK(f.lapic.deadline == 0);
}

static void sdm3_11_5_1_a_masked_timer_neither_fires_nor_wakes(struct mk_vm *vm)
{
    struct apic_fixture f;
    (void)vm;
    start(&f, 0x10000);
    write_at(&f, 0, MK_LAPIC_TIMER_INIT, 1000);
    UNIT_CHECK(mk_lapic_deadline(&f.lapic) == 0 && count_at(&f, 600) == 400);
    write_at(&f, 2000, MK_LAPIC_LVT_TIMER, VECTOR);
    UNIT_CHECK(!fired_at(&f, 2000));
    write_at(&f, 2000, MK_LAPIC_TIMER_INIT, 1000);
    write_at(&f, 2500, MK_LAPIC_LVT_TIMER, 0x10000 | VECTOR);
    write_at(&f, 2600, MK_LAPIC_LVT_TIMER, VECTOR);
    UNIT_CHECK(mk_lapic_deadline(&f.lapic) == 3000 && fired_at(&f, 3000));
}

static void sdm3_11_5_3_a_timer_with_an_illegal_vector_is_an_error(struct mk_vm *vm)
{
    struct apic_fixture f;
    (void)vm;
    start(&f, 0);
    apic_write(&f, MK_LAPIC_LVT_TIMER, 2);
    apic_write(&f, MK_LAPIC_TIMER_INIT, 10);
    mk_lapic_tick(&f.lapic, 10);
    UNIT_CHECK(apic_take(&f) == -1 && f.lapic.errors == MK_LAPIC_ERROR_RECEIVE);
}

const struct unit_test unit_lapic_timer[] = {
    UNIT_TEST(sdm3_11_5_4_one_shot_counts_down_and_fires_once),
    UNIT_TEST(sdm3_11_5_4_a_count_of_zero_stops_the_timer),
    UNIT_TEST(sdm3_11_5_4_divide_configuration),
    UNIT_TEST(sdm3_11_5_4_changing_the_divisor_keeps_the_count),
    UNIT_TEST(sdm3_11_5_4_periodic_does_not_drift_and_does_not_burst),
    UNIT_TEST(a_periodic_timer_of_one_tick_is_slowed_to_the_floor),
    UNIT_TEST(beyond_the_last_value_of_the_tsc_nothing_fires),
    UNIT_TEST(sdm3_11_5_4_1_tsc_deadline_fires_once_and_reads_zero_then),
    UNIT_TEST(sdm3_11_5_4_1_a_past_deadline_fires_at_once),
    UNIT_TEST(sdm3_11_5_4_1_the_deadline_register_sleeps_in_other_modes),
    UNIT_TEST(sdm3_11_5_4_1_into_and_out_of_tsc_deadline_mode_disarms),
    UNIT_TEST(sdm3_11_5_1_a_masked_timer_neither_fires_nor_wakes),
    UNIT_TEST(sdm3_11_5_3_a_timer_with_an_illegal_vector_is_an_error),
    {NULL, NULL},
};
