/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Turns: several VMs on one processor, none of which is left in the middle of a page fault.
 */
#ifndef MAKATEA_TURN_H
#define MAKATEA_TURN_H

#include <stdbool.h>
#include <stdint.h>

#include "makatea/platform.h"

struct mk_vm;

/** A guest's turn. */
struct mk_turn {
    uint64_t end;   /**< TSC value from which on another VM has its turn. */
    bool leaving;   /**< It is over, and the guest runs on until it can be left. */
    bool graced;    /**< When the preemption timer ends, it has run for as long as it is waited. */
    bool faulted;   /**< It was just about to have a page fault. */
    uint64_t given; /**< Turns that have ended. */
};

/**
 * Begins the first turn.
 * @param vm the VM
 */
void mk_turn_start(struct mk_vm *vm);

/**
 * Says how long the guest may run before the monitor looks at it.
 * @param vm the VM
 * @param now TSC value
 * @return ticks of the TSC
 */
uint64_t mk_turn_left(const struct mk_vm *vm, uint64_t now);

/**
 * Leaves the processor to another VM when the turn is over and the guest can be left.
 * @param vm the VM, with a return from its guest dealt with
 * @param exit the return
 */
void mk_turn_give(struct mk_vm *vm, const struct mk_exit *exit);

/**
 * Leaves the processor to another VM when the turn is over, while there is no guest or none is
 * under way: in the middle of the monitor's own long work.
 * @param vm the VM
 */
void mk_turn_pause(struct mk_vm *vm);

#endif
