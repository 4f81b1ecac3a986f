/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Tests of the machine: what the plan makes of it, and what it refuses.
 */
#include <string.h>

#include "makatea/acpi.h"
#include "unit.h"

/** Configuration space, and the window of BARs. */
#define ECAM UINT64_C(0xb0000000)
/** Window of BARs. */
#define BARS UINT64_C(0xc0000000)
/** The network function in the configuration space: device 1. */
#define NET (ECAM + 0x8000)

static const struct mk_serial serial[] = {
    {.name = "com1", .first = 0x3f8, .gsi = 4, .channel = 0},
    {.name = "com2", .first = 0x2f8, .gsi = 3, .channel = MK_NONE},
};
static const struct mk_region regions[] = {
    {0, 0x400000, MK_REGION_RAM, "RAM"},
    {BARS, 0x1000000, MK_REGION_MMIO32, "BARs"},
    {0x800000000, 0x1000000, MK_REGION_MMIO64, "more BARs"},
};
static const struct mk_pci_function functions[] = {
    {.name = "host bridge", .kind = MK_PCI_HOST_BRIDGE, .intx_gsi = MK_NONE},
    {.name = "net",
     .kind = MK_PCI_NET,
     .device = 1,
     .msix_vectors = 3,
     .intx_gsi = 17,
     .bar_count = 2,
     .bars = {{.index = 0, .type = MK_BAR_MMIO32, .gpa = BARS, .bytes = 0x4000},
              {.index = 4, .type = MK_BAR_MMIO32, .gpa = BARS + 0x4000, .bytes = 0x1000}}},
};

/** A plan that has everything. */
static struct mk_vm_config everything(const struct mk_vm *vm)
{
    struct mk_vm_config config = *vm->config;
    config.serial = serial;
    config.serial_count = 2;
    config.regions = regions;
    config.region_count = 3;
    config.pci = (struct mk_pci){.ecam_gpa = ECAM,
                                 .ecam_bytes = 0x100000,
                                 .buses = 1,
                                 .function_count = 2,
                                 .functions = functions};
    return config;
}

/** Starts the VM with a plan; returns whether it could. */
static bool start(struct mk_vm *vm, const struct mk_vm_config *config)
{
    vm->config = config;
    return mk_vm_start(vm, 0x10000) == MK_OK;
}

static uint64_t in(struct mk_vm *vm, uint64_t port, uint32_t bytes)
{
    return mk_bus_read(&vm->machine.ports, vm->now, port, bytes) & UINT64_MAX >> (64 - 8 * bytes);
}

static void out(struct mk_vm *vm, uint64_t port, uint32_t bytes, uint64_t value)
{
    mk_bus_write(&vm->machine.ports, vm->now, port, bytes, value);
}

static void only_the_first_serial_port_is_the_console(struct mk_vm *vm)
{
    struct mk_vm_config config = everything(vm);
    UNIT_CHECK(start(vm, &config));
    out(vm, 0x2f8, 1, 'x');
    out(vm, 0x3f8, 1, 'y');
    UNIT_CHECK(strcmp(vm->platform->console, "y") == 0 && in(vm, 0x2fd, 1) == 0x60);
}

static void pci_functions_are_reached_by_ecam_ports_and_bars(struct mk_vm *vm)
{
    struct mk_vm_config config = everything(vm);
    struct mk_bus *memory = &vm->machine.memory;
    UNIT_CHECK(start(vm, &config));
    UNIT_CHECK(mk_bus_read(memory, 0, NET, 2) == 0x1af4);
    out(vm, 0xcf8, 4, 0x80000800);
    UNIT_CHECK(in(vm, 0xcfc, 2) == 0x1af4);
    UNIT_CHECK(mk_bus_read(memory, 0, BARS + 0x4000, 4) == UINT32_MAX); /* not decoded yet */
    mk_bus_write(memory, 0, NET + 4, 2, 2);
    mk_bus_write(memory, 0, BARS + 0x4000, 4, 0xfee01000);
    UNIT_CHECK(mk_bus_read(memory, 0, BARS + 0x4000, 4) == 0xfee01000);
    UNIT_CHECK(mk_bus_read(memory, 0, UINT64_C(0x800000000), 4) == UINT32_MAX);
}

static void the_reset_register_is_a_byte_of_pcis_address_register(struct mk_vm *vm)
{
    struct mk_vm_config config = everything(vm);
    UNIT_CHECK(start(vm, &config));
    out(vm, 0xcf8, 4, 0x80000600); /* an address, no reset */
    UNIT_CHECK(mk_machine_end(&vm->machine) == MK_END_NOT && in(vm, 0xcf8, 4) == 0x80000600);
    out(vm, 0xcf8, 1, 6);
    out(vm, 0xcf9, 2, 6);
    UNIT_CHECK(mk_machine_end(&vm->machine) == MK_END_NOT);
    out(vm, 0xcf9, 1, 2);
    UNIT_CHECK(in(vm, 0xcf9, 1) == 2 && in(vm, 0xcf8, 1) == 0xff && in(vm, 0xcfa, 2) == 0xffff);
    out(vm, 0xcf9, 1, 6);
    UNIT_CHECK(mk_machine_end(&vm->machine) == MK_END_RESET);
}

static void a_machine_without_pci_still_has_the_reset_register(struct mk_vm *vm)
{
    UNIT_CHECK(in(vm, 0xcf8, 4) == UINT32_MAX);
    out(vm, 0xcf9, 1, 6);
    UNIT_CHECK(mk_machine_end(&vm->machine) == MK_END_RESET);
}

static void acpi_4_8_3_7_sleep_control_turns_the_machine_off(struct mk_vm *vm)
{
    out(vm, MK_POWER_PORT + MK_POWER_SLEEP_CONTROL, 1, MK_POWER_S5 << 2 | 1 << 5);
    UNIT_CHECK(mk_machine_end(&vm->machine) == MK_END_OFF);
}

static void plans_that_can_not_be_carried_out_are_refused(struct mk_vm *vm)
{
    const struct mk_vm_config plan = everything(vm);
    struct mk_vm_config config = plan;
    struct mk_region many[8];
    const struct mk_storage *measured = vm->storage;
    struct mk_storage small = *measured;
    const struct mk_serial five[MK_MACHINE_SERIAL + 1] = {
        {.first = 0x100}, {.first = 0x110}, {.first = 0x120}, {.first = 0x130}, {.first = 0x140}};
    const struct mk_serial at_the_clock = {.first = 0x70 - 7};
    for (uint32_t i = 0; i < MK_COUNT(many); i++) {
        many[i] = (struct mk_region){BARS + 0x1000000 * i, 0x1000000, MK_REGION_MMIO32, "BARs"};
    }
    config.regions = many;
    config.region_count = 5; /* with local APIC, I/O APIC and ECAM as many as there is room for */
    UNIT_CHECK(start(vm, &config));
    config.region_count = 6;
    UNIT_CHECK(!start(vm, &config));
    vm->storage = &small;
    small.region_room = 4; /* fewer than the windows alone */
    UNIT_CHECK(!start(vm, &config));
    config = plan;
    small = *measured;
    small.function_room = 1;
    UNIT_CHECK(!start(vm, &config));
    small = *measured;
    small.vector_room = 2;
    UNIT_CHECK(!start(vm, &config));
    small = *measured;
    small.ioapic_room = 0;
    UNIT_CHECK(!start(vm, &config));
    vm->storage = measured;
    config.regions = (const struct mk_region[]){{ECAM, 0x1000, MK_REGION_MMIO32, "over ECAM"}};
    config.region_count = 1;
    UNIT_CHECK(!start(vm, &config));
    config = plan;
    config.pci.ecam_gpa = 0xfee00000;
    UNIT_CHECK(!start(vm, &config));
    config = plan;
    config.serial = five;
    config.serial_count = MK_MACHINE_SERIAL + 1;
    UNIT_CHECK(!start(vm, &config));
    config.serial = &at_the_clock;
    config.serial_count = 1;
    UNIT_CHECK(!start(vm, &config));
    config = plan;
    UNIT_CHECK(start(vm, &config));
    vm->tsc_hz = 0; /* nothing can tell the time without a rate */
    UNIT_CHECK(!mk_machine_init(vm));
}

/** Root ports: all that fit on bus 0. */
#define PORTS 248
/** Functions behind each of them, one for each pin. */
#define BEHIND 4
/** All functions, with the host bridge. */
#define MANY_FUNCTIONS (1 + PORTS + PORTS * BEHIND)
/** Vectors of each function behind a port. */
#define MANY_VECTORS 128
/** I/O APICs. */
#define MANY_IOAPICS 181
/** Storage of a machine that has more than anybody will ask for. */
MK_STORAGE(many_storage, MANY_FUNCTIONS, PORTS *BEHIND *MANY_VECTORS, MANY_IOAPICS,
           MANY_IOAPICS + 4, 0x20000, 0);

/** Fills the tables of that machine. */
static void many_devices(struct mk_pci_function *fns, struct mk_ioapic *ioapics)
{
    fns[0] = functions[0];
    for (uint32_t i = 0; i < PORTS; i++) {
        fns[1 + i] = (struct mk_pci_function){.name = "port",
                                              .kind = MK_PCI_ROOT_PORT,
                                              .device = (uint8_t)(1 + i / 8),
                                              .function = (uint8_t)(i % 8),
                                              .multifunction = true,
                                              .intx_gsi = MK_NONE,
                                              .root_port = {.secondary_bus = (uint8_t)(1 + i)}};
        for (uint32_t j = 0; j < BEHIND; j++) {
            struct mk_pci_function *fn = &fns[1 + PORTS + i * BEHIND + j];
            *fn = functions[1];
            fn->bus = (uint8_t)(1 + i);
            fn->device = 0;
            fn->function = (uint8_t)j;
            fn->multifunction = true;
            fn->msix_vectors = MANY_VECTORS;
            fn->intx_gsi = 17 + j;
        }
    }
    for (uint32_t i = 0; i < MANY_IOAPICS; i++) {
        ioapics[i] =
            (struct mk_ioapic){0xfec00000 + 0x1000 * (uint64_t)i, 24 * i, 24, (uint8_t)(1 + i)};
    }
}

static void req_503_there_are_as_many_devices_as_the_plan_has_room_for(struct mk_vm *vm)
{
    static struct mk_pci_function fns[MANY_FUNCTIONS];
    static struct mk_ioapic ioapics[MANY_IOAPICS];
    static const struct mk_gsi gsis[] = {{3, false, false, "com2"},
                                         {4, false, false, "com1"},
                                         {17, true, true, "functions"},
                                         {24 * MANY_IOAPICS - 1, true, true, "the last"}};
    struct mk_vm_config config = everything(vm);
    struct mk_bus *memory = &vm->machine.memory;
    uint64_t bytes = 0;
    many_devices(fns, ioapics);
    config.vcpu_count = 1;
    config.gsis = gsis;
    config.gsi_count = MK_COUNT(gsis);
    config.pci.functions = fns;
    config.pci.function_count = MANY_FUNCTIONS;
    config.pci.buses = 1 + PORTS;
    config.pci.ecam_bytes = (uint64_t)(1 + PORTS) << 20;
    config.ioapics = ioapics;
    config.ioapic_count = MANY_IOAPICS;
    vm->storage = &many_storage;
    UNIT_CHECK(start(vm, &config));
    UNIT_CHECK(mk_acpi_build(&config, many_storage.acpi, many_storage.acpi_room, 0xe0000, &bytes) ==
                   MK_OK &&
               bytes > 16384);
    UNIT_CHECK(mk_pci_find(&vm->machine.pci.root, 0, 31, 7) == PORTS);
    UNIT_CHECK(vm->machine.pci.root.fns[MANY_FUNCTIONS - 1].vector_count == MANY_VECTORS);
    UNIT_CHECK(mk_bus_read(memory, 0, ECAM + 0xff000, 4) == 0x000c1b36);
    mk_bus_write(memory, 0, ioapics[MANY_IOAPICS - 1].gpa, 4, 0); /* the id register */
    UNIT_CHECK(mk_bus_read(memory, 0, ioapics[MANY_IOAPICS - 1].gpa + 0x10, 4) ==
               (uint64_t)MANY_IOAPICS << 24);
}

static void the_deadline_is_that_of_the_timer_or_the_clock_whichever_is_first(struct mk_vm *vm)
{
    UNIT_CHECK(mk_machine_deadline(&vm->machine) == 0);
    unit_deadline(vm, 5000);
    UNIT_CHECK(mk_machine_deadline(&vm->machine) == 5000);
    out(vm, 0x70, 1, 0x0a);
    out(vm, 0x71, 1, 0x26); /* 1,024 periodic interrupts in a second (MC146818A, table 5) */
    out(vm, 0x70, 1, 0x0b);
    out(vm, 0x71, 1, 0x42);
    UNIT_CHECK(mk_machine_deadline(&vm->machine) == 5000);
    unit_deadline(vm, UINT64_MAX);
    uint64_t clock = mk_machine_deadline(&vm->machine);
    UNIT_CHECK(clock > 5000 && clock <= vm->tsc_hz / 1024 + 1);
    unit_deadline(vm, 0);
    UNIT_CHECK(mk_machine_deadline(&vm->machine) == clock);
}

static void a_late_timer_and_a_late_clock_are_caught_up_by_a_tick(struct mk_vm *vm)
{
    unit_deadline(vm, 5000);
    vm->now = 6000;
    UNIT_CHECK(!mk_machine_interrupts(&vm->machine));
    mk_machine_tick(vm);
    UNIT_CHECK(mk_machine_interrupts(&vm->machine) && mk_machine_deadline(&vm->machine) == 0);
}

static void the_buffer_behind_a_serial_port_is_bounded(struct mk_vm *vm)
{
    static char typed[1001];
    memset(typed, 'a', sizeof(typed) - 1);
    vm->platform->typed = typed;
    out(vm, 0x3fa, 1, 1); /* FIFOs on */
    for (uint32_t i = 0; i < 100; i++) {
        mk_machine_tick(vm);
    }
    UNIT_CHECK(vm->platform->typed == typed + 16); /* the rest stays where it comes from */
    UNIT_CHECK(in(vm, 0x3f8, 1) == 'a');
    mk_machine_tick(vm);
    UNIT_CHECK(vm->platform->typed == typed + 17);
}

static void a_machine_without_serial_ports_takes_nothing_that_is_typed(struct mk_vm *vm)
{
    struct mk_vm_config config = everything(vm);
    config.serial_count = 0;
    UNIT_CHECK(start(vm, &config));
    vm->platform->typed = "abc";
    mk_machine_tick(vm);
    UNIT_CHECK(strcmp(vm->platform->typed, "abc") == 0 && in(vm, 0x3f8, 1) == 0xff);
}

const struct unit_test unit_machine[] = {
    UNIT_TEST(only_the_first_serial_port_is_the_console),
    UNIT_TEST(pci_functions_are_reached_by_ecam_ports_and_bars),
    UNIT_TEST(the_reset_register_is_a_byte_of_pcis_address_register),
    UNIT_TEST(a_machine_without_pci_still_has_the_reset_register),
    UNIT_TEST(acpi_4_8_3_7_sleep_control_turns_the_machine_off),
    UNIT_TEST(plans_that_can_not_be_carried_out_are_refused),
    UNIT_TEST(req_503_there_are_as_many_devices_as_the_plan_has_room_for),
    UNIT_TEST(the_deadline_is_that_of_the_timer_or_the_clock_whichever_is_first),
    UNIT_TEST(a_late_timer_and_a_late_clock_are_caught_up_by_a_tick),
    UNIT_TEST(the_buffer_behind_a_serial_port_is_bounded),
    UNIT_TEST(a_machine_without_serial_ports_takes_nothing_that_is_typed),
    {NULL, NULL},
};
