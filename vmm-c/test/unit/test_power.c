/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Tests of power registers, timer and the older ways to reset.
 */
#include "devices.h"
#include "makatea/power.h"
#include "makatea/ticks.h"
#include "unit.h"

/** A TSC rate that 3.579545 MHz does not divide. */
#define TSC_HZ UINT64_C(2899886000)

static struct device_line line;
static struct mk_power power;

static void start(void)
{
    struct mk_irq_out irq = device_irq(&line);
    mk_power_init(&power, &irq, MK_POWER_GSI, TSC_HZ, 1000);
}

static void out(uint64_t offset, uint8_t value)
{
    mk_power_ops.write(&power, 0, offset, 1, value);
}

static uint64_t in(uint64_t offset)
{
    return mk_power_ops.read(&power, 1000, offset, 1);
}

static void acpi_4_8_3_7_only_s5_with_sleep_enable_turns_off(struct mk_vm *vm)
{
    (void)vm;
    for (uint32_t value = 0; value < 256; value++) {
        bool enabled = (value & 0x20) != 0;
        bool s5 = (value >> 2 & 7) == MK_POWER_S5;
        start();
        out(MK_POWER_SLEEP_CONTROL, (uint8_t)value);
        UNIT_CHECK((power.request == MK_POWER_REQUEST_OFF) == (enabled && s5));
        UNIT_CHECK(in(MK_POWER_SLEEP_STATUS) == (enabled && !s5 ? 0x80 : 0));
        UNIT_CHECK(in(MK_POWER_SLEEP_CONTROL) == 0);
    }
}

static void acpi_4_8_3_7_wake_status_is_cleared_by_writing_one(struct mk_vm *vm)
{
    (void)vm;
    start();
    out(MK_POWER_SLEEP_STATUS, 0x80);
    UNIT_CHECK(in(MK_POWER_SLEEP_STATUS) == 0);
    out(MK_POWER_SLEEP_CONTROL, 0x20 | 3 << 2);
    out(MK_POWER_SLEEP_STATUS, 0x7f);
    UNIT_CHECK(in(MK_POWER_SLEEP_STATUS) == 0x80);
    out(MK_POWER_SLEEP_STATUS, 0x80);
    UNIT_CHECK(in(MK_POWER_SLEEP_STATUS) == 0);
}

static void acpi_4_8_3_6_only_its_value_resets(struct mk_vm *vm)
{
    (void)vm;
    start();
    for (uint32_t value = 0; value < 256; value++) {
        if (value != MK_POWER_RESET_VALUE) {
            out(MK_POWER_RESET, (uint8_t)value);
        }
    }
    UNIT_CHECK(power.request == MK_POWER_REQUEST_NONE);
    out(MK_POWER_RESET, MK_POWER_RESET_VALUE);
    UNIT_CHECK(power.request == MK_POWER_REQUEST_RESET && in(MK_POWER_RESET) == 0);
}

static void the_first_request_stays(struct mk_vm *vm)
{
    (void)vm;
    start();
    out(MK_POWER_RESET, MK_POWER_RESET_VALUE);
    out(MK_POWER_SLEEP_CONTROL, 0x20 | MK_POWER_S5 << 2);
    UNIT_CHECK(power.request == MK_POWER_REQUEST_RESET);
}

static void power_button_holds_the_line_until_its_event_is_cleared(struct mk_vm *vm)
{
    (void)vm;
    start();
    mk_power_press_button(&power);
    mk_power_press_button(&power);
    UNIT_CHECK(line.asserted && line.gsi == MK_POWER_GSI && line.rises == 1 && line.same == 0);
    UNIT_CHECK(in(MK_POWER_EVENTS) == MK_POWER_EVENT_BUTTON);
    out(MK_POWER_EVENTS, 0xfe);
    UNIT_CHECK(line.asserted);
    out(MK_POWER_EVENTS, 0x01);
    UNIT_CHECK(!line.asserted && in(MK_POWER_EVENTS) == 0);
    out(MK_POWER_EVENTS, 0xff);
    UNIT_CHECK(line.same == 0 && in(MK_POWER_EVENTS) == 0);
    mk_power_press_button(&power);
    UNIT_CHECK(line.asserted && line.rises == 2);
}

static void acpi_4_8_2_1_timer_counts_without_drift_or_overflow(struct mk_vm *vm)
{
    (void)vm;
    start();
    UNIT_CHECK(mk_power_ops.read(&power, 0, MK_POWER_PM_TIMER, 4) == 0);
    UNIT_CHECK(mk_power_ops.read(&power, 1000 + TSC_HZ, MK_POWER_PM_TIMER, 4) == MK_PMTIMER_HZ);
    UNIT_CHECK(mk_power_ops.read(&power, 999 + TSC_HZ, MK_POWER_PM_TIMER, 4) == MK_PMTIMER_HZ - 1);
    /* After 100 years of 31,557,600 s: exact, modulo 2^32. */
    uint64_t seconds = UINT64_C(3155760000);
    UNIT_CHECK(mk_power_ops.read(&power, 1000 + seconds * TSC_HZ, MK_POWER_PM_TIMER, 4) ==
               (uint32_t)(seconds * MK_PMTIMER_HZ));
}

static void acpi_4_8_3_3_timer_is_read_only_and_whole_in_bytes(struct mk_vm *vm)
{
    uint64_t now = 1000 + UINT64_C(100) * TSC_HZ;
    uint32_t value = (uint32_t)(100 * MK_PMTIMER_HZ);
    (void)vm;
    start();
    mk_power_ops.write(&power, now, MK_POWER_PM_TIMER, 4, 0);
    UNIT_CHECK(mk_power_ops.read(&power, now, MK_POWER_PM_TIMER, 4) == value);
    for (uint32_t i = 0; i < 4; i++) {
        UNIT_CHECK(mk_power_ops.read(&power, now, MK_POWER_PM_TIMER + i, 1) ==
                   (value >> (8 * i) & 0xff));
    }
    UNIT_CHECK(mk_power_ops.read(&power, now, MK_POWER_PM_TIMER + 4, 4) == 0);
}

static void keyboard_controller_pulses_reset_with_bit_0_clear(struct mk_vm *vm)
{
    (void)vm;
    for (uint32_t value = 0; value < 256; value++) {
        start();
        mk_keyboard_reset_ops.write(&power, 0, 0, 1, value);
        UNIT_CHECK((power.request == MK_POWER_REQUEST_RESET) ==
                   (value >= 0xf0 && (value & 1) == 0));
        UNIT_CHECK((mk_keyboard_reset_ops.read(&power, 0, 0, 1) & 0x03) == 0);
    }
}

static void reset_control_resets_when_rst_cpu_rises(struct mk_vm *vm)
{
    (void)vm;
    for (uint32_t mode = 0x06; mode <= 0x0e; mode += 8) { /* Linux: warm, cold */
        start();
        uint64_t old = mk_reset_control_ops.read(&power, 0, 0, 1) & ~(uint64_t)mode;
        mk_reset_control_ops.write(&power, 0, 0, 1, old | 2);
        UNIT_CHECK(power.request == MK_POWER_REQUEST_NONE);
        UNIT_CHECK(mk_reset_control_ops.read(&power, 0, 0, 1) == 2);
        mk_reset_control_ops.write(&power, 0, 0, 1, old | mode);
        UNIT_CHECK(power.request == MK_POWER_REQUEST_RESET);
    }
    start();
    mk_reset_control_ops.write(&power, 0, 0, 1, 0xf3);
    UNIT_CHECK(mk_reset_control_ops.read(&power, 0, 0, 1) == 2);
    UNIT_CHECK(power.request == MK_POWER_REQUEST_NONE);
}

static void ticks_round_as_they_say_and_stand_without_a_rate(struct mk_vm *vm)
{
    (void)vm;
    UNIT_CHECK(mk_ticks_passed(29, 10, 3) == 8 && mk_ticks_needed(29, 10, 3) == 9);
    UNIT_CHECK(mk_ticks_passed(30, 10, 3) == 9 && mk_ticks_needed(30, 10, 3) == 9);
    UNIT_CHECK(mk_ticks_passed(30, 0, 3) == 0 && mk_ticks_needed(30, 0, 3) == 0);
    for (uint64_t n = 0; n < 100000; n += 7) {
        uint64_t tsc = mk_ticks_needed(n, 32768, TSC_HZ);
        UNIT_CHECK(mk_ticks_passed(tsc, TSC_HZ, 32768) == n);
        UNIT_CHECK(tsc == 0 || mk_ticks_passed(tsc - 1, TSC_HZ, 32768) == n - 1);
    }
}

const struct unit_test unit_power[] = {
    UNIT_TEST(acpi_4_8_3_7_only_s5_with_sleep_enable_turns_off),
    UNIT_TEST(acpi_4_8_3_7_wake_status_is_cleared_by_writing_one),
    UNIT_TEST(acpi_4_8_3_6_only_its_value_resets),
    UNIT_TEST(the_first_request_stays),
    UNIT_TEST(power_button_holds_the_line_until_its_event_is_cleared),
    UNIT_TEST(acpi_4_8_2_1_timer_counts_without_drift_or_overflow),
    UNIT_TEST(acpi_4_8_3_3_timer_is_read_only_and_whole_in_bytes),
    UNIT_TEST(keyboard_controller_pulses_reset_with_bit_0_clear),
    UNIT_TEST(reset_control_resets_when_rst_cpu_rises),
    UNIT_TEST(ticks_round_as_they_say_and_stand_without_a_rate),
    {NULL, NULL},
};
