/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The machine's devices that a plain root task owns: interval timer, COM1 and real-time clock. They
 * are driven by the drivers of the components, with a plan that is made here.
 */
#ifndef MAKATEA_PLATFORM_SEL4_DEVICES_H
#define MAKATEA_PLATFORM_SEL4_DEVICES_H

#include <sel4/sel4.h>

#include "components/com.h"
#include "components/pit.h"
#include "makatea/platform.h"
#include "platform/sel4/tsc.h"

/** Ranges of ports: interval timer, real-time clock, COM1. */
#define MK_SEL4_DEVICE_RANGES 3
/** Interrupts: interval timer, COM1. */
#define MK_SEL4_DEVICE_IRQS 2
/** Typed bytes that are kept. */
#define MK_SEL4_TYPED 256

/** The devices. */
struct mk_sel4_devices {
    seL4_CPtr notification;       /**< What their interrupts signal. */
    uint64_t unix_time;           /**< Time at start; 0 when the clock gave none. */
    struct mk_pit pit;            /**< Interval timer. */
    struct mk_com com;            /**< COM1. */
    uint8_t typed[MK_SEL4_TYPED]; /**< What was typed and not read. */
    uint32_t typed_first;         /**< Index of the oldest byte of it. */
    uint32_t typed_count;         /**< How many. */
    struct mk_port_range ranges[MK_SEL4_DEVICE_RANGES]; /**< Ports. */
    struct mk_irq irqs[MK_SEL4_DEVICE_IRQS];            /**< Interrupts. */
    struct mk_resources resources;                      /**< Plan of the devices. */
    struct mk_component component;                      /**< Who has them. */
};

/**
 * Gets ports and interrupts, sets COM1 up for input, measures the TSC, reads the clock.
 * @param d the devices, with the notification; the caller has bound it or is the only one to wait
 * @param cnode CNode of the program
 * @param next next empty slot; moved past the ones that are used
 * @return #MK_OK, or #MK_DENIED when a right is missing
 */
enum mk_status mk_sel4_devices_start(struct mk_sel4_devices *d, seL4_CPtr cnode, seL4_CPtr *next);

/**
 * Takes what COM1 has received, as far as there is room, and lets it interrupt again.
 * @param d the devices
 */
void mk_sel4_devices_listen(struct mk_sel4_devices *d);

/**
 * Reads the next byte that was typed.
 * @param d the devices
 * @return the byte, or -1
 */
int32_t mk_sel4_devices_read(struct mk_sel4_devices *d);

/**
 * Sends a byte by COM1. It is lost when the transmitter takes none for long.
 * @param d the devices
 * @param byte the byte
 */
void mk_sel4_devices_put(struct mk_sel4_devices *d, uint8_t byte);

#endif
