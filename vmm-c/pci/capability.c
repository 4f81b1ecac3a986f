/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Capabilities of functions: PCI Express, MSI, MSI-X, and those that devices add. Sections are
 * those of PCIe 5.0.
 */
#include "pci/internal.h"

/** Kinds of function in the PCI Express capabilities register (7.5.3.2). */
enum express_kind {
    EXPRESS_ENDPOINT = 0,  /**< PCI Express endpoint. */
    EXPRESS_ROOT_PORT = 4, /**< Root port. */
    EXPRESS_INTEGRATED = 9 /**< Endpoint of the root complex itself. */
};

/** Device capabilities: payload of 128 bytes, role-based error reporting (7.5.3.3). */
#define DEVICE_CAP (1U << 15)
/** Device control that can be written: error reporting, largest read request (7.5.3.4). */
#define DEVICE_CONTROL 0x700f
/** Its value at start: reads of 512 bytes. */
#define DEVICE_CONTROL_START 0x2000
/** A link of 2.5 GT/s and one lane, as capability and as status (7.5.3.6, 7.5.3.8). */
#define LINK 0x11

/** PCI Express capability of every function. Slot, root and second sets of registers are zero. */
static const struct mk_pci_row express[] = {
    {PCIE_DEVICE_CAP, 4, DEVICE_CAP, 0, 0},
    {PCIE_DEVICE_CONTROL, 2, DEVICE_CONTROL_START, DEVICE_CONTROL, 0},
    {PCIE_DEVICE_STATUS, 2, 0, 0, 0xf},
};

/** The same, of functions at a link. Clock and synchronisation bits have no effect. */
static const struct mk_pci_row link[] = {
    {PCIE_LINK_CAP, 4, LINK, 0, 0},
    {PCIE_LINK_CONTROL, 2, 0, 0xc0, 0},
    {PCIE_LINK_STATUS, 2, LINK, 0, 0},
    {PCIE_LINK_CONTROL_2, 2, 1, 0, 0},
};

/** MSI with one vector (7.7.1). */
static const struct mk_pci_row msi[] = {
    {PCI_MSI_CONTROL, 2, PCI_MSI_FORM, PCI_MSI_ENABLE, 0},
    {PCI_MSI_ADDRESS, 4, 0, 0xfffffffc, 0},
    {PCI_MSI_ADDRESS + 4, 4, 0, 0xffffffff, 0},
    {PCI_MSI_DATA, 2, 0, 0xffff, 0},
    {PCI_MSI_MASK, 4, 0, 1, 0},
};

/** MSI-X (7.7.2). */
static const struct mk_pci_row msix[] = {
    {PCI_MSIX_CONTROL, 2, 0, PCI_MSIX_ENABLE | PCI_MSIX_MASK, 0},
};

uint8_t mk_pci_link_capability(struct mk_pci_fn *fn, uint8_t id, uint32_t bytes)
{
    uint32_t at = fn->end;
    uint32_t room = 4 * MK_PCI_DWORDS - at;
    if (at == 0 || bytes < 2 || bytes > room) {
        return 0;
    }
    mk_pci_put(fn, at, 1, id);
    mk_pci_put(fn, fn->link, 1, at);
    mk_pci_put(fn, PCI_STATUS, 2, mk_pci_get(fn, PCI_STATUS, 2) | PCI_STATUS_CAPABILITIES);
    fn->link = (uint8_t)(at + 1);
    fn->end = (uint8_t)(at + (bytes + 3) / 4 * 4); /* Becomes 0 at the end of the space. */
    return (uint8_t)at;
}

/**
 * Makes the PCI Express capability.
 * @param fn the function
 * @return whether it fits
 */
static bool make_express(struct mk_pci_fn *fn)
{
    enum express_kind kind = fn->plan->kind == MK_PCI_ROOT_PORT ? EXPRESS_ROOT_PORT
                             : fn->port != MK_NONE              ? EXPRESS_ENDPOINT
                                                                : EXPRESS_INTEGRATED;
    uint8_t at = mk_pci_link_capability(fn, PCI_CAP_PCIE, PCIE_BYTES);
    if (at == 0) {
        return false;
    }
    mk_pci_make(fn, at, express, MK_COUNT(express));
    mk_pci_put(fn, at + PCIE_CAPABILITIES, 2, 2U | (uint32_t)kind << 4);
    if (kind != EXPRESS_INTEGRATED) {
        mk_pci_make(fn, at, link, MK_COUNT(link));
    }
    return true;
}

bool mk_pci_make_capabilities(struct mk_pci_fn *fn)
{
    fn->link = PCI_CAPABILITIES;
    fn->end = PCI_HEADER_BYTES;
    if (fn->plan->kind == MK_PCI_HOST_BRIDGE) {
        return fn->vector_count == 0 && !fn->plan->msi;
    }
    if (!make_express(fn)) {
        return false;
    }
    if (fn->plan->msi) {
        fn->msi = mk_pci_link_capability(fn, PCI_CAP_MSI, PCI_MSI_BYTES);
        mk_pci_make(fn, fn->msi, msi, MK_COUNT(msi));
    }
    if (fn->vector_count > 0) {
        fn->msix = mk_pci_link_capability(fn, PCI_CAP_MSIX, PCI_MSIX_BYTES);
        mk_pci_make(fn, fn->msix, msix, MK_COUNT(msix));
        mk_pci_put(fn, fn->msix + PCI_MSIX_CONTROL, 2, fn->vector_count - 1);
        mk_pci_put(fn, fn->msix + PCI_MSIX_TABLE, 4, (uint32_t)fn->table.offset | fn->table.bar);
        mk_pci_put(fn, fn->msix + PCI_MSIX_PBA, 4, (uint32_t)fn->pba.offset | fn->pba.bar);
    }
    return true;
}

uint8_t mk_pci_add_capability(struct mk_pci_root *root, uint32_t function, uint8_t id,
                              const uint8_t *body, uint32_t bytes)
{
    if (function >= root->fn_count) {
        return 0;
    }
    struct mk_pci_fn *fn = &root->fns[function];
    uint8_t at = mk_pci_link_capability(fn, id, bytes);
    for (uint32_t i = 2; at != 0 && i < bytes; i++) {
        mk_pci_put(fn, at + i, 1, body[i - 2]);
    }
    return at;
}

bool mk_pci_set_hook(struct mk_pci_root *root, uint32_t function, uint32_t first, uint32_t bytes,
                     const struct mk_device_ops *ops, void *device)
{
    if (function >= root->fn_count || first < PCI_HEADER_BYTES || first >= 4 * MK_PCI_DWORDS ||
        bytes == 0 || bytes > 4 * MK_PCI_DWORDS - first || (first | bytes) % 4 != 0) {
        return false;
    }
    struct mk_pci_fn *fn = &root->fns[function];
    fn->hook_first = (uint8_t)first;
    fn->hook_bytes = (uint8_t)bytes;
    fn->hook_ops = ops;
    fn->hook = device;
    return true;
}
