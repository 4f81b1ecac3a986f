/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Resource descriptors of the DSDT (ACPI 6.5, 6.4).
 */
#ifndef MAKATEA_ACPI_RESOURCES_H
#define MAKATEA_ACPI_RESOURCES_H

#include "acpi/aml.h"
#include "makatea/config.h"

/**
 * I/O ports of a device (6.4.2.5).
 * @param aml writer
 * @param first first port
 * @param ports how many
 */
void mk_acpi_ports(struct mk_aml *aml, uint16_t first, uint8_t ports);

/**
 * Interrupt of a device (6.4.3.6).
 * @param aml writer
 * @param gsi the interrupt, and how it is signalled
 */
void mk_acpi_interrupt(struct mk_aml *aml, const struct mk_gsi *gsi);

/**
 * Bus numbers that a host bridge produces (6.4.3.5.3).
 * @param aml writer
 * @param buses how many, from 0
 */
void mk_acpi_bus_window(struct mk_aml *aml, uint32_t buses);

/**
 * I/O ports that a host bridge produces (6.4.3.5.3).
 * @param aml writer
 * @param first first port
 * @param last last port
 */
void mk_acpi_port_window(struct mk_aml *aml, uint16_t first, uint16_t last);

/**
 * Memory, with a 64-bit address (6.4.3.5.1).
 * @param aml writer
 * @param gpa first address
 * @param bytes size, not 0
 * @param produced a window of a host bridge, else a device's own
 */
void mk_acpi_memory(struct mk_aml *aml, uint64_t gpa, uint64_t bytes, bool produced);

#endif
