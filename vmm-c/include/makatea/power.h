/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The guest's power registers: what the ACPI tables say of them and what the device does.
 *
 * They are I/O ports. Sleep control and status have the layout of ACPI 6.5, 4.8.3.7.
 */
#ifndef MAKATEA_POWER_H
#define MAKATEA_POWER_H

/** First port. */
#define MK_POWER_PORT 0x600
/** Number of ports. */
#define MK_POWER_PORTS 16

/** Offset of the sleep control register: one byte. */
#define MK_POWER_SLEEP_CONTROL 0
/** Offset of the sleep status register: one byte. */
#define MK_POWER_SLEEP_STATUS 1
/** Offset of the reset register: one byte. */
#define MK_POWER_RESET 2
/** Offset of the event register, one byte: read for what happened, write ones to clear. */
#define MK_POWER_EVENTS 3
/** Offset of the power management timer: four bytes, read-only. */
#define MK_POWER_PM_TIMER 8

/** Written to the reset register: resets. */
#define MK_POWER_RESET_VALUE 0x06
/** Sleep type (SLP_TYP, bits 4:2 of sleep control) of S5: off. */
#define MK_POWER_S5 5
/** In the event register: the power button was pressed. */
#define MK_POWER_EVENT_BUTTON 1

#endif
