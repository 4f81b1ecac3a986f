/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The two ways to configuration space: ECAM and ports.
 */
#include "pci/internal.h"

/**
 * Finds the function of an ECAM offset (PCIe 5.0, 7.2.2): bus in bits 27:20, device in 19:15,
 * function in 14:12, register below.
 * @param root the hierarchy
 * @param offset offset
 * @return row, or MK_NONE
 */
static uint32_t ecam_find(const struct mk_pci_root *root, uint64_t offset)
{
    if (offset >> 28 != 0) {
        return MK_NONE;
    }
    uint32_t address = (uint32_t)offset;
    return mk_pci_find(root, address >> 20, address >> 15 & 0x1f, address >> 12 & 0x7);
}

/**
 * Reads by ECAM. A root complex need not do accesses across double words (7.2.2); this one reads
 * all ones there.
 * @param device the hierarchy
 * @param now not used
 * @param offset from the beginning
 * @param bytes size
 * @return value
 */
static uint64_t ecam_read(void *device, uint64_t now, uint64_t offset, uint32_t bytes)
{
    (void)now;
    if (bytes > 4) {
        return UINT64_MAX;
    }
    return mk_pci_config_read(device, ecam_find(device, offset), (uint32_t)offset & 0xfff, bytes);
}

/**
 * Writes by ECAM.
 * @param device the hierarchy
 * @param now not used
 * @param offset from the beginning
 * @param bytes size
 * @param value value
 */
static void ecam_write(void *device, uint64_t now, uint64_t offset, uint32_t bytes, uint64_t value)
{
    (void)now;
    mk_pci_config_write(device, ecam_find(device, offset), (uint32_t)offset & 0xfff, bytes,
                        (uint32_t)value);
}

const struct mk_device_ops mk_pci_ecam_ops = {ecam_read, ecam_write};

/** Bits of the address register that can be written: enable, bus, device, function, register. */
#define ADDRESS_BITS 0x80fffffcU

/** Bit of the address register: the data register leads to configuration space. */
#define ADDRESS_ENABLE 0x80000000U

/**
 * Finds the function that the address register selects.
 * @param ports the ports
 * @return row, or MK_NONE
 */
static uint32_t selected(const struct mk_pci_ports *ports)
{
    uint32_t address = ports->address;
    if ((address & ADDRESS_ENABLE) == 0) {
        return MK_NONE;
    }
    return mk_pci_find(ports->root, address >> 16 & 0xff, address >> 11 & 0x1f, address >> 8 & 0x7);
}

/**
 * Reads a port. The address register answers to double words only (PCI 3.0, 3.2.2.3.2).
 * @param device the ports
 * @param now TSC value
 * @param offset 0 to 7
 * @param bytes size
 * @return value
 */
static uint64_t port_read(void *device, uint64_t now, uint64_t offset, uint32_t bytes)
{
    struct mk_pci_ports *ports = device;
    if (offset >= 4) {
        return mk_pci_config_read(ports->root, selected(ports),
                                  (ports->address & 0xfc) + (uint32_t)offset - 4, bytes);
    }
    if (offset == 0 && bytes == 4) {
        return ports->address;
    }
    return ports->ops != NULL ? ports->ops->read(ports->device, now, offset, bytes) : UINT64_MAX;
}

/**
 * Writes a port.
 * @param device the ports
 * @param now TSC value
 * @param offset 0 to 7
 * @param bytes size
 * @param value value
 */
static void port_write(void *device, uint64_t now, uint64_t offset, uint32_t bytes, uint64_t value)
{
    struct mk_pci_ports *ports = device;
    if (offset >= 4) {
        mk_pci_config_write(ports->root, selected(ports),
                            (ports->address & 0xfc) + (uint32_t)offset - 4, bytes, (uint32_t)value);
    } else if (offset == 0 && bytes == 4) {
        ports->address = (uint32_t)value & ADDRESS_BITS;
    } else if (ports->ops != NULL) {
        ports->ops->write(ports->device, now, offset, bytes, value);
    }
}

const struct mk_device_ops mk_pci_port_ops = {port_read, port_write};
