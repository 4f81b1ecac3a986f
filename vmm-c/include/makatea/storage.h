/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Memory of a monitor whose size follows from the plan. The core has neither writable globals nor a
 * heap, and no limit of its own on what a guest's machine may have: whoever starts a VM hands its
 * storage over, made to measure by #MK_STORAGE where the plan is compiled. It is one VM's alone.
 */
#ifndef MAKATEA_STORAGE_H
#define MAKATEA_STORAGE_H

#include "makatea/ioapic.h"
#include "makatea/machine_virtio.h"
#include "makatea/passthrough.h"
#include "makatea/pci.h"

/** Storage. A plan that needs more of something is refused. */
struct mk_storage {
    struct mk_pci_fn *functions;       /**< PCI functions. */
    uint32_t function_room;            /**< How many fit. */
    struct mk_pci_vector *vectors;     /**< MSI-X tables, all together. */
    uint32_t vector_room;              /**< How many vectors fit. */
    struct mk_ioapic_unit *ioapics;    /**< I/O APICs. */
    uint32_t ioapic_room;              /**< How many fit. */
    struct mk_pci_window *windows;     /**< Regions in which BARs stand. */
    struct mk_bus_range *ranges;       /**< Regions in which devices answer. */
    uint32_t region_room;              /**< How many windows and ranges fit, each. */
    uint8_t *acpi;                     /**< ACPI tables, before they are copied to the guest. */
    uint64_t acpi_room;                /**< How many bytes fit. */
    struct mk_virtio_slot *virtio;     /**< VirtIO devices, by row of their functions. */
    struct mk_net_scratch *scratch;    /**< Room for work on one packet. */
    struct mk_console_unit *terminals; /**< Ports of the console device. */
    struct mk_vq *terminal_queues;     /**< Its queues. */
    uint32_t terminal_room;            /**< How many ports fit. */
    struct mk_passed *passed;          /**< The machine's functions, by row of the guest's. */
};

/** Length of an array for that many; an array has at least one element (C11, 6.7.6.2). */
#define MK_STORAGE_LENGTH(count) ((count) > 0 ? (count) : 1)

/**
 * Defines storage. Each count is a constant, of the plan's tables.
 * @param name what it is called
 * @param function_count PCI functions
 * @param vector_count MSI-X vectors of all of them
 * @param ioapic_count I/O APICs
 * @param region_count rows of the memory map: no device answers outside of them
 * @param acpi_bytes room that the guest has for ACPI tables
 * @param terminal_count ports of the console device
 */
#define MK_STORAGE(name, function_count, vector_count, ioapic_count, region_count, acpi_bytes,     \
                   terminal_count)                                                                 \
    static struct mk_pci_fn name##_functions[MK_STORAGE_LENGTH(function_count)];                   \
    static struct mk_pci_vector name##_vectors[MK_STORAGE_LENGTH(vector_count)];                   \
    static struct mk_ioapic_unit name##_ioapics[MK_STORAGE_LENGTH(ioapic_count)];                  \
    static struct mk_pci_window name##_windows[MK_STORAGE_LENGTH(region_count)];                   \
    static struct mk_bus_range name##_ranges[MK_STORAGE_LENGTH(region_count)];                     \
    static uint8_t name##_acpi[MK_STORAGE_LENGTH(acpi_bytes)];                                     \
    static struct mk_virtio_slot name##_virtio[MK_STORAGE_LENGTH(function_count)];                 \
    static struct mk_net_scratch name##_scratch;                                                   \
    static struct mk_passed name##_passed[MK_STORAGE_LENGTH(function_count)];                      \
    static struct mk_console_unit name##_terminals[MK_STORAGE_LENGTH(terminal_count)];             \
    static struct mk_vq name##_terminal_queues[MK_CONSOLE_QUEUES(terminal_count)];                 \
    const struct mk_storage name = {                                                               \
        .functions = name##_functions,                                                             \
        .function_room = (function_count),                                                         \
        .vectors = name##_vectors,                                                                 \
        .vector_room = (vector_count),                                                             \
        .ioapics = name##_ioapics,                                                                 \
        .ioapic_room = (ioapic_count),                                                             \
        .windows = name##_windows,                                                                 \
        .ranges = name##_ranges,                                                                   \
        .region_room = (region_count),                                                             \
        .acpi = name##_acpi,                                                                       \
        .acpi_room = (acpi_bytes),                                                                 \
        .virtio = name##_virtio,                                                                   \
        .scratch = &name##_scratch,                                                                \
        .passed = name##_passed,                                                                   \
        .terminals = name##_terminals,                                                             \
        .terminal_queues = name##_terminal_queues,                                                 \
        .terminal_room = (terminal_count),                                                         \
    }

/**
 * Defines storage for the plan of the `makatea_config.h` that was included.
 * @param name what it is called
 */
#define MK_STORAGE_OF_PLAN(name)                                                                   \
    MK_STORAGE(name, MK_COUNT(mk_pci_functions), MK_MSIX_VECTORS, MK_COUNT(mk_ioapics),            \
               MK_COUNT(mk_regions), MK_BOOT_ACPI_BYTES, MK_TERMINALS)

#endif
