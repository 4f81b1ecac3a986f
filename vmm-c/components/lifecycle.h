/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The lifecycle manager: it starts, stops and restarts VMs, by the description's policy and for
 * those whom the description allows to ask (REQ-M02). A monitor carries out what it is told and
 * says how its VM is (makatea/life.h); it decides nothing, and permissions are checked here.
 *
 * **Requests** are lines of text, on a console's menu channel and on the text half of a monitor's
 * control channel, whose guest then controls others:
 *
 *     status            the state of each VM that the asker may control, a line `NAME STATE` each
 *     status NAME       of one
 *     start NAME        start it, if it does not run
 *     stop NAME         stop it, if it runs; it does not start again by itself
 *     restart NAME      stop it, if it runs, and start it
 *
 * Each answer ends with a line `ok` or `error: REASON`. `ok` says that it was accepted; `status`
 * tells when it is done. A VM that the asker may not control does not exist for it.
 *
 * **Death.** A monitor whose own program faults never runs again, and nothing of its VM does.
 * Whoever may control the VM is told so with a line of its own, `NAME dead: ...`.
 *
 * **Restart.** A VM that ends and is to start again does so after a second, and after twice as long
 * each time, up to a minute; a life of a minute makes that begin anew.
 */
#ifndef MAKATEA_COMPONENTS_LIFECYCLE_H
#define MAKATEA_COMPONENTS_LIFECYCLE_H

#include "components/component.h"
#include "link/alarm.h"
#include "makatea/config_component.h"
#include "makatea/life.h"

/** Bytes of a request. */
#define MK_LIFECYCLE_REQUEST 80
/** Bytes of a line of an answer. */
#define MK_LIFECYCLE_ANSWER 128

/** A VM, as the manager sees it. */
struct mk_lifecycle_state {
    struct mk_words words; /**< Commands and reports. */
    bool wanted;           /**< It is to run. */
    bool again;            /**< It is to be stopped first, then to run. */
    uint64_t number;       /**< Number of the last command. */
    uint64_t lives;        /**< Lives that were seen to begin. */
    uint64_t began;        /**< TSC value at the beginning of the last one. */
    uint64_t judged;       /**< Lives whose end was judged. */
    uint32_t failures;     /**< Restarts by itself without a long life in between. */
    uint64_t not_before;   /**< TSC value before which it does not start. */
    uint32_t death;        /**< Its monitor was the how manieth to die; 0: it has not. */
    struct mk_fault fault; /**< What it died of. */
};

/** Somebody who asks. */
struct mk_lifecycle_asker {
    struct mk_link link;                /**< Text, both ways. */
    char request[MK_LIFECYCLE_REQUEST]; /**< What came of a request. */
    uint32_t request_count;             /**< How many bytes. */
    bool too_long;                      /**< The rest of it is skipped. */
    char answer[MK_LIFECYCLE_ANSWER];   /**< Line that is not sent yet. */
    uint32_t answer_count;              /**< Its length. */
    uint32_t answer_sent;               /**< How much of it is sent. */
    uint32_t next;                      /**< Row of its VMs whose state is said next. */
    bool listing;                       /**< States are being said. */
    uint32_t deaths;                    /**< Deaths that it was told of. */
    uint32_t peer;                      /**< Epoch of the asker that the above is of. */
};

/** The manager. */
struct mk_lifecycle {
    struct mk_component *c;                   /**< The component. */
    const struct mk_lifecycle_config *config; /**< The plan. */
    struct mk_lifecycle_state *vms;           /**< By row of mk_lifecycle_config::vms. */
    struct mk_lifecycle_asker *askers;        /**< By row of mk_lifecycle_config::clients. */
    struct mk_alarm alarm;                    /**< Channel to the time source. */
    bool has_alarm;                           /**< There is one. */
    uint32_t deaths;                          /**< Monitors that have died. */
};

/**
 * Starts the manager.
 * @param l receives the state
 * @param c the component, with the plan's channels
 * @param config the plan
 * @param vms room for each VM
 * @param askers room for each client
 */
void mk_lifecycle_start(struct mk_lifecycle *l, struct mk_component *c,
                        const struct mk_lifecycle_config *config, struct mk_lifecycle_state *vms,
                        struct mk_lifecycle_asker *askers);

/**
 * Makes a round: what the monitors say, what is asked, what has to be done.
 * @param l the manager
 * @return whether there is more to do at once
 */
bool mk_lifecycle_round(struct mk_lifecycle *l);

/**
 * Notes that a monitor's program has faulted: its VM is dead for good, and whoever may control it
 * is told so, unasked.
 * @param l the manager
 * @param row row of the VM; other numbers are ignored
 * @param fault what it died of
 */
void mk_lifecycle_fault(struct mk_lifecycle *l, uint64_t row, const struct mk_fault *fault);

/**
 * Whether all VMs that ran have ended by themselves, and none is to start again by itself.
 * @param l the manager
 * @return whether
 */
bool mk_lifecycle_at_rest(const struct mk_lifecycle *l);

/**
 * The component: serves for ever.
 * @param c the component
 * @param config the plan
 * @param vms room for each VM
 * @param askers room for each client
 */
void mk_lifecycle_run(struct mk_component *c, const struct mk_lifecycle_config *config,
                      struct mk_lifecycle_state *vms, struct mk_lifecycle_asker *askers);

/**
 * State that a VM's monitor reports.
 * @param vm the VM
 * @return enum mk_control_state
 */
enum mk_control_state mk_lifecycle_reported(const struct mk_lifecycle_state *vm);

/**
 * Looks after somebody who asks: sends what there is room for, takes a request.
 * @param l the manager
 * @param row row of mk_lifecycle_config::clients
 * @return whether there is more to do at once
 */
bool mk_lifecycle_serve(struct mk_lifecycle *l, uint32_t row);

#endif
