/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The life of a VM: start, step after step, stop.
 */
#include "makatea/boot.h"
#include "makatea/guest_memory.h"
#include "makatea/long_mode.h"
#include "makatea/registers.h"

/** Bits of IA32_VMX_MISC that tell the preemption timer's rate (SDM 3, A.6). */
#define TIMER_RATE UINT64_C(0x1f)
/**
 * What exits, besides what seL4 insists on. HLT, for the guest's idle time. CR8 would be the
 * machine's task priority, and debug registers another VM's. MONITOR, MWAIT and RDPMC are not
 * offered.
 */
#define PRIMARY                                                                                    \
    (MK_PRIMARY_HLT | MK_PRIMARY_CR8_LOAD | MK_PRIMARY_CR8_STORE | MK_PRIMARY_MOV_DR |             \
     MK_PRIMARY_MONITOR | MK_PRIMARY_MWAIT | MK_PRIMARY_RDPMC)

/** Fields that every VM starts with, besides the 64-bit state. */
static const struct mk_field_value start_fields[] = {
    {MK_VMCS_PIN_CONTROLS, MK_PIN_PREEMPTION_TIMER | MK_PIN_VIRTUAL_NMI},
    {MK_VMCS_EXIT_CONTROLS, MK_EXIT_CTL_SAVE_TIMER},
    {MK_VMCS_SECONDARY_CONTROLS, MK_SECONDARY_UNRESTRICTED},
    {MK_VMCS_EXCEPTION_BITMAP, MK_EXCEPTIONS},
    {MK_VMCS_GUEST_RSP, 0},
    {MK_VMCS_GUEST_ES_BASE, 0},
    {MK_VMCS_GUEST_ES_BASE + 2, 0},
    {MK_VMCS_GUEST_ES_BASE + 4, 0},
    {MK_VMCS_GUEST_ES_BASE + 6, 0},
    {MK_VMCS_GUEST_ES_BASE + 8, 0},
    {MK_VMCS_GUEST_ES_BASE + 10, 0},
    {MK_VMCS_GUEST_LDTR_BASE, 0},
    {MK_VMCS_GUEST_TR_BASE, 0},
    {MK_VMCS_GUEST_SYSENTER_CS, 0},
    {MK_VMCS_GUEST_GDTR_LIMIT, 0},
    {MK_VMCS_GUEST_IDTR_LIMIT, 0},
};

/**
 * Writes rows of fields.
 * @param vm the VM
 * @param rows rows
 * @param count how many
 * @return #MK_OK or the first failure
 */
static enum mk_status write_fields(struct mk_vm *vm, const struct mk_field_value *rows,
                                   size_t count)
{
    enum mk_status status = MK_OK;
    for (size_t i = 0; i < count && status == MK_OK; i++) {
        status = mk_platform_vmcs_write(vm->platform, rows[i].field, rows[i].value, (uint64_t *)0);
    }
    return status;
}

/**
 * Maps the guest's memory, or clears it when it is mapped already, and builds page tables.
 * @param vm the VM
 * @return #MK_OK or what is wrong
 */
static enum mk_status start_memory(struct mk_vm *vm)
{
    uint64_t tables = vm->config->boot.page_table_gpa;
    uint64_t table[MK_LONG_MODE_ENTRIES];
    enum mk_status status = MK_OK;
    if (!vm->mapped) {
        status = mk_guest_map(vm);
        vm->mapped = status == MK_OK;
    } else if (!vm->clean) {
        status = mk_guest_clear(vm);
    }
    vm->clean = false;
    for (uint32_t i = 0; i < MK_LONG_MODE_TABLES && status == MK_OK; i++) {
        mk_long_mode_table(table, i, tables);
        status = mk_guest_write(vm, tables + i * sizeof(table), table, sizeof(table));
    }
    return status;
}

/**
 * Sets all that is not kept in the VMCS to its first state.
 * @param vm the VM
 * @param entry where the guest starts
 * @return whether the machine could be made
 */
static bool start_state(struct mk_vm *vm, uint64_t entry)
{
    for (uint32_t i = 0; i < MK_REGISTERS; i++) {
        vm->registers[i] = 0;
    }
    for (uint32_t i = 0; i < MK_DEBUG_REGISTERS; i++) {
        vm->debug[i] = 0;
    }
    vm->rip = entry;
    vm->rflags = MK_RFLAGS_ONE;
    vm->interruptibility = 0;
    vm->window_known = true;
    vm->registers_changed = true;
    vm->event = 0;
    vm->halted = false;
    vm->end = MK_END_NOT;
    vm->events = UINT64_MAX; /* nobody knows what was signalled before */
    vm->tsc_hz = mk_platform_tsc_hz(vm->platform);
    vm->now = mk_platform_now(vm->platform);
    vm->timer_until = 0;
    mk_turn_start(vm);
    return mk_machine_init(vm);
}

enum mk_status mk_vm_start(struct mk_vm *vm, uint64_t entry)
{
    uint64_t misc = 0;
    enum mk_status status = start_memory(vm);
    if (status == MK_OK) {
        status = write_fields(vm, start_fields, sizeof(start_fields) / sizeof(start_fields[0]));
    }
    if (status == MK_OK) {
        status = write_fields(vm, mk_long_mode_state, mk_long_mode_state_count);
    }
    if (status == MK_OK) {
        status = mk_cr_start(vm);
    }
    if (status == MK_OK) {
        status = mk_platform_vmcs_write(vm->platform, MK_VMCS_GUEST_CR3,
                                        vm->config->boot.page_table_gpa, (uint64_t *)0);
    }
    if (status == MK_OK) {
        status = mk_platform_msr_read(vm->platform, MK_MSR_VMX_MISC, &misc);
    }
    vm->timer_rate = (uint32_t)(misc & TIMER_RATE);
    if (status == MK_OK && !start_state(vm, entry)) {
        status = MK_BAD_RANGE;
    }
    return status;
}

enum mk_status mk_vm_boot(struct mk_vm *vm)
{
    const char *why = "it could not be set up";
    enum mk_status status = mk_vm_start(vm, 0);
    if (status == MK_OK) {
        why = mk_boot_load(vm);
        status = why == (const char *)0 ? MK_OK : MK_BAD_RANGE;
    }
    if (status != MK_OK) {
        mk_text_string(&vm->console, "makatea: ");
        mk_text_string(&vm->console, vm->config->name);
        mk_text_string(&vm->console, " does not start: ");
        mk_text_string(&vm->console, why);
        mk_text_string(&vm->console, "\n");
    }
    return status;
}

/**
 * Takes over what a return from the guest tells.
 * @param vm the VM
 * @param exit the return
 */
static void take_over(struct mk_vm *vm, const struct mk_exit *exit)
{
    uint64_t vectoring = 0;
    vm->rip = exit->rip;
    if ((exit->event & MK_EVENT_VALID) == 0) {
        vm->event = 0;
    }
    vm->window_known = exit->kind == MK_RETURN_EXIT;
    if (exit->kind != MK_RETURN_EXIT) {
        return;
    }
    vm->rflags = exit->rflags;
    vm->interruptibility = exit->interruptibility;
    for (uint32_t i = 0; i < MK_REGISTERS; i++) {
        vm->registers[i] = exit->registers[i];
    }
    if (vm->event == 0 && mk_event_can_be_interrupted(exit->reason)) {
        mk_platform_vmcs_read(vm->platform, MK_VMCS_IDT_VECTORING, &vectoring);
        vm->event = mk_event_interrupted((uint32_t)vectoring);
    }
    if (vm->event != 0 && (vectoring & MK_EVENT_ERROR_CODE) != 0) {
        uint64_t code = 0;
        mk_platform_vmcs_read(vm->platform, MK_VMCS_IDT_VECTORING_ERROR, &code);
        vm->error_code = (uint32_t)code;
    }
}

/**
 * Enters the guest once, and looks at the clock when it is back.
 * @param vm the VM
 * @param exit receives the return
 */
static void enter(struct mk_vm *vm, struct mk_exit *exit)
{
    struct mk_entry entry = {.rip = vm->rip, .primary = PRIMARY};
    mk_event_choose(vm, &entry);
    if (vm->turn.leaving) {
        entry.primary |= MK_PRIMARY_INTERRUPT_WINDOW;
    }
    mk_time_arm(vm);
    if ((entry.event & MK_EVENT_ERROR_CODE) != 0) {
        mk_platform_vmcs_write(vm->platform, MK_VMCS_ENTRY_ERROR_CODE, vm->error_code,
                               (uint64_t *)0);
    }
    if (vm->registers_changed) {
        mk_platform_set_registers(vm->platform, vm->registers);
        vm->registers_changed = false;
    }
    uint64_t before = mk_platform_now(vm->platform);
    vm->entered = vm->entered == 0 ? before : vm->entered;
    mk_platform_enter(vm->platform, &entry, exit);
    vm->now = mk_platform_now(vm->platform);
    vm->guest_ticks += vm->now - before;
}

/**
 * Whether there is something for which a halted guest goes on.
 * @param vm the VM
 * @return whether
 */
static bool wakes(const struct mk_vm *vm)
{
    return vm->event != 0 || mk_machine_interrupts(&vm->machine);
}

/**
 * Deals with what made the guest return.
 * @param vm the VM
 * @param exit the return
 */
static void handle(struct mk_vm *vm, const struct mk_exit *exit)
{
    if (exit->kind == MK_RETURN_FAILED) {
        mk_vm_stop(vm, exit, "the processor refused the entry");
    } else if (exit->kind == MK_RETURN_NOTIFIED) {
        vm->notifications++;
        vm->events |= exit->badge;
    } else {
        mk_exit_dispatch(vm, exit);
    }
}

void mk_vm_step(struct mk_vm *vm)
{
    struct mk_exit exit;
    mk_time_update(vm);
    if (vm->end != MK_END_NOT) {
        return; /* stopped by command */
    }
    if (vm->halted && !wakes(vm)) {
        if (!vm->machine.busy) {
            mk_machine_tell(vm);
            mk_time_wait(vm);
        }
        return;
    }
    vm->halted = false;
    enter(vm, &exit);
    take_over(vm, &exit);
    handle(vm, &exit);
    if (exit.kind == MK_RETURN_EXIT && exit.reason < MK_EXIT_REASONS) {
        vm->exit_ticks[exit.reason] += mk_platform_now(vm->platform) - vm->now;
    }
    if (vm->end == MK_END_NOT) {
        vm->end = mk_machine_end(&vm->machine);
    }
    if (vm->end == MK_END_NOT) {
        mk_turn_give(vm, &exit);
    }
}

void mk_vm_run(struct mk_vm *vm)
{
    while (vm->end == MK_END_NOT) {
        mk_vm_step(vm);
    }
    mk_machine_tell(vm);
}
