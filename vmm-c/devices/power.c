/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Power registers.
 */
#include "makatea/bytes.h"
#include "makatea/power.h"

#define SLEEP_TYPE_SHIFT 2  /**< SLP_TYPx, bits 4:2 (ACPI 6.5, 4.8.3.7). */
#define SLEEP_TYPE_MASK 0x7 /**< SLP_TYPx. */
#define SLEEP_ENABLE 0x20   /**< SLP_EN: write-only. */
#define WAKE_STATUS 0x80    /**< WAK_STS: cleared by writing 1 (ACPI 6.5, 4.8.3.7). */
/** Bytes of the power-management timer. */
#define TIMER_BYTES 4

void mk_power_ask(struct mk_power *power, enum mk_power_request request)
{
    if (power->request == MK_POWER_REQUEST_NONE) {
        power->request = request;
    }
}

/**
 * Changes the events; the line follows.
 * @param power the registers
 * @param events events that have happened
 */
static void set_events(struct mk_power *power, uint8_t events)
{
    bool before = power->events != 0;
    power->events = events;
    if (before != (events != 0)) {
        power->irq.line(power->irq.chip, power->gsi, events != 0);
    }
}

/**
 * Writes the sleep control register. Of all sleeps only S5 exists; each other one has ended as soon
 * as it begins.
 * @param power the registers
 * @param value value
 */
static void write_sleep_control(struct mk_power *power, uint8_t value)
{
    if ((value & SLEEP_ENABLE) == 0) {
        return;
    }
    if ((value >> SLEEP_TYPE_SHIFT & SLEEP_TYPE_MASK) == MK_POWER_S5) {
        mk_power_ask(power, MK_POWER_REQUEST_OFF);
    } else {
        power->woken = true;
    }
}

/**
 * Reads a register. Nothing is kept that sleep control or reset could return.
 * @param device the registers
 * @param now TSC value
 * @param offset which one
 * @return value
 */
static uint8_t read_register(void *device, uint64_t now, uint64_t offset)
{
    const struct mk_power *power = device;
    if (offset >= MK_POWER_PM_TIMER && offset < MK_POWER_PM_TIMER + TIMER_BYTES) {
        return (uint8_t)(mk_pmtimer_read(&power->timer, now) >> (8 * (offset - MK_POWER_PM_TIMER)));
    }
    switch (offset) {
    case MK_POWER_SLEEP_STATUS:
        return power->woken ? WAKE_STATUS : 0;
    case MK_POWER_EVENTS:
        return power->events;
    default:
        return 0;
    }
}

/**
 * Writes a register.
 * @param device the registers
 * @param now TSC value
 * @param offset which one
 * @param value value
 */
static void write_register(void *device, uint64_t now, uint64_t offset, uint8_t value)
{
    struct mk_power *power = device;
    (void)now;
    switch (offset) {
    case MK_POWER_SLEEP_CONTROL:
        write_sleep_control(power, value);
        break;
    case MK_POWER_SLEEP_STATUS:
        power->woken = power->woken && (value & WAKE_STATUS) == 0;
        break;
    case MK_POWER_RESET:
        if (value == MK_POWER_RESET_VALUE) {
            mk_power_ask(power, MK_POWER_REQUEST_RESET);
        }
        break;
    case MK_POWER_EVENTS:
        set_events(power, (uint8_t)(power->events & ~(uint32_t)value));
        break;
    default:
        break;
    }
}

/**
 * Reads.
 * @param device the registers
 * @param now TSC value
 * @param offset from the first register
 * @param bytes size
 * @return value
 */
static uint64_t power_read(void *device, uint64_t now, uint64_t offset, uint32_t bytes)
{
    return mk_bytes_read(read_register, device, now, offset, bytes);
}

/**
 * Writes.
 * @param device the registers
 * @param now TSC value
 * @param offset from the first register
 * @param bytes size
 * @param value value
 */
static void power_write(void *device, uint64_t now, uint64_t offset, uint32_t bytes, uint64_t value)
{
    mk_bytes_write(write_register, device, now, offset, bytes, value);
}

const struct mk_device_ops mk_power_ops = {power_read, power_write};

void mk_power_init(struct mk_power *power, const struct mk_irq_out *irq, uint32_t gsi,
                   uint64_t tsc_hz, uint64_t now)
{
    *power = (struct mk_power){.irq = *irq, .gsi = gsi, .timer = {tsc_hz, now}};
}

void mk_power_press_button(struct mk_power *power)
{
    set_events(power, power->events | MK_POWER_EVENT_BUTTON);
}
