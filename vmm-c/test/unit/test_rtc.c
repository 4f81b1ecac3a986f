/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Tests of the real-time clock, by register of the MC146818A data sheet.
 */
#include <time.h>

#include "devices.h"
#include "makatea/calendar.h"
#include "makatea/rtc.h"
#include "unit.h"

/** TSC ticks of a second. */
#define HZ UINT64_C(2899886000)
/** TSC value at the start. */
#define START UINT64_C(777)
/** 2026-11-23 16:59:58, a Monday. */
#define MONDAY UINT64_C(1795453198)

static struct device_line line;
static struct mk_rtc rtc;
static uint64_t now;

static uint8_t in(uint8_t index)
{
    mk_rtc_ops.write(&rtc, now, 0, 1, index);
    return (uint8_t)mk_rtc_ops.read(&rtc, now, 1, 1);
}

static void out(uint8_t index, uint8_t value)
{
    mk_rtc_ops.write(&rtc, now, 0, 1, index);
    mk_rtc_ops.write(&rtc, now, 1, 1, value);
}

static void start(uint64_t unix_seconds)
{
    struct mk_irq_out irq = device_irq(&line);
    now = START;
    mk_rtc_init(&rtc, &irq, MK_RTC_GSI, HZ, now, unix_seconds);
}

/** Says whether the clock shows a time, in its own format. */
static bool shows(uint8_t hours, uint8_t minutes, uint8_t seconds)
{
    return in(4) == hours && in(2) == minutes && in(0) == seconds;
}

static bool shows_date(uint8_t century, uint8_t year, uint8_t month, uint8_t day, uint8_t weekday)
{
    return in(MK_RTC_CENTURY) == century && in(9) == year && in(8) == month && in(7) == day &&
           in(6) == weekday;
}

static void set_time(uint8_t hours, uint8_t minutes, uint8_t seconds)
{
    out(0xb, in(0xb) | 0x80);
    out(4, hours);
    out(2, minutes);
    out(0, seconds);
    out(0xb, in(0xb) & 0x7f);
}

static void calendar_agrees_with_the_c_library_over_ten_thousand_years(struct mk_vm *vm)
{
    (void)vm;
    for (uint64_t s = 0; s < UINT64_C(315569520000); s += 86400 * 11 + 3607) {
        time_t unix_seconds = (time_t)s - (time_t)MK_CALENDAR_UNIX;
        struct mk_calendar date = mk_calendar_from_seconds(s);
        const struct tm *utc = gmtime(&unix_seconds);
        bool same = date.year == (uint32_t)(utc->tm_year + 1900) &&
                    date.month == (uint32_t)utc->tm_mon + 1 && date.day == (uint32_t)utc->tm_mday &&
                    date.weekday == (uint32_t)utc->tm_wday + 1 &&
                    date.hour == (uint32_t)utc->tm_hour && date.minute == (uint32_t)utc->tm_min &&
                    date.second == (uint32_t)utc->tm_sec;
        UNIT_CHECK(same);
        UNIT_CHECK(mk_calendar_to_seconds(&date) == s);
    }
}

static void calendar_wraps_after_year_9999_and_bounds_each_part(struct mk_vm *vm)
{
    struct mk_calendar date = mk_calendar_from_seconds(UINT64_C(3652425) * 86400);
    (void)vm;
    UNIT_CHECK(date.year == 0 && date.month == 1 && date.day == 1);
    date = (struct mk_calendar){99999, 99, 99, 99, 99, 99, 99};
    date = mk_calendar_from_seconds(mk_calendar_to_seconds(&date));
    UNIT_CHECK(date.year == 9999 && date.month == 12 && date.day == 31);
    UNIT_CHECK(date.hour == 23 && date.minute == 59 && date.second == 59);
    date = (struct mk_calendar){2026, 0, 0, 0, 0, 0, 0};
    date = mk_calendar_from_seconds(mk_calendar_to_seconds(&date));
    UNIT_CHECK(date.month == 1 && date.day == 1);
    date = (struct mk_calendar){2026, 2, 31, 0, 0, 0, 0};
    date = mk_calendar_from_seconds(mk_calendar_to_seconds(&date));
    UNIT_CHECK(date.month == 3 && date.day == 3);
}

static void mc146818_time_is_the_hosts_in_bcd_and_24_hours(struct mk_vm *vm)
{
    (void)vm;
    start(MONDAY);
    UNIT_CHECK(in(0xa) == 0x26 && in(0xb) == 0x02 && in(0xc) == 0 && in(0xd) == 0x80);
    UNIT_CHECK(shows(0x16, 0x59, 0x58) && shows_date(0x20, 0x26, 0x11, 0x23, 2));
    now += 2 * HZ - 1;
    UNIT_CHECK(shows(0x16, 0x59, 0x59));
    now += 1;
    UNIT_CHECK(shows(0x17, 0x00, 0x00));
}

static void mc146818_binary_and_12_hours(struct mk_vm *vm)
{
    static const uint8_t hours[24] = {12,   1,    2,    3,    4,    5,    6,    7,
                                      8,    9,    10,   11,   0x8c, 0x81, 0x82, 0x83,
                                      0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8b};
    (void)vm;
    start(MONDAY - 58 - 59 * 60 - 16 * 3600);
    out(0xb, 0x84);
    out(4, 12); /* the format changed: midnight is set anew */
    out(7, 23);
    out(8, 11);
    out(9, 26);
    out(MK_RTC_CENTURY, 20);
    out(0xb, 0x04);
    for (uint32_t i = 0; i < 24; i++) {
        UNIT_CHECK(shows(hours[i], 0, 0) && shows_date(20, 26, 11, 23, 2));
        set_time(hours[i], 0, 0);
        UNIT_CHECK(in(4) == hours[i]);
        now += 3600 * HZ;
    }
    UNIT_CHECK(shows(12, 0, 0) && shows_date(20, 26, 11, 24, 3));
}

static void mc146818_set_stops_the_time_and_keeps_what_is_written(struct mk_vm *vm)
{
    (void)vm;
    start(MONDAY);
    out(0xb, 0x92);
    UNIT_CHECK(in(0xb) == 0x82); /* SET clears UIE */
    now += 10 * HZ;
    UNIT_CHECK(shows(0x16, 0x59, 0x58) && (in(0xa) & 0x80) == 0);
    UNIT_CHECK(in(0xc) == 0x40); /* the divider runs on */
    out(4, 0x23);
    out(2, 0x59);
    out(0, 0x59);
    out(7, 0x31);
    out(8, 0x12);
    out(9, 0x99);
    UNIT_CHECK(shows(0x23, 0x59, 0x59));
    out(0xb, 0x02);
    UNIT_CHECK(shows_date(0x20, 0x99, 0x12, 0x31, 5));
    now += HZ;
    UNIT_CHECK(shows(0, 0, 0) && shows_date(0x21, 0x00, 0x01, 0x01, 6));
}

static void mc146818_first_update_is_half_a_second_after_the_dividers_reset(struct mk_vm *vm)
{
    (void)vm;
    start(MONDAY);
    now += HZ / 3;
    out(0xb, 0x82); /* the order in which Linux sets the time */
    out(0xa, 0x76);
    out(0, 0x10);
    out(0xb, 0x02);
    in(0xc);
    now += 5 * HZ;
    UNIT_CHECK(in(0) == 0x10 && in(0xa) == 0x76 && in(0xc) == 0);
    out(0xa, 0x26);
    now += HZ / 2 - HZ / 32768;
    UNIT_CHECK(in(0) == 0x10);
    now += HZ / 16384;
    UNIT_CHECK(in(0) == 0x11);
    now += HZ;
    UNIT_CHECK(in(0) == 0x12);
}

static void mc146818_time_written_without_set_counts_at_once(struct mk_vm *vm)
{
    (void)vm;
    start(MONDAY);
    now += HZ / 2;
    out(2, 0x07);
    UNIT_CHECK(shows(0x16, 0x07, 0x58));
    now += HZ / 2;
    UNIT_CHECK(shows(0x16, 0x07, 0x59));
    out(0, 0x7f); /* no time: the greatest there is */
    UNIT_CHECK(in(0) == 0x59);
}

static void mc146818_uip_warns_244_us_before_an_update_of_1984_us(struct mk_vm *vm)
{
    (void)vm;
    start(MONDAY);
    UNIT_CHECK((in(0xa) & 0x80) == 0);
    now = START + HZ - HZ * 2260 / 1000000;
    UNIT_CHECK((in(0xa) & 0x80) == 0);
    now = START + HZ - HZ * 2228 / 1000000 + HZ / 32768;
    UNIT_CHECK((in(0xa) & 0x80) != 0);
    now = START + HZ - 1;
    UNIT_CHECK((in(0xa) & 0x80) != 0 && in(0) == 0x58);
    now = START + HZ;
    UNIT_CHECK((in(0xa) & 0x80) == 0 && in(0) == 0x59);
}

/** Runs to the deadline and checks that the interrupt comes then and not before. */
static void run_to_deadline(uint64_t expected)
{
    uint64_t deadline = mk_rtc_deadline(&rtc);
    UNIT_CHECK(deadline == expected);
    mk_rtc_tick(&rtc, deadline - 1);
    UNIT_CHECK(!line.asserted);
    mk_rtc_tick(&rtc, deadline);
    UNIT_CHECK(line.asserted && line.gsi == MK_RTC_GSI && mk_rtc_deadline(&rtc) == 0);
    now = deadline;
}

static void mc146818_update_interrupt_comes_every_second(struct mk_vm *vm)
{
    (void)vm;
    start(MONDAY);
    UNIT_CHECK(mk_rtc_deadline(&rtc) == 0);
    out(0xb, 0x12);
    for (uint64_t i = 1; i < 5; i++) {
        run_to_deadline(START + i * HZ);
        UNIT_CHECK((in(0xc) & 0x90) == 0x90 && !line.asserted && (in(0xc) & 0x90) == 0);
    }
    UNIT_CHECK(line.same == 0);
}

static void mc146818_periodic_interrupt_has_fifteen_rates(struct mk_vm *vm)
{
    (void)vm;
    for (uint8_t rate = 1; rate < 16; rate++) {
        uint64_t ticks = rate < 3 ? UINT64_C(128) << (rate - 1) : UINT64_C(1) << (rate - 1);
        start(MONDAY);
        out(0xa, 0x20 | rate);
        out(0xb, 0x42);
        for (uint64_t i = 1; i < 4; i++) {
            run_to_deadline(START + (i * ticks * HZ + 32767) / 32768);
            UNIT_CHECK((in(0xc) & 0xc0) == 0xc0);
        }
    }
    out(0xa, 0x20);
    UNIT_CHECK(mk_rtc_deadline(&rtc) == 0);
    out(0xa, 0x76);
    UNIT_CHECK(mk_rtc_deadline(&rtc) == 0);
}

static void mc146818_alarm_comes_when_all_three_fit(struct mk_vm *vm)
{
    (void)vm;
    start(MONDAY);
    out(1, 0x57);
    out(3, 0x59);
    out(5, 0x16);
    out(0xb, 0x22);
    run_to_deadline(START + 86399 * HZ); /* tomorrow: it has just passed */
    UNIT_CHECK((in(0xc) & 0xa0) == 0xa0);
    out(1, 0xc0); /* each second of that minute */
    run_to_deadline(START + 86400 * HZ);
    in(0xc);
    out(1, 0x05);
    out(3, 0xff);
    out(5, 0xc0); /* each minute */
    run_to_deadline(START + 86407 * HZ);
    in(0xc);
    run_to_deadline(START + 86467 * HZ);
    in(0xc);
    out(5, 0x24); /* never */
    UNIT_CHECK(mk_rtc_deadline(&rtc) == 0);
}

static void mc146818_flags_are_set_without_interrupts_too(struct mk_vm *vm)
{
    (void)vm;
    start(MONDAY);
    out(1, 0x00);
    out(3, 0x00);
    out(5, 0x17);
    now += HZ;
    UNIT_CHECK(in(0xc) == 0x50);
    now += HZ;
    UNIT_CHECK(in(0xc) == 0x70 && in(0xc) == 0 && line.rises == 0);
}

static void mc146818_enabling_a_flag_that_is_set_interrupts_at_once(struct mk_vm *vm)
{
    (void)vm;
    start(MONDAY);
    now += HZ;
    out(0xb, 0x12);
    UNIT_CHECK(line.asserted);
    out(0xb, 0x02);
    UNIT_CHECK(!line.asserted && in(0xc) == 0x50);
}

static void mc146818_irqf_is_right_though_nobody_looked_before(struct mk_vm *vm)
{
    (void)vm;
    start(MONDAY);
    out(0xb, 0x12);
    now += HZ;
    UNIT_CHECK(in(0xc) == 0xd0 && line.rises == 1 && !line.asserted);
    UNIT_CHECK(mk_rtc_deadline(&rtc) == START + 2 * HZ);
}

static void mc146818_the_earliest_of_the_enabled_interrupts_comes_first(struct mk_vm *vm)
{
    (void)vm;
    start(MONDAY);
    out(0xa, 0x2f);
    out(0xb, 0x72);
    run_to_deadline(START + HZ / 2);
    UNIT_CHECK(in(0xc) == 0xc0);
    out(0xa, 0x20); /* no rate: the update is next */
    run_to_deadline(START + HZ);
    UNIT_CHECK(in(0xc) == 0x90);
    out(0xb, 0xf2); /* and SET: nothing is */
    UNIT_CHECK(mk_rtc_deadline(&rtc) == 0);
}

static void a_gap_of_a_century_costs_no_more_than_a_second(struct mk_vm *vm)
{
    (void)vm;
    start(MONDAY);
    out(0xb, 0x72);
    now += UINT64_C(3155760000) * HZ;
    mk_rtc_tick(&rtc, now);
    UNIT_CHECK(line.rises == 1 && in(0xc) == 0xf0);
    UNIT_CHECK(shows(0x16, 0x59, 0x58) && shows_date(0x21, 0x26, 0x11, 0x24, 1));
    mk_rtc_tick(&rtc, 0); /* a clock below that goes back does not move this one */
    now = 0;
    UNIT_CHECK(shows(0x16, 0x59, 0x58));
}

static void pc_memory_has_128_bytes_and_read_only_registers_stay(struct mk_vm *vm)
{
    (void)vm;
    start(MONDAY);
    for (uint32_t i = 0x0e; i < 256; i++) {
        if ((i & 0x7f) > 0x0d && (i & 0x7f) != MK_RTC_CENTURY) {
            out((uint8_t)i, (uint8_t)(i ^ 0x5a));
        }
    }
    for (uint8_t i = 0x0e; i < 128; i++) {
        UNIT_CHECK(i == MK_RTC_CENTURY || in(i) == ((i | 0x80) ^ 0x5a));
    }
    out(0xc, 0xff);
    out(0xd, 0x00);
    out(0xa, 0xa6);
    UNIT_CHECK(in(0xc) == 0 && in(0xd) == 0x80 && in(0xa) == 0x26);
    UNIT_CHECK(mk_rtc_ops.read(&rtc, now, 0, 2) == 0x26ff);
    mk_rtc_ops.write(&rtc, now, 0, 2, 0x330e);
    UNIT_CHECK(in(0x0e) == 0x33);
}

const struct unit_test unit_rtc[] = {
    UNIT_TEST(calendar_agrees_with_the_c_library_over_ten_thousand_years),
    UNIT_TEST(calendar_wraps_after_year_9999_and_bounds_each_part),
    UNIT_TEST(mc146818_time_is_the_hosts_in_bcd_and_24_hours),
    UNIT_TEST(mc146818_binary_and_12_hours),
    UNIT_TEST(mc146818_set_stops_the_time_and_keeps_what_is_written),
    UNIT_TEST(mc146818_first_update_is_half_a_second_after_the_dividers_reset),
    UNIT_TEST(mc146818_time_written_without_set_counts_at_once),
    UNIT_TEST(mc146818_uip_warns_244_us_before_an_update_of_1984_us),
    UNIT_TEST(mc146818_update_interrupt_comes_every_second),
    UNIT_TEST(mc146818_periodic_interrupt_has_fifteen_rates),
    UNIT_TEST(mc146818_alarm_comes_when_all_three_fit),
    UNIT_TEST(mc146818_flags_are_set_without_interrupts_too),
    UNIT_TEST(mc146818_enabling_a_flag_that_is_set_interrupts_at_once),
    UNIT_TEST(mc146818_irqf_is_right_though_nobody_looked_before),
    UNIT_TEST(mc146818_the_earliest_of_the_enabled_interrupts_comes_first),
    UNIT_TEST(a_gap_of_a_century_costs_no_more_than_a_second),
    UNIT_TEST(pc_memory_has_128_bytes_and_read_only_registers_stay),
    {NULL, NULL},
};
