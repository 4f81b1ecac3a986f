/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Time and console for several monitors: one program owns interval timer and COM1 and serves the
 * others.
 */
#ifndef MAKATEA_SYSTEM_SERVER_H
#define MAKATEA_SYSTEM_SERVER_H

#include "platform/sel4/client.h"
#include "platform/sel4/devices.h"

/** Bytes of a line that are kept back until the line is complete. */
#define MK_SERVER_LINE 160

/** A monitor as the server knows it. */
struct mk_server_client {
    const char *name;              /**< Its VM. */
    struct mk_sel4_client *shared; /**< What is shared with it. */
    seL4_CPtr alarm;               /**< Signals #MK_BADGE_TIMER. */
    seL4_CPtr typed;               /**< Signals #MK_BADGE_CONSOLE. */
    char line[MK_SERVER_LINE];     /**< What is kept back. */
    uint32_t length;               /**< How much of it. */
    uint64_t last;                 /**< TSC value of the newest byte in it. */
};

/** The server. */
struct mk_server {
    struct mk_sel4_devices devices;         /**< The machine's devices. */
    struct mk_server_client *clients;       /**< The monitors. */
    uint32_t count;                         /**< How many. */
    uint32_t selected;                      /**< Who gets what is typed. */
    bool escaped;                           /**< The next byte chooses. */
    const struct mk_server_client *writing; /**< Whose line the cursor is in; null at its start. */
};

/**
 * Serves until all monitors have ended.
 * @param s the server, with devices started and clients
 */
void mk_server_run(struct mk_server *s);

#endif
