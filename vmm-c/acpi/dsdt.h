/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Parts of the DSDT. Each function writes one and says whether the configuration can be said in
 * ACPI; whether there was room says the writer.
 */
#ifndef MAKATEA_ACPI_DSDT_H
#define MAKATEA_ACPI_DSDT_H

#include "acpi/aml.h"
#include "makatea/config.h"

/**
 * Writes the DSDT's body, all definitions.
 * @param aml writer
 * @param config the guest's machine
 * @return whether the configuration can be said
 */
bool mk_acpi_dsdt(struct mk_aml *aml, const struct mk_vm_config *config);

/**
 * Writes the PCI host bridge and the root ports.
 * @param aml writer
 * @param config the guest's machine
 * @return whether the configuration can be said
 */
bool mk_acpi_dsdt_pci(struct mk_aml *aml, const struct mk_vm_config *config);

/**
 * Writes the event device and the power button, when they have an interrupt.
 * @param aml writer
 * @param config the guest's machine
 */
void mk_acpi_dsdt_power(struct mk_aml *aml, const struct mk_vm_config *config);

/**
 * Writes the object for switching off, which stands in the root.
 * @param aml writer
 */
void mk_acpi_dsdt_sleep(struct mk_aml *aml);

/**
 * Looks up how a GSI is used.
 * @param config the guest's machine
 * @param gsi number
 * @return its row, or a null pointer
 */
const struct mk_gsi *mk_acpi_gsi(const struct mk_vm_config *config, uint32_t gsi);

#endif
