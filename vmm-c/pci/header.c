/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Headers of configuration space: the register file, its tables, and base address registers.
 * Sections are those of PCIe 5.0.
 */
#include "pci/internal.h"

/** Bits of the command register that a guest can write (7.5.1.1.3); the others are zero. */
#define COMMAND                                                                                    \
    (PCI_COMMAND_IO | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER | PCI_COMMAND_PARITY |               \
     PCI_COMMAND_SERR | PCI_COMMAND_INTX_DISABLE)

/** Registers of every header (7.5.1.1). */
static const struct mk_pci_row common[] = {
    {PCI_COMMAND, 2, 0, COMMAND, 0},
    {PCI_STATUS, 2, 0, 0, PCI_STATUS_ERRORS},
    {PCI_CACHE_LINE, 1, 0, 0xff, 0},
    {PCI_INTERRUPT_LINE, 1, 0, 0xff, 0},
};

/**
 * Registers of a bridge's header (7.5.1.3). Windows for ports and for prefetchable memory are not
 * implemented: zero, and read-only. An empty window ends below its beginning.
 */
static const struct mk_pci_row bridge[] = {
    {PCI_PRIMARY_BUS, 1, 0, 0xff, 0},
    {PCI_SECONDARY_BUS, 1, 0, 0xff, 0},
    {PCI_SUBORDINATE_BUS, 1, 0, 0xff, 0},
    {PCI_SECONDARY_STATUS, 2, 0, 0, PCI_STATUS_ERRORS},
    {PCI_MEMORY_BASE, 2, 0xfff0, 0xfff0, 0},
    {PCI_MEMORY_LIMIT, 2, 0, 0xfff0, 0},
    {PCI_BRIDGE_CONTROL, 2, 0, 0x3 | PCI_BRIDGE_RESET, 0},
};

/** What a kind of function says of itself. */
struct identity {
    uint16_t vendor;  /**< Vendor ID. */
    uint16_t device;  /**< Device ID. */
    uint32_t class;   /**< Class code. */
    uint8_t revision; /**< Revision ID. */
};

/**
 * Identities. VirtIO: 0x1040 and the device type; revision 1 or higher (VirtIO 1.2, 4.1.2). Bridges
 * are known by their class; their IDs are those registered for emulated ones.
 */
static const struct identity identities[] = {
    [MK_PCI_HOST_BRIDGE] = {0x1b36, 0x0008, 0x060000, 0},
    [MK_PCI_ROOT_PORT] = {0x1b36, 0x000c, 0x060400, 0},
    [MK_PCI_NET] = {0x1af4, 0x1041, 0x020000, 1},
    [MK_PCI_VSOCK] = {0x1af4, 0x1053, 0x078000, 1},
    [MK_PCI_BLOCK] = {0x1af4, 0x1042, 0x018000, 1},
    [MK_PCI_CONSOLE] = {0x1af4, 0x1043, 0x078000, 1},
};

/** Subsystem of emulated functions: any ID from 0x40 on (VirtIO 1.2, 4.1.2.1). */
#define SUBSYSTEM 0x11001af4

/**
 * All bits of a size.
 * @param bytes 1, 2 or 4
 * @return mask
 */
static uint32_t mask_of(uint32_t bytes)
{
    return UINT32_MAX >> (32 - 8 * bytes);
}

uint32_t mk_pci_get(const struct mk_pci_fn *fn, uint32_t offset, uint32_t bytes)
{
    return fn->value[offset / 4] >> (8 * (offset % 4)) & mask_of(bytes);
}

void mk_pci_put(struct mk_pci_fn *fn, uint32_t offset, uint32_t bytes, uint32_t value)
{
    uint32_t shift = 8 * (offset % 4);
    uint32_t mask = mask_of(bytes) << shift;
    fn->value[offset / 4] = (fn->value[offset / 4] & ~mask) | (value << shift & mask);
}

void mk_pci_make(struct mk_pci_fn *fn, uint32_t base, const struct mk_pci_row *rows, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t offset = base + rows[i].offset;
        uint32_t shift = 8 * (offset % 4);
        mk_pci_put(fn, offset, rows[i].bytes, rows[i].value);
        fn->writable[offset / 4] |= rows[i].writable << shift;
        fn->clear[offset / 4] |= rows[i].clear << shift;
    }
}

/**
 * Makes a base address register (7.5.1.2.1): bits below its size are fixed, so sizing needs nothing
 * else.
 * @param fn the function
 * @param bar what it is
 * @return whether it is sound
 */
static bool make_bar(struct mk_pci_fn *fn, const struct mk_bar *bar)
{
    bool wide = bar->type == MK_BAR_MMIO64;
    bool io = bar->type == MK_BAR_IO;
    uint64_t end = io ? UINT64_C(0x10000) : wide ? UINT64_MAX : UINT64_C(0x100000000);
    uint32_t at = bar->index;
    if (at >= MK_BAR_MAX - (wide ? 1 : 0) || fn->bars[at].bytes > 0 ||
        (at > 0 && fn->bars[at - 1].bytes > 0 && fn->bars[at - 1].type == MK_BAR_MMIO64) ||
        (wide && fn->bars[at + 1].bytes > 0)) {
        return false;
    }
    if (bar->bytes < (io ? 4 : 16) || (bar->bytes & (bar->bytes - 1)) != 0 ||
        bar->gpa % bar->bytes != 0 || bar->bytes > end || bar->gpa > end - bar->bytes) {
        return false;
    }
    uint64_t mask = ~(bar->bytes - 1);
    uint32_t low = (uint32_t)mask & (io ? 0xfffcU : 0xfffffff0U); /* Ports have 16 bits. */
    uint32_t flags = io ? 1U : (wide ? 4U : 0U) | (bar->prefetchable ? 8U : 0U);
    fn->value[PCI_BAR / 4 + at] = (uint32_t)bar->gpa | flags;
    fn->writable[PCI_BAR / 4 + at] = low;
    if (wide) {
        fn->value[PCI_BAR / 4 + at + 1] = (uint32_t)(bar->gpa >> 32);
        fn->writable[PCI_BAR / 4 + at + 1] = (uint32_t)(mask >> 32);
    }
    fn->bars[at] = (struct mk_pci_bar){.bytes = bar->bytes, .type = bar->type};
    return true;
}

/**
 * Makes what only bridges have.
 * @param fn the root port
 * @return whether its window is sound
 */
static bool make_bridge(struct mk_pci_fn *fn)
{
    const struct mk_root_port *port = &fn->plan->root_port;
    mk_pci_make(fn, 0, bridge, MK_COUNT(bridge));
    mk_pci_put(fn, PCI_SECONDARY_BUS, 1, port->secondary_bus);
    mk_pci_put(fn, PCI_SUBORDINATE_BUS, 1, port->secondary_bus);
    if (port->window_bytes != 0) {
        uint64_t last = port->window_gpa + (port->window_bytes - 1);
        /* Windows are whole MiB below 4 GiB (7.5.1.3.8). */
        if ((port->window_gpa | port->window_bytes) % 0x100000 != 0 || last > UINT32_MAX ||
            last < port->window_gpa) {
            return false;
        }
        mk_pci_put(fn, PCI_MEMORY_BASE, 2, (uint32_t)(port->window_gpa >> 16));
        mk_pci_put(fn, PCI_MEMORY_LIMIT, 2, (uint32_t)(last >> 16 & 0xfff0));
    }
    return fn->plan->bar_count == 0;
}

bool mk_pci_make_header(struct mk_pci_fn *fn)
{
    const struct mk_pci_function *plan = fn->plan;
    bool is_bridge = plan->kind == MK_PCI_ROOT_PORT;
    uint32_t type = (is_bridge ? 1U : 0U) | (plan->multifunction ? PCI_MULTI_FUNCTION : 0U);
    mk_pci_make(fn, 0, common, MK_COUNT(common));
    mk_pci_put(fn, PCI_HEADER_TYPE, 1, type);
    if (plan->kind < MK_PCI_PASSTHROUGH) {
        const struct identity *id = &identities[plan->kind];
        fn->value[PCI_VENDOR / 4] = id->vendor | (uint32_t)id->device << 16;
        fn->value[PCI_REVISION / 4] = id->revision | id->class << 8;
        fn->value[PCI_SUBSYSTEM_VENDOR / 4] = is_bridge ? 0 : SUBSYSTEM;
    }
    if (plan->intx_gsi != MK_NONE) {
        mk_pci_put(fn, PCI_INTERRUPT_PIN, 1, 1U + MK_PCI_PIN(plan->function));
    }
    if (is_bridge) {
        return make_bridge(fn);
    }
    bool good = plan->bar_count <= MK_BAR_MAX;
    for (uint32_t i = 0; good && i < plan->bar_count; i++) {
        good = make_bar(fn, &plan->bars[i]);
    }
    return good;
}
