/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The ACPI tables. The numbers beside the fields are sections of ACPI 6.5.
 */
#include "makatea/acpi.h"

#include "acpi/dsdt.h"
#include "makatea/power.h"

/** Size of a table's header (5.2.6). */
#define HEADER_BYTES 36
/** Size of the RSDP (5.2.5.3). */
#define RSDP_BYTES 36
/** Size of the FADT, major version 6 (5.2.9). */
#define FADT_BYTES 276
/** Tables begin at multiples of this. */
#define ALIGNMENT 16

/** IA-PC boot architecture flags (5.2.9.3): no VGA, no ASPM. */
#define BOOT_ARCH (1U << 2 | 1U << 4)
/** The same, without a real-time clock. */
#define BOOT_ARCH_NO_RTC (1U << 5)

/** FADT flags (5.2.9, table 5.10). */
enum fadt_flag {
    FADT_WBINVD = 1 << 0,          /**< WBINVD works. */
    FADT_PROC_C1 = 1 << 2,         /**< HLT works. */
    FADT_PWR_BUTTON = 1 << 4,      /**< The power button is a device of the DSDT. */
    FADT_SLP_BUTTON = 1 << 5,      /**< There is no sleep button. */
    FADT_TMR_VAL_EXT = 1 << 8,     /**< The PM timer has 32 bits. */
    FADT_RESET_REG_SUP = 1 << 10,  /**< There is a reset register. */
    FADT_HEADLESS = 1 << 12,       /**< No display, no keyboard. */
    FADT_HW_REDUCED_ACPI = 1 << 20 /**< No ACPI hardware (4.1). */
};

/**
 * Writes a text of fixed length.
 * @param aml writer
 * @param text text
 * @param bytes length
 */
static void text(struct mk_aml *aml, const char *text, uint64_t bytes)
{
    const struct mk_aml_token tokens[] = {{AML_DATA, bytes, text}, {AML_END, 0, 0}};
    mk_aml_write(aml, tokens);
}

/**
 * Writes zeros.
 * @param aml writer
 * @param bytes how many
 */
static void zeros(struct mk_aml *aml, uint64_t bytes)
{
    for (uint64_t i = 0; i < bytes; i++) {
        mk_aml_byte(aml, 0);
    }
}

/**
 * Makes bytes add up to zero.
 * @param bytes the bytes
 * @param count how many
 * @param at which one to change
 */
static void checksum(uint8_t *bytes, uint64_t count, uint64_t at)
{
    uint8_t sum = 0;
    bytes[at] = 0;
    for (uint64_t i = 0; i < count; i++) {
        sum = (uint8_t)(sum + bytes[i]);
    }
    bytes[at] = (uint8_t)(0x100 - sum);
}

/**
 * Begins a table (5.2.6).
 * @param aml writer
 * @param signature four characters
 * @param revision revision
 * @return where it begins
 */
static uint64_t open_table(struct mk_aml *aml, const char *signature, uint8_t revision)
{
    zeros(aml, (ALIGNMENT - aml->used % ALIGNMENT) % ALIGNMENT);
    uint64_t at = aml->used;
    text(aml, signature, 4);
    mk_aml_number(aml, 0, 4); /* Length. */
    mk_aml_byte(aml, revision);
    mk_aml_byte(aml, 0);             /* Checksum. */
    text(aml, "MAKATEMAKATEA ", 14); /* OEM and table. */
    mk_aml_number(aml, 1, 4);
    text(aml, "MKTA", 4);
    mk_aml_number(aml, 1, 4);
    return at;
}

/**
 * Ends a table: length and checksum.
 * @param aml writer
 * @param at where it begins
 */
static void close_table(struct mk_aml *aml, uint64_t at)
{
    if (aml->full) {
        return;
    }
    uint64_t bytes = aml->used - at;
    struct mk_aml length = {.to = aml->to + at + 4, .room = 4};
    mk_aml_number(&length, bytes, 4);
    checksum(aml->to + at, bytes, 9);
}

/**
 * Writes a register's address (5.2.3.2): one I/O port or several.
 * @param aml writer
 * @param port offset among the power registers
 * @param bytes width
 */
static void port_register(struct mk_aml *aml, uint32_t port, uint8_t bytes)
{
    mk_aml_byte(aml, 1); /* System I/O. */
    mk_aml_byte(aml, (uint8_t)(8 * bytes));
    mk_aml_byte(aml, 0);                  /* Bit offset. */
    mk_aml_byte(aml, bytes == 4 ? 3 : 1); /* Access size: dword, byte. */
    mk_aml_number(aml, MK_POWER_PORT + port, 8);
}

/**
 * Writes the FADT (5.2.9). A hardware-reduced system's guest ignores all ACPI hardware registers;
 * the PM timer is given nevertheless, because Linux takes it as a clock source.
 * @param aml writer
 * @param config the guest's machine
 * @param dsdt GPA of the DSDT
 * @return where the table begins
 */
static uint64_t fadt(struct mk_aml *aml, const struct mk_vm_config *config, uint64_t dsdt)
{
    bool rtc = mk_acpi_gsi(config, MK_ACPI_RTC_GSI) != (const struct mk_gsi *)0;
    uint64_t at = open_table(aml, "FACP", 6);
    mk_aml_number(aml, 0, 4);    /* FIRMWARE_CTRL: no FACS. */
    mk_aml_number(aml, dsdt, 4); /* DSDT: both forms. */
    zeros(aml, 76 - 44);         /* Reserved to PM_TMR_BLK. */
    mk_aml_number(aml, MK_POWER_PORT + MK_POWER_PM_TIMER, 4);
    zeros(aml, 91 - 80);         /* GPE0_BLK to PM1_CNT_LEN, PM2_CNT_LEN. */
    mk_aml_byte(aml, 4);         /* PM_TMR_LEN. */
    zeros(aml, 96 - 92);         /* GPE0_BLK_LEN to CST_CNT. */
    mk_aml_number(aml, 101, 2);  /* P_LVL2_LAT, over 100: no C2. */
    mk_aml_number(aml, 1001, 2); /* P_LVL3_LAT, over 1000: no C3. */
    zeros(aml, 108 - 100);
    mk_aml_byte(aml, rtc ? 0x32 : 0); /* CENTURY. */
    mk_aml_number(aml, rtc ? BOOT_ARCH : BOOT_ARCH | BOOT_ARCH_NO_RTC, 2);
    mk_aml_byte(aml, 0);
    mk_aml_number(aml,
                  FADT_WBINVD | FADT_PROC_C1 | FADT_PWR_BUTTON | FADT_SLP_BUTTON |
                      FADT_TMR_VAL_EXT | FADT_RESET_REG_SUP | FADT_HEADLESS | FADT_HW_REDUCED_ACPI,
                  4);
    port_register(aml, MK_POWER_RESET, 1); /* RESET_REG. */
    mk_aml_byte(aml, MK_POWER_RESET_VALUE);
    mk_aml_number(aml, 0, 2);                      /* ARM_BOOT_ARCH. */
    mk_aml_byte(aml, 5);                           /* Minor version. */
    mk_aml_number(aml, 0, 8);                      /* X_FIRMWARE_CTRL. */
    mk_aml_number(aml, dsdt, 8);                   /* X_DSDT. */
    zeros(aml, 208 - 148);                         /* X_PM1a_EVT_BLK to X_PM2_CNT_BLK. */
    port_register(aml, MK_POWER_PM_TIMER, 4);      /* X_PM_TMR_BLK. */
    zeros(aml, 244 - 220);                         /* X_GPE0_BLK, X_GPE1_BLK. */
    port_register(aml, MK_POWER_SLEEP_CONTROL, 1); /* SLEEP_CONTROL_REG. */
    port_register(aml, MK_POWER_SLEEP_STATUS, 1);  /* SLEEP_STATUS_REG. */
    text(aml, "MAKATEA ", 8);                      /* Hypervisor vendor. */
    close_table(aml, at);
    return at;
}

/**
 * Writes the MADT (5.2.12). Interrupts are what the GSI numbers say: there are no overrides.
 * @param aml writer
 * @param config the guest's machine
 * @return where the table begins
 */
static uint64_t madt(struct mk_aml *aml, const struct mk_vm_config *config)
{
    uint64_t lapic = 0;
    for (uint32_t i = 0; i < config->region_count; i++) {
        lapic = config->regions[i].kind == MK_REGION_LAPIC ? config->regions[i].gpa : lapic;
    }
    uint64_t at = open_table(aml, "APIC", 6);
    mk_aml_number(aml, lapic, 4);
    mk_aml_number(aml, 0, 4); /* No 8259. */
    for (uint32_t i = 0; i < config->vcpu_count; i++) {
        if (i < UINT8_MAX) { /* Local APIC (5.2.12.2): UID and id. */
            mk_aml_number(aml, 0 | 8 << 8 | i << 16 | i << 24, 4);
            mk_aml_number(aml, 1, 4);
        } else { /* Local x2APIC (5.2.12.12). */
            mk_aml_number(aml, 9 | 16 << 8, 4);
            mk_aml_number(aml, i, 4);
            mk_aml_number(aml, 1, 4);
            mk_aml_number(aml, i, 4);
        }
    }
    for (uint32_t i = 0; i < config->ioapic_count; i++) { /* I/O APIC (5.2.12.3). */
        const struct mk_ioapic *ioapic = &config->ioapics[i];
        mk_aml_number(aml, 1 | 12 << 8 | (uint32_t)ioapic->id << 16, 4);
        mk_aml_number(aml, ioapic->gpa, 4);
        mk_aml_number(aml, ioapic->gsi_base, 4);
    }
    close_table(aml, at);
    return at;
}

/**
 * Writes the MCFG (PCI Firmware 3.3, 4.1.2): one segment.
 * @param aml writer
 * @param config the guest's machine
 * @return where the table begins
 */
static uint64_t mcfg(struct mk_aml *aml, const struct mk_vm_config *config)
{
    uint64_t at = open_table(aml, "MCFG", 1);
    zeros(aml, 8);
    mk_aml_number(aml, config->pci.ecam_gpa, 8);
    mk_aml_number(aml, 0, 2); /* Segment. */
    mk_aml_byte(aml, 0);      /* First bus. */
    mk_aml_byte(aml, (uint8_t)(config->pci.buses - 1));
    mk_aml_number(aml, 0, 4);
    close_table(aml, at);
    return at;
}

/**
 * Writes the XSDT (5.2.8).
 * @param aml writer
 * @param gpa where the tables are seen
 * @param tables where the other tables begin
 * @return where the table begins
 */
static uint64_t xsdt(struct mk_aml *aml, uint64_t gpa, const uint64_t tables[3])
{
    uint64_t at = open_table(aml, "XSDT", 1);
    for (uint32_t i = 0; i < 3; i++) {
        mk_aml_number(aml, gpa + tables[i], 8);
    }
    close_table(aml, at);
    return at;
}

/**
 * Writes the RSDP, revision 2 (5.2.5.3). It has no RSDT.
 * @param to where
 * @param gpa GPA of the XSDT
 */
static void rsdp(uint8_t *to, uint64_t gpa)
{
    struct mk_aml aml = {.to = to, .room = RSDP_BYTES};
    text(&aml, "RSD PTR ", 8);
    mk_aml_byte(&aml, 0); /* Checksum of the first 20 bytes. */
    text(&aml, "MAKATE", 6);
    mk_aml_byte(&aml, 2);
    mk_aml_number(&aml, 0, 4); /* RSDT. */
    mk_aml_number(&aml, RSDP_BYTES, 4);
    mk_aml_number(&aml, gpa, 8);
    mk_aml_number(&aml, 0, 4); /* Extended checksum, reserved. */
    checksum(to, 20, 8);
    checksum(to, RSDP_BYTES, 32);
}

/**
 * Says whether all numbers fit where the tables have them.
 * @param config the guest's machine
 * @param room room for the tables
 * @param gpa where they are seen
 * @return whether
 */
static bool fits(const struct mk_vm_config *config, uint64_t room, uint64_t gpa)
{
    bool good = gpa % ALIGNMENT == 0 && gpa <= UINT32_MAX && room <= UINT32_MAX - gpa &&
                config->ioapic_count > 0 && config->ioapic_count <= UINT8_MAX;
    for (uint32_t i = 0; good && i < config->ioapic_count; i++) {
        good = config->ioapics[i].gpa <= UINT32_MAX;
    }
    for (uint32_t i = 0; good && i < config->region_count; i++) {
        const struct mk_region *region = &config->regions[i];
        good = region->bytes > 0 && region->gpa <= UINT64_MAX - (region->bytes - 1) &&
               (region->kind != MK_REGION_LAPIC || region->gpa <= UINT32_MAX);
    }
    return good;
}

enum mk_status mk_acpi_build(const struct mk_vm_config *config, uint8_t *to, uint64_t room,
                             uint64_t gpa, uint64_t *used)
{
    struct mk_aml aml = {.to = to, .room = room};
    uint64_t tables[3];
    *used = 0;
    if (!fits(config, room, gpa)) {
        return MK_BAD_RANGE;
    }
    zeros(&aml, RSDP_BYTES);
    uint64_t dsdt = open_table(&aml, "DSDT", 2);
    if (!mk_acpi_dsdt(&aml, config)) {
        return MK_BAD_RANGE;
    }
    close_table(&aml, dsdt);
    tables[0] = fadt(&aml, config, gpa + dsdt);
    tables[1] = madt(&aml, config);
    tables[2] = mcfg(&aml, config);
    uint64_t root = xsdt(&aml, gpa, tables);
    if (aml.full) {
        return MK_NO_MEMORY;
    }
    rsdp(to, gpa + root);
    *used = aml.used;
    return MK_OK;
}
