/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Resource descriptors. The numbers beside the bytes are sections of ACPI 6.5.
 */
#include "acpi/resources.h"

/** Kinds of address space (6.4.3.5). */
enum space {
    SPACE_MEMORY = 0, /**< Memory. */
    SPACE_PORTS = 1,  /**< I/O ports. */
    SPACE_BUSES = 2   /**< Bus numbers. */
};

/** General flags (6.4.3.5): ends are fixed. Bit 0 says that the range is consumed. */
#define FIXED 0x0c

void mk_acpi_ports(struct mk_aml *aml, uint16_t first, uint8_t ports)
{
    mk_aml_byte(aml, 0x47); /* Small, I/O ports, 7 bytes. */
    mk_aml_byte(aml, 1);    /* All 16 bits are decoded. */
    mk_aml_number(aml, first, 2);
    mk_aml_number(aml, first, 2);
    mk_aml_byte(aml, 1); /* Alignment. */
    mk_aml_byte(aml, ports);
}

void mk_acpi_interrupt(struct mk_aml *aml, const struct mk_gsi *gsi)
{
    mk_aml_byte(aml, 0x89); /* Large, extended interrupt. */
    mk_aml_number(aml, 6, 2);
    /* Bit 0 consumer, bit 1 edge, bit 2 active low, bit 3 shared. Lines are wired alone. */
    mk_aml_byte(aml, (uint8_t)(1 | (gsi->level ? 0 : 2) | (gsi->active_low ? 4 : 0)));
    mk_aml_byte(aml, 1);
    mk_aml_number(aml, gsi->gsi, 4);
}

/**
 * Word address space descriptor.
 * @param aml writer
 * @param space what kind
 * @param flags flags of that kind
 * @param first first number
 * @param last last number
 */
static void word_window(struct mk_aml *aml, enum space space, uint8_t flags, uint16_t first,
                        uint16_t last)
{
    mk_aml_byte(aml, 0x88);
    mk_aml_number(aml, 13, 2);
    mk_aml_byte(aml, (uint8_t)space);
    mk_aml_byte(aml, FIXED);
    mk_aml_byte(aml, flags);
    mk_aml_number(aml, 0, 2); /* Granularity. */
    mk_aml_number(aml, first, 2);
    mk_aml_number(aml, last, 2);
    mk_aml_number(aml, 0, 2); /* Translation. */
    mk_aml_number(aml, (uint64_t)last - first + 1, 2);
}

void mk_acpi_bus_window(struct mk_aml *aml, uint32_t buses)
{
    word_window(aml, SPACE_BUSES, 0, 0, (uint16_t)(buses - 1));
}

void mk_acpi_port_window(struct mk_aml *aml, uint16_t first, uint16_t last)
{
    word_window(aml, SPACE_PORTS, 3, first, last); /* 6.4.3.5.5: the entire range. */
}

void mk_acpi_memory(struct mk_aml *aml, uint64_t gpa, uint64_t bytes, bool produced)
{
    mk_aml_byte(aml, 0x8a);
    mk_aml_number(aml, 43, 2);
    mk_aml_byte(aml, SPACE_MEMORY);
    mk_aml_byte(aml, (uint8_t)(FIXED | (produced ? 0 : 1)));
    mk_aml_byte(aml, 1);      /* 6.4.3.5.5: read and write, not cacheable. */
    mk_aml_number(aml, 0, 8); /* Granularity. */
    mk_aml_number(aml, gpa, 8);
    mk_aml_number(aml, gpa + (bytes - 1), 8);
    mk_aml_number(aml, 0, 8); /* Translation. */
    mk_aml_number(aml, bytes, 8);
}
