/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Where the guest's accesses to devices go: ranges of guest-physical memory or of I/O ports, and
 * who answers there. And where a device's interrupts go.
 *
 * A device is a structure of its own with two functions. It knows neither the VM nor the processor:
 * offset, size, value and time come in, a value goes out. Every offset lies in the device's range
 * and `offset + bytes` too; sizes are 1, 2, 4 or 8 (8 for memory only). Everything else about an
 * access is hostile.
 */
#ifndef MAKATEA_BUS_H
#define MAKATEA_BUS_H

#include <stdbool.h>
#include <stdint.h>

/** How a device answers. */
struct mk_device_ops {
    /**
     * Reads. Bits above the size are ignored.
     * @param device the device
     * @param now TSC value
     * @param offset from the range's first address
     * @param bytes size
     * @return value
     */
    uint64_t (*read)(void *device, uint64_t now, uint64_t offset, uint32_t bytes);
    /**
     * Writes.
     * @param device the device
     * @param now TSC value
     * @param offset from the range's first address
     * @param bytes size
     * @param value value; bits above the size are zero
     */
    void (*write)(void *device, uint64_t now, uint64_t offset, uint32_t bytes, uint64_t value);
};

/** A range of addresses and its device. */
struct mk_bus_range {
    uint64_t first;                  /**< First address. */
    uint64_t bytes;                  /**< Size. */
    const struct mk_device_ops *ops; /**< How the device answers. */
    void *device;                    /**< The device. */
};

/** All ranges, without overlap. */
struct mk_bus {
    struct mk_bus_range *ranges; /**< The ranges, in the order of their adding. */
    uint32_t room;               /**< How many fit. */
    uint32_t count;              /**< Ranges in use. */
};

/** Where interrupts of devices go. Devices keep a copy of it. */
struct mk_irq_out {
    void *chip; /**< The interrupt controllers. */
    /**
     * Sets a line.
     * @param chip the interrupt controllers
     * @param gsi global system interrupt
     * @param asserted whether it is asserted; polarity is the controller's matter
     */
    void (*line)(void *chip, uint32_t gsi, bool asserted);
    /**
     * Sends a message (MSI).
     * @param chip the interrupt controllers
     * @param address where it is written to
     * @param data what is written
     */
    void (*message)(void *chip, uint64_t address, uint32_t data);
};

/**
 * Adds a range.
 * @param bus the bus
 * @param first first address
 * @param bytes size, not 0
 * @param ops how the device answers
 * @param device the device
 * @return whether it was added: no, when there is an overlap, no room, or no such range
 */
bool mk_bus_add(struct mk_bus *bus, uint64_t first, uint64_t bytes, const struct mk_device_ops *ops,
                void *device);

/**
 * Reads.
 * @param bus the bus
 * @param now TSC value
 * @param address address
 * @param bytes 1, 2, 4 or 8
 * @return value; all ones where nothing answers, or not all of it is one device's
 */
uint64_t mk_bus_read(struct mk_bus *bus, uint64_t now, uint64_t address, uint32_t bytes);

/**
 * Writes. Where nothing answers nothing happens.
 * @param bus the bus
 * @param now TSC value
 * @param address address
 * @param bytes 1, 2, 4 or 8
 * @param value value; bits above the size are ignored
 */
void mk_bus_write(struct mk_bus *bus, uint64_t now, uint64_t address, uint32_t bytes,
                  uint64_t value);

#endif
