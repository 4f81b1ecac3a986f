/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The DSDT: switching off, and the power button.
 */
#include "acpi/dsdt.h"
#include "acpi/resources.h"
#include "makatea/acpi.h"
#include "makatea/power.h"

/** Switching off (ACPI 6.5, 7.4.2.5): the first element is SLP_TYP. */
static const struct mk_aml_token s5[] = {
    {AML_OP, AML_NAME, 0}, {AML_SEG, 0, "_S5"},       {AML_OPEN, AML_PACKAGE, 0},
    {AML_RAW, 4, 0},       {AML_INT, MK_POWER_S5, 0}, {AML_INT, 0, 0},
    {AML_INT, 0, 0},       {AML_INT, 0, 0},           {AML_CLOSE, 0, 0},
    {AML_END, 0, 0},
};

/** The button (4.8.3.1.1.2), the event register, and the beginning of the event device (5.6.9). */
static const struct mk_aml_token event_device[] = {
    {AML_OPEN, AML_DEVICE, 0},
    {AML_SEG, 0, "PWRB"},
    {AML_OP, AML_NAME, 0},
    {AML_SEG, 0, "_HID"},
    {AML_EISA, 0, "PNP0C0C"},
    {AML_CLOSE, 0, 0},

    {AML_OPEN, AML_DEVICE, 0},
    {AML_SEG, 0, "GED"},
    {AML_OP, AML_NAME, 0},
    {AML_SEG, 0, "_HID"},
    {AML_TEXT, 0, "ACPI0013"},
    {AML_OP, AML_NAME, 0},
    {AML_SEG, 0, "_UID"},
    {AML_INT, 0, 0},

    /* OperationRegion(EVRG, SystemIO, port, 1) */
    {AML_OP, AML_OPERATION_REGION, 0},
    {AML_SEG, 0, "EVRG"},
    {AML_RAW, 1, 0},
    {AML_INT, MK_POWER_PORT + MK_POWER_EVENTS, 0},
    {AML_INT, 1, 0},
    /* Field(EVRG, ByteAcc, NoLock, WriteAsZeros) { EVST, 8 } (19.6.48, 20.2.5.2) */
    {AML_OPEN, AML_FIELD, 0},
    {AML_SEG, 0, "EVRG"},
    {AML_RAW, 0x41, 0},
    {AML_SEG, 0, "EVST"},
    {AML_RAW, 8, 0},
    {AML_CLOSE, 0, 0},
    {AML_END, 0, 0},
};

/**
 * Method(_EVT, 1, Serialized): what happened is read once and cleared before it is told, so that
 * what happens meanwhile raises the interrupt again.
 */
static const struct mk_aml_token event_method[] = {
    {AML_OPEN, AML_METHOD, 0},
    {AML_SEG, 0, "_EVT"},
    {AML_RAW, 0x09, 0},
    /* Store(EVST, Local0); Store(Local0, EVST) */
    {AML_OP, AML_STORE, 0},
    {AML_SEG, 0, "EVST"},
    {AML_OP, AML_LOCAL0, 0},
    {AML_OP, AML_STORE, 0},
    {AML_OP, AML_LOCAL0, 0},
    {AML_SEG, 0, "EVST"},
    /* If (And(Local0, button)) { Notify(PWRB, 0x80) }: pressed (5.6.6) */
    {AML_OPEN, AML_IF, 0},
    {AML_OP, AML_AND, 0},
    {AML_OP, AML_LOCAL0, 0},
    {AML_INT, MK_POWER_EVENT_BUTTON, 0},
    {AML_RAW, 0, 0}, /* No target. */
    {AML_OP, AML_NOTIFY, 0},
    {AML_SEG, 0, "PWRB"},
    {AML_INT, 0x80, 0},
    {AML_CLOSE, 0, 0},
    {AML_CLOSE, 0, 0},
    {AML_END, 0, 0},
};

void mk_acpi_dsdt_power(struct mk_aml *aml, const struct mk_vm_config *config)
{
    const struct mk_gsi *gsi = mk_acpi_gsi(config, MK_ACPI_EVENT_GSI);
    if (gsi != (const struct mk_gsi *)0) {
        mk_aml_write(aml, event_device);
        mk_aml_open_resources(aml);
        mk_acpi_interrupt(aml, gsi);
        mk_aml_close_resources(aml);
        mk_aml_write(aml, event_method);
        mk_aml_close(aml);
    }
}

void mk_acpi_dsdt_sleep(struct mk_aml *aml)
{
    mk_aml_write(aml, s5);
}
