/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The time-stamp counter.
 */
#ifndef MAKATEA_PLATFORM_SEL4_TSC_H
#define MAKATEA_PLATFORM_SEL4_TSC_H

#include <stdint.h>

/**
 * Reads the time-stamp counter.
 * @return its value
 */
static inline uint64_t mk_sel4_tsc(void)
{
    uint32_t low;
    uint32_t high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

#endif
