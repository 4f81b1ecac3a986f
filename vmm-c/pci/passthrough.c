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
 * Where an MSI-X register points to (PCIe 5.0, 7.7.2.3).
 * @param value the register
 * @param bytes how long the thing is
 * @return the place
 */
static struct mk_pci_place place_of(uint32_t value, uint64_t bytes)
{
    return (struct mk_pci_place){(uint8_t)(value & 7), value & ~UINT32_C(7), bytes};
}

/**
 * Takes note of a capability.
 * @param from the function
 * @param at its offset
 * @param found receives what it says
 */
static void take(const struct machine_fn *from, uint32_t at, struct mk_pci_found *found)
{
    uint32_t id = ask(from, at, 1);
    if (id == PCI_CAP_MSI && found->msi == 0 && at <= 4 * MK_PCI_DWORDS - PCI_MSI_ADDRESS) {
        found->msi = (uint8_t)at;
    } else if (id == PCI_CAP_MSIX && found->msix == 0 && at <= 4 * MK_PCI_DWORDS - PCI_MSIX_BYTES) {
        uint32_t count = (ask(from, at + PCI_MSIX_CONTROL, 2) & 0x7ff) + 1;
        found->msix = (uint8_t)at;
        found->vectors = count;
        found->table = place_of(ask(from, at + PCI_MSIX_TABLE, 4), 16 * (uint64_t)count);
        /* Pending bits are whole quad words (7.7.2.6). */
        found->pba = place_of(ask(from, at + PCI_MSIX_PBA, 4), (count + 63) / 64 * UINT64_C(8));
    }
}

bool mk_pci_look(const struct mk_pci_host *host, uint32_t number, struct mk_pci_found *found)
{
    const struct machine_fn from = {host, number};
    *found = (struct mk_pci_found){.msi = 0};
    if ((ask(&from, PCI_VENDOR, 4) & 0xffff) == 0xffff) {
        return false; /* Nobody there. */
    }
    if ((ask(&from, PCI_STATUS, 2) & PCI_STATUS_CAPABILITIES) == 0) {
        return true;
    }
    /* The device may be broken: the walk ends after as many as there can be. */
    uint32_t at = ask(&from, PCI_CAPABILITIES, 1) & 0xfc;
    for (uint32_t i = 0; i < CAPABILITIES_MAX && at >= PCI_HEADER_BYTES; i++) {
        take(&from, at, found);
        at = ask(&from, at + 1, 1) & 0xfc;
    }
    return true;
}

bool mk_pci_ask_host(const struct mk_pci_root *root, struct mk_pci_fn *fn)
{
    const struct machine_fn from = {&root->host, fn->plan->passthrough.number};
    struct mk_pci_found found;
    if (!mk_pci_look(&root->host, from.number, &found)) {
        return false;
    }
    fn->value[PCI_VENDOR / 4] = ask(&from, PCI_VENDOR, 4);
    fn->value[PCI_REVISION / 4] = ask(&from, PCI_REVISION, 4);
    fn->value[PCI_SUBSYSTEM_VENDOR / 4] = ask(&from, PCI_SUBSYSTEM_VENDOR, 4);
    if (fn->vector_count == 0) {
        return true;
    }
    if (fn->vector_count > found.vectors) {
        return false;
    }
    fn->table = (struct mk_pci_place){found.table.bar, found.table.offset, fn->table.bytes};
    fn->pba = (struct mk_pci_place){found.pba.bar, found.pba.offset, fn->pba.bytes};
    return true;
}
