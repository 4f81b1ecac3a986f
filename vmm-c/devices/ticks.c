/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * From ticks of one clock to ticks of another.
 */
#include "makatea/ticks.h"

uint64_t mk_ticks_passed(uint64_t ticks, uint64_t from, uint64_t to)
{
    if (from == 0) {
        return 0;
    }
    return ticks / from * to + ticks % from * to / from;
}

uint64_t mk_ticks_needed(uint64_t ticks, uint64_t from, uint64_t to)
{
    if (from == 0) {
        return 0;
    }
    uint64_t rest = ticks % from * to;
    return ticks / from * to + rest / from + (rest % from != 0 ? 1 : 0);
}
