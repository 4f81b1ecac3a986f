/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Tests of the ACPI tables. Whether ACPICA understands them is the matter of `make acpi-test`.
 * Sections are those of ACPI 6.5.
 */
#include <string.h>

#include "acpi/aml.h"
#include "makatea/acpi.h"
#include "test/acpi/large/makatea_config.h"
#include "unit.h"

/** Where the tables are seen. */
#define GPA 0xe0000

/** Room, and a byte behind it that must stay. */
static uint8_t memory[0x20001];

/** The configuration under test, a copy that can be changed. */
static struct mk_vm_config config;

/** What is written. */
static uint64_t used;

static enum mk_status build(uint64_t room)
{
    memset(memory, 0xee, sizeof(memory));
    return mk_acpi_build(&config, memory, room, GPA, &used);
}

static uint64_t number(uint64_t gpa, uint32_t bytes)
{
    uint64_t value = 0;
    for (uint32_t i = bytes; i > 0; i--) {
        value = value << 8 | memory[gpa - GPA + i - 1];
    }
    return value;
}

static uint8_t sum(uint64_t gpa, uint64_t bytes)
{
    uint8_t total = 0;
    for (uint64_t i = 0; i < bytes; i++) {
        total = (uint8_t)(total + memory[gpa - GPA + i]);
    }
    return total;
}

static uint64_t table(const char *signature)
{
    uint64_t xsdt = number(GPA + 24, 8);
    for (uint64_t at = xsdt + 36; at < xsdt + number(xsdt + 4, 4); at += 8) {
        uint64_t gpa = number(at, 8);
        if (memcmp(&memory[gpa - GPA], signature, 4) == 0) {
            return gpa;
        }
    }
    return 0;
}

static bool dsdt_has(const char *name)
{
    uint64_t dsdt = number(table("FACP") + 140, 8);
    uint64_t end = dsdt + number(dsdt + 4, 4) - 4;
    for (uint64_t at = dsdt; at < end; at++) {
        if (memcmp(&memory[at - GPA], name, 4) == 0) {
            return true;
        }
    }
    return false;
}

static void acpi_5_2_every_table_is_summed_and_inside_the_room(struct mk_vm *vm)
{
    static const char *const names[] = {"FACP", "APIC", "MCFG"};
    (void)vm;
    config = mk_vm_config;
    UNIT_CHECK(build(0x20000) == MK_OK && used > 0 && used <= 0x20000);
    UNIT_CHECK(memcmp(memory, "RSD PTR ", 8) == 0 && memory[15] == 2);
    UNIT_CHECK(sum(GPA, 20) == 0 && sum(GPA, 36) == 0);
    uint64_t xsdt = number(GPA + 24, 8);
    UNIT_CHECK(sum(xsdt, number(xsdt + 4, 4)) == 0);
    for (uint32_t i = 0; i < 3; i++) {
        uint64_t at = table(names[i]);
        UNIT_CHECK(at % 16 == 0 && at != 0 && sum(at, number(at + 4, 4)) == 0);
        UNIT_CHECK(at + number(at + 4, 4) <= GPA + used);
    }
    uint64_t dsdt = number(table("FACP") + 140, 8);
    UNIT_CHECK(number(table("FACP") + 40, 4) == dsdt && sum(dsdt, number(dsdt + 4, 4)) == 0);
}

static void acpi_4_1_hardware_reduced_registers_are_those_of_the_power_device(struct mk_vm *vm)
{
    (void)vm;
    config = mk_vm_config;
    UNIT_CHECK(build(0x20000) == MK_OK);
    uint64_t fadt = table("FACP");
    UNIT_CHECK((number(fadt + 112, 4) & (1u << 20 | 1u << 10)) == (1u << 20 | 1u << 10));
    UNIT_CHECK(memory[fadt - GPA + 116] == 1 && number(fadt + 120, 8) == 0x602);
    UNIT_CHECK(memory[fadt - GPA + 128] == 6);
    UNIT_CHECK(memory[fadt - GPA + 208] == 1 && number(fadt + 212, 8) == 0x608);
    UNIT_CHECK(number(fadt + 248, 8) == 0x600 && number(fadt + 260, 8) == 0x601);
    UNIT_CHECK(number(fadt + 4, 4) == 276);
}

static void acpi_5_2_12_processors_past_id_254_are_x2apics(struct mk_vm *vm)
{
    uint32_t lapics = 0;
    uint32_t x2apics = 0;
    uint32_t ioapics = 0;
    (void)vm;
    config = mk_vm_config;
    UNIT_CHECK(build(0x20000) == MK_OK);
    uint64_t madt = table("APIC");
    for (uint64_t at = madt + 44; at < madt + number(madt + 4, 4); at += number(at + 1, 1)) {
        uint64_t type = number(at, 1);
        if (type == 0) {
            UNIT_CHECK(number(at + 2, 1) == lapics && number(at + 3, 1) == lapics);
            lapics++;
        } else if (type == 9) {
            UNIT_CHECK(number(at + 4, 4) == 255 + x2apics);
            x2apics++;
        } else {
            UNIT_CHECK(type == 1 && number(at + 4, 4) == mk_ioapics[ioapics].gpa);
            UNIT_CHECK(number(at + 8, 4) == mk_ioapics[ioapics].gsi_base);
            ioapics++;
        }
    }
    UNIT_CHECK(lapics == 255 && x2apics == 5 && ioapics == 2);
    UNIT_CHECK(number(madt + 36, 4) == 0xfee00000 && number(madt + 40, 4) == 0);
}

static void devices_outside_the_plan_are_not_in_the_dsdt(struct mk_vm *vm)
{
    static const struct mk_gsi none[1];
    (void)vm;
    config = mk_vm_config;
    UNIT_CHECK(build(0x20000) == MK_OK);
    UNIT_CHECK(dsdt_has("UR03") && dsdt_has("RTC0") && dsdt_has("PWRB") && dsdt_has("P1E7"));
    UNIT_CHECK(dsdt_has("G02F") && dsdt_has("_PRT") && !dsdt_has("G010"));
    config.serial_count = 0;
    config.gsis = none;
    config.gsi_count = 0;
    config.pci.function_count = 1;
    UNIT_CHECK(build(0x20000) == MK_OK);
    UNIT_CHECK(!dsdt_has("UR00") && !dsdt_has("RTC0") && !dsdt_has("PWRB") && !dsdt_has("_EVT"));
    UNIT_CHECK(!dsdt_has("P1E0") && !dsdt_has("_PRT") && dsdt_has("_S5_") && dsdt_has("PCI0"));
    UNIT_CHECK((number(table("FACP") + 109, 2) & 0x20) != 0);
}

static void nothing_is_written_past_the_room_and_every_smaller_room_fails(struct mk_vm *vm)
{
    (void)vm;
    config = mk_vm_config;
    config.vcpu_count = 3;
    UNIT_CHECK(build(0x20000) == MK_OK);
    uint64_t needed = used;
    UNIT_CHECK(build(needed) == MK_OK && memory[needed] == 0xee);
    bool all = true;
    for (uint64_t room = 0; room < needed; room++) {
        all = all && build(room) == MK_NO_MEMORY && used == 0 && memory[room] == 0xee;
    }
    UNIT_CHECK(all);
}

/** Says what comes of the configuration with one change. */
#define WITH(change) (config = mk_vm_config, (change), build(0x20000))

static void what_acpi_can_not_say_is_refused(struct mk_vm *vm)
{
    static const struct mk_region wraps[] = {{UINT64_MAX, 2, MK_REGION_DEVICE, "wraps"}};
    static const struct mk_region empty[] = {{0, 0, MK_REGION_DEVICE, "empty"}};
    static const struct mk_ioapic high[] = {{UINT64_C(1) << 32, 0, 24, 1}};
    static const struct mk_gsi big[] = {{0x2000, true, true, "big"}};
    static const struct mk_pci_function two_gsis[] = {
        {.kind = MK_PCI_NET, .device = 1, .function = 0, .intx_gsi = 16},
        {.kind = MK_PCI_NET, .device = 1, .function = 4, .intx_gsi = 20},
    };
    static const struct mk_pci_function far[] = {
        {.kind = MK_PCI_NET, .device = 32, .function = 0, .intx_gsi = 16}};
    (void)vm;
    UNIT_CHECK(WITH(config.ioapic_count = 0) == MK_BAD_RANGE && used == 0);
    UNIT_CHECK(WITH(config.ioapics = high) == MK_BAD_RANGE);
    UNIT_CHECK(WITH(config.vcpu_count = 0) == MK_BAD_RANGE);
    UNIT_CHECK(WITH(config.vcpu_count = 0x1000) == MK_BAD_RANGE);
    UNIT_CHECK(WITH(config.pci.buses = 0) == MK_BAD_RANGE);
    UNIT_CHECK(WITH(config.pci.buses = 257) == MK_BAD_RANGE);
    UNIT_CHECK(WITH((config.regions = wraps, config.region_count = 1)) == MK_BAD_RANGE);
    UNIT_CHECK(WITH((config.regions = empty, config.region_count = 1)) == MK_BAD_RANGE);
    UNIT_CHECK(WITH(config.gsi_count = 1) == MK_BAD_RANGE);
    UNIT_CHECK(WITH((config.gsis = big, config.gsi_count = 1, config.serial_count = 0)) ==
               MK_BAD_RANGE);
    UNIT_CHECK(WITH((config.pci.functions = two_gsis, config.pci.function_count = 2)) ==
               MK_BAD_RANGE);
    UNIT_CHECK(WITH((config.pci.functions = far, config.pci.function_count = 1)) == MK_BAD_RANGE);
    config = mk_vm_config;
    UNIT_CHECK(mk_acpi_build(&config, memory, 0x20000, GPA + 8, &used) == MK_BAD_RANGE);
    UNIT_CHECK(mk_acpi_build(&config, memory, 0x20000, 0xffff0000, &used) == MK_BAD_RANGE);
}

static void acpi_20_2_4_package_lengths_take_one_to_four_bytes(struct mk_vm *vm)
{
    static uint8_t big[0x100100];
    static const struct {
        uint32_t content; /**< Bytes inside. */
        uint8_t bytes[4]; /**< What the length looks like. */
    } rows[] = {{62, {0x3f}},
                {63, {0x41, 0x04}},
                {0xffd, {0x4f, 0xff}},
                {0xffe, {0x81, 0x00, 0x01}},
                {0xffffc, {0x8f, 0xff, 0xff}},
                {0xffffd, {0xc1, 0x00, 0x00, 0x01}}};
    (void)vm;
    for (uint32_t i = 0; i < MK_COUNT(rows); i++) {
        struct mk_aml aml = {.to = big, .room = sizeof(big)};
        mk_aml_open(&aml, AML_BUFFER);
        for (uint32_t n = 0; n < rows[i].content; n++) {
            mk_aml_byte(&aml, 0xaa);
        }
        mk_aml_close(&aml);
        uint64_t length = aml.used - 1 - rows[i].content;
        UNIT_CHECK(!aml.full && length <= 4 && memcmp(big + 1, rows[i].bytes, length) == 0);
        UNIT_CHECK(big[1 + length] == 0xaa);
    }
}

static void acpi_20_2_3_integers_are_as_short_as_they_can_be(struct mk_vm *vm)
{
    static const uint8_t wanted[] = {0x00, 0x01, 0x0a, 0xff, 0x0b, 0x00, 0x01, 0x0c, 0, 0, 1,
                                     0,    0x0e, 0,    0,    0,    0,    1,    0,    0, 0, 0xee};
    (void)vm;
    memset(memory, 0xee, sizeof(memory));
    struct mk_aml aml = {.to = memory, .room = sizeof(memory)};
    mk_aml_int(&aml, 0);
    mk_aml_int(&aml, 1);
    mk_aml_int(&aml, 0xff);
    mk_aml_int(&aml, 0x100);
    mk_aml_int(&aml, 0x10000);
    mk_aml_int(&aml, UINT64_C(1) << 32);
    UNIT_CHECK(memcmp(memory, wanted, sizeof(wanted)) == 0);
}

static void what_is_not_nested_is_not_written(struct mk_vm *vm)
{
    struct mk_aml aml = {.to = memory, .room = sizeof(memory)};
    (void)vm;
    mk_aml_close(&aml);
    UNIT_CHECK(aml.full && aml.used == 0);
    aml = (struct mk_aml){.to = memory, .room = sizeof(memory)};
    mk_aml_close_resources(&aml);
    UNIT_CHECK(aml.full);
    aml = (struct mk_aml){.to = memory, .room = sizeof(memory)};
    for (uint32_t i = 0; i <= MK_AML_DEPTH; i++) {
        mk_aml_open(&aml, AML_SCOPE);
    }
    UNIT_CHECK(aml.full);
}

const struct unit_test unit_acpi[] = {
    UNIT_TEST(acpi_5_2_every_table_is_summed_and_inside_the_room),
    UNIT_TEST(acpi_4_1_hardware_reduced_registers_are_those_of_the_power_device),
    UNIT_TEST(acpi_5_2_12_processors_past_id_254_are_x2apics),
    UNIT_TEST(devices_outside_the_plan_are_not_in_the_dsdt),
    UNIT_TEST(nothing_is_written_past_the_room_and_every_smaller_room_fails),
    UNIT_TEST(what_acpi_can_not_say_is_refused),
    UNIT_TEST(acpi_20_2_4_package_lengths_take_one_to_four_bytes),
    UNIT_TEST(acpi_20_2_3_integers_are_as_short_as_they_can_be),
    UNIT_TEST(what_is_not_nested_is_not_written),
    {NULL, NULL},
};
