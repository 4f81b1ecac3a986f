/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Power: how the guest turns its machine off or starts it again, its power button, and its
 * power-management timer. The machine is hardware-reduced (ACPI 6.5, 4.1); the event register is
 * what the Generic Event Device's method reads.
 *
 * The first request stays until the VM is set up again: what follows it is not looked at.
 */
#ifndef MAKATEA_POWER_H
#define MAKATEA_POWER_H

#include "makatea/bus.h"
#include "makatea/pmtimer.h"

/** First I/O port. */
#define MK_POWER_PORT 0x600
/** Number of I/O ports. */
#define MK_POWER_PORTS 16
/** Interrupt of the Generic Event Device. */
#define MK_POWER_GSI 9

/** Offset of the sleep control register (ACPI 6.5, 4.8.3.7). */
#define MK_POWER_SLEEP_CONTROL 0
/** Offset of the sleep status register (ACPI 6.5, 4.8.3.7). */
#define MK_POWER_SLEEP_STATUS 1
/** Offset of the reset register (ACPI 6.5, 4.8.3.6). */
#define MK_POWER_RESET 2
/** Offset of the event register: a bit is set when it happens, and cleared by writing 1. */
#define MK_POWER_EVENTS 3
/** Offset of the power-management timer, 4 bytes, read-only. */
#define MK_POWER_PM_TIMER 8

/** Value that resets, written to #MK_POWER_RESET. */
#define MK_POWER_RESET_VALUE 0x06
/** Sleep type that turns the machine off. */
#define MK_POWER_S5 5
/** Event: the power button was pressed. */
#define MK_POWER_EVENT_BUTTON 1

/** Port of the keyboard controller's commands; of the controller only its reset line exists. */
#define MK_KEYBOARD_PORT 0x64
/** Port of the reset control register of PC chip sets. */
#define MK_RESET_CONTROL_PORT 0xcf9

/** What the guest wants of its machine. */
enum mk_power_request {
    MK_POWER_REQUEST_NONE, /**< Nothing. */
    MK_POWER_REQUEST_OFF,  /**< To be turned off. */
    MK_POWER_REQUEST_RESET /**< To be started again. */
};

/** Power registers. */
struct mk_power {
    struct mk_irq_out irq;         /**< Where its interrupt goes. */
    uint32_t gsi;                  /**< Its interrupt. */
    struct mk_pmtimer timer;       /**< The power-management timer. */
    enum mk_power_request request; /**< What the guest wants. */
    bool woken;                    /**< WAK_STS: a sleep has ended. */
    uint8_t events;                /**< Events that happened. The line is asserted while one has. */
    uint8_t reset_control;         /**< The reset control register. */
};

/** How the registers answer at #MK_POWER_PORT. Wide accesses go byte by byte. */
extern const struct mk_device_ops mk_power_ops;
/** How the one port #MK_KEYBOARD_PORT answers; its device is the same struct mk_power. */
extern const struct mk_device_ops mk_keyboard_reset_ops;
/** How the one port #MK_RESET_CONTROL_PORT answers; its device is the same struct mk_power. */
extern const struct mk_device_ops mk_reset_control_ops;

/**
 * Sets the registers up.
 * @param power the registers
 * @param irq where the interrupt goes
 * @param gsi the interrupt
 * @param tsc_hz ticks of the TSC in a second
 * @param now TSC value
 */
void mk_power_init(struct mk_power *power, const struct mk_irq_out *irq, uint32_t gsi,
                   uint64_t tsc_hz, uint64_t now);

/**
 * Presses the power button.
 * @param power the registers
 */
void mk_power_press_button(struct mk_power *power);

/**
 * Records what the guest wants, if it is the first that it wants.
 * @param power the registers
 * @param request what
 */
void mk_power_ask(struct mk_power *power, enum mk_power_request request);

#endif
