/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The image for the bench from within.
 */
#ifndef MAKATEA_SYSTEM_INTERNAL_H
#define MAKATEA_SYSTEM_INTERNAL_H

#include <sel4/sel4.h>

#include "components/lifecycle.h"
#include "makatea/system.h"

/**
 * Puts a program's rights where the plan says: its notification, signals, ports and interrupts.
 * @param program the program
 * @param number its number
 * @param next next empty slot; moved past the ones that are used
 * @return whether it worked
 */
bool mk_system_rights(const struct mk_system_program *program, size_t number, seL4_CPtr *next);

/**
 * A monitor: it never ends.
 * @param program the program
 * @param info boot information
 * @param next next empty slot
 */
void mk_system_monitor(const struct mk_system_program *program, const seL4_BootInfo *info,
                       seL4_CPtr next);

/**
 * The lifecycle manager; when all VMs have ended by themselves, the machine does.
 * @param c the component
 * @param config the plan
 * @param vms room for each VM
 * @param askers room for each client
 */
void mk_system_lifecycle(struct mk_component *c, const struct mk_lifecycle_config *config,
                         struct mk_lifecycle_state *vms, struct mk_lifecycle_asker *askers);

#endif
