/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Tests of events and time.
 */
#include "unit.h"

/** An exception that exits, as an exit tells it. */
#define ALIGNMENT_CHECK (MK_EVENT_VALID | MK_EVENT_EXCEPTION | MK_EVENT_ERROR_CODE | 17)

static void sdm3_table_25_17_only_types_0_2_3_are_injected_again(struct mk_vm *vm)
{
    (void)vm;
    for (uint32_t type = 0; type < 8; type++) {
        uint32_t info = MK_EVENT_VALID | type << 8 | 0x21;
        bool again = type == 0 || type == 2 || type == 3;
        UNIT_CHECK(mk_event_interrupted(info) == (again ? info : 0));
    }
    UNIT_CHECK(mk_event_interrupted(0x21) == 0);
}

static void sdm3_25_9_3_undefined_bit_12_is_not_injected(struct mk_vm *vm)
{
    (void)vm;
    UNIT_CHECK(mk_event_interrupted(MK_EVENT_VALID | 0x1000 | 0x30e) == (MK_EVENT_VALID | 0x30e));
}

static void sdm3_26_2_1_3_every_event_is_made_legal(struct mk_vm *vm)
{
    static const uint32_t with_code = 0x00227d00;
    for (uint32_t cr0 = 0; cr0 < 2; cr0++) {
        vm->platform->fields[MK_VMCS_GUEST_CR0] = cr0;
        for (uint32_t low = 0; low < 0x10000; low++) {
            uint32_t event = mk_event_legal(vm, MK_EVENT_VALID | low);
            uint32_t type = event >> 8 & 7;
            uint32_t vector = event & 0xff;
            bool code = (event & MK_EVENT_ERROR_CODE) != 0;
            bool good = (event & 0x7ffff000) == 0 && (type == 0 || type == 2 || type == 3);
            good = good && (type != 2 || vector == 2) && (type != 3 || vector < 32);
            bool wanted = type == 3 && cr0 == 1 && (with_code >> vector & 1) != 0;
            if (event != 0 && !(good && code == wanted)) {
                UNIT_CHECK(good && code == wanted);
            }
        }
    }
    UNIT_CHECK(mk_event_legal(vm, 0x30d) == 0);
    UNIT_CHECK(mk_event_legal(vm, MK_EVENT_VALID | 0x121) == 0);
}

static void a_guest_in_real_mode_gets_no_error_code(struct mk_vm *vm)
{
    struct mk_exit e = {.kind = MK_RETURN_EXIT, .reason = MK_EXIT_RDMSR};
    vm->platform->fields[MK_VMCS_GUEST_CR0] = 0x20;
    unit_script(vm, &e, 1);
    mk_vm_step(vm);
    UNIT_CHECK(vm->platform->last_entry.event == (MK_EVENT_VALID | 0x30d));
}

static void an_error_code_is_cut_to_what_an_entry_takes(struct mk_vm *vm)
{
    struct mk_exit e = {.kind = MK_RETURN_EXIT, .reason = MK_EXIT_EXCEPTION};
    vm->platform->fields[MK_VMCS_EXIT_EVENT] = ALIGNMENT_CHECK;
    vm->platform->fields[MK_VMCS_IDT_VECTORING] = MK_EVENT_VALID | MK_EVENT_ERROR_CODE | 0x30e;
    vm->platform->fields[MK_VMCS_IDT_VECTORING_ERROR] = UINT32_MAX;
    unit_script(vm, &e, 1);
    mk_vm_step(vm);
    UNIT_CHECK(vm->platform->fields[MK_VMCS_ENTRY_ERROR_CODE] == 0x7fff);
}

static void an_exception_interrupted_in_delivery_keeps_its_code(struct mk_vm *vm)
{
    struct mk_exit e = {.kind = MK_RETURN_EXIT, .reason = MK_EXIT_EXCEPTION};
    vm->platform->fields[MK_VMCS_EXIT_EVENT] = ALIGNMENT_CHECK;
    vm->platform->fields[MK_VMCS_IDT_VECTORING] = MK_EVENT_VALID | MK_EVENT_ERROR_CODE | 0x30e;
    vm->platform->fields[MK_VMCS_IDT_VECTORING_ERROR] = 0x17;
    unit_script(vm, &e, 1);
    vm->platform->fields[MK_VMCS_IDT_VECTORING] = 0;
    mk_vm_step(vm);
    UNIT_CHECK(vm->platform->last_entry.event == (MK_EVENT_VALID | MK_EVENT_ERROR_CODE | 0x30e));
    UNIT_CHECK(vm->platform->fields[MK_VMCS_ENTRY_ERROR_CODE] == 0x17);
}

/** Exits that interrupt no delivery do not ask for what was interrupted: OUT costs an entry, and
 * nothing else of the kernel. */
static void sdm3_28_2_4_only_some_exits_ask_for_an_interrupted_event(struct mk_vm *vm)
{
    struct mk_exit e = {.kind = MK_RETURN_EXIT, .reason = MK_EXIT_IO, .qualification = 0x800000};
    mk_vm_step(vm); /* sets the registers of the start */
    for (uint32_t reason = 0; reason < MK_EXIT_REASONS; reason++) {
        bool can = reason == 0 || reason == 9 || reason == 48 || reason == 49;
        UNIT_CHECK(mk_event_can_be_interrupted(reason) == can);
    }
    vm->end = MK_END_NOT;
    vm->platform->fields[MK_VMCS_IDT_VECTORING] = MK_EVENT_VALID | 0x40;
    uint32_t reads = vm->platform->vmcs_reads;
    uint32_t writes = vm->platform->vmcs_writes;
    uint32_t sets = vm->platform->registers_set;
    unit_script(vm, &e, 1);
    UNIT_CHECK(vm->event == 0 && vm->end == MK_END_NOT && vm->platform->vmcs_reads == reads);
    UNIT_CHECK(vm->platform->vmcs_writes == writes && vm->platform->registers_set == sets);
}

static void an_event_that_was_not_delivered_is_handed_over_again(struct mk_vm *vm)
{
    struct mk_exit e = {.kind = MK_RETURN_NOTIFIED, .rip = 0x2000};
    mk_event_exception(vm, 6, false, 0);
    vm->platform->delivers = false;
    unit_script(vm, &e, 1);
    UNIT_CHECK(vm->event == (MK_EVENT_VALID | 0x306));
    vm->platform->delivers = true;
    mk_vm_step(vm);
    UNIT_CHECK(vm->platform->last_entry.event == (MK_EVENT_VALID | 0x306));
    UNIT_CHECK(vm->event == 0);
}

static void sdm3_6_8_1_interrupt_waits_for_the_window(struct mk_vm *vm)
{
    static const struct {
        uint64_t rflags;           /**< RFLAGS. */
        uint64_t interruptibility; /**< Interruptibility. */
        bool open;                 /**< Whether the guest takes it. */
    } rows[] = {
        {0x202, 0, true}, {0x2, 0, false}, {0x202, 1, false}, {0x202, 2, false}, {0x202, 8, true}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct mk_entry entry = {0};
        vm->event = 0;
        unit_interrupt(vm);
        vm->window_known = true;
        vm->rflags = rows[i].rflags;
        vm->interruptibility = rows[i].interruptibility;
        mk_event_choose(vm, &entry);
        UNIT_CHECK((entry.event != 0) == rows[i].open);
        UNIT_CHECK((entry.primary & MK_PRIMARY_INTERRUPT_WINDOW) == (rows[i].open ? 0 : 4));
    }
}

static void after_a_notification_the_window_is_asked_for(struct mk_vm *vm)
{
    struct mk_exit e = {.kind = MK_RETURN_NOTIFIED};
    unit_script(vm, &e, 1);
    unit_interrupt(vm);
    mk_vm_step(vm);
    UNIT_CHECK(vm->platform->last_entry.event == 0);
    UNIT_CHECK((vm->platform->last_entry.primary & MK_PRIMARY_INTERRUPT_WINDOW) != 0);
}

static void an_exception_goes_before_an_interrupt(struct mk_vm *vm)
{
    struct mk_entry entry = {0};
    unit_interrupt(vm);
    vm->rflags = 0x202;
    mk_event_exception(vm, 6, false, 0);
    mk_event_choose(vm, &entry);
    UNIT_CHECK(entry.event == (MK_EVENT_VALID | 0x306));
    UNIT_CHECK((entry.primary & MK_PRIMARY_INTERRUPT_WINDOW) != 0);
    UNIT_CHECK(mk_machine_interrupts(&vm->machine));
}

static void sdm3_25_5_1_timer_is_computed_anew_at_each_entry(struct mk_vm *vm)
{
    unit_deadline(vm, 1000000);
    mk_time_arm(vm);
    UNIT_CHECK(vm->platform->fields[MK_VMCS_PREEMPTION_TIMER] == 1000000 >> 5);
    vm->platform->now = 900000;
    mk_time_arm(vm);
    UNIT_CHECK(vm->platform->fields[MK_VMCS_PREEMPTION_TIMER] == 100000 >> 5);
    vm->platform->now = 2000000;
    mk_time_arm(vm);
    UNIT_CHECK(vm->platform->fields[MK_VMCS_PREEMPTION_TIMER] == 0);
}

static void a_deadline_beyond_the_turn_waits_for_a_later_one(struct mk_vm *vm)
{
    unit_deadline(vm, UINT64_MAX);
    mk_time_arm(vm);
    UNIT_CHECK(vm->platform->fields[MK_VMCS_PREEMPTION_TIMER] ==
               mk_turn_left(vm, vm->platform->now) >> vm->timer_rate);
}

static void a_deadline_ends_once(struct mk_vm *vm)
{
    unit_deadline(vm, 10);
    mk_time_update(vm);
    UNIT_CHECK(!mk_machine_interrupts(&vm->machine));
    vm->platform->now = 10;
    mk_time_update(vm);
    UNIT_CHECK(mk_machine_interrupts(&vm->machine) && mk_machine_deadline(&vm->machine) == 0);
}

static void sdm3_11_5_4_1_writing_0_disarms(struct mk_vm *vm)
{
    unit_deadline(vm, 10);
    UNIT_CHECK(mk_msr_write(vm, MK_MSR_TSC_DEADLINE, 0));
    vm->platform->now = 100;
    mk_time_update(vm);
    UNIT_CHECK(!mk_machine_interrupts(&vm->machine));
}

static void the_timer_is_saved_at_exits(struct mk_vm *vm)
{
    UNIT_CHECK((vm->platform->fields[MK_VMCS_EXIT_CONTROLS] & MK_EXIT_CTL_SAVE_TIMER) != 0);
    UNIT_CHECK((vm->platform->fields[MK_VMCS_PIN_CONTROLS] & MK_PIN_PREEMPTION_TIMER) != 0);
}

const struct unit_test unit_events[] = {
    UNIT_TEST(sdm3_table_25_17_only_types_0_2_3_are_injected_again),
    UNIT_TEST(sdm3_25_9_3_undefined_bit_12_is_not_injected),
    UNIT_TEST(sdm3_26_2_1_3_every_event_is_made_legal),
    UNIT_TEST(a_guest_in_real_mode_gets_no_error_code),
    UNIT_TEST(an_error_code_is_cut_to_what_an_entry_takes),
    UNIT_TEST(an_exception_interrupted_in_delivery_keeps_its_code),
    UNIT_TEST(sdm3_28_2_4_only_some_exits_ask_for_an_interrupted_event),
    UNIT_TEST(an_event_that_was_not_delivered_is_handed_over_again),
    UNIT_TEST(sdm3_6_8_1_interrupt_waits_for_the_window),
    UNIT_TEST(after_a_notification_the_window_is_asked_for),
    UNIT_TEST(an_exception_goes_before_an_interrupt),
    UNIT_TEST(sdm3_25_5_1_timer_is_computed_anew_at_each_entry),
    UNIT_TEST(a_deadline_beyond_the_turn_waits_for_a_later_one),
    UNIT_TEST(a_deadline_ends_once),
    UNIT_TEST(sdm3_11_5_4_1_writing_0_disarms),
    UNIT_TEST(the_timer_is_saved_at_exits),
    {NULL, NULL},
};
