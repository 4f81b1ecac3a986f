/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The Gregorian calendar, years 0 to 9999, as seconds since the first of January of year 0.
 */
#ifndef MAKATEA_CALENDAR_H
#define MAKATEA_CALENDAR_H

#include <stdint.h>

/** Seconds of a day. */
#define MK_CALENDAR_DAY UINT64_C(86400)
/** Seconds from year 0 to the first of January 1970, from which Unix counts: 719,528 days. */
#define MK_CALENDAR_UNIX (UINT64_C(719528) * MK_CALENDAR_DAY)

/** A point in time. */
struct mk_calendar {
    uint32_t year;    /**< 0 to 9999. */
    uint32_t month;   /**< 1 to 12. */
    uint32_t day;     /**< 1 to 31. */
    uint32_t weekday; /**< 1 to 7, Sunday is 1. */
    uint32_t hour;    /**< 0 to 23. */
    uint32_t minute;  /**< 0 to 59. */
    uint32_t second;  /**< 0 to 59. */
};

/**
 * Splits a number of seconds.
 * @param seconds since year 0; the year after 9999 is 0 again
 * @return date and time
 */
struct mk_calendar mk_calendar_from_seconds(uint64_t seconds);

/**
 * Puts a date together. What is out of its range counts as the nearest value in it; a day that the
 * month does not have counts into the next month. The weekday is not looked at.
 * @param date date and time
 * @return seconds since year 0
 */
uint64_t mk_calendar_to_seconds(const struct mk_calendar *date);

#endif
