/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A machine with a bit of everything: many processors, two I/O APICs, four serial ports, interrupts
 * that are passed through, root ports with functions behind them, windows above and below 4 GiB.
 */
#ifndef MAKATEA_TEST_ACPI_LARGE_H
#define MAKATEA_TEST_ACPI_LARGE_H

#include "makatea/config.h"

/** Number of virtual CPUs: some have APIC ids that only an x2APIC has. */
#define MK_TEST_CPUS 260

static const uint32_t mk_vcpu_cores[MK_TEST_CPUS];

static const struct mk_region mk_regions[] = {
    {0x0, 0x9f000, MK_REGION_RAM, "low memory"},
    {0xe0000, 0x20000, MK_REGION_ACPI, "ACPI tables"},
    {0x100000, 0xbff00000, MK_REGION_RAM, "memory"},
    {0xc0000000, 0x20000000, MK_REGION_MMIO32, "PCI window below 4 GiB"},
    {0xe0000000, 0x00500000, MK_REGION_ECAM, "PCI Express configuration space"},
    {0xfec00000, 0x1000, MK_REGION_IOAPIC, "I/O APIC 0"},
    {0xfec01000, 0x1000, MK_REGION_IOAPIC, "I/O APIC 1"},
    {0xfed40000, 0x5000, MK_REGION_DEVICE, "a device"},
    {0xfee00000, 0x1000, MK_REGION_LAPIC, "local APIC"},
    {0x180000000, 0x80000000, MK_REGION_MMIO64, "PCI window above RAM"},
};

static const struct mk_ioapic mk_ioapics[] = {
    {0xfec00000, 0, 24, 0xf0},
    {0xfec01000, 24, 24, 0xf1},
};

static const struct mk_gsi mk_gsis[] = {
    {3, false, false, "com2"},
    {4, false, false, "com1"},
    {5, false, false, "com3"},
    {7, false, false, "com4"},
    {8, false, false, "real-time clock"},
    {9, false, false, "generic event device"},
    {10, false, false, "edge of the machine"},
    {16, true, true, "a"},
    {17, true, true, "b"},
    {18, true, true, "c"},
    {19, true, true, "d"},
    {23, true, true, "e"},
    {47, true, true, "level of the machine"},
};

static const struct mk_serial mk_serial[] = {
    {"com1", 0x3f8, 4, 0},
    {"com2", 0x2f8, 3, 1},
    {"com3", 0x3e8, 5, 2},
    {"com4", 0x2e8, 7, 3},
};

/** A VirtIO function without BARs: the tables do not look at them. */
#define MK_TEST_FUNCTION(b, d, f, line)                                                            \
    {                                                                                              \
        .name = "function", .kind = MK_PCI_NET, .bus = (b), .device = (d), .function = (f),        \
        .intx_gsi = (line), .channel = MK_NONE                                                     \
    }

/** A root port. */
#define MK_TEST_PORT(d, f, secondary)                                                              \
    {                                                                                              \
        .name = "root port", .kind = MK_PCI_ROOT_PORT, .device = (d), .function = (f),             \
        .multifunction = true, .intx_gsi = MK_NONE, .channel = MK_NONE, .root_port = {             \
            .secondary_bus = (secondary)                                                           \
        }                                                                                          \
    }

static const struct mk_pci_function mk_pci_functions[] = {
    {.name = "host bridge", .kind = MK_PCI_HOST_BRIDGE, .intx_gsi = MK_NONE, .channel = MK_NONE},
    MK_TEST_FUNCTION(0, 1, 0, 16),
    MK_TEST_FUNCTION(0, 2, 0, 17),
    MK_TEST_FUNCTION(0, 8, 0, 23),
    MK_TEST_FUNCTION(0, 9, 0, MK_NONE),
    MK_TEST_PORT(30, 0, 1),
    MK_TEST_PORT(30, 7, 2),
    MK_TEST_PORT(31, 0, 3),
    MK_TEST_PORT(31, 3, 4),
    MK_TEST_FUNCTION(1, 0, 0, 16),
    MK_TEST_FUNCTION(1, 0, 1, 17),
    MK_TEST_FUNCTION(1, 0, 2, 18),
    MK_TEST_FUNCTION(1, 0, 3, 19),
    MK_TEST_FUNCTION(1, 0, 4, 16),
    MK_TEST_FUNCTION(2, 0, 0, 19),
};

static const struct mk_vm_config mk_vm_config = {
    .name = "large",
    .vcpu_cores = mk_vcpu_cores,
    .vcpu_count = MK_COUNT(mk_vcpu_cores),
    .regions = mk_regions,
    .region_count = MK_COUNT(mk_regions),
    .ioapics = mk_ioapics,
    .ioapic_count = MK_COUNT(mk_ioapics),
    .gsis = mk_gsis,
    .gsi_count = MK_COUNT(mk_gsis),
    .boot = {.acpi_gpa = 0xe0000, .acpi_bytes = 0x20000},
    .serial = mk_serial,
    .serial_count = MK_COUNT(mk_serial),
    .pci = {.ecam_gpa = 0xe0000000,
            .ecam_bytes = 0x500000,
            .buses = 5,
            .function_count = MK_COUNT(mk_pci_functions),
            .functions = mk_pci_functions},
};

#endif
