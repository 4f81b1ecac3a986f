/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Functions of the machine that are passed through: what is refused, and a component, a device or a
 * plan that is not as it should be.
 */
#include "makatea/pci_registers.h"
#include "passthrough_fixture.h"

/** An answer that takes some waiting is waited for; what else is told meanwhile is kept. */
static void a_slow_component_is_waited_for(struct mk_vm *vm)
{
    passed_make(vm);
    passed_machine.mood = PASSED_SLOW;
    vm->platform->badge = 0;
    UNIT_CHECK(passed_start(vm) == NULL);
    vm->events = 0;
    vm->platform->badge = UINT64_C(1) << 33;
    passed_write(vm, PCI_COMMAND, 2, PCI_COMMAND_MASTER);
    UNIT_CHECK((passed_register(PCI_COMMAND, 2) & PCI_COMMAND_MASTER) != 0);
    UNIT_CHECK((vm->events >> 33 & 1) != 0 && passed_machine.waits > 0);
}

/** A component that does not answer is waited for two seconds, not for ever: the VM does not start.
 */
static void a_silent_component_ends_the_start(struct mk_vm *vm)
{
    passed_make(vm);
    passed_machine.mood = PASSED_SILENT;
    UNIT_CHECK(passed_start(vm) != NULL && vm->platform->waits < 8);
}

/** One that falls silent later: the guest's write is lost, told once, and the guest goes on. */
static void a_component_that_falls_silent_is_told_of_once(struct mk_vm *vm)
{
    passed_make(vm);
    UNIT_CHECK(passed_start(vm) == NULL);
    passed_machine.mood = PASSED_SILENT;
    uint64_t before = vm->platform->now;
    passed_write(vm, PCI_COMMAND, 2, PCI_COMMAND_MASTER);
    UNIT_CHECK(
        unit_console_has(vm, "makatea: unit: device uplink: a register could not be written"));
    UNIT_CHECK(vm->platform->now - before == 4000000000);
    uint32_t length = vm->platform->console_length;
    passed_write(vm, PCI_COMMAND, 2, 0);
    UNIT_CHECK(vm->platform->console_length == length);
    UNIT_CHECK((passed_register(PCI_COMMAND, 2) & PCI_COMMAND_MASTER) == 0);
}

/** An answer that came too late is not taken for that of the next request. */
static void a_late_answer_is_nobodys(struct mk_vm *vm)
{
    const struct mk_pci_host host = mk_passthrough_host(vm);
    passed_make(vm);
    UNIT_CHECK(passed_start(vm) == NULL);
    UNIT_CHECK(host.read == NULL); /* there was no machine then */
    const struct mk_pci_host there = mk_passthrough_host(vm);
    passed_machine.mood = PASSED_SILENT;
    UNIT_CHECK(there.read(vm, 0, PCI_VENDOR, 4) == UINT32_MAX);
    passed_machine.mood = PASSED_PROMPT; /* the old request is answered with the next one */
    UNIT_CHECK(there.read(vm, 0, PCI_REVISION, 4) == 0x02000003);
}

/** Whatever a component answers, nothing but a refusal or a guest with odd registers comes of it.
 */
static void wild_answers_harm_nobody(struct mk_vm *vm)
{
    for (uint32_t i = 0; i < 600; i++) {
        passed_make(vm);
        passed_machine.mood = PASSED_LYING;
        passed_machine.lie = 7 * i;
        if (passed_start(vm) != NULL) {
            continue;
        }
        passed_write(vm, PCI_COMMAND, 2, 0xffff);
        for (uint32_t at = 0; at < 256; at += 4) {
            passed_write(vm, at, 4, UINT32_MAX);
            passed_read(vm, at, 4);
        }
        for (uint32_t f = 0; f < PASSED_FRAMES; f++) {
            UNIT_CHECK(!passed_machine.mapped[f] || !passed_machine.seen[f]);
        }
        mk_passthrough_stop(vm);
    }
}

/** Without a function, a channel, or the memory that it has, the VM is refused before it starts. */
static void what_is_not_there_is_said(struct mk_vm *vm)
{
    passed_make(vm);
    passed_machine.gone = true;
    UNIT_CHECK(passed_start(vm) != NULL);
    passed_make(vm);
    passed_config.resources.channel_count = 0;
    UNIT_CHECK(passed_start(vm) != NULL);
    passed_make(vm);
    passed_config.resources.device_frame_count = 1;
    UNIT_CHECK(passed_start(vm) != NULL);
    passed_make(vm);
    passed_config.resources.io_port_count = 0;
    UNIT_CHECK(passed_start(vm) != NULL);
    passed_make(vm);
    passed_frames[0].frames.count = 3; /* less than the BAR */
    UNIT_CHECK(passed_start(vm) != NULL);
    passed_make(vm);
    passed_machine.refuses = true;
    UNIT_CHECK(passed_start(vm) != NULL && !passed_machine.mapped[0]);
}

/** A table of messages that can not be kept from the guest is not passed through. */
static void pcie_7_7_2_a_table_that_can_not_be_kept_is_refused(struct mk_vm *vm)
{
    passed_make(vm);
    passed_frames[1].frame_bits = 21;
    UNIT_CHECK(passed_start(vm) != NULL);
    passed_make(vm);
    passed_set(PASSED_MSIX + PCI_MSIX_TABLE, 4, 0x3ff8 | 4); /* past the end of its BAR */
    UNIT_CHECK(passed_start(vm) != NULL);
    passed_make(vm);
    passed_set(PASSED_MSIX + PCI_MSIX_TABLE, 4, 5); /* in no BAR */
    UNIT_CHECK(passed_start(vm) != NULL);
    passed_make(vm);
    passed_set(PASSED_MSIX + PCI_MSIX_CONTROL, 2, 1); /* fewer vectors than planned */
    UNIT_CHECK(passed_start(vm) != NULL);
}

/** A function that does not come back after a reset, or as another one, ends the start. */
static void pcie_6_6_1_a_function_that_does_not_come_back_ends_the_start(struct mk_vm *vm)
{
    passed_make(vm);
    UNIT_CHECK(passed_start(vm) == NULL);
    mk_passthrough_stop(vm);
    passed_machine.gone = true;
    UNIT_CHECK(mk_vm_start(vm, 0x10000) != MK_OK);
    UNIT_CHECK(unit_console_has(vm, "device uplink: it does not come back after its reset"));
    passed_machine.gone = false;
    passed_set(PASSED_MSIX + PCI_MSIX_TABLE, 4, 0x2000 | 4);
    UNIT_CHECK(mk_vm_start(vm, 0x10000) != MK_OK);
    passed_set(PASSED_MSIX + PCI_MSIX_TABLE, 4, 0x1000 | 4);
    UNIT_CHECK(mk_vm_start(vm, 0x10000) == MK_OK);
}

/** A VM whose system below knows no devices of the machine does not start with one. */
static void without_a_way_to_the_machine_nothing_is_passed_through(struct mk_vm *vm)
{
    passed_make(vm);
    vm->devices = NULL;
    UNIT_CHECK(mk_vm_start(vm, 0x10000) != MK_OK);
}

const struct unit_test unit_passthrough_hostile[] = {
    UNIT_TEST(a_slow_component_is_waited_for),
    UNIT_TEST(a_silent_component_ends_the_start),
    UNIT_TEST(a_component_that_falls_silent_is_told_of_once),
    UNIT_TEST(a_late_answer_is_nobodys),
    UNIT_TEST(wild_answers_harm_nobody),
    UNIT_TEST(what_is_not_there_is_said),
    UNIT_TEST(pcie_7_7_2_a_table_that_can_not_be_kept_is_refused),
    UNIT_TEST(pcie_6_6_1_a_function_that_does_not_come_back_ends_the_start),
    UNIT_TEST(without_a_way_to_the_machine_nothing_is_passed_through),
    {NULL, NULL}};
