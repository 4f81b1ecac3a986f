/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The time source: it owns interval timer and clock, knows the speed of the TSC, and wakes whoever
 * asked for it (link/alarm.h).
 */
#ifndef MAKATEA_COMPONENTS_TIME_H
#define MAKATEA_COMPONENTS_TIME_H

#include "components/pit.h"
#include "link/alarm.h"
#include "makatea/config_component.h"

/** Rows of the time source's ports, in the order of the plan. */
enum mk_time_range {
    MK_TIME_PIT,  /**< Interval timer. */
    MK_TIME_CLOCK /**< Real-time clock. */
};

/** Somebody who asks. */
struct mk_time_client {
    struct mk_words words; /**< The channel. */
    uint32_t peer;         /**< Epoch of the client that `rung` is for. */
    uint64_t rung;         /**< Number of its last request whose time has come. */
};

/** The time source. */
struct mk_time_server {
    struct mk_component *c;         /**< The component. */
    struct mk_time_client *clients; /**< By channel. */
    struct mk_pit pit;              /**< The timer. */
    uint64_t unix_time;             /**< Time at start. */
};

/**
 * Starts the time source and tells all clients.
 * @param t receives the state
 * @param c the component, with the plan's timer, clock and channels
 * @param clients room for a client for each channel
 */
void mk_time_server_start(struct mk_time_server *t, struct mk_component *c,
                          struct mk_time_client *clients);

/**
 * Looks at what the clients ask for, wakes those whose time has come and sets the timer.
 * @param t the time source
 */
void mk_time_server_round(struct mk_time_server *t);

/**
 * The component: serves for ever.
 * @param c the component
 * @param clients room for a client for each channel
 */
void mk_time_server_run(struct mk_component *c, struct mk_time_client *clients);

#endif
