/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Inside a real-time clock: its registers, and what its files share. Names and numbers are those of
 * Motorola's MC146818A data sheet.
 */
#ifndef MAKATEA_RTC_REGISTERS_H
#define MAKATEA_RTC_REGISTERS_H

#include "makatea/rtc.h"

/** Registers, by index (MC146818A, address map). */
enum mk_rtc_register {
    MK_RTC_REG_SECONDS = 0x0,       /**< Seconds. */
    MK_RTC_REG_SECONDS_ALARM = 0x1, /**< Seconds of the alarm. */
    MK_RTC_REG_MINUTES = 0x2,       /**< Minutes. */
    MK_RTC_REG_MINUTES_ALARM = 0x3, /**< Minutes of the alarm. */
    MK_RTC_REG_HOURS = 0x4,         /**< Hours. */
    MK_RTC_REG_HOURS_ALARM = 0x5,   /**< Hours of the alarm. */
    MK_RTC_REG_WEEKDAY = 0x6,       /**< Day of the week. */
    MK_RTC_REG_DAY = 0x7,           /**< Day of the month. */
    MK_RTC_REG_MONTH = 0x8,         /**< Month. */
    MK_RTC_REG_YEAR = 0x9,          /**< Year of the century. */
    MK_RTC_REG_A = 0xa,             /**< Divider and rate. */
    MK_RTC_REG_B = 0xb,             /**< Control. */
    MK_RTC_REG_C = 0xc,             /**< Flags. */
    MK_RTC_REG_D = 0xd              /**< Valid. */
};

#define MK_RTC_A_UPDATING 0x80  /**< UIP: an update is near; read-only. */
#define MK_RTC_A_DIVIDER 0x70   /**< DV: divider. */
#define MK_RTC_A_RUNNING 0x20   /**< DV: 32,768 Hz. */
#define MK_RTC_A_RATE 0x0f      /**< RS: rate of the periodic interrupt. */
#define MK_RTC_A_RATE_1024 0x06 /**< RS: 1,024 Hz, as firmware leaves it. */

#define MK_RTC_B_SET 0x80      /**< SET: the time stands still, to be set. */
#define MK_RTC_B_UPDATED 0x10  /**< UIE: interrupt after each update. */
#define MK_RTC_B_BINARY 0x04   /**< DM: binary, not BCD. */
#define MK_RTC_B_24_HOURS 0x02 /**< 24/12: 24 hours. */

#define MK_RTC_C_REQUEST 0x80  /**< IRQF: the interrupt line. */
#define MK_RTC_C_PERIODIC 0x40 /**< PF; PIE in register B has the same place. */
#define MK_RTC_C_ALARM 0x20    /**< AF; AIE in register B has the same place. */
#define MK_RTC_C_UPDATED 0x10  /**< UF; UIE in register B has the same place. */
#define MK_RTC_C_FLAGS 0x70    /**< All flags. */

#define MK_RTC_D_VALID 0x80 /**< VRT: the battery is good. */

/** Ticks of a second. */
#define MK_RTC_HZ UINT64_C(32768)
/** No such tick. */
#define MK_RTC_NEVER UINT64_MAX

/**
 * Says whether the divider runs.
 * @param rtc the clock
 * @return whether
 */
bool mk_rtc_divider_runs(const struct mk_rtc *rtc);

/**
 * Says whether the time runs.
 * @param rtc the clock
 * @return whether
 */
bool mk_rtc_time_runs(const struct mk_rtc *rtc);

/**
 * The time, while it runs.
 * @param rtc the clock
 * @param tick tick
 * @return seconds since year 0
 */
uint64_t mk_rtc_seconds_at(const struct mk_rtc *rtc, uint64_t tick);

/**
 * Brings the time's registers up to date, while the time runs.
 * @param rtc the clock
 * @param tick tick
 */
void mk_rtc_store_time(struct mk_rtc *rtc, uint64_t tick);

/**
 * Lets the time go on from what its registers say.
 * @param rtc the clock
 * @param tick tick
 */
void mk_rtc_load_time(struct mk_rtc *rtc, uint64_t tick);

/**
 * Finds the next alarm.
 * @param rtc the clock
 * @param after seconds since year 0
 * @return the first second after that which fits; #MK_RTC_NEVER when none does
 */
uint64_t mk_rtc_next_alarm(const struct mk_rtc *rtc, uint64_t after);

#endif
