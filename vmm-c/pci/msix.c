/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The MSI-X table and its pending bits, in memory. Sections are those of PCIe 5.0.
 */
#include "pci/internal.h"

/** Bits of a vector's double words that can be written (7.7.2.5): addresses are multiples of 4. */
static const uint32_t writable[4] = {0xfffffffc, 0xffffffff, 0xffffffff, 1};

/**
 * Says whether an access touches a place.
 * @param place the place
 * @param bar number of the BAR
 * @param offset where in it
 * @param bytes size
 * @return whether
 */
static bool touches(const struct mk_pci_place *place, uint32_t bar, uint64_t offset, uint32_t bytes)
{
    return bar == place->bar && offset < place->offset + place->bytes &&
           place->offset < offset + bytes;
}

bool mk_pci_msix_has(const struct mk_pci_fn *fn, uint32_t bar, uint64_t offset, uint32_t bytes)
{
    return fn->vector_count > 0 &&
           (touches(&fn->table, bar, offset, bytes) || touches(&fn->pba, bar, offset, bytes));
}

/**
 * Says whether an access is an aligned double or quad word (7.7.2), all of it in a place.
 * @param place the place
 * @param bar number of the BAR
 * @param offset where in it
 * @param bytes size
 * @return whether
 */
static bool proper(const struct mk_pci_place *place, uint32_t bar, uint64_t offset, uint32_t bytes)
{
    return (bytes == 4 || bytes == 8) && offset % bytes == 0 && bar == place->bar &&
           offset >= place->offset && offset - place->offset <= place->bytes - bytes;
}

/**
 * A double word of the pending bits (7.7.2.6).
 * @param fn the function
 * @param dword its number
 * @return value
 */
static uint32_t pending(const struct mk_pci_fn *fn, uint64_t dword)
{
    uint32_t bits = 0;
    for (uint32_t i = 0; i < 32 && 32 * dword + i < fn->vector_count; i++) {
        bits |= fn->vectors[32 * dword + i].pending ? UINT32_C(1) << i : 0;
    }
    return bits;
}

uint64_t mk_pci_msix_read(const struct mk_pci_fn *fn, uint32_t bar, uint64_t offset, uint32_t bytes)
{
    uint64_t value = 0;
    bool table = proper(&fn->table, bar, offset, bytes);
    if (!table && !proper(&fn->pba, bar, offset, bytes)) {
        return UINT64_MAX;
    }
    uint64_t dword = (offset - (table ? fn->table.offset : fn->pba.offset)) / 4;
    for (uint32_t i = 0; i < bytes / 4; i++) {
        uint64_t d = dword + i;
        uint64_t part = table ? fn->vectors[d / 4].word[d % 4] : pending(fn, d);
        value |= part << (32 * i);
    }
    return value;
}

void mk_pci_msix_write(struct mk_pci_root *root, struct mk_pci_fn *fn, uint32_t bar,
                       uint64_t offset, uint32_t bytes, uint64_t value)
{
    if (!proper(&fn->table, bar, offset, bytes)) {
        return;
    }
    uint64_t dword = (offset - fn->table.offset) / 4;
    for (uint32_t i = 0; i < bytes / 4; i++) {
        uint64_t d = dword + i;
        fn->vectors[d / 4].word[d % 4] = (uint32_t)(value >> (32 * i)) & writable[d % 4];
    }
    mk_pci_flush(root, fn);
    mk_pci_changed(root, (uint32_t)(fn - root->fns));
}
