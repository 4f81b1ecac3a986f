/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The machine's real-time clock (Motorola MC146818, as PCs have it).
 */
#ifndef MAKATEA_COMPONENTS_CLOCK_H
#define MAKATEA_COMPONENTS_CLOCK_H

#include <stdbool.h>

#include "components/component.h"

/**
 * Reads the clock.
 * @param c who has it
 * @param range row of its ports, 0x70 and 0x71
 * @return seconds since 1970-01-01 00:00, taking the clock for UTC; 0 when it has no valid time
 */
uint64_t mk_clock_read(struct mk_component *c, uint32_t range);

#endif
