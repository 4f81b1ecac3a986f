/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The life of a VM: start, step after step, stop.
 */
#include "makatea/long_mode.h"
#include "makatea/vm.h"

/** Fields that every VM starts with, besides the 64-bit state. */
static const struct mk_field_value start_fields[] = {
    {MK_VMCS_PIN_CONTROLS, MK_PIN_PREEMPTION_TIMER},
    {MK_VMCS_EXIT_CONTROLS, MK_EXIT_CTL_SAVE_TIMER},
    {MK_VMCS_SECONDARY_CONTROLS, MK_SECONDARY_UNRESTRICTED},
    {MK_VMCS_EXCEPTION_BITMAP, 0},
    {MK_VMCS_CR0_MASK, 0},
    {MK_VMCS_CR4_MASK, MK_CR4_VMXE},
    {MK_VMCS_CR4_SHADOW, 0},
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
 * Maps the guest's memory and builds its page tables.
 * @param vm the VM
 * @param tables room for the tables, guest-physical
 * @return #MK_OK or what is wrong
 */
static enum mk_status start_memory(struct mk_vm *vm, uint64_t tables)
{
    for (uint32_t frame = 0; frame < vm->frames; frame++) {
        enum mk_status status =
            mk_platform_map_ram(vm->platform, frame, (uint64_t)frame << MK_FRAME_BITS);
        if (status != MK_OK) {
            return status;
        }
    }
    uint64_t room[MK_LONG_MODE_TABLE_BYTES / sizeof(uint64_t)];
    mk_long_mode_tables(room, tables);
    return mk_guest_write(vm, tables, room, sizeof(room));
}

enum mk_status mk_vm_start(struct mk_vm *vm, uint64_t entry, uint64_t tables)
{
    uint64_t misc = 0;
    enum mk_status status = start_memory(vm, tables);
    if (status == MK_OK) {
        status = write_fields(vm, start_fields, sizeof(start_fields) / sizeof(start_fields[0]));
    }
    if (status == MK_OK) {
        status = write_fields(vm, mk_long_mode_state, mk_long_mode_state_count);
    }
    if (status == MK_OK) {
        status = mk_platform_vmcs_write(vm->platform, MK_VMCS_GUEST_CR3, tables, (uint64_t *)0);
    }
    if (status == MK_OK) {
        status = mk_platform_msr_read(vm->platform, MK_MSR_VMX_MISC, &misc);
    }
    vm->timer_rate = misc & 0x1f;
    vm->tsc_hz = mk_platform_tsc_hz(vm->platform);
    vm->rip = entry;
    vm->rflags = MK_RFLAGS_ONE;
    vm->window_known = true;
    vm->registers_changed = true;
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
    if (vm->event == 0) {
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
 * Enters the guest once.
 * @param vm the VM
 * @param exit receives the return
 */
static void enter(struct mk_vm *vm, struct mk_exit *exit)
{
    struct mk_entry entry = {.rip = vm->rip, .primary = MK_PRIMARY_HLT};
    mk_event_choose(vm, &entry);
    mk_time_arm(vm);
    if ((entry.event & MK_EVENT_ERROR_CODE) != 0) {
        mk_platform_vmcs_write(vm->platform, MK_VMCS_ENTRY_ERROR_CODE, vm->error_code,
                               (uint64_t *)0);
    }
    if (vm->registers_changed) {
        mk_platform_set_registers(vm->platform, vm->registers);
        vm->registers_changed = false;
    }
    mk_platform_enter(vm->platform, &entry, exit);
}

void mk_vm_step(struct mk_vm *vm)
{
    struct mk_exit exit;
    mk_time_update(vm);
    if (vm->halted && !vm->timer_pending) {
        mk_time_wait(vm);
        return;
    }
    vm->halted = false;
    enter(vm, &exit);
    take_over(vm, &exit);
    if (exit.kind == MK_RETURN_FAILED) {
        mk_vm_stop(vm, &exit, "the processor refused the entry");
    } else if (exit.kind == MK_RETURN_NOTIFIED) {
        vm->notifications++;
    } else {
        mk_exit_dispatch(vm, &exit);
    }
}

void mk_vm_run(struct mk_vm *vm)
{
    while (!vm->stopped) {
        mk_vm_step(vm);
    }
}
