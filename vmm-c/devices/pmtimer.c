/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The power-management timer.
 */
#include "makatea/pmtimer.h"
#include "makatea/ticks.h"

uint32_t mk_pmtimer_read(const struct mk_pmtimer *timer, uint64_t now)
{
    uint64_t passed = now > timer->start ? now - timer->start : 0;
    return (uint32_t)mk_ticks_passed(passed, timer->tsc_hz, MK_PMTIMER_HZ);
}
