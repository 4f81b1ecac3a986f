/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What a passed-through function takes over from the machine: who it is, and where its MSI-X table
 * stands. Of its capabilities only those appear that are made here; all others stay hidden.
 */
#include "pci/internal.h"

/** Most capabilities of a function: each takes four bytes after the header. */
#define CAPABILITIES_MAX ((4 * MK_PCI_DWORDS - PCI_HEADER_BYTES) / 4)

/** A function of the machine. */
struct machine_fn {
    const struct mk_pci_host *host; /**< How it is reached. */
    uint32_t number;                /**< Its number. */
};

/**
 * Reads a register of the machine's function.
 * @param from the function
 * @param offset register
 * @param bytes size
 * @return value
 */
static uint32_t ask(const struct machine_fn *from, uint32_t offset, uint32_t bytes)
{
    return from->host->read(from->host->context, from->number, offset, bytes) &
           UINT32_MAX >> (32 - 8 * bytes);
}

/**
 * Finds a capability. The device may be broken: the walk ends after as many as there can be.
 * @param from the function
 * @param id capability ID
 * @return its offset, or 0
 */
static uint32_t find_capability(const struct machine_fn *from, uint32_t id)
{
    if ((ask(from, PCI_STATUS, 2) & PCI_STATUS_CAPABILITIES) == 0) {
        return 0;
    }
    uint32_t at = ask(from, PCI_CAPABILITIES, 1) & 0xfc;
    for (uint32_t i = 0; i < CAPABILITIES_MAX && at >= PCI_HEADER_BYTES; i++) {
        if (ask(from, at, 1) == id) {
            return at;
        }
        at = ask(from, at + 1, 1) & 0xfc;
    }
    return 0;
}

/**
 * Where an MSI-X register points to (PCIe 5.0, 7.7.2.3).
 * @param value the register
 * @param bytes how long the thing is
 * @return the place
 */
static struct mk_pci_place place_of(uint32_t value, uint64_t bytes)
{
    return (struct mk_pci_place){(uint8_t)(value & 7), value & ~UINT32_C(7), bytes};
}

bool mk_pci_ask_host(const struct mk_pci_root *root, struct mk_pci_fn *fn)
{
    const struct machine_fn from = {&root->host, fn->plan->passthrough.number};
    uint32_t vendor = ask(&from, PCI_VENDOR, 4);
    if ((vendor & 0xffff) == 0xffff) {
        return false; /* Nobody there. */
    }
    fn->value[PCI_VENDOR / 4] = vendor;
    fn->value[PCI_REVISION / 4] = ask(&from, PCI_REVISION, 4);
    fn->value[PCI_SUBSYSTEM_VENDOR / 4] = ask(&from, PCI_SUBSYSTEM_VENDOR, 4);
    if (fn->vector_count == 0) {
        return true;
    }
    uint32_t at = find_capability(&from, PCI_CAP_MSIX);
    if (at == 0 || at > 4 * MK_PCI_DWORDS - PCI_MSIX_BYTES ||
        fn->vector_count > (ask(&from, at + PCI_MSIX_CONTROL, 2) & 0x7ff) + 1) {
        return false;
    }
    fn->table = place_of(ask(&from, at + PCI_MSIX_TABLE, 4), fn->table.bytes);
    fn->pba = place_of(ask(&from, at + PCI_MSIX_PBA, 4), fn->pba.bytes);
    return true;
}
