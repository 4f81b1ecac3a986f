/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What the system below does with devices of the machine that are passed through. Only a monitor
 * whose plan has such devices is given it; others do not carry its code.
 *
 * Mappings that need tables are made once, before the monitor seals itself. Afterwards the same
 * frames can be taken away and put back at the same place, and nowhere else.
 */
#ifndef MAKATEA_HOST_DEVICES_H
#define MAKATEA_HOST_DEVICES_H

#include "makatea/config.h"
#include "makatea/platform.h"

/** Some frames of a device's memory. */
struct mk_device_part {
    const struct mk_device_frames *frames; /**< The plan's row. */
    uint32_t first;                        /**< First of them. */
    uint32_t count;                        /**< How many. */
};

/** Devices of the machine. */
struct mk_host_devices {
    /**
     * Lets a guest reach device memory.
     * @param platform the system below
     * @param part which; none of it is mapped
     * @param gpa guest-physical address of its first frame
     * @return whether it does now; when not, part of it may be
     */
    bool (*show)(struct mk_platform *platform, struct mk_device_part part, uint64_t gpa);
    /**
     * Takes it away again.
     * @param platform the system below
     * @param part which
     */
    void (*hide)(struct mk_platform *platform, struct mk_device_part part);
    /**
     * Maps device memory into the monitor's own view; only before it seals itself.
     * @param platform the system below
     * @param part which; the guest does not reach it
     * @return where it is seen, or a null pointer
     */
    volatile uint8_t *(*see)(struct mk_platform *platform, struct mk_device_part part);
    /**
     * Lets a guest use I/O ports, or not.
     * @param platform the system below
     * @param ports the plan's row
     * @param on whether it may
     * @return whether that could be done
     */
    bool (*ports)(struct mk_platform *platform, const struct mk_port_range *ports, bool on);
    /**
     * Lets an interrupt come again that came by a wire.
     * @param platform the system below
     * @param irq the plan's row
     */
    void (*acknowledge)(struct mk_platform *platform, const struct mk_irq *irq);
    /**
     * Maps the guest's memory for its devices (VT-d); only before the monitor seals itself.
     * @param platform the system below
     * @param config the plan
     * @return whether all of it is mapped
     */
    bool (*dma)(struct mk_platform *platform, const struct mk_vm_config *config);
};

#endif
