/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Ranges of addresses, and who answers there.
 */
#include "makatea/bus.h"

/** All bits of a size of 1 to 8 bytes. */
#define SIZE_MASK(bytes) (UINT64_MAX >> (64 - 8 * (bytes)))

bool mk_bus_add(struct mk_bus *bus, uint64_t first, uint64_t bytes, const struct mk_device_ops *ops,
                void *device)
{
    if (bus->count >= bus->room || bytes == 0 || first > UINT64_MAX - (bytes - 1)) {
        return false;
    }
    for (uint32_t i = 0; i < bus->count; i++) {
        const struct mk_bus_range *other = &bus->ranges[i];
        if (first <= other->first + (other->bytes - 1) && other->first <= first + (bytes - 1)) {
            return false;
        }
    }
    bus->ranges[bus->count++] = (struct mk_bus_range){first, bytes, ops, device};
    return true;
}

/**
 * Finds who answers for all of an access.
 * @param bus the bus
 * @param address address
 * @param bytes size
 * @return the range, or a null pointer
 */
static const struct mk_bus_range *find(const struct mk_bus *bus, uint64_t address, uint32_t bytes)
{
    if (bytes != 1 && bytes != 2 && bytes != 4 && bytes != 8) {
        return (const struct mk_bus_range *)0;
    }
    for (uint32_t i = 0; i < bus->count; i++) {
        const struct mk_bus_range *range = &bus->ranges[i];
        uint64_t offset = address - range->first;
        if (address >= range->first && offset < range->bytes && bytes <= range->bytes - offset) {
            return range;
        }
    }
    return (const struct mk_bus_range *)0;
}

uint64_t mk_bus_read(struct mk_bus *bus, uint64_t now, uint64_t address, uint32_t bytes)
{
    const struct mk_bus_range *range = find(bus, address, bytes);
    if (range == (const struct mk_bus_range *)0) {
        return UINT64_MAX;
    }
    return range->ops->read(range->device, now, address - range->first, bytes) & SIZE_MASK(bytes);
}

void mk_bus_write(struct mk_bus *bus, uint64_t now, uint64_t address, uint32_t bytes,
                  uint64_t value)
{
    const struct mk_bus_range *range = find(bus, address, bytes);
    if (range != (const struct mk_bus_range *)0) {
        range->ops->write(range->device, now, address - range->first, bytes,
                          value & SIZE_MASK(bytes));
    }
}
