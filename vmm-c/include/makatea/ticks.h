/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * From ticks of one clock to ticks of another, exactly: the whole seconds and the rest are
 * converted apart, so nothing drifts or overflows however long a VM runs.
 *
 * Rates must be such that their product fits in 64 bits; a TSC below 2^40 Hz and a device clock
 * below 2^24 Hz do.
 */
#ifndef MAKATEA_TICKS_H
#define MAKATEA_TICKS_H

#include <stdint.h>

/**
 * Converts, rounding down.
 * @param ticks ticks of the first clock
 * @param from rate of the first clock in Hz; 0 is answered with 0
 * @param to rate of the second clock in Hz
 * @return ticks of the second clock that have passed
 */
uint64_t mk_ticks_passed(uint64_t ticks, uint64_t from, uint64_t to);

/**
 * Converts, rounding up: the first tick of the second clock at which all of the first have passed.
 * @param ticks ticks of the first clock
 * @param from rate of the first clock in Hz; 0 is answered with 0
 * @param to rate of the second clock in Hz
 * @return ticks of the second clock that it takes
 */
uint64_t mk_ticks_needed(uint64_t ticks, uint64_t from, uint64_t to);

#endif
