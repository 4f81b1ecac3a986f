/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The machine's devices that a plain root task owns: interval timer (Intel 8254, channel 0), COM1
 * (16550) and real-time clock (MC146818).
 */
#ifndef MAKATEA_PLATFORM_SEL4_DEVICES_H
#define MAKATEA_PLATFORM_SEL4_DEVICES_H

#include <sel4/sel4.h>
#include <stdbool.h>
#include <stdint.h>

#include "makatea/platform.h"

/** Badge of the interval timer's interrupt. */
#define MK_BADGE_TIMER (UINT64_C(1) << 0)
/** Badge of COM1's interrupt: something was typed. */
#define MK_BADGE_CONSOLE (UINT64_C(1) << 1)

/** The devices. Slots are named for what they hold. */
struct mk_sel4_devices {
    seL4_CPtr notification; /**< What their interrupts signal, with the badges above. */
    seL4_CPtr timer_ports;  /**< Right to the ports of the interval timer. */
    seL4_CPtr timer_irq;    /**< Its interrupt. */
    seL4_CPtr uart_ports;   /**< Right to the ports of COM1. */
    seL4_CPtr uart_irq;     /**< Its interrupt. */
    seL4_CPtr clock_ports;  /**< Right to the ports of the real-time clock. */
    uint64_t tsc_hz;        /**< Speed of the TSC. */
    uint64_t unix_time;     /**< Time at start; 0 when the clock gave none. */
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
 * Lets the interval timer interrupt at a time, or earlier when that is beyond its reach (55 ms).
 * @param d the devices
 * @param deadline TSC value
 * @return #MK_OK or #MK_DENIED
 */
enum mk_status mk_sel4_timer_alarm(struct mk_sel4_devices *d, uint64_t deadline);

/**
 * Measures the TSC with the interval timer.
 * @param d the devices
 */
void mk_sel4_timer_measure(struct mk_sel4_devices *d);

/**
 * Reads the time-stamp counter.
 * @return its value
 */
uint64_t mk_sel4_tsc(void);

/**
 * Sets COM1 up: FIFOs, and an interrupt for what is received.
 * @param d the devices
 */
void mk_sel4_uart_start(struct mk_sel4_devices *d);

/**
 * Sends a byte. It is lost when the transmitter takes none for long.
 * @param d the devices
 * @param byte the byte
 */
void mk_sel4_uart_put(struct mk_sel4_devices *d, uint8_t byte);

/**
 * Takes a received byte. When there is none, its interrupt is acknowledged: the next byte signals.
 * @param d the devices
 * @return the byte, or -1
 */
int32_t mk_sel4_uart_get(struct mk_sel4_devices *d);

/**
 * Reads the real-time clock.
 * @param d the devices
 * @return seconds since 1970-01-01 00:00, taking the clock for UTC; 0 when it has no valid time
 */
uint64_t mk_sel4_clock_read(struct mk_sel4_devices *d);

#endif
