/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The machine's interval timer (Intel 8254, channel 0) as an alarm clock.
 */
#ifndef MAKATEA_COMPONENTS_PIT_H
#define MAKATEA_COMPONENTS_PIT_H

#include <stdbool.h>

#include "components/component.h"

/** The timer. */
struct mk_pit {
    struct mk_component *c; /**< Who has it. */
    uint32_t range;         /**< Row of its ports, 0x40 to 0x43. */
    uint32_t irq;           /**< Row of its interrupt. */
    uint64_t tsc_hz;        /**< Ticks of the TSC in a second. */
};

/**
 * Sets the timer up; measures the TSC with it when nobody knows its speed. That takes 10 ms.
 * @param pit the timer, with all but `tsc_hz`
 */
void mk_pit_start(struct mk_pit *pit);

/**
 * Lets the timer interrupt at a time, or earlier when that is beyond its reach (55 ms).
 * @param pit the timer
 * @param deadline TSC value
 */
void mk_pit_set(struct mk_pit *pit, uint64_t deadline);

#endif
