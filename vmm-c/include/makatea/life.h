/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The life of a monitor: it waits for the lifecycle manager's command, boots its VM, runs it until
 * it ends or is to be stopped, leaves nothing of it in memory, and waits again. Without a channel
 * to a lifecycle manager, as in a plain root task, the VM runs once.
 *
 * The channel of kind MK_CHANNEL_LIFECYCLE has two halves: a few words each way, which say what is
 * to be and what is, and a stream of text, on which a guest that controls others makes its requests
 * (components/lifecycle.h tells what they are).
 */
#ifndef MAKATEA_LIFE_H
#define MAKATEA_LIFE_H

#include "link/words.h"
#include "makatea/line.h"

/** Where the half for text begins in each region; before it stand the words. */
#define MK_CONTROL_TEXT 1024

/** What the lifecycle manager says. */
enum mk_control_command {
    MK_CONTROL_VERB,  /**< What to do: enum mk_control_verb. */
    MK_CONTROL_NUMBER /**< Number of the command, never 0; a command is carried out once. */
};

/** What is to be done. */
enum mk_control_verb {
    MK_CONTROL_NOTHING, /**< Nothing. */
    MK_CONTROL_START,   /**< Start the VM, if it does not run. */
    MK_CONTROL_STOP     /**< Stop the VM, if it runs. */
};

/** What a monitor says. */
enum mk_control_report {
    MK_CONTROL_STATE, /**< enum mk_control_state. */
    MK_CONTROL_DONE,  /**< Number of the last command that was carried out. */
    MK_CONTROL_LIVES  /**< How often the VM was started. */
};

/** State of a VM. */
enum mk_control_state {
    MK_CONTROL_UNKNOWN, /**< The monitor has said nothing. */
    MK_CONTROL_STOPPED, /**< It does not run: it was never started, or stopped by command. */
    MK_CONTROL_RUNNING, /**< It runs. */
    MK_CONTROL_OFF,     /**< Its guest turned it off. */
    MK_CONTROL_CRASHED, /**< It could not go on; there was a report. */
    MK_CONTROL_REFUSED, /**< It can not run here, and was not started. */
    MK_CONTROL_DEAD,    /**< The monitor's program has faulted. It does not say so itself. */
    MK_CONTROL_STATES   /**< Number of states. */
};

struct mk_vm;

/** The channel to the lifecycle manager. */
struct mk_control {
    bool connected;        /**< There is one. */
    uint64_t event;        /**< Its bit of a notification's badge, as a mask. */
    struct mk_words words; /**< Commands and states. */
    struct mk_line text;   /**< Requests of the guest, and answers. */
    uint64_t done;         /**< Number of the last command that was carried out. */
    uint64_t lives;        /**< How often the VM was started. */
};

/** A VM's end comes with a report of its exits; set by the build. */
#ifndef MK_REPORT_EXITS
#define MK_REPORT_EXITS 0
#endif

/** What the system below adds to a life. */
struct mk_life_hooks {
    /**
     * Makes what the VM needs from the system below; called once, before the first boot.
     * @param vm the VM
     * @return a null pointer, or what is wrong
     */
    const char *(*prepare)(struct mk_vm *vm);
    /**
     * Reports about a VM that has ended; may be a null pointer.
     * @param vm the VM
     */
    void (*report)(struct mk_vm *vm);
};

/**
 * Lives. Returns only when there is no lifecycle manager and the VM has ended.
 * @param vm the VM, with platform and config
 * @param hooks the system below
 */
void mk_life_run(struct mk_vm *vm, const struct mk_life_hooks *hooks);

/**
 * Looks at the lifecycle manager's command while the guest runs: when the VM is to be stopped,
 * mk_vm::end says so.
 * @param vm the VM
 * @param events bits of notifications
 */
void mk_control_notice(struct mk_vm *vm, uint64_t events);

#endif
