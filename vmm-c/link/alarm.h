/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A channel to the time source: asking to be woken, from the side that asks; and what both sides
 * say.
 */
#ifndef MAKATEA_LINK_ALARM_H
#define MAKATEA_LINK_ALARM_H

#include "link/words.h"

/** What who waits for a time says. */
enum mk_alarm_request {
    MK_ALARM_DEADLINE, /**< TSC value. */
    MK_ALARM_NUMBER    /**< Number of the request; 0: none. */
};

/** What the time source says. That a time has come is told by a signal alone. */
enum mk_alarm_answer {
    MK_ALARM_TSC_HZ,   /**< Ticks of the TSC in a second; 0 until it is known. */
    MK_ALARM_UNIX_TIME /**< Time at start, seconds since 1970; 0: not known. */
};

/** The side that asks. */
struct mk_alarm {
    struct mk_words words; /**< The channel. */
    uint64_t number;       /**< Number of the last request. */
};

/**
 * Starts.
 * @param alarm receives the state
 * @param port the channel
 */
void mk_alarm_start(struct mk_alarm *alarm, const struct mk_port *port);

/**
 * Asks for a signal at a time. An earlier request is forgotten; its signal may still come.
 * @param alarm the state
 * @param deadline TSC value
 */
void mk_alarm_set(struct mk_alarm *alarm, uint64_t deadline);

/**
 * Looks at what the time source says; to be called after a signal.
 * @param alarm the state
 * @return ticks of the TSC in a second; 0 until the time source knows them
 */
uint64_t mk_alarm_hz(struct mk_alarm *alarm);

#endif
