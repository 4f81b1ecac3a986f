/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The time of a real-time clock: as its registers show it, and when the alarm fits.
 */
#include "makatea/calendar.h"
#include "makatea/rtc_registers.h"

#define HOURS_PM 0x80  /**< Afternoon, with 12 hours. */
#define ALARM_ANY 0xc0 /**< Both bits: each value fits. */
/** Most steps to the next alarm: minutes and seconds of this hour, hours, minutes, seconds. */
#define ALARM_STEPS 300

bool mk_rtc_divider_runs(const struct mk_rtc *rtc)
{
    return (rtc->bytes[MK_RTC_REG_A] & MK_RTC_A_DIVIDER) == MK_RTC_A_RUNNING;
}

bool mk_rtc_time_runs(const struct mk_rtc *rtc)
{
    return mk_rtc_divider_runs(rtc) && (rtc->bytes[MK_RTC_REG_B] & MK_RTC_B_SET) == 0;
}

uint64_t mk_rtc_seconds_at(const struct mk_rtc *rtc, uint64_t tick)
{
    return rtc->offset + (tick - rtc->divider) / MK_RTC_HZ;
}

/**
 * A number as the guest wants it.
 * @param rtc the clock
 * @param value 0 to 99
 * @return binary or BCD
 */
static uint8_t encode(const struct mk_rtc *rtc, uint32_t value)
{
    bool binary = (rtc->bytes[MK_RTC_REG_B] & MK_RTC_B_BINARY) != 0;
    return (uint8_t)(binary ? value : value / 10 << 4 | value % 10);
}

/**
 * A number of the guest's.
 * @param rtc the clock
 * @param byte binary or BCD
 * @return value, which may be too great
 */
static uint32_t decode(const struct mk_rtc *rtc, uint32_t byte)
{
    bool binary = (rtc->bytes[MK_RTC_REG_B] & MK_RTC_B_BINARY) != 0;
    return binary ? byte : (byte >> 4) * 10 + (byte & 0xf);
}

/**
 * An hour as the guest wants it.
 * @param rtc the clock
 * @param hour 0 to 23
 * @return of 24, or of 12 with a bit for the afternoon
 */
static uint8_t encode_hour(const struct mk_rtc *rtc, uint32_t hour)
{
    if ((rtc->bytes[MK_RTC_REG_B] & MK_RTC_B_24_HOURS) != 0) {
        return encode(rtc, hour);
    }
    return (uint8_t)(encode(rtc, (hour + 11) % 12 + 1) | (hour >= 12 ? HOURS_PM : 0));
}

/**
 * An hour of the guest's.
 * @param rtc the clock
 * @param byte of 24, or of 12 with a bit for the afternoon
 * @return value, which may be too great
 */
static uint32_t decode_hour(const struct mk_rtc *rtc, uint32_t byte)
{
    if ((rtc->bytes[MK_RTC_REG_B] & MK_RTC_B_24_HOURS) != 0) {
        return decode(rtc, byte);
    }
    return decode(rtc, byte & ~(uint32_t)HOURS_PM) % 12 + ((byte & HOURS_PM) != 0 ? 12 : 0);
}

void mk_rtc_store_time(struct mk_rtc *rtc, uint64_t tick)
{
    struct mk_calendar date = mk_calendar_from_seconds(mk_rtc_seconds_at(rtc, tick));
    rtc->bytes[MK_RTC_REG_SECONDS] = encode(rtc, date.second);
    rtc->bytes[MK_RTC_REG_MINUTES] = encode(rtc, date.minute);
    rtc->bytes[MK_RTC_REG_HOURS] = encode_hour(rtc, date.hour);
    rtc->bytes[MK_RTC_REG_WEEKDAY] = encode(rtc, date.weekday);
    rtc->bytes[MK_RTC_REG_DAY] = encode(rtc, date.day);
    rtc->bytes[MK_RTC_REG_MONTH] = encode(rtc, date.month);
    rtc->bytes[MK_RTC_REG_YEAR] = encode(rtc, date.year % 100);
    rtc->bytes[MK_RTC_CENTURY] = encode(rtc, date.year / 100);
}

void mk_rtc_load_time(struct mk_rtc *rtc, uint64_t tick)
{
    uint32_t year = decode(rtc, rtc->bytes[MK_RTC_REG_YEAR]);
    struct mk_calendar date = {
        .year = decode(rtc, rtc->bytes[MK_RTC_CENTURY]) * 100 + (year < 99 ? year : 99),
        .month = decode(rtc, rtc->bytes[MK_RTC_REG_MONTH]),
        .day = decode(rtc, rtc->bytes[MK_RTC_REG_DAY]),
        .hour = decode_hour(rtc, rtc->bytes[MK_RTC_REG_HOURS]),
        .minute = decode(rtc, rtc->bytes[MK_RTC_REG_MINUTES]),
        .second = decode(rtc, rtc->bytes[MK_RTC_REG_SECONDS]),
    };
    rtc->offset = mk_calendar_to_seconds(&date) - (tick - rtc->divider) / MK_RTC_HZ;
}

/**
 * Says whether a part of the time is that of the alarm.
 * @param alarm the alarm's register
 * @param value value as the guest wants it
 * @return whether
 */
static bool fits(uint8_t alarm, uint8_t value)
{
    return (alarm & ALARM_ANY) == ALARM_ANY || alarm == value;
}

uint64_t mk_rtc_next_alarm(const struct mk_rtc *rtc, uint64_t after)
{
    uint64_t t = after + 1;
    for (uint32_t i = 0; i < ALARM_STEPS; i++) {
        if (!fits(rtc->bytes[MK_RTC_REG_HOURS_ALARM],
                  encode_hour(rtc, (uint32_t)(t / 3600 % 24)))) {
            t = (t / 3600 + 1) * 3600;
        } else if (!fits(rtc->bytes[MK_RTC_REG_MINUTES_ALARM],
                         encode(rtc, (uint32_t)(t / 60 % 60)))) {
            t = (t / 60 + 1) * 60;
        } else if (!fits(rtc->bytes[MK_RTC_REG_SECONDS_ALARM], encode(rtc, (uint32_t)(t % 60)))) {
            t++;
        } else {
            return t;
        }
    }
    return MK_RTC_NEVER;
}
