/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Functions of the machine that are passed through, from the guest's registers to the machine's and
 * from the machine's interrupts to the guest's. Sections are those of PCIe 5.0.
 */
#include "makatea/pci_registers.h"
#include "passthrough_fixture.h"

/** The function is the machine's by its name, with capabilities of ours. */
static void guest_sees_who_it_is_and_no_capability_but_those_made_here(struct mk_vm *vm)
{
    passed_make(vm);
    UNIT_CHECK(passed_start(vm) == NULL);
    UNIT_CHECK(passed_read(vm, PCI_VENDOR, 4) == 0x15338086);
    UNIT_CHECK(passed_read(vm, PCI_REVISION, 4) == 0x02000003);
    UNIT_CHECK(passed_capability(vm, 1) == 0 && passed_capability(vm, PCI_CAP_MSI) == 0);
    uint32_t at = passed_capability(vm, PCI_CAP_MSIX);
    UNIT_CHECK(passed_read(vm, at + PCI_MSIX_CONTROL, 2) == PASSED_VECTORS - 1);
    UNIT_CHECK(passed_read(vm, at + PCI_MSIX_TABLE, 4) == (0x1000 | 4));
    UNIT_CHECK(passed_machine.dma);
}

/** Before the guest says anything the function decodes, and does nothing else. */
static void at_start_nothing_is_in_use(struct mk_vm *vm)
{
    passed_make(vm);
    UNIT_CHECK(passed_start(vm) == NULL);
    UNIT_CHECK(passed_register(PCI_COMMAND, 2) ==
               (PCI_COMMAND_IO | PCI_COMMAND_MEMORY | PCI_COMMAND_INTX_DISABLE));
    UNIT_CHECK((passed_register(PASSED_MSIX + PCI_MSIX_CONTROL, 2) & PCI_MSIX_ENABLE) == 0);
    UNIT_CHECK((passed_register(PASSED_MSI + PCI_MSI_CONTROL, 2) & PCI_MSI_ENABLE) == 0);
    UNIT_CHECK(passed_register(PCI_BAR, 4) == PASSED_PADDR);
    for (uint32_t i = 0; i < PASSED_FRAMES; i++) {
        UNIT_CHECK(!passed_machine.mapped[i]);
    }
}

/** Of the command register bus mastering alone reaches the machine: the pin has no interrupt in
 * this plan, and memory and ports stay decoded. */
static void
pcie_7_5_1_1_3_of_the_command_register_the_master_bit_reaches_the_machine(struct mk_vm *vm)
{
    uint32_t quiet = PCI_COMMAND_IO | PCI_COMMAND_MEMORY | PCI_COMMAND_INTX_DISABLE;
    passed_make(vm);
    UNIT_CHECK(passed_start(vm) == NULL);
    passed_write(vm, PCI_COMMAND, 2, 0xffff & ~(uint32_t)PCI_COMMAND_INTX_DISABLE);
    UNIT_CHECK(passed_register(PCI_COMMAND, 2) == (quiet | PCI_COMMAND_MASTER));
    passed_write(vm, PCI_COMMAND, 2, 0);
    UNIT_CHECK(passed_register(PCI_COMMAND, 2) == quiet);
}

/** With an interrupt of the plan the pin is the guest's to switch. */
static void pcie_7_5_1_1_3_the_pin_is_switched_where_the_plan_has_its_interrupt(struct mk_vm *vm)
{
    passed_make(vm);
    passed_functions[PASSED_ROW].msix_vectors = 0;
    passed_functions[PASSED_ROW].intx_gsi = PASSED_PIN_GSI;
    UNIT_CHECK(passed_start(vm) == NULL);
    UNIT_CHECK((passed_register(PCI_COMMAND, 2) & PCI_COMMAND_INTX_DISABLE) == 0);
    passed_write(vm, PCI_COMMAND, 2, PCI_COMMAND_INTX_DISABLE);
    UNIT_CHECK((passed_register(PCI_COMMAND, 2) & PCI_COMMAND_INTX_DISABLE) != 0);
}

/** No register that a guest writes is written in the machine as it is. */
static void whatever_is_written_changes_nothing_else_in_the_machine(struct mk_vm *vm)
{
    passed_make(vm);
    UNIT_CHECK(passed_start(vm) == NULL);
    uint8_t before[256];
    for (uint32_t i = 0; i < 256; i++) {
        before[i] = passed_machine.space[i];
    }
    for (uint32_t i = 0; i < 256; i += 4) {
        passed_write(vm, i, 4, 0xffffffff);
        passed_write(vm, i, 4, 0x5a5a5a5a);
    }
    for (uint32_t i = 0; i < 256; i++) {
        bool may = i == PCI_COMMAND || i == PCI_COMMAND + 1 || i == PASSED_MSIX + 3;
        UNIT_CHECK(may || passed_machine.space[i] == before[i]);
    }
    UNIT_CHECK((passed_register(PCI_COMMAND, 2) & 0xfb10) == 0);
    UNIT_CHECK(passed_machine.resets == 1);
}

/** Its memory is there where the plan has it, without the pages of the MSI-X table; elsewhere
 * nothing is. The machine's registers stay. */
static void pcie_7_5_1_2_1_memory_is_shown_at_the_planned_address_and_nowhere_else(struct mk_vm *vm)
{
    const uint32_t table = 4 + 1; /* page 1 of BAR 4 */
    passed_make(vm);
    UNIT_CHECK(passed_start(vm) == NULL);
    passed_write(vm, PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
    for (uint32_t i = 0; i < PASSED_FRAMES; i++) {
        UNIT_CHECK(passed_machine.mapped[i] == (i != table));
        UNIT_CHECK(i == table || passed_machine.gpa[i] == PASSED_GPA + UINT64_C(0x1000) * i);
    }
    UNIT_CHECK(passed_machine.seen[table] && !passed_machine.ports);
    passed_write(vm, PCI_BAR, 4, 0xc0100000);
    UNIT_CHECK(passed_read(vm, PCI_BAR, 4) == 0xc0100000);
    UNIT_CHECK(!passed_machine.mapped[0] && passed_machine.mapped[4]);
    UNIT_CHECK(mk_bus_read(&vm->machine.memory, 0, 0xc0100000, 4) == UINT32_MAX);
    passed_write(vm, PCI_BAR, 4, 0xffffffff);
    UNIT_CHECK(passed_read(vm, PCI_BAR, 4) == 0xffffc000);
    passed_write(vm, PCI_BAR, 4, PASSED_GPA);
    UNIT_CHECK(passed_machine.mapped[0] && passed_register(PCI_BAR, 4) == PASSED_PADDR);
}

/** A guest that does not decode has no memory to reach, and the machine's function goes on
 * decoding: nobody can make an access that nothing answers. */
static void cve_2020_12888_memory_is_hidden_while_it_is_not_decoded(struct mk_vm *vm)
{
    passed_make(vm);
    UNIT_CHECK(passed_start(vm) == NULL);
    passed_write(vm, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_IO);
    UNIT_CHECK(passed_machine.mapped[0] && passed_machine.ports);
    passed_write(vm, PCI_COMMAND, 2, 0);
    for (uint32_t i = 0; i < PASSED_FRAMES; i++) {
        UNIT_CHECK(!passed_machine.mapped[i]);
    }
    UNIT_CHECK(!passed_machine.ports);
    UNIT_CHECK((passed_register(PCI_COMMAND, 2) & 3) == 3);
    mk_passthrough_stop(vm);
    UNIT_CHECK(!passed_machine.mapped[0]);
}

/** The machine's table has the plan's messages, whatever the guest writes: vectors that are not
 * planned are masked. */
static void pcie_7_7_2_5_the_machines_table_has_the_plans_messages(struct mk_vm *vm)
{
    passed_make(vm);
    UNIT_CHECK(passed_start(vm) == NULL);
    passed_write(vm, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
    for (uint64_t at = 0; at < 0x1000; at += 8) {
        mk_bus_write(&vm->machine.memory, 0, PASSED_TABLE_GPA + 0x1000 + at, 8,
                     UINT64_C(0x44444440fee44440));
    }
    UNIT_CHECK(mk_bus_read(&vm->machine.memory, 0, PASSED_TABLE_GPA + 0x1000, 4) == 0xfee44440);
    for (uint32_t v = 0; v < PASSED_REAL_VECTORS; v++) {
        const uint32_t *word = &passed_machine.table[4 * v];
        bool planned = v < PASSED_VECTORS;
        UNIT_CHECK(word[0] == (planned ? 0xfee00000 : 0) && word[1] == 0);
        UNIT_CHECK(word[2] == (planned ? 0x32 + v : 0));
        UNIT_CHECK(word[3] == (planned ? 0 : 1));
    }
}

/** Masks of vectors and of the function are the guest's. */
static void pcie_7_7_2_8_masks_reach_the_machine(struct mk_vm *vm)
{
    passed_make(vm);
    UNIT_CHECK(passed_start(vm) == NULL);
    uint32_t at = passed_capability(vm, PCI_CAP_MSIX);
    passed_write(vm, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
    UNIT_CHECK(passed_machine.table[4 + 3] == 1);
    mk_bus_write(&vm->machine.memory, 0, PASSED_TABLE_GPA + 0x101c, 4, 0);
    UNIT_CHECK(passed_machine.table[4 + 3] == 0 && passed_machine.table[3] == 1);
    mk_bus_write(&vm->machine.memory, 0, PASSED_TABLE_GPA + 0x101c, 4, 1);
    UNIT_CHECK(passed_machine.table[4 + 3] == 1);
    passed_write(vm, at + PCI_MSIX_CONTROL, 2, PCI_MSIX_ENABLE | PCI_MSIX_MASK);
    UNIT_CHECK(passed_register(PASSED_MSIX + PCI_MSIX_CONTROL, 2) ==
               (PCI_MSIX_ENABLE | PCI_MSIX_MASK | (PASSED_REAL_VECTORS - 1)));
    passed_write(vm, at + PCI_MSIX_CONTROL, 2, PCI_MSIX_ENABLE);
    UNIT_CHECK((passed_register(PASSED_MSIX + PCI_MSIX_CONTROL, 2) & PCI_MSIX_MASK) == 0);
}

/** Starts the VM as it is set up, with its local APIC on. */
static void start_with_apic(struct mk_vm *vm)
{
    UNIT_CHECK(passed_start(vm) == NULL);
    passed_apic_on(vm);
}

/** A vector of the machine's is the guest's message at the guest's APIC. */
static void a_vector_of_msi_x_becomes_the_guests_message(struct mk_vm *vm)
{
    passed_make(vm);
    start_with_apic(vm);
    uint32_t at = passed_capability(vm, PCI_CAP_MSIX);
    passed_write(vm, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
    mk_bus_write(&vm->machine.memory, 0, PASSED_TABLE_GPA + 0x1010, 4, 0xfee00000);
    mk_bus_write(&vm->machine.memory, 0, PASSED_TABLE_GPA + 0x1018, 4, 0x61);
    mk_bus_write(&vm->machine.memory, 0, PASSED_TABLE_GPA + 0x101c, 4, 0);
    passed_interrupt(vm, PASSED_EVENT + 1);
    UNIT_CHECK(!passed_requested(vm, 0x61)); /* not in use yet */
    passed_write(vm, at + PCI_MSIX_CONTROL, 2, PCI_MSIX_ENABLE);
    passed_interrupt(vm, PASSED_EVENT);
    UNIT_CHECK(!passed_requested(vm, 0x61));
    passed_interrupt(vm, PASSED_EVENT + 1);
    UNIT_CHECK(passed_requested(vm, 0x61));
}

/** MSI: the guest's message in the guest, the plan's in the machine. */
static void pcie_7_7_1_msi_has_the_plans_message_in_the_machine(struct mk_vm *vm)
{
    passed_make(vm);
    passed_functions[PASSED_ROW].msix_vectors = 0;
    passed_functions[PASSED_ROW].msi = true;
    start_with_apic(vm);
    uint32_t at = passed_capability(vm, PCI_CAP_MSI);
    passed_write(vm, PCI_COMMAND, 2, PCI_COMMAND_MASTER);
    passed_write(vm, at + PCI_MSI_ADDRESS, 4, 0xfee00000);
    passed_write(vm, at + PCI_MSI_DATA, 2, 0x62);
    UNIT_CHECK((passed_register(PASSED_MSI + PCI_MSI_CONTROL, 2) & PCI_MSI_ENABLE) == 0);
    passed_write(vm, at + PCI_MSI_CONTROL, 2, PCI_MSI_ENABLE);
    UNIT_CHECK((passed_register(PASSED_MSI + PCI_MSI_CONTROL, 2) & PCI_MSI_ENABLE) != 0);
    UNIT_CHECK(passed_register(PASSED_MSI + PCI_MSI_ADDRESS, 4) == 0xfee00000);
    UNIT_CHECK(passed_register(PASSED_MSI + PCI_MSI_DATA, 2) == 0x32);
    passed_interrupt(vm, PASSED_EVENT);
    UNIT_CHECK(passed_requested(vm, 0x62));
    passed_write(vm, at + PCI_MSI_CONTROL, 2, 0);
    UNIT_CHECK((passed_register(PASSED_MSI + PCI_MSI_CONTROL, 2) & PCI_MSI_ENABLE) == 0);
}

/** Writes an entry of the guest's I/O APIC. */
static void route(struct mk_vm *vm, uint32_t gsi, uint32_t low)
{
    mk_bus_write(&vm->machine.memory, 0, 0xfec00000, 4, 0x10 + 2 * (uint64_t)gsi);
    mk_bus_write(&vm->machine.memory, 0, 0xfec00010, 4, low);
}

/** The guest takes an interrupt and ends it. */
static void serve(struct mk_vm *vm, uint8_t vector)
{
    mk_lapic_accept(&vm->machine.chip.lapic, vector);
    UNIT_CHECK(mk_msr_write(vm, 0x80b, 0)); /* end of interrupt */
}

/** The pin of a function: asserted until the guest has served it; then the machine's interrupt is
 * let through, and comes again while the device still wants it. */
static void pcie_6_1_2_a_pin_is_level_triggered_and_let_through_when_it_was_served(struct mk_vm *vm)
{
    passed_make(vm);
    passed_functions[PASSED_ROW].msix_vectors = 0;
    passed_functions[PASSED_ROW].intx_gsi = PASSED_PIN_GSI;
    start_with_apic(vm);
    route(vm, PASSED_PIN_GSI, 0xa063); /* level, active low */
    uint32_t before = passed_machine.acks[3];
    passed_interrupt(vm, PASSED_PIN_EVENT);
    UNIT_CHECK(passed_requested(vm, 0x63) && passed_machine.acks[3] == before);
    UNIT_CHECK((passed_read(vm, PCI_STATUS, 2) & PCI_STATUS_INTERRUPT) != 0);
    serve(vm, 0x63);
    UNIT_CHECK(passed_machine.acks[3] == before + 1 && !passed_requested(vm, 0x63));
    UNIT_CHECK((passed_read(vm, PCI_STATUS, 2) & PCI_STATUS_INTERRUPT) == 0);
    passed_interrupt(vm, PASSED_PIN_EVENT);
    UNIT_CHECK(passed_requested(vm, 0x63));
}

/** An interrupt that is given by itself and is an edge: a pulse, and let through at once. */
static void an_edge_is_a_pulse_and_let_through_at_once(struct mk_vm *vm)
{
    passed_make(vm);
    start_with_apic(vm);
    route(vm, PASSED_EDGE_GSI, 0x64);
    uint32_t before = passed_machine.acks[4];
    passed_interrupt(vm, PASSED_EDGE_EVENT);
    UNIT_CHECK(passed_requested(vm, 0x64) && passed_machine.acks[4] == before + 1);
}

/** An interrupt that is given by itself and is a level: asserted until the guest has served it, and
 * only then let through in the machine; it comes again while the device still wants it. */
static void a_level_is_let_through_when_it_was_served(struct mk_vm *vm)
{
    passed_make(vm);
    start_with_apic(vm);
    route(vm, PASSED_LEVEL_GSI, 0x8065); /* level, active high */
    uint32_t before = passed_machine.acks[5];
    passed_interrupt(vm, PASSED_LEVEL_EVENT);
    UNIT_CHECK(passed_requested(vm, 0x65) && passed_machine.acks[5] == before);
    serve(vm, 0x65);
    UNIT_CHECK(!passed_requested(vm, 0x65) && passed_machine.acks[5] == before + 1);
    passed_interrupt(vm, PASSED_LEVEL_EVENT);
    UNIT_CHECK(passed_requested(vm, 0x65) && passed_machine.acks[5] == before + 1);
}

/** Around a life the function is silent and is reset; nothing is asked of it for 100 ms. Another
 * guest finds it as the first one did. */
static void pcie_6_6_2_a_life_ends_with_a_reset_and_100_ms_of_silence(struct mk_vm *vm)
{
    passed_make(vm);
    UNIT_CHECK(passed_start(vm) == NULL);
    UNIT_CHECK(passed_machine.resets == 1);
    passed_write(vm, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
    passed_write(vm, passed_capability(vm, PCI_CAP_MSIX) + PCI_MSIX_CONTROL, 2, PCI_MSIX_ENABLE);
    uint64_t before = vm->platform->now;
    mk_passthrough_stop(vm);
    UNIT_CHECK(passed_machine.resets == 2 && vm->platform->now - before >= 200000000);
    UNIT_CHECK((passed_register(PCI_COMMAND, 2) & PCI_COMMAND_MASTER) == 0);
    for (uint32_t i = 0; i < PASSED_FRAMES; i++) {
        UNIT_CHECK(!passed_machine.mapped[i]);
    }
    UNIT_CHECK(mk_vm_start(vm, 0x10000) == MK_OK);
    UNIT_CHECK(!passed_machine.early && passed_register(PCI_BAR, 4) == PASSED_PADDR);
    UNIT_CHECK(passed_register(PASSED_EXPRESS + PCIE_DEVICE_CONTROL, 2) == 0x2830);
    UNIT_CHECK((passed_register(PASSED_MSIX + PCI_MSIX_CONTROL, 2) & PCI_MSIX_ENABLE) == 0);
    UNIT_CHECK(passed_machine.table[2] == 0x32 && passed_machine.table[3] == 1);
}

/** A function of conventional PCI is reset by its Advanced Features, when they offer that (PCI ECN
 * "Advanced Capabilities for Conventional PCI"). */
static void af_a_conventional_function_is_reset_when_it_offers_that(struct mk_vm *vm)
{
    for (uint32_t offered = 0; offered < 4; offered++) {
        passed_make(vm);
        passed_set(PASSED_EXPRESS + PCIE_DEVICE_CAP, 4, 0);
        passed_set(PASSED_EXPRESS + 1, 1, PASSED_ADVANCED);
        passed_set(PASSED_ADVANCED, 4, PCI_CAP_ADVANCED | 6U << 16 | offered << 24);
        UNIT_CHECK(passed_start(vm) == NULL);
        UNIT_CHECK(passed_machine.resets == ((offered & 2) != 0 ? 1 : 0));
        UNIT_CHECK(!passed_machine.early && passed_register(PCI_BAR, 4) == PASSED_PADDR);
    }
}

/** A function that can not be reset is silenced all the same. */
static void a_function_without_a_reset_is_silent_after_a_life(struct mk_vm *vm)
{
    passed_make(vm);
    passed_set(PASSED_EXPRESS + PCIE_DEVICE_CAP, 4, 0);
    UNIT_CHECK(passed_start(vm) == NULL);
    passed_write(vm, PCI_COMMAND, 2, PCI_COMMAND_MASTER);
    passed_write(vm, passed_capability(vm, PCI_CAP_MSIX) + PCI_MSIX_CONTROL, 2, PCI_MSIX_ENABLE);
    mk_passthrough_stop(vm);
    UNIT_CHECK(passed_machine.resets == 0);
    UNIT_CHECK((passed_register(PCI_COMMAND, 2) & PCI_COMMAND_MASTER) == 0);
    UNIT_CHECK(mk_vm_start(vm, 0x10000) == MK_OK);
    UNIT_CHECK((passed_register(PASSED_MSIX + PCI_MSIX_CONTROL, 2) & PCI_MSIX_ENABLE) == 0);
    UNIT_CHECK(passed_machine.table[3] == 1);
}

const struct unit_test unit_passthrough[] = {
    UNIT_TEST(guest_sees_who_it_is_and_no_capability_but_those_made_here),
    UNIT_TEST(at_start_nothing_is_in_use),
    UNIT_TEST(pcie_7_5_1_1_3_of_the_command_register_the_master_bit_reaches_the_machine),
    UNIT_TEST(pcie_7_5_1_1_3_the_pin_is_switched_where_the_plan_has_its_interrupt),
    UNIT_TEST(whatever_is_written_changes_nothing_else_in_the_machine),
    UNIT_TEST(pcie_7_5_1_2_1_memory_is_shown_at_the_planned_address_and_nowhere_else),
    UNIT_TEST(cve_2020_12888_memory_is_hidden_while_it_is_not_decoded),
    UNIT_TEST(pcie_7_7_2_5_the_machines_table_has_the_plans_messages),
    UNIT_TEST(pcie_7_7_2_8_masks_reach_the_machine),
    UNIT_TEST(a_vector_of_msi_x_becomes_the_guests_message),
    UNIT_TEST(pcie_7_7_1_msi_has_the_plans_message_in_the_machine),
    UNIT_TEST(pcie_6_1_2_a_pin_is_level_triggered_and_let_through_when_it_was_served),
    UNIT_TEST(an_edge_is_a_pulse_and_let_through_at_once),
    UNIT_TEST(a_level_is_let_through_when_it_was_served),
    UNIT_TEST(pcie_6_6_2_a_life_ends_with_a_reset_and_100_ms_of_silence),
    UNIT_TEST(af_a_conventional_function_is_reset_when_it_offers_that),
    UNIT_TEST(a_function_without_a_reset_is_silent_after_a_life),
    {NULL, NULL}};
