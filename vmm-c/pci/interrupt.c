/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Interrupts of functions: pin, MSI, MSI-X. Sections are those of PCIe 5.0.
 */
#include "pci/internal.h"

/**
 * Says whether a message control register has MSI or MSI-X in use.
 * @param fn the function
 * @param capability offset of the capability, or 0
 * @param enable its enable bit
 * @return whether
 */
static bool enabled(const struct mk_pci_fn *fn, uint32_t capability, uint32_t enable)
{
    return capability != 0 && (mk_pci_get(fn, capability + PCI_MSI_CONTROL, 2) & enable) != 0;
}

/**
 * Says whether a function's pin reaches its line (6.1.4.3: not with MSI or MSI-X in use).
 * @param fn the function
 * @return whether it asserts the line
 */
static bool asserts(const struct mk_pci_fn *fn)
{
    return fn->intx && (mk_pci_get(fn, PCI_COMMAND, 2) & PCI_COMMAND_INTX_DISABLE) == 0 &&
           !enabled(fn, fn->msi, PCI_MSI_ENABLE) && !enabled(fn, fn->msix, PCI_MSIX_ENABLE);
}

void mk_pci_update_line(struct mk_pci_root *root, struct mk_pci_fn *fn)
{
    uint32_t gsi = fn->plan->intx_gsi;
    uint32_t status = mk_pci_get(fn, PCI_STATUS, 2) & ~(uint32_t)PCI_STATUS_INTERRUPT;
    if (gsi == MK_NONE) {
        return;
    }
    /* The status bit does not depend on the disable bit (7.5.1.1.4). */
    mk_pci_put(fn, PCI_STATUS, 2, status | (fn->intx ? (uint32_t)PCI_STATUS_INTERRUPT : 0));
    bool asserted = asserts(fn);
    for (uint32_t i = 0; !asserted && i < root->fn_count; i++) {
        asserted = root->fns[i].plan->intx_gsi == gsi && asserts(&root->fns[i]);
    }
    if (root->irq.line != NULL) {
        root->irq.line(root->irq.chip, gsi, asserted);
    }
}

void mk_pci_intx(struct mk_pci_root *root, uint32_t function, bool asserted)
{
    if (function < root->fn_count && root->fns[function].intx != asserted) {
        root->fns[function].intx = asserted;
        mk_pci_update_line(root, &root->fns[function]);
    }
}

bool mk_pci_may_send(const struct mk_pci_fn *fn, uint32_t capability, uint32_t enable,
                     uint32_t mask)
{
    /* Messages are memory writes, which need the bus master bit (7.5.1.1.3). */
    return enabled(fn, capability, enable) && !enabled(fn, capability, mask) &&
           (mk_pci_get(fn, PCI_COMMAND, 2) & PCI_COMMAND_MASTER) != 0;
}

bool mk_pci_is_master(const struct mk_pci_root *root, uint32_t function)
{
    return function < root->fn_count &&
           (mk_pci_get(&root->fns[function], PCI_COMMAND, 2) & PCI_COMMAND_MASTER) != 0;
}

/**
 * Sends the message of MSI when it is pending and can be sent (7.7.1.8).
 * @param root the hierarchy
 * @param fn the function
 */
static void flush_msi(struct mk_pci_root *root, struct mk_pci_fn *fn)
{
    if (fn->msi == 0 || !mk_pci_may_send(fn, fn->msi, PCI_MSI_ENABLE, 0) ||
        (mk_pci_get(fn, fn->msi + PCI_MSI_MASK, 4) & 1) != 0 ||
        (mk_pci_get(fn, fn->msi + PCI_MSI_PENDING, 4) & 1) == 0) {
        return;
    }
    uint64_t high = mk_pci_get(fn, fn->msi + PCI_MSI_ADDRESS + 4, 4);
    mk_pci_put(fn, fn->msi + PCI_MSI_PENDING, 4, 0);
    if (root->irq.message != NULL) {
        root->irq.message(root->irq.chip, high << 32 | mk_pci_get(fn, fn->msi + PCI_MSI_ADDRESS, 4),
                          mk_pci_get(fn, fn->msi + PCI_MSI_DATA, 2));
    }
}

void mk_pci_msi_raise(struct mk_pci_root *root, uint32_t function)
{
    if (function >= root->fn_count) {
        return;
    }
    struct mk_pci_fn *fn = &root->fns[function];
    if (enabled(fn, fn->msi, PCI_MSI_ENABLE)) {
        mk_pci_put(fn, fn->msi + PCI_MSI_PENDING, 4, 1);
        flush_msi(root, fn);
    }
}

/**
 * Sends a vector of MSI-X when it is pending and can be sent (7.7.2.8).
 * @param root the hierarchy
 * @param fn the function
 * @param vector number of the vector, one that it has
 */
static void flush_vector(struct mk_pci_root *root, struct mk_pci_fn *fn, uint32_t vector)
{
    struct mk_pci_vector *v = &fn->vectors[vector];
    if (v->pending && (v->word[3] & 1) == 0 &&
        mk_pci_may_send(fn, fn->msix, PCI_MSIX_ENABLE, PCI_MSIX_MASK)) {
        v->pending = false;
        if (root->irq.message != NULL) {
            root->irq.message(root->irq.chip, (uint64_t)v->word[1] << 32 | v->word[0], v->word[2]);
        }
    }
}

void mk_pci_flush(struct mk_pci_root *root, struct mk_pci_fn *fn)
{
    flush_msi(root, fn);
    for (uint32_t v = 0; v < fn->vector_count; v++) {
        flush_vector(root, fn, v);
    }
}

void mk_pci_msix_raise(struct mk_pci_root *root, uint32_t function, uint32_t vector)
{
    if (function < root->fn_count && vector < root->fns[function].vector_count &&
        mk_pci_msix_enabled(root, function)) {
        root->fns[function].vectors[vector].pending = true;
        flush_vector(root, &root->fns[function], vector);
    }
}

bool mk_pci_msix_enabled(const struct mk_pci_root *root, uint32_t function)
{
    return function < root->fn_count &&
           enabled(&root->fns[function], root->fns[function].msix, PCI_MSIX_ENABLE);
}
