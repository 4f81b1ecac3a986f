/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Tests of turns: when a guest is left to other VMs, and when not.
 */
#include "makatea/guest_memory.h"
#include "unit.h"

/** Ticks of a turn, and by how many its end is put off at most: 4 and 2 ms of the host's clock. */
#define TURN UINT64_C(8000000)
/** By how many. */
#define LIMIT UINT64_C(4000000)
/** A page fault, as an exit tells it. */
#define PAGE_FAULT (MK_EVENT_VALID | MK_EVENT_EXCEPTION | MK_EVENT_ERROR_CODE | 14)
/** An exception that exits always. */
#define ALIGNMENT_CHECK (MK_EVENT_VALID | MK_EVENT_EXCEPTION | MK_EVENT_ERROR_CODE | 17)

/**
 * Begins a turn.
 * @param vm the VM
 */
static void begin(struct mk_vm *vm)
{
    vm->platform->yields = 0;
    vm->now = vm->platform->now;
    mk_turn_start(vm);
}

/**
 * Plays one exit.
 * @param vm the VM
 * @param reason its reason
 * @param rflags RFLAGS in it
 * @param ticks how long the guest has run
 */
static void play(struct mk_vm *vm, uint32_t reason, uint64_t rflags, uint64_t ticks)
{
    const struct mk_exit e = {.kind = MK_RETURN_EXIT, .reason = reason, .rflags = rflags};
    vm->platform->entry_ticks = ticks;
    unit_script(vm, &e, 1);
}

/**
 * Plays a notification.
 * @param vm the VM
 * @param ticks how long the guest has run
 */
static void notify(struct mk_vm *vm, uint64_t ticks)
{
    const struct mk_exit e = {.kind = MK_RETURN_NOTIFIED};
    vm->platform->entry_ticks = ticks;
    unit_script(vm, &e, 1);
}

/**
 * Whether page faults exit.
 * @param vm the VM
 * @return whether
 */
static bool faults_exit(const struct mk_vm *vm)
{
    return (vm->platform->fields[MK_VMCS_EXCEPTION_BITMAP] >> 14 & 1) != 0;
}

static void a_turn_ends_by_the_preemption_timer(struct mk_vm *vm)
{
    begin(vm);
    vm->timer_rate = 5;
    mk_time_arm(vm);
    UNIT_CHECK(vm->platform->fields[MK_VMCS_PREEMPTION_TIMER] == TURN >> 5);
    play(vm, MK_EXIT_PREEMPTION_TIMER, MK_RFLAGS_IF, TURN - 1);
    UNIT_CHECK(vm->platform->yields == 0);
    play(vm, MK_EXIT_PREEMPTION_TIMER, MK_RFLAGS_IF, 1);
    UNIT_CHECK(vm->platform->yields == 1 && mk_turn_left(vm, vm->platform->now) == TURN);
}

/** The timer counts on after an exit; it is set anew before the end of the turn is late by more
 * than half a millisecond, and where the guest has a deadline before that. */
static void the_timer_of_a_turn_is_not_set_at_each_entry(struct mk_vm *vm)
{
    const uint64_t slack = TURN / 8;
    begin(vm);
    play(vm, MK_EXIT_CPUID, MK_RFLAGS_IF, slack / 2);
    uint32_t writes = vm->platform->vmcs_writes;
    play(vm, MK_EXIT_CPUID, MK_RFLAGS_IF, slack / 2);
    UNIT_CHECK(vm->platform->vmcs_writes == writes);
    play(vm, MK_EXIT_CPUID, MK_RFLAGS_IF, 1);
    UNIT_CHECK(vm->platform->vmcs_writes == writes + 1);
    UNIT_CHECK(vm->platform->fields[MK_VMCS_PREEMPTION_TIMER] == (TURN - slack) >> vm->timer_rate);
    for (uint64_t left = 100; left > 0; left -= 50) {
        unit_deadline(vm, vm->platform->now + left);
        play(vm, MK_EXIT_CPUID, MK_RFLAGS_IF, 1);
        UNIT_CHECK(vm->platform->fields[MK_VMCS_PREEMPTION_TIMER] == left >> vm->timer_rate);
    }
    unit_deadline(vm, 0);
    play(vm, MK_EXIT_CPUID, MK_RFLAGS_IF, 1);
    UNIT_CHECK(vm->platform->fields[MK_VMCS_PREEMPTION_TIMER] ==
               (TURN - slack - 3) >> vm->timer_rate);
}

static void
a_guest_without_interrupts_is_left_at_its_next_page_fault_before_cr2_changes(struct mk_vm *vm)
{
    begin(vm);
    play(vm, MK_EXIT_PREEMPTION_TIMER, 0, TURN);
    UNIT_CHECK(vm->platform->yields == 0 && faults_exit(vm));
    vm->platform->fields[MK_VMCS_EXIT_EVENT] = PAGE_FAULT;
    play(vm, MK_EXIT_EXCEPTION, 0, 10);
    UNIT_CHECK((vm->platform->last_entry.primary & MK_PRIMARY_INTERRUPT_WINDOW) != 0);
    UNIT_CHECK(vm->platform->yields == 1 && !faults_exit(vm));
    UNIT_CHECK(vm->end == MK_END_NOT && vm->event == 0); /* it comes again, from the processor */
}

static void a_guest_is_left_as_soon_as_it_takes_interrupts(struct mk_vm *vm)
{
    begin(vm);
    play(vm, MK_EXIT_PREEMPTION_TIMER, 0, TURN);
    play(vm, MK_EXIT_CPUID, 0, 10);
    UNIT_CHECK(vm->platform->yields == 0 && faults_exit(vm));
    play(vm, MK_EXIT_INTERRUPT_WINDOW, MK_RFLAGS_IF, 10);
    UNIT_CHECK(vm->platform->yields == 1 && !faults_exit(vm));
}

static void a_guest_without_interrupts_and_page_faults_is_left_after_a_while(struct mk_vm *vm)
{
    begin(vm);
    play(vm, MK_EXIT_PREEMPTION_TIMER, 0, TURN);
    play(vm, MK_EXIT_PREEMPTION_TIMER, 0, TURN / 8);
    UNIT_CHECK(vm->platform->fields[MK_VMCS_PREEMPTION_TIMER] == (TURN / 8) >> vm->timer_rate);
    UNIT_CHECK(vm->platform->yields == 1 && !faults_exit(vm));
}

static void the_end_of_another_deadline_is_not_the_end_of_that_while(struct mk_vm *vm)
{
    begin(vm);
    play(vm, MK_EXIT_PREEMPTION_TIMER, 0, TURN);
    unit_deadline(vm, vm->platform->now + 5);
    play(vm, MK_EXIT_PREEMPTION_TIMER, 0, 5);
    UNIT_CHECK(vm->platform->yields == 0 && faults_exit(vm));
}

static void a_page_fault_that_is_being_delivered_is_not_left(struct mk_vm *vm)
{
    begin(vm);
    vm->platform->delivers = false;
    vm->platform->fields[MK_VMCS_EXIT_EVENT] = ALIGNMENT_CHECK;
    vm->platform->fields[MK_VMCS_IDT_VECTORING] = PAGE_FAULT;
    play(vm, MK_EXIT_EXCEPTION, MK_RFLAGS_IF, TURN);
    UNIT_CHECK(vm->platform->yields == 0 && faults_exit(vm));
}

static void after_a_notification_nothing_is_known_and_the_guest_runs_on(struct mk_vm *vm)
{
    begin(vm);
    play(vm, MK_EXIT_CPUID, MK_RFLAGS_IF, 1);
    notify(vm, TURN);
    UNIT_CHECK(vm->platform->yields == 0 && faults_exit(vm));
}

static void a_guest_that_does_not_let_go_is_left_nevertheless(struct mk_vm *vm)
{
    begin(vm);
    play(vm, MK_EXIT_CPUID, 0, TURN);
    for (uint64_t i = 0; i < LIMIT - 1; i += LIMIT / 4) {
        UNIT_CHECK(vm->platform->yields == 0);
        play(vm, MK_EXIT_CPUID, 0, LIMIT / 4);
    }
    UNIT_CHECK(vm->platform->yields == 1 && !faults_exit(vm));
}

static void a_page_fault_exits_in_no_other_case(struct mk_vm *vm)
{
    begin(vm);
    vm->platform->fields[MK_VMCS_EXIT_EVENT] = PAGE_FAULT;
    play(vm, MK_EXIT_EXCEPTION, 0, 1);
    UNIT_CHECK(vm->end == MK_END_CRASH && unit_console_has(vm, "unexpected exception"));
}

static void sdm3_27_2_3_nmis_stay_blocked_when_iret_had_the_page_fault(struct mk_vm *vm)
{
    begin(vm);
    play(vm, MK_EXIT_PREEMPTION_TIMER, 0, TURN);
    vm->platform->fields[MK_VMCS_EXIT_EVENT] = PAGE_FAULT | MK_EVENT_NMI_UNBLOCKED;
    play(vm, MK_EXIT_EXCEPTION, 0, 10);
    UNIT_CHECK((vm->platform->fields[MK_VMCS_GUEST_INTERRUPTIBILITY] & MK_BLOCKED_BY_NMI) != 0);
}

static void a_guest_that_waits_keeps_its_turn(struct mk_vm *vm)
{
    begin(vm);
    unit_deadline(vm, 3 * TURN);
    vm->halted = true;
    mk_vm_step(vm);
    UNIT_CHECK(vm->platform->waits == 1 && vm->platform->yields == 0);
    UNIT_CHECK(mk_turn_left(vm, vm->platform->now) == TURN);
}

static void clearing_memory_gives_way_in_between(struct mk_vm *vm)
{
    begin(vm);
    vm->turn.end = vm->platform->now;
    UNIT_CHECK(mk_guest_clear(vm) == MK_OK && vm->platform->yields == 1);
}

const struct unit_test unit_turn[] = {
    UNIT_TEST(a_turn_ends_by_the_preemption_timer),
    UNIT_TEST(the_timer_of_a_turn_is_not_set_at_each_entry),
    UNIT_TEST(a_guest_without_interrupts_is_left_at_its_next_page_fault_before_cr2_changes),
    UNIT_TEST(a_guest_is_left_as_soon_as_it_takes_interrupts),
    UNIT_TEST(a_guest_without_interrupts_and_page_faults_is_left_after_a_while),
    UNIT_TEST(the_end_of_another_deadline_is_not_the_end_of_that_while),
    UNIT_TEST(a_page_fault_that_is_being_delivered_is_not_left),
    UNIT_TEST(after_a_notification_nothing_is_known_and_the_guest_runs_on),
    UNIT_TEST(a_guest_that_does_not_let_go_is_left_nevertheless),
    UNIT_TEST(a_page_fault_exits_in_no_other_case),
    UNIT_TEST(sdm3_27_2_3_nmis_stay_blocked_when_iret_had_the_page_fault),
    UNIT_TEST(a_guest_that_waits_keeps_its_turn),
    UNIT_TEST(clearing_memory_gives_way_in_between),
    {NULL, NULL},
};
