/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The real-time clock (Motorola MC146818, as PCs have it).
 */
#include "components/clock.h"

/** Port for the number of a register, from the first one; bit 7 off leaves NMI on. */
#define INDEX 0
/** Port for its content. */
#define DATA 1
/** Register B: bit 2 binary numbers, bit 1 24 hours. */
#define STATUS_B 0x0b
/** Register A: bit 7 an update is under way. */
#define STATUS_A 0x0a
/** How often the clock is read at most until two readings agree; an update takes 2 ms. */
#define TRIES 20000
/** Numbers of a time. */
#define PARTS 6

/** Registers of second, minute, hour, day, month and year. */
static const uint8_t registers[PARTS] = {0, 2, 4, 7, 8, 9};

/** The clock. */
struct clock {
    struct mk_component *c; /**< Who has it. */
    uint32_t range;         /**< Row of its ports. */
};

/**
 * Reads a register.
 * @param clock the clock
 * @param number which
 * @return its content
 */
static uint8_t read_register(const struct clock *clock, uint8_t number)
{
    mk_component_out(clock->c, clock->range, INDEX, 1, number);
    return (uint8_t)mk_component_in(clock->c, clock->range, DATA, 1);
}

/**
 * Reads the time once.
 * @param clock the clock
 * @param part receives the registers as they are
 * @return whether no update disturbed it
 */
static bool read_once(const struct clock *clock, uint8_t part[PARTS])
{
    for (int i = 0; i < PARTS; i++) {
        if ((read_register(clock, STATUS_A) & 0x80) != 0) {
            return false;
        }
        part[i] = read_register(clock, registers[i]);
    }
    return (read_register(clock, STATUS_A) & 0x80) == 0 && read_register(clock, 0) == part[0];
}

/**
 * Counts the days from 1970-01-01. From 1970 to 2069 each fourth year is a leap year, 1972 first.
 * @param year years since 1970
 * @param month 1 to 12
 * @param day 1 to 31
 * @return days
 */
static uint64_t days(uint64_t year, uint64_t month, uint64_t day)
{
    static const uint16_t before[12] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    uint64_t leap = (year + 1) / 4 + (year % 4 == 2 && month > 2 ? 1 : 0);
    return 365 * year + leap + before[month - 1] + day - 1;
}

/**
 * Makes a number of a register's content.
 * @param content content
 * @param binary it is a number already, else two decimal digits
 * @return number
 */
static uint64_t number(uint8_t content, bool binary)
{
    return binary ? content : (uint64_t)(content >> 4) * 10 + (content & 0xf);
}

uint64_t mk_clock_read(struct mk_component *c, uint32_t range)
{
    const struct clock clock = {c, range};
    uint8_t part[PARTS];
    uint64_t value[PARTS];
    int tries = 0;
    while (!read_once(&clock, part)) {
        if (++tries == TRIES) {
            return 0;
        }
    }
    uint8_t format = read_register(&clock, STATUS_B);
    bool afternoon = (format & 2) == 0 && (part[2] & 0x80) != 0;
    part[2] &= (format & 2) == 0 ? 0x7f : 0xff;
    for (int i = 0; i < PARTS; i++) {
        value[i] = number(part[i], (format & 4) != 0);
    }
    if ((format & 2) == 0) {
        value[2] = value[2] % 12 + (afternoon ? 12 : 0);
    }
    if (value[0] > 59 || value[1] > 59 || value[2] > 23 || value[3] - 1 > 30 || value[4] - 1 > 11 ||
        value[5] > 99) {
        return 0;
    }
    uint64_t year = value[5] >= 70 ? value[5] - 70 : value[5] + 30;
    return ((days(year, value[4], value[3]) * 24 + value[2]) * 60 + value[1]) * 60 + value[0];
}
