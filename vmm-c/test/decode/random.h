/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Random numbers that are the same in every run.
 */
#ifndef MAKATEA_TEST_RANDOM_H
#define MAKATEA_TEST_RANDOM_H

#include <stdint.h>

/**
 * Makes a random number (Marsaglia's xorshift).
 * @return the number
 */
static inline uint64_t next_random(void)
{
    static uint64_t state = UINT64_C(0x6d616b61746561);
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

#endif
