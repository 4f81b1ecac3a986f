/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A monitor under a lifecycle manager, and who is at the other ends of its lines: a console behind
 * COM1, another VM behind COM2.
 */
#ifndef MAKATEA_TEST_LIFE_FIXTURE_H
#define MAKATEA_TEST_LIFE_FIXTURE_H

#include "makatea/life.h"
#include "parts.h"
#include "unit.h"

/** Channels by number. */
enum life_channel {
    LIFE_CONTROL, /**< Lifecycle manager. */
    LIFE_CONSOLE, /**< Console. */
    LIFE_CABLE    /**< Null-modem cable to another VM. */
};

/** The monitor and the far ends. */
struct life {
    struct parts parts;      /**< Channels. */
    struct mk_vm *vm;        /**< The monitor. */
    struct mk_words manager; /**< Commands and reports. */
    struct mk_link text;     /**< Requests of the guest, and answers. */
    struct mk_link console;  /**< The console's end. */
    struct mk_link cable;    /**< The other VM's end. */
    uint64_t number;         /**< Number of the last command. */
    char said[8192];         /**< What the console got. */
    uint64_t said_bytes;     /**< How much. */
    bool deaf;               /**< The console reads nothing. */
};

/** The one of the test. */
extern struct life life;

/** A guest that halts: three lives of one exit each. */
extern const struct mk_exit life_halts[3];

/**
 * Lives through a test's steps.
 * @param vm the VM
 * @param script exits of its guest
 * @param length how many
 * @param steps what happens at each wait of the monitor, in turn; a null pointer ends the test
 * @param prepare the hook
 */
void life_live(struct mk_vm *vm, const struct mk_exit *script, uint32_t length,
               void (*const *steps)(void), const char *(*prepare)(struct mk_vm *));

/** Prepares nothing. @param vm the VM @return a null pointer */
const char *life_prepare(struct mk_vm *vm);

/** Says what the monitor reports. @return the state */
enum mk_control_state life_state(void);

/** The console reads what it got. */
void life_listen(void);

/** The console reads until there is nothing, and wants to be told of more. */
void life_listen_to_the_end(void);

/** A step: the command to start. */
void life_start(void);

/** A step: the command to stop. */
void life_stop(void);

/** A step: the monitor says that it is stopped. */
void life_stopped(void);

#endif
