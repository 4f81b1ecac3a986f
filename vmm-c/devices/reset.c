/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The two older ways in which a PC is started again: the keyboard controller's output port, and the
 * chip set's reset control register.
 */
#include "makatea/power.h"

/**
 * Commands 0xf0 to 0xff pulse the output port's lines of which the bit in 3:0 is 0 (Intel 8042;
 * IBM PC AT Technical Reference, keyboard controller).
 */
#define PULSE_COMMANDS 0xf0
/** Line 0 of the output port resets the processor. */
#define PULSE_NOT_RESET 0x01

#define CONTROL_HARD 0x02 /**< SYS_RST (Intel ICH, RST_CNT, I/O 0xcf9): hard, not soft. */
#define CONTROL_CPU 0x04  /**< RST_CPU: its change from 0 to 1 resets. */
#define CONTROL_FULL 0x08 /**< FULL_RST: with a power cycle. */

/**
 * Reads the keyboard controller's status: nothing to read, ready for a command.
 * @param device the power registers
 * @param now TSC value
 * @param offset 0
 * @param bytes 1
 * @return value
 */
static uint64_t keyboard_read(void *device, uint64_t now, uint64_t offset, uint32_t bytes)
{
    (void)device;
    (void)now;
    (void)offset;
    (void)bytes;
    return 0;
}

/**
 * Writes a command to the keyboard controller.
 * @param device the power registers
 * @param now TSC value
 * @param offset 0
 * @param bytes 1
 * @param value the command
 */
static void keyboard_write(void *device, uint64_t now, uint64_t offset, uint32_t bytes,
                           uint64_t value)
{
    (void)now;
    (void)offset;
    (void)bytes;
    if ((value & PULSE_COMMANDS) == PULSE_COMMANDS && (value & PULSE_NOT_RESET) == 0) {
        mk_power_ask(device, MK_POWER_REQUEST_RESET);
    }
}

const struct mk_device_ops mk_keyboard_reset_ops = {keyboard_read, keyboard_write};

/**
 * Reads the reset control register.
 * @param device the power registers
 * @param now TSC value
 * @param offset 0
 * @param bytes 1
 * @return value
 */
static uint64_t control_read(void *device, uint64_t now, uint64_t offset, uint32_t bytes)
{
    const struct mk_power *power = device;
    (void)now;
    (void)offset;
    (void)bytes;
    return power->reset_control;
}

/**
 * Writes the reset control register. Each kind of reset starts the VM again.
 * @param device the power registers
 * @param now TSC value
 * @param offset 0
 * @param bytes 1
 * @param value value
 */
static void control_write(void *device, uint64_t now, uint64_t offset, uint32_t bytes,
                          uint64_t value)
{
    struct mk_power *power = device;
    (void)now;
    (void)offset;
    (void)bytes;
    if ((value & ~(uint64_t)power->reset_control & CONTROL_CPU) != 0) {
        mk_power_ask(power, MK_POWER_REQUEST_RESET);
    }
    power->reset_control = (uint8_t)(value & (CONTROL_HARD | CONTROL_CPU | CONTROL_FULL));
}

const struct mk_device_ops mk_reset_control_ops = {control_read, control_write};
