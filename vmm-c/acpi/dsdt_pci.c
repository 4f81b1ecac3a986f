/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The DSDT: PCI Express host bridge and root ports, their windows and interrupt routing.
 */
#include "acpi/dsdt.h"
#include "acpi/resources.h"
#include "makatea/pci_registers.h"

/** Most buses of a segment. */
#define BUSES_MAX 256

/** The beginning of the host bridge. It is PCI Express, and PCI for whoever does not know that. */
static const struct mk_aml_token host_bridge[] = {
    {AML_OPEN, AML_DEVICE, 0}, {AML_SEG, 0, "PCI0"},     {AML_OP, AML_NAME, 0},
    {AML_SEG, 0, "_HID"},      {AML_EISA, 0, "PNP0A08"}, {AML_OP, AML_NAME, 0},
    {AML_SEG, 0, "_CID"},      {AML_EISA, 0, "PNP0A03"}, {AML_OP, AML_NAME, 0},
    {AML_SEG, 0, "_UID"},      {AML_INT, 0, 0},          {AML_OP, AML_NAME, 0},
    {AML_SEG, 0, "_SEG"},      {AML_INT, 0, 0},          {AML_OP, AML_NAME, 0},
    {AML_SEG, 0, "_BBN"},      {AML_INT, 0, 0},          {AML_END, 0, 0},
};

/** The UUID of _OSC for host bridges, 33DB4D5B-1FF7-401C-9657-7441C03DD766 (6.2.11.3). */
#define HOST_BRIDGE_UUID "\x5b\x4d\xdb\x33\xf7\x1f\x1c\x40\x96\x57\x74\x41\xc0\x3d\xd7\x66"

/**
 * Method(_OSC, 4, Serialized) (6.2.11; PCI Firmware 3.3, 4.5.1): the guest gets control of the PCI
 * Express capability structure, bit 4 of the control field, and that is all there is to get: the
 * root ports have neither hot-plug nor interrupts for power management and errors.
 */
static const struct mk_aml_token osc_head[] = {
    {AML_OPEN, AML_METHOD, 0},
    {AML_SEG, 0, "_OSC"},
    {AML_RAW, 0x0c, 0},
    /* CreateDWordField(Arg3, 0, STS) */
    {AML_OP, AML_CREATE_DWORD_FIELD, 0},
    {AML_OP, AML_ARG3, 0},
    {AML_INT, 0, 0},
    {AML_SEG, 0, "STS"},
    /* If (LEqual(Arg0, UUID)) { */
    {AML_OPEN, AML_IF, 0},
    {AML_OP, AML_EQUAL, 0},
    {AML_OP, AML_ARG0, 0},
    {AML_OPEN, AML_BUFFER, 0},
    {AML_INT, 16, 0},
    {AML_DATA, 16, HOST_BRIDGE_UUID},
    {AML_CLOSE, 0, 0},
    /* CreateDWordField(Arg3, 8, CTL) */
    {AML_OP, AML_CREATE_DWORD_FIELD, 0},
    {AML_OP, AML_ARG3, 0},
    {AML_INT, 8, 0},
    {AML_SEG, 0, "CTL"},
    /* And(CTL, 0x10, Local0) */
    {AML_OP, AML_AND, 0},
    {AML_SEG, 0, "CTL"},
    {AML_INT, 0x10, 0},
    {AML_OP, AML_LOCAL0, 0},
    {AML_END, 0, 0},
};

/** The rest of it: status bit 1 failure, 2 UUID, 3 revision, 4 some control was not given. */
static const struct mk_aml_token osc_tail[] = {
    /* If (LNot(LEqual(Local0, CTL))) { Or(STS, 0x10, STS) } */
    {AML_OPEN, AML_IF, 0},
    {AML_OP, AML_NOT, 0},
    {AML_OP, AML_EQUAL, 0},
    {AML_OP, AML_LOCAL0, 0},
    {AML_SEG, 0, "CTL"},
    {AML_OP, AML_OR, 0},
    {AML_SEG, 0, "STS"},
    {AML_INT, 0x10, 0},
    {AML_SEG, 0, "STS"},
    {AML_CLOSE, 0, 0},
    /* If (LNot(LEqual(Arg1, 1))) { Or(STS, 8, STS) } */
    {AML_OPEN, AML_IF, 0},
    {AML_OP, AML_NOT, 0},
    {AML_OP, AML_EQUAL, 0},
    {AML_OP, AML_ARG1, 0},
    {AML_INT, 1, 0},
    {AML_OP, AML_OR, 0},
    {AML_SEG, 0, "STS"},
    {AML_INT, 8, 0},
    {AML_SEG, 0, "STS"},
    {AML_CLOSE, 0, 0},
    /* Store(Local0, CTL) } Else { Or(STS, 4, STS) } Return(Arg3) } */
    {AML_OP, AML_STORE, 0},
    {AML_OP, AML_LOCAL0, 0},
    {AML_SEG, 0, "CTL"},
    {AML_CLOSE, 0, 0},
    {AML_OPEN, AML_ELSE, 0},
    {AML_OP, AML_OR, 0},
    {AML_SEG, 0, "STS"},
    {AML_INT, 4, 0},
    {AML_SEG, 0, "STS"},
    {AML_CLOSE, 0, 0},
    {AML_OP, AML_RETURN, 0},
    {AML_OP, AML_ARG3, 0},
    {AML_CLOSE, 0, 0},
    {AML_END, 0, 0},
};

/** The UUID of _DSM for PCI, E5C937D0-3553-4D7A-9117-EA4D19C3434D (PCI Firmware 3.3, 4.6). */
#define DSM_UUID "\xd0\x37\xc9\xe5\x53\x35\x7a\x4d\x91\x17\xea\x4d\x19\xc3\x43\x4d"

/**
 * Method(_DSM, 4, Serialized) (ACPI 6.5, 9.1.1) with function 5, "PCI Boot Configuration": 0, the
 * system must not change where base address registers stand (PCI Firmware 3.3, 4.6.5). Functions of
 * the machine are mapped there and nowhere else.
 */
static const struct mk_aml_token dsm[] = {
    {AML_OPEN, AML_METHOD, 0},
    {AML_SEG, 0, "_DSM"},
    {AML_RAW, 0x0c, 0},
    /* If (LEqual(Arg0, UUID)) { */
    {AML_OPEN, AML_IF, 0},
    {AML_OP, AML_EQUAL, 0},
    {AML_OP, AML_ARG0, 0},
    {AML_OPEN, AML_BUFFER, 0},
    {AML_INT, 16, 0},
    {AML_DATA, 16, DSM_UUID},
    {AML_CLOSE, 0, 0},
    /* If (LEqual(Arg2, 0)) { Return(Buffer(1) { 0x21 }) }: functions 0 and 5 */
    {AML_OPEN, AML_IF, 0},
    {AML_OP, AML_EQUAL, 0},
    {AML_OP, AML_ARG2, 0},
    {AML_INT, 0, 0},
    {AML_OP, AML_RETURN, 0},
    {AML_OPEN, AML_BUFFER, 0},
    {AML_INT, 1, 0},
    {AML_RAW, 0x21, 0},
    {AML_CLOSE, 0, 0},
    {AML_CLOSE, 0, 0},
    /* If (LEqual(Arg2, 5)) { Return(0) } } */
    {AML_OPEN, AML_IF, 0},
    {AML_OP, AML_EQUAL, 0},
    {AML_OP, AML_ARG2, 0},
    {AML_INT, 5, 0},
    {AML_OP, AML_RETURN, 0},
    {AML_INT, 0, 0},
    {AML_CLOSE, 0, 0},
    {AML_CLOSE, 0, 0},
    /* Return(Buffer(1) { 0 }) } */
    {AML_OP, AML_RETURN, 0},
    {AML_OPEN, AML_BUFFER, 0},
    {AML_INT, 1, 0},
    {AML_RAW, 0, 0},
    {AML_CLOSE, 0, 0},
    {AML_CLOSE, 0, 0},
    {AML_END, 0, 0},
};

/**
 * Says whether a function of the machine is passed through.
 * @param pci the hierarchy
 * @return whether
 */
static bool has_passed(const struct mk_pci *pci)
{
    for (uint32_t i = 0; i < pci->function_count; i++) {
        if (pci->functions[i].kind == MK_PCI_PASSTHROUGH) {
            return true;
        }
    }
    return false;
}

/** GSIs of the pins of a bus: four for each device. */
struct routing {
    uint32_t gsi[MK_PCI_DEVICES][MK_PCI_PINS]; /**< GSI, or MK_NONE. */
    uint32_t rows;                             /**< How many there are. */
};

/**
 * Collects the interrupts of a bus.
 * @param pci the hierarchy
 * @param bus number of the bus
 * @param routing receives them
 * @return whether each pin has one GSI
 */
static bool collect(const struct mk_pci *pci, uint32_t bus, struct routing *routing)
{
    routing->rows = 0;
    for (uint32_t i = 0; i < MK_PCI_DEVICES * MK_PCI_PINS; i++) {
        routing->gsi[i / MK_PCI_PINS][i % MK_PCI_PINS] = MK_NONE;
    }
    for (uint32_t i = 0; i < pci->function_count; i++) {
        const struct mk_pci_function *fn = &pci->functions[i];
        if (fn->bus != bus || fn->intx_gsi == MK_NONE) {
            continue;
        }
        if (fn->device >= MK_PCI_DEVICES) {
            return false;
        }
        uint32_t *gsi = &routing->gsi[fn->device][MK_PCI_PIN(fn->function)];
        if (*gsi != MK_NONE && *gsi != fn->intx_gsi) {
            return false;
        }
        routing->rows += *gsi == MK_NONE ? 1 : 0;
        *gsi = fn->intx_gsi;
    }
    return true;
}

/**
 * Writes the routing of a bus (6.2.13): address, pin, and the GSI itself, with no link device.
 * A bus without interrupts has no routing.
 * @param aml writer
 * @param pci the hierarchy
 * @param bus number of the bus
 * @return whether it can be said
 */
static bool interrupt_routing(struct mk_aml *aml, const struct mk_pci *pci, uint32_t bus)
{
    struct routing routing;
    if (!collect(pci, bus, &routing)) {
        return false;
    }
    if (routing.rows == 0) {
        return true;
    }
    mk_aml_op(aml, AML_NAME);
    mk_aml_name(aml, "_PRT");
    mk_aml_open(aml, AML_PACKAGE);
    mk_aml_byte(aml, (uint8_t)routing.rows); /* At most 128. */
    for (uint32_t i = 0; i < MK_PCI_DEVICES * MK_PCI_PINS; i++) {
        uint32_t gsi = routing.gsi[i / MK_PCI_PINS][i % MK_PCI_PINS];
        if (gsi != MK_NONE) {
            mk_aml_open(aml, AML_PACKAGE);
            mk_aml_byte(aml, 4);
            mk_aml_int(aml, (i / MK_PCI_PINS) << 16 | 0xffff);
            mk_aml_int(aml, i % MK_PCI_PINS);
            mk_aml_int(aml, 0);
            mk_aml_int(aml, gsi);
            mk_aml_close(aml);
        }
    }
    mk_aml_close(aml);
    return true;
}

/**
 * Writes the windows of the host bridge.
 * @param aml writer
 * @param config the guest's machine
 */
static void windows(struct mk_aml *aml, const struct mk_vm_config *config)
{
    mk_aml_open_resources(aml);
    mk_acpi_bus_window(aml, config->pci.buses);
    mk_acpi_ports(aml, MK_PCI_PORT, MK_PCI_PORTS);
    /* All other ports may be BARs, as on a PC. */
    mk_acpi_port_window(aml, 0, MK_PCI_PORT - 1);
    mk_acpi_port_window(aml, MK_PCI_PORT + MK_PCI_PORTS, UINT16_MAX);
    for (uint32_t i = 0; i < config->region_count; i++) {
        const struct mk_region *region = &config->regions[i];
        if (region->kind == MK_REGION_MMIO32 || region->kind == MK_REGION_MMIO64) {
            mk_acpi_memory(aml, region->gpa, region->bytes, true);
        }
    }
    mk_aml_close_resources(aml);
}

bool mk_acpi_dsdt_pci(struct mk_aml *aml, const struct mk_vm_config *config)
{
    const struct mk_pci *pci = &config->pci;
    if (pci->buses == 0 || pci->buses > BUSES_MAX) {
        return false;
    }
    mk_aml_write(aml, host_bridge);
    windows(aml, config);
    bool good = interrupt_routing(aml, pci, 0);
    mk_aml_write(aml, osc_head);
    mk_aml_write(aml, osc_tail);
    if (has_passed(pci)) {
        mk_aml_write(aml, dsm);
    }
    for (uint32_t i = 0; i < pci->function_count && good; i++) {
        const struct mk_pci_function *fn = &pci->functions[i];
        if (fn->kind == MK_PCI_ROOT_PORT) {
            mk_aml_open(aml, AML_DEVICE);
            mk_aml_numbered_name(aml, "P", (uint32_t)fn->device << 4 | fn->function, 3);
            mk_aml_named_int(aml, "_ADR", (uint32_t)fn->device << 16 | fn->function);
            good = interrupt_routing(aml, pci, fn->root_port.secondary_bus);
            mk_aml_close(aml);
        }
    }
    mk_aml_close(aml);
    return good;
}
