/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The power-management timer (ACPI 6.5, 4.8.2.1): a counter of 3.579545 MHz, computed from the TSC.
 * It has 32 bits (the FADT's TMR_VAL_EXT is to be set) and raises no interrupt.
 */
#ifndef MAKATEA_PMTIMER_H
#define MAKATEA_PMTIMER_H

#include <stdint.h>

/** Rate in Hz (ACPI 6.5, 4.8.2.1). */
#define MK_PMTIMER_HZ UINT64_C(3579545)

/** A timer. */
struct mk_pmtimer {
    uint64_t tsc_hz; /**< Ticks of the TSC in a second. */
    uint64_t start;  /**< TSC value at 0. */
};

/**
 * Reads the counter.
 * @param timer the timer
 * @param now TSC value
 * @return value
 */
uint32_t mk_pmtimer_read(const struct mk_pmtimer *timer, uint64_t now);

#endif
