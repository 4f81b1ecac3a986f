/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The console multiplexer: several VMs on one serial port of the machine (REQ-061).
 *
 * **Output** is shown in lines, each in its VM's colour or behind its VM's name. Only one line is
 * open at a time, where the terminal's cursor is. A line of another VM takes its place as a whole,
 * and the open one is written again below, so lines are never torn into one another. An incomplete
 * line is shown when it has not changed for a moment; of VMs that are not selected only when no
 * other line is open. VMs take turns, a line each.
 *
 * **Input** goes to one VM, the selected one. The escape key comes before a command: a digit
 * selects a VM, `m` opens the menu (console_menu.c).
 *
 * **Nothing grows and nothing is lost**: what does not fit stays with the VM's monitor, whose guest
 * waits for its serial port.
 */
#ifndef MAKATEA_COMPONENTS_CONSOLE_H
#define MAKATEA_COMPONENTS_CONSOLE_H

#include "components/com.h"
#include "components/text_line.h"
#include "link/alarm.h"
#include "makatea/config_component.h"

/** Bytes of a VM's complete lines that are kept for whoever switches to it. */
#define MK_CONSOLE_KEPT 2048
/** Bytes that wait for the transmitter, at most. */
#define MK_CONSOLE_OUT 16384
/** Bytes of a line that is typed in the menu. */
#define MK_CONSOLE_TYPED 64
/** Bytes of a line of the lifecycle manager's answer. */
#define MK_CONSOLE_ANSWER 96

/** In place of a VM's number: nobody. */
#define MK_CONSOLE_NOBODY UINT32_MAX
/** In place of a VM's number: the menu. */
#define MK_CONSOLE_MENU (UINT32_MAX - 1)

/** A VM's port at the console. */
struct mk_console_vm {
    const struct mk_console_port *port; /**< The plan. */
    struct mk_link link;                /**< Its bytes, both ways. */
    uint32_t peer;                      /**< Epoch of the monitor that the rest is of. */
    bool look;                          /**< There may be output. */
    struct mk_vt vt;                    /**< Filter of its output. */
    struct mk_text_line line;           /**< Its line that is not complete. */
    bool behind;                        /**< The terminal does not show the line as it is. */
    bool news;                          /**< The line has changed since it was last shown. */
    bool astray;                        /**< The terminal's cursor is not where the line's is. */
    bool shown;                         /**< The line was shown, if only in part. */
    uint64_t changed;                   /**< TSC value of the line's last change. */
    bool told;                          /**< It was said that nobody takes what is typed. */
    uint8_t kept[MK_CONSOLE_KEPT];      /**< Complete lines, the newest last, in a circle. */
    uint64_t kept_bytes;                /**< How many bytes were ever kept. */
};

/** What is done with what is typed. */
enum mk_console_keys {
    MK_CONSOLE_KEYS_VM,      /**< It goes to the selected VM. */
    MK_CONSOLE_KEYS_ESCAPED, /**< The escape key was typed. */
    MK_CONSOLE_KEYS_MENU     /**< It is a line for the menu. */
};

/** The console. */
struct mk_console {
    struct mk_component *c;                 /**< The component. */
    const struct mk_console_config *config; /**< The plan. */
    struct mk_console_vm *vms;              /**< By row of mk_console_config::ports. */
    struct mk_com com;                      /**< The machine's serial port. */
    struct mk_alarm alarm;                  /**< Channel to the time source. */
    bool has_alarm;                         /**< There is one. */
    struct mk_link menu;                    /**< Channel to the lifecycle manager. */
    bool has_menu;                          /**< There is one. */
    uint8_t out[MK_CONSOLE_OUT];            /**< For the transmitter. */
    uint32_t out_first;                     /**< Index of the first byte of it. */
    uint32_t out_count;                     /**< How many bytes. */
    uint32_t writer;                        /**< Whose line is open. */
    uint32_t turn;                          /**< Whose turn is next. */
    uint32_t selected;                      /**< Who gets what is typed. */
    enum mk_console_keys keys;              /**< What is done with it. */
    char typed[MK_CONSOLE_TYPED];           /**< Line for the menu. */
    uint32_t typed_count;                   /**< Its length. */
    char answer[MK_CONSOLE_ANSWER];         /**< Line of the lifecycle manager. */
    uint32_t answer_count;                  /**< Its length. */
};

/**
 * Starts a console.
 * @param console receives the state
 * @param c the component, with the plan's serial port and channels
 * @param config the plan
 * @param vms room for each of its ports
 */
void mk_console_start(struct mk_console *console, struct mk_component *c,
                      const struct mk_console_config *config, struct mk_console_vm *vms);

/**
 * Makes a round: input, answers, a turn of each VM, output.
 * @param console the console
 * @param events what was signalled
 * @return whether there is more to do at once
 */
bool mk_console_round(struct mk_console *console, uint64_t events);

/**
 * The component: serves for ever.
 * @param console room for the state
 * @param c the component
 * @param config the plan
 * @param vms room for each of its ports
 */
void mk_console_run(struct mk_console *console, struct mk_component *c,
                    const struct mk_console_config *config, struct mk_console_vm *vms);

#endif
