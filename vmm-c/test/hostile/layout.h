/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What guest and monitor of this test agree on.
 */
#ifndef TEST_HOSTILE_LAYOUT_H
#define TEST_HOSTILE_LAYOUT_H

#include <stdint.h>

/** Where the guest is loaded, and starts. */
#define GUEST_ENTRY 0x10000
/** Where its page tables are. */
#define GUEST_TABLES 0x1000
/** Where the healthy guest keeps what it has done. */
#define GUEST_PROGRESS 0x8000
/** Bytes of a guest's memory. */
#define GUEST_RAM 0x400000

/** RBX of a guest that came to its end and is sound. */
#define GUEST_SOUND 0x600d

/** Number of the healthy guest; attacks follow. */
#define GUEST_HEALTHY 0
/** Numbers of the attacks. */
enum guest_number {
    GUEST_BEFORE_ATTACKS = GUEST_HEALTHY, /**< Attacks follow. */
/** The number of an attack. */
#define ATTACK(function, end) GUEST_##function,
#include "attacks.h"
#undef ATTACK
    GUEST_NUMBERS /**< How many guests there are. */
};

/** What the healthy guest has done. */
struct guest_progress {
    uint64_t rounds;   /**< Rounds of work. */
    uint64_t sleeps;   /**< Sleeps to a deadline. */
    uint64_t latest;   /**< The most ticks by which it woke late. */
    uint64_t mistakes; /**< What was not as it must be. */
    uint64_t stop;     /**< Set from outside: the guest is to end. */
};

#endif
