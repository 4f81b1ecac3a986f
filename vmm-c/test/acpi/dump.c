/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Writes the ACPI tables of a configuration, each to a file, as a guest finds them: from the RSDP.
 * It is compiled once for each configuration. Usage: dump DIRECTORY
 */
#include <stdio.h>
#include <string.h>

#include "makatea/acpi.h"
#include "makatea_config.h"

/** Room for the tables. */
static uint8_t memory[1 << 17];

/**
 * Reads a number.
 * @param gpa where it stands
 * @param bytes its size
 * @return the number
 */
static uint64_t number(uint64_t gpa, uint32_t bytes)
{
    uint64_t value = 0;
    for (uint32_t i = bytes; i > 0; i--) {
        value = value << 8 | memory[gpa - mk_vm_config.boot.acpi_gpa + i - 1];
    }
    return value;
}

/**
 * Writes a table.
 * @param directory where to
 * @param gpa the table
 * @return whether it could be written
 */
static bool write_table(const char *directory, uint64_t gpa)
{
    char path[512];
    const uint8_t *table = &memory[gpa - mk_vm_config.boot.acpi_gpa];
    snprintf(path, sizeof(path), "%s/%.4s.dat", directory, (const char *)table);
    FILE *file = fopen(path, "wb");
    if (file == NULL) {
        return false;
    }
    size_t bytes = (size_t)number(gpa + 4, 4);
    bool good = fwrite(table, 1, bytes, file) == bytes;
    return fclose(file) == 0 && good;
}

/**
 * Writes all tables.
 * @param argc number of arguments and 1
 * @param argv arguments
 * @return 0 when all are written
 */
int main(int argc, char **argv)
{
    uint64_t gpa = mk_vm_config.boot.acpi_gpa;
    uint64_t used = 0;
    if (argc != 2 ||
        mk_acpi_build(&mk_vm_config, memory, mk_vm_config.boot.acpi_bytes, gpa, &used) != MK_OK) {
        fprintf(stderr, "acpi: no tables for %s\n", mk_vm_config.name);
        return 1;
    }
    uint64_t xsdt = number(gpa + 24, 8);
    bool good = write_table(argv[1], xsdt);
    for (uint64_t at = xsdt + 36; at < xsdt + number(xsdt + 4, 4); at += 8) {
        uint64_t table = number(at, 8);
        good = write_table(argv[1], table) && good;
        if (memcmp(&memory[table - gpa], "FACP", 4) == 0) {
            good = write_table(argv[1], number(table + 140, 8)) && good;
        }
    }
    printf("%s: %llu bytes of ACPI tables\n", mk_vm_config.name, (unsigned long long)used);
    return good ? 0 : 1;
}
