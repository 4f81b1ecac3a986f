/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What base address registers decode. Sections are those of PCIe 5.0.
 */
#include "pci/internal.h"

/**
 * Says whether the root port above lets a range through: memory is enabled and the range is in its
 * window, whole MiB (7.5.1.3.8). Ports do not pass: there is no window for them.
 * @param root the hierarchy
 * @param fn the function
 * @param first first address
 * @param bytes size
 * @param io I/O ports
 * @return whether
 */
static bool forwarded(const struct mk_pci_root *root, const struct mk_pci_fn *fn, uint64_t first,
                      uint64_t bytes, bool io)
{
    if (fn->port == MK_NONE) {
        return true;
    }
    const struct mk_pci_fn *port = &root->fns[fn->port];
    uint64_t base = (uint64_t)(mk_pci_get(port, PCI_MEMORY_BASE, 2) & 0xfff0) << 16;
    uint64_t last = (uint64_t)(mk_pci_get(port, PCI_MEMORY_LIMIT, 2) & 0xfff0) << 16 | 0xfffff;
    return !io && (mk_pci_get(port, PCI_COMMAND, 2) & PCI_COMMAND_MEMORY) != 0 && first >= base &&
           first + (bytes - 1) <= last;
}

/**
 * Says where a BAR stands, decoded or not.
 * @param fn the function
 * @param bar number of the BAR
 * @return address
 */
static uint64_t address_of(const struct mk_pci_fn *fn, uint32_t bar)
{
    uint32_t low = fn->value[PCI_BAR / 4 + bar];
    if (fn->bars[bar].type == MK_BAR_IO) {
        return low & 0xfffc;
    }
    uint64_t high = fn->bars[bar].type == MK_BAR_MMIO64 ? fn->value[PCI_BAR / 4 + bar + 1] : 0;
    return high << 32 | (low & 0xfffffff0);
}

bool mk_pci_bar_gpa(const struct mk_pci_root *root, uint32_t function, uint32_t bar, uint64_t *gpa)
{
    if (function >= root->fn_count || bar >= MK_BAR_MAX ||
        root->fns[function].bars[bar].bytes == 0) {
        return false;
    }
    const struct mk_pci_fn *fn = &root->fns[function];
    bool io = fn->bars[bar].type == MK_BAR_IO;
    uint32_t enable = io ? PCI_COMMAND_IO : PCI_COMMAND_MEMORY;
    *gpa = address_of(fn, bar);
    return (mk_pci_get(fn, PCI_COMMAND, 2) & enable) != 0 &&
           forwarded(root, fn, *gpa, fn->bars[bar].bytes, io);
}

/** What a look-up finds. */
struct hit {
    uint32_t function; /**< Row of the function. */
    uint32_t bar;      /**< Number of the BAR. */
    uint64_t offset;   /**< Offset in the BAR. */
};

/**
 * Looks for an address in a function's BARs.
 * @param root the hierarchy
 * @param function row of the function
 * @param io I/O ports
 * @param address address
 * @param bytes size of the access
 * @param hit receives what is found
 * @return whether a BAR decodes all of it
 */
static bool find_in(const struct mk_pci_root *root, uint32_t function, bool io, uint64_t address,
                    uint32_t bytes, struct hit *hit)
{
    for (uint32_t bar = 0; bar < MK_BAR_MAX; bar++) {
        const struct mk_pci_bar *b = &root->fns[function].bars[bar];
        uint64_t gpa;
        if (b->bytes >= bytes && (b->type == MK_BAR_IO) == io &&
            mk_pci_bar_gpa(root, function, bar, &gpa) && address >= gpa &&
            address - gpa <= b->bytes - bytes) {
            *hit = (struct hit){function, bar, address - gpa};
            return true;
        }
    }
    return false;
}

/**
 * Looks for an address in all BARs; the function that was found last comes first.
 * @param root the hierarchy
 * @param io I/O ports
 * @param address address
 * @param bytes size of the access
 * @param hit receives what is found
 * @return whether a BAR decodes all of it
 */
static bool find(struct mk_pci_root *root, bool io, uint64_t address, uint32_t bytes,
                 struct hit *hit)
{
    if (bytes == 0) {
        return false;
    }
    if (root->recent < root->fn_count && find_in(root, root->recent, io, address, bytes, hit)) {
        return true;
    }
    for (uint32_t i = 0; i < root->fn_count; i++) {
        if (find_in(root, i, io, address, bytes, hit)) {
            root->recent = i;
            return true;
        }
    }
    return false;
}

bool mk_pci_mmio(struct mk_pci_root *root, uint64_t gpa, uint32_t bytes, uint32_t *function,
                 uint32_t *bar, uint64_t *offset)
{
    struct hit hit;
    if (!find(root, false, gpa, bytes, &hit)) {
        return false;
    }
    *function = hit.function;
    *bar = hit.bar;
    *offset = hit.offset;
    return true;
}

bool mk_pci_set_bar(struct mk_pci_root *root, uint32_t function, uint32_t bar,
                    const struct mk_device_ops *ops, void *device)
{
    if (function >= root->fn_count || bar >= MK_BAR_MAX ||
        root->fns[function].bars[bar].bytes == 0) {
        return false;
    }
    root->fns[function].bars[bar].ops = ops;
    root->fns[function].bars[bar].device = device;
    return true;
}

/**
 * Finds a BAR that has all of an access.
 * @param root the hierarchy
 * @param function row of the function
 * @param bar number of the BAR
 * @param offset where in it
 * @param bytes size
 * @return the function, or a null pointer
 */
static struct mk_pci_fn *has(struct mk_pci_root *root, uint32_t function, uint32_t bar,
                             uint64_t offset, uint32_t bytes)
{
    if (function >= root->fn_count || bar >= MK_BAR_MAX) {
        return (struct mk_pci_fn *)0;
    }
    struct mk_pci_fn *fn = &root->fns[function];
    uint64_t size = fn->bars[bar].bytes;
    return offset < size && bytes <= size - offset ? fn : (struct mk_pci_fn *)0;
}

uint64_t mk_pci_bar_read(struct mk_pci_root *root, uint32_t function, uint32_t bar, uint64_t now,
                         uint64_t offset, uint32_t bytes)
{
    const struct mk_pci_fn *fn = has(root, function, bar, offset, bytes);
    if (fn == (const struct mk_pci_fn *)0) {
        return UINT64_MAX;
    }
    if (mk_pci_msix_has(fn, bar, offset, bytes)) {
        return mk_pci_msix_read(fn, bar, offset, bytes);
    }
    const struct mk_pci_bar *b = &fn->bars[bar];
    return b->ops == NULL ? UINT64_MAX : b->ops->read(b->device, now, offset, bytes);
}

void mk_pci_bar_write(struct mk_pci_root *root, uint32_t function, uint32_t bar, uint64_t now,
                      uint64_t offset, uint32_t bytes, uint64_t value)
{
    struct mk_pci_fn *fn = has(root, function, bar, offset, bytes);
    if (fn == (struct mk_pci_fn *)0) {
        return;
    }
    const struct mk_pci_bar *b = &fn->bars[bar];
    if (mk_pci_msix_has(fn, bar, offset, bytes)) {
        mk_pci_msix_write(root, fn, bar, offset, bytes, value);
    } else if (b->ops != NULL) {
        b->ops->write(b->device, now, offset, bytes, value);
    }
}

/**
 * Reads from a window. Where no BAR decodes, all ones (2.3.1: unsupported request).
 * @param device the window
 * @param now TSC value
 * @param offset from the window's beginning
 * @param bytes size
 * @return value
 */
static uint64_t window_read(void *device, uint64_t now, uint64_t offset, uint32_t bytes)
{
    struct mk_pci_window *window = device;
    struct mk_pci_root *root = window->root;
    struct hit hit;
    if (!find(root, window->io, window->first + offset, bytes, &hit)) {
        return UINT64_MAX;
    }
    return mk_pci_bar_read(root, hit.function, hit.bar, now, hit.offset, bytes);
}

/**
 * Writes to a window.
 * @param device the window
 * @param now TSC value
 * @param offset from the window's beginning
 * @param bytes size
 * @param value value
 */
static void window_write(void *device, uint64_t now, uint64_t offset, uint32_t bytes,
                         uint64_t value)
{
    struct mk_pci_window *window = device;
    struct mk_pci_root *root = window->root;
    struct hit hit;
    if (!find(root, window->io, window->first + offset, bytes, &hit)) {
        return;
    }
    mk_pci_bar_write(root, hit.function, hit.bar, now, hit.offset, bytes, value);
}

const struct mk_device_ops mk_pci_window_ops = {window_read, window_write};
