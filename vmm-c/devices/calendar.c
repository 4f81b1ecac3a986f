/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The Gregorian calendar.
 */
#include "makatea/calendar.h"

/** Years that exist. */
#define YEARS 10000
/** Days of 400 years: 97 of them are leap years. */
#define DAYS_400 146097
/** Days of all years. */
#define DAYS_ALL ((uint64_t)DAYS_400 * YEARS / 400)

/** Days of a common year before each month. */
static const uint32_t before_month[12] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};

/**
 * Says whether a year is a leap year.
 * @param year year
 * @return 1 or 0
 */
static uint32_t leap(uint32_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 1 : 0;
}

/**
 * Counts the days before a year. Year 0 is a leap year.
 * @param year year
 * @return days
 */
static uint32_t days_before_year(uint32_t year)
{
    return year * 365 + (year + 3) / 4 - (year + 99) / 100 + (year + 399) / 400;
}

/**
 * Counts the days of a year before a month.
 * @param year year
 * @param month 1 to 12
 * @return days
 */
static uint32_t days_before_month(uint32_t year, uint32_t month)
{
    return before_month[month - 1] + (month > 2 ? leap(year) : 0);
}

/**
 * Brings a value into a range.
 * @param value value
 * @param low smallest
 * @param high greatest
 * @return the nearest value in the range
 */
static uint32_t clamp(uint32_t value, uint32_t low, uint32_t high)
{
    if (value < low) {
        return low;
    }
    return value > high ? high : value;
}

struct mk_calendar mk_calendar_from_seconds(uint64_t seconds)
{
    uint32_t days = (uint32_t)(seconds / MK_CALENDAR_DAY % DAYS_ALL);
    uint32_t rest = (uint32_t)(seconds % MK_CALENDAR_DAY);
    struct mk_calendar date = {.hour = rest / 3600, .minute = rest / 60 % 60, .second = rest % 60};
    /* Saturday was the first day: 2000-01-01 was one, and 400 years are whole weeks. */
    date.weekday = (days + 6) % 7 + 1;
    date.year = (uint32_t)((uint64_t)days * 400 / DAYS_400);
    if (days < days_before_year(date.year)) {
        date.year--;
    } else if (days >= days_before_year(date.year + 1)) {
        date.year++;
    }
    days -= days_before_year(date.year);
    date.month = 1;
    while (date.month < 12 && days >= days_before_month(date.year, date.month + 1)) {
        date.month++;
    }
    date.day = days - days_before_month(date.year, date.month) + 1;
    return date;
}

uint64_t mk_calendar_to_seconds(const struct mk_calendar *date)
{
    uint32_t year = clamp(date->year, 0, YEARS - 1);
    uint32_t month = clamp(date->month, 1, 12);
    uint32_t days =
        days_before_year(year) + days_before_month(year, month) + clamp(date->day, 1, 31) - 1;
    return days * MK_CALENDAR_DAY + clamp(date->hour, 0, 23) * UINT64_C(3600) +
           clamp(date->minute, 0, 59) * UINT64_C(60) + clamp(date->second, 0, 59);
}
