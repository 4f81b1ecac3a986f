/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A real-time clock: Motorola MC146818A, with the PC's 128 bytes of memory and century register.
 *
 * Time is the host's TSC: the clock's 32,768 Hz are computed from it, so nothing is counted while
 * nobody looks, and a gap of any length costs the same. mk_rtc_deadline() says when the next
 * interrupt is due; mk_rtc_tick() raises it. Periodic interrupts that the guest did not see are one
 * (the flag is one bit).
 *
 * Differences from the chip: the weekday follows the date once the clock runs; values that are no
 * time are taken for some time; only the PC's crystal (32,768 Hz) exists, with another divider
 * the clock stands still.
 */
#ifndef MAKATEA_RTC_H
#define MAKATEA_RTC_H

#include "makatea/bus.h"

/** First I/O port: the index; the data port follows. */
#define MK_RTC_PORT 0x70
/** Number of I/O ports. */
#define MK_RTC_PORTS 2
/** Its interrupt. */
#define MK_RTC_GSI 8
/** Bytes of registers and memory. */
#define MK_RTC_BYTES 128
/** Index of the century (ACPI 6.5, 5.2.9: FADT, CENTURY). */
#define MK_RTC_CENTURY 0x32

/** A real-time clock. */
struct mk_rtc {
    struct mk_irq_out irq;       /**< Where its interrupt goes. */
    uint32_t gsi;                /**< Its interrupt. */
    bool line;                   /**< State of its interrupt line. */
    uint8_t index;               /**< Register at the data port, below #MK_RTC_BYTES. */
    uint8_t bytes[MK_RTC_BYTES]; /**< Registers and memory; the time only while it stands still. */
    uint64_t tsc_hz;             /**< Ticks of the TSC in a second. */
    uint64_t start;              /**< TSC value at tick 0. */
    uint64_t divider;            /**< Tick from which seconds and periods count. */
    uint64_t offset;             /**< Seconds since year 0 at `divider`. */
    uint64_t seen;               /**< Tick up to which the flags are right. */
    uint64_t deadline;           /**< TSC value of the next interrupt; 0 for none. */
};

/** How a clock answers at its #MK_RTC_PORTS ports. Wide accesses go byte by byte. */
extern const struct mk_device_ops mk_rtc_ops;

/**
 * Sets a clock up: running, 24 hours, BCD, no interrupts.
 * @param rtc the clock
 * @param irq where its interrupt goes
 * @param gsi its interrupt
 * @param tsc_hz ticks of the TSC in a second
 * @param now TSC value
 * @param unix_seconds time of day at `now`, in seconds since 1970
 */
void mk_rtc_init(struct mk_rtc *rtc, const struct mk_irq_out *irq, uint32_t gsi, uint64_t tsc_hz,
                 uint64_t now, uint64_t unix_seconds);

/**
 * Says when the next interrupt is due. It can change whenever the guest has accessed the clock.
 * @param rtc the clock
 * @return TSC value; 0 for none
 */
uint64_t mk_rtc_deadline(const struct mk_rtc *rtc);

/**
 * Lets time pass: raises the interrupts that are due.
 * @param rtc the clock
 * @param now TSC value
 */
void mk_rtc_tick(struct mk_rtc *rtc, uint64_t now);

#endif
