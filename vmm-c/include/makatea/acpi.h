/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * ACPI tables for the guest: RSDP, XSDT, FADT, MADT, MCFG and DSDT (ACPI 6.5, 5.2).
 *
 * The machine is hardware-reduced (4.1): no PM1 registers, no SCI, no 8259, no 8254. All that
 * stands in the tables comes from the configuration; a device that is not there has no entry. The
 * APIC id of a virtual CPU is its number.
 */
#ifndef MAKATEA_ACPI_H
#define MAKATEA_ACPI_H

#include "makatea/config.h"
#include "makatea/platform.h"

/** GSI of the real-time clock: its line of a PC. No such row in mk_vm_config::gsis: no clock. */
#define MK_ACPI_RTC_GSI 8
/** GSI of the event device (power button). No such row in mk_vm_config::gsis: no such device. */
#define MK_ACPI_EVENT_GSI 9

/**
 * Writes all tables. The RSDP comes first, so its address is `gpa`.
 * @param config the guest's machine
 * @param to where the tables are written; its bytes are zero or do not matter
 * @param room how much may be written there
 * @param gpa where the guest will see them, a multiple of 16 (5.2.5.1)
 * @param used receives how much was written; 0 when something is wrong
 * @return #MK_OK; #MK_NO_MEMORY when the room is too small; #MK_BAD_RANGE when the configuration
 *         can not be said in ACPI: an interrupt pin with two GSIs, a serial port without interrupt,
 *         no or too many buses, processors or I/O APICs, a range that wraps
 */
enum mk_status mk_acpi_build(const struct mk_vm_config *config, uint8_t *to, uint64_t room,
                             uint64_t gpa, uint64_t *used);

#endif
