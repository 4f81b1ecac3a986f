/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A monitor that has the capabilities of its plan, as under CAMkES: it makes what the VM needs of
 * them and seals itself before the guest runs.
 */
#ifndef MAKATEA_PLATFORM_SEL4_MONITOR_H
#define MAKATEA_PLATFORM_SEL4_MONITOR_H

#include "makatea/vm.h"
#include "platform/sel4/platform.h"

/** Most pieces of untyped memory: the plan has no two of one size but for VCPUs. */
#define MK_MONITOR_UNTYPED 64

/** A monitor. */
struct mk_monitor {
    struct mk_vm vm;                       /**< The VM. */
    struct mk_platform platform;           /**< The waist. */
    seL4_CPtr untyped[MK_MONITOR_UNTYPED]; /**< Slots of untyped memory. */
    /**
     * Maps the guest's memory into its IO spaces; a null pointer where none are planned.
     * @param p the waist
     * @param config the plan
     * @return #MK_OK or what is wrong
     */
    enum mk_status (*dma)(struct mk_platform *p, const struct mk_vm_config *config);
};

/**
 * Runs a VM for ever: starts and stops it as the lifecycle manager says.
 * @param m room for the state, with mk_monitor::dma where IO spaces are planned
 * @param config the plan
 * @param storage memory as the plan asks for it
 * @param ports channels, by row of the plan
 * @param images images, by row of the plan
 */
void mk_monitor_run(struct mk_monitor *m, const struct mk_vm_config *config,
                    const struct mk_storage *storage, const struct mk_port *ports,
                    const struct mk_system_image *images);

#endif
