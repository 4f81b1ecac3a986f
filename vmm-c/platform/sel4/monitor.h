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
    const struct mk_host_devices *devices; /**< A null pointer where the plan has none. */
};

/**
 * Runs a VM for ever: starts and stops it as the lifecycle manager says.
 * @param m room for the state, with mk_monitor::devices where devices of the machine are planned
 * @param config the plan
 * @param storage memory as the plan asks for it
 * @param ports channels, by row of the plan
 * @param images images, by row of the plan
 */
void mk_monitor_run(struct mk_monitor *m, const struct mk_vm_config *config,
                    const struct mk_storage *storage, const struct mk_port *ports,
                    const struct mk_system_image *images);

#endif
