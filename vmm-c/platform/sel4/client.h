/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What a monitor shares with a server for time and console, when several monitors share the
 * machine's timer and serial port. Each signals the other; the memory says what for.
 */
#ifndef MAKATEA_PLATFORM_SEL4_CLIENT_H
#define MAKATEA_PLATFORM_SEL4_CLIENT_H

#include "platform/sel4/ring.h"

/** The shared memory. What one side writes, the other only reads, but for the deadline. */
struct mk_sel4_client {
    uint64_t deadline;  /**< Alarm that the monitor wants, a TSC value; the server sets it to 0. */
    uint64_t tsc_hz;    /**< From the server: speed of the TSC; 0 until the server is ready. */
    uint64_t unix_time; /**< From the server: time at start. */
    bool ended;         /**< From the monitor: it has ended and writes no more. */
    struct mk_ring out; /**< Console output. */
    struct mk_ring in;  /**< Console input. */
};

#endif
