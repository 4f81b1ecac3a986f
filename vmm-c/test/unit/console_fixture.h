/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A console with three VMs, a lifecycle manager, and a terminal.
 */
#ifndef MAKATEA_TEST_CONSOLE_FIXTURE_H
#define MAKATEA_TEST_CONSOLE_FIXTURE_H

#include "components/console.h"
#include "parts.h"
#include "screen.h"

/** VMs. */
#define CONSOLE_VMS 3
/** The escape key: Ctrl-A. */
#define CONSOLE_ESCAPE "\x01"

/** All of it. */
struct console_fixture {
    struct parts parts;                    /**< What surrounds the console. */
    struct mk_console console;             /**< The console. */
    struct mk_console_vm vms[CONSOLE_VMS]; /**< Its ports. */
    struct mk_console_config config;       /**< Its plan. */
    struct mk_link far[CONSOLE_VMS];       /**< The monitors' ends. */
    struct mk_link lifecycle;              /**< The lifecycle manager's end. */
    struct screen screen;                  /**< The terminal. */
    char typed[256];                       /**< What is typed and not yet received. */
    uint32_t typed_count;                  /**< How many bytes. */
    uint32_t typed_taken;                  /**< How many are received. */
    bool slow;                             /**< The transmitter is busy. */
};

/**
 * Starts a console; all channels are up.
 * @param f receives it
 * @param output how VMs are told apart
 * @param count number of VMs
 */
void console_make(struct console_fixture *f, enum mk_console_output output, uint32_t count);

/**
 * Lets the console work until it waits.
 * @param f all of it
 */
void console_settle(struct console_fixture *f);

/**
 * Lets a VM print, and the console work until it waits.
 * @param f all of it
 * @param vm which
 * @param text what
 */
void console_print(struct console_fixture *f, uint32_t vm, const char *text);

/**
 * Types, and lets the console work until it waits.
 * @param f all of it
 * @param text what
 */
void console_type(struct console_fixture *f, const char *text);

/**
 * Reads what was typed for a VM, or what the lifecycle manager was asked.
 * @param link its end
 * @param text receives it, with a zero byte; room for 64 bytes
 */
void console_heard(struct mk_link *link, char *text);

/**
 * Lets time pass until incomplete lines are shown.
 * @param f all of it
 */
void console_wait(struct console_fixture *f);

#endif
