/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Accesses to configuration space, and the effects of writes. Sections are those of PCIe 5.0.
 */
#include "pci/internal.h"

/**
 * Says whether an access lies within one double word of the register file.
 * @param offset register
 * @param bytes size
 * @return whether
 */
static bool within_dword(uint32_t offset, uint32_t bytes)
{
    return (bytes == 1 || bytes == 2 || bytes == 4) && offset % 4 + bytes <= 4;
}

/**
 * Says whether a register belongs to the hook.
 * @param fn the function
 * @param offset register
 * @return whether
 */
static bool hooked(const struct mk_pci_fn *fn, uint32_t offset)
{
    return fn->hook_bytes > 0 && offset >= fn->hook_first &&
           offset - fn->hook_first < fn->hook_bytes;
}

uint32_t mk_pci_config_read(struct mk_pci_root *root, uint32_t row, uint32_t offset, uint32_t bytes)
{
    if (row >= root->fn_count || !within_dword(offset, bytes)) {
        return UINT32_MAX;
    }
    const struct mk_pci_fn *fn = &root->fns[row];
    if (offset >= 4 * MK_PCI_DWORDS) {
        return 0; /* No extended capabilities (7.6.1). */
    }
    if (hooked(fn, offset)) {
        return (uint32_t)fn->hook_ops->read(fn->hook, 0, offset - fn->hook_first, bytes) &
               UINT32_MAX >> (32 - 8 * bytes);
    }
    return mk_pci_get(fn, offset, bytes);
}

void mk_pci_decode_changed(struct mk_pci_root *root, uint32_t row)
{
    if (root->events.decode == NULL) {
        return;
    }
    root->events.decode(root->events.context, row);
    if (root->fns[row].plan->kind == MK_PCI_ROOT_PORT) {
        for (uint32_t i = row + 1; i < root->fn_count; i++) {
            if (root->fns[i].port == row) {
                root->events.decode(root->events.context, i);
            }
        }
    }
}

void mk_pci_changed(const struct mk_pci_root *root, uint32_t row)
{
    if (root->fns[row].plan->kind == MK_PCI_PASSTHROUGH && root->events.changed != NULL) {
        root->events.changed(root->events.context, row);
    }
}

void mk_pci_reset_behind(struct mk_pci_root *root, uint32_t port)
{
    for (uint32_t i = port + 1; i < root->fn_count; i++) {
        struct mk_pci_fn *fn = &root->fns[i];
        if (fn->port != port) {
            continue;
        }
        /* At start all that can be written is zero, but for the size of reads (7.5.3.4). */
        for (uint32_t d = 0; d < MK_PCI_DWORDS; d++) {
            fn->value[d] &= ~(fn->writable[d] | fn->clear[d]);
        }
        mk_pci_put(fn, PCI_HEADER_BYTES + PCIE_DEVICE_CONTROL, 2, 0x2000);
        if (fn->msi != 0) {
            mk_pci_put(fn, fn->msi + PCI_MSI_PENDING, 4, 0);
        }
        for (uint32_t v = 0; v < fn->vector_count; v++) {
            fn->vectors[v] =
                (struct mk_pci_vector){.word = {0, 0, 0, 1}, .open = fn->vectors[v].open};
        }
        fn->intx = false;
        mk_pci_update_line(root, fn);
        mk_pci_changed(root, i);
        if (root->events.reset != NULL) {
            root->events.reset(root->events.context, i);
        }
        mk_pci_decode_changed(root, i);
    }
}

/**
 * Effects of a write to a register of the header.
 * @param root the hierarchy
 * @param row row of the function
 * @param dword number of the double word
 * @param before what it was
 */
static void header_effects(struct mk_pci_root *root, uint32_t row, uint32_t dword, uint32_t before)
{
    struct mk_pci_fn *fn = &root->fns[row];
    bool is_bridge = fn->plan->kind == MK_PCI_ROOT_PORT;
    uint32_t rising = fn->value[dword] & ~before;
    if (dword == PCI_COMMAND / 4) {
        mk_pci_update_line(root, fn);
        mk_pci_flush(root, fn);
        mk_pci_decode_changed(root, row);
    } else if (is_bridge && dword == PCI_PRIMARY_BUS / 4) {
        mk_pci_route(root);
    } else if (is_bridge && dword == PCI_BRIDGE_CONTROL / 4) {
        if ((rising & (uint32_t)PCI_BRIDGE_RESET << 16) != 0) {
            mk_pci_reset_behind(root, row);
        }
    } else if ((!is_bridge && dword >= PCI_BAR / 4 && dword < PCI_BAR / 4 + MK_BAR_MAX) ||
               (is_bridge && dword == PCI_MEMORY_BASE / 4)) {
        mk_pci_decode_changed(root, row);
    }
}

void mk_pci_config_write(struct mk_pci_root *root, uint32_t row, uint32_t offset, uint32_t bytes,
                         uint32_t value)
{
    if (row >= root->fn_count || !within_dword(offset, bytes) || offset >= 4 * MK_PCI_DWORDS) {
        return;
    }
    struct mk_pci_fn *fn = &root->fns[row];
    if (hooked(fn, offset)) {
        fn->hook_ops->write(fn->hook, 0, offset - fn->hook_first, bytes, value);
        return;
    }
    uint32_t dword = offset / 4;
    uint32_t shift = 8 * (offset % 4);
    uint32_t mask = (UINT32_MAX >> (32 - 8 * bytes)) << shift;
    uint32_t given = value << shift & mask;
    uint32_t before = fn->value[dword];
    uint32_t writable = fn->writable[dword] & mask;
    fn->value[dword] = ((before & ~writable) | (given & writable)) & ~(given & fn->clear[dword]);
    if (fn->value[dword] == before) {
        return;
    }
    if (offset < PCI_HEADER_BYTES) {
        header_effects(root, row, dword, before);
    } else {
        mk_pci_update_line(root, fn);
        mk_pci_flush(root, fn);
    }
    mk_pci_changed(root, row);
}
