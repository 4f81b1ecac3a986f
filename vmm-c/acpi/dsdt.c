/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The DSDT: processors, serial ports, clock, motherboard resources, and the parts of the other
 * files. Each device with a legacy interrupt has an entry.
 */
#include "acpi/dsdt.h"

#include "acpi/resources.h"
#include "makatea/acpi.h"
#include "makatea/power.h"

/** Most processors: their names have three digits. */
#define PROCESSORS_MAX 0xfff

const struct mk_gsi *mk_acpi_gsi(const struct mk_vm_config *config, uint32_t gsi)
{
    for (uint32_t i = 0; i < config->gsi_count; i++) {
        if (config->gsis[i].gsi == gsi) {
            return &config->gsis[i];
        }
    }
    return (const struct mk_gsi *)0;
}

/**
 * Writes the processors (ACPI 6.5, 8.4): their _UID is what the MADT calls them.
 * @param aml writer
 * @param config the guest's machine
 */
static void processors(struct mk_aml *aml, const struct mk_vm_config *config)
{
    static const struct mk_aml_token hid[] = {
        {AML_OP, AML_NAME, 0}, {AML_SEG, 0, "_HID"}, {AML_TEXT, 0, "ACPI0007"}, {AML_END, 0, 0}};
    for (uint32_t i = 0; i < config->vcpu_count; i++) {
        mk_aml_open(aml, AML_DEVICE);
        mk_aml_numbered_name(aml, "C", i, 3);
        mk_aml_write(aml, hid);
        mk_aml_named_int(aml, "_UID", i);
        mk_aml_close(aml);
    }
}

/**
 * Writes `Device(...) {` and the identity of a device.
 * @param aml writer
 * @param prefix the name's beginning
 * @param number the device's number, which ends its name
 * @param digits how many digits of it
 * @param id EISA identifier
 */
static void open_device(struct mk_aml *aml, const char *prefix, uint32_t number, uint32_t digits,
                        const char *id)
{
    const struct mk_aml_token hid[] = {
        {AML_OP, AML_NAME, 0}, {AML_SEG, 0, "_HID"}, {AML_EISA, 0, id}, {AML_END, 0, 0}};
    mk_aml_open(aml, AML_DEVICE);
    mk_aml_numbered_name(aml, prefix, number, digits);
    mk_aml_write(aml, hid);
    mk_aml_named_int(aml, "_UID", number);
}

/**
 * Writes the 16550 serial ports (PNP0501).
 * @param aml writer
 * @param config the guest's machine
 * @return whether each has an interrupt
 */
static bool serial_ports(struct mk_aml *aml, const struct mk_vm_config *config)
{
    for (uint32_t i = 0; i < config->serial_count; i++) {
        const struct mk_serial *port = &config->serial[i];
        const struct mk_gsi *gsi = mk_acpi_gsi(config, port->gsi);
        if (gsi == (const struct mk_gsi *)0 || i > 0xff) {
            return false;
        }
        open_device(aml, "UR", i, 2, "PNP0501");
        mk_aml_open_resources(aml);
        mk_acpi_ports(aml, port->first, 8);
        mk_acpi_interrupt(aml, gsi);
        mk_aml_close_resources(aml);
        mk_aml_close(aml);
    }
    return true;
}

/**
 * Writes the real-time clock (PNP0B00), when it has an interrupt.
 * @param aml writer
 * @param config the guest's machine
 */
static void clock(struct mk_aml *aml, const struct mk_vm_config *config)
{
    const struct mk_gsi *gsi = mk_acpi_gsi(config, MK_ACPI_RTC_GSI);
    if (gsi != (const struct mk_gsi *)0) {
        open_device(aml, "RTC", 0, 1, "PNP0B00");
        mk_aml_open_resources(aml);
        mk_acpi_ports(aml, 0x70, 2);
        mk_acpi_interrupt(aml, gsi);
        mk_aml_close_resources(aml);
        mk_aml_close(aml);
    }
}

/**
 * Writes what the machine itself takes (PNP0C02), so that the guest gives it to nobody else: the
 * power registers, the configuration space (PCI Firmware 3.3, 4.1.2) and device memory.
 * @param aml writer
 * @param config the guest's machine
 */
static void motherboard(struct mk_aml *aml, const struct mk_vm_config *config)
{
    open_device(aml, "MB", 0, 2, "PNP0C02");
    mk_aml_open_resources(aml);
    mk_acpi_ports(aml, MK_POWER_PORT, MK_POWER_PORTS);
    for (uint32_t i = 0; i < config->region_count; i++) {
        const struct mk_region *region = &config->regions[i];
        if (region->kind == MK_REGION_ECAM || region->kind == MK_REGION_DEVICE) {
            mk_acpi_memory(aml, region->gpa, region->bytes, false);
        }
    }
    mk_aml_close_resources(aml);
    mk_aml_close(aml);
}

/**
 * Says whether a device of the other functions has an interrupt.
 * @param config the guest's machine
 * @param gsi the interrupt
 * @return whether
 */
static bool gsi_has_device(const struct mk_vm_config *config, uint32_t gsi)
{
    bool found = gsi == MK_ACPI_RTC_GSI || gsi == MK_ACPI_EVENT_GSI;
    for (uint32_t i = 0; i < config->serial_count; i++) {
        found = found || config->serial[i].gsi == gsi;
    }
    for (uint32_t i = 0; i < config->pci.function_count; i++) {
        found = found || config->pci.functions[i].intx_gsi == gsi;
    }
    return found;
}

/**
 * Writes a device for each interrupt of the machine that is passed through alone: nothing is known
 * of it but how it is signalled, and that is what the guest needs to set up its I/O APIC.
 * @param aml writer
 * @param config the guest's machine
 * @return whether all can be named
 */
static bool passed_through(struct mk_aml *aml, const struct mk_vm_config *config)
{
    for (uint32_t i = 0; i < config->gsi_count; i++) {
        const struct mk_gsi *gsi = &config->gsis[i];
        if (gsi_has_device(config, gsi->gsi)) {
            continue;
        }
        if (gsi->gsi > 0x1fff) {
            return false;
        }
        open_device(aml, gsi->gsi <= 0xfff ? "G" : "H", gsi->gsi, 3, "PNP0C02");
        mk_aml_open_resources(aml);
        mk_acpi_interrupt(aml, gsi);
        mk_aml_close_resources(aml);
        mk_aml_close(aml);
    }
    return true;
}

bool mk_acpi_dsdt(struct mk_aml *aml, const struct mk_vm_config *config)
{
    if (config->vcpu_count == 0 || config->vcpu_count > PROCESSORS_MAX) {
        return false;
    }
    mk_aml_open(aml, AML_SCOPE);
    mk_aml_name(aml, "_SB");
    processors(aml, config);
    motherboard(aml, config);
    clock(aml, config);
    bool good =
        serial_ports(aml, config) && passed_through(aml, config) && mk_acpi_dsdt_pci(aml, config);
    mk_acpi_dsdt_power(aml, config);
    mk_aml_close(aml);
    mk_acpi_dsdt_sleep(aml);
    return good;
}
