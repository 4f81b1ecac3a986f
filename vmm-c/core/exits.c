/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Exits by table: a reason, its name, who deals with it. What has no handler stops the VM with a
 * report.
 */
#include "makatea/registers.h"

void mk_exit_done(struct mk_vm *vm, const struct mk_exit *exit)
{
    const uint64_t blocked = MK_BLOCKED_BY_STI | MK_BLOCKED_BY_MOV_SS;
    if ((vm->interruptibility & blocked) != 0) {
        vm->interruptibility &= ~blocked;
        mk_platform_vmcs_write(vm->platform, MK_VMCS_GUEST_INTERRUPTIBILITY, vm->interruptibility,
                               (uint64_t *)0);
    }
    if ((exit->rflags & MK_RFLAGS_TF) != 0) {
        /* a single step ends behind an instruction that was emulated, too (SDM 3, 18.3.1.4) */
        vm->debug[MK_DR6] |= MK_DR6_STEP;
        mk_event_exception(vm, MK_VECTOR_DB, false, 0);
    }
}

void mk_exit_skip(struct mk_vm *vm, const struct mk_exit *exit)
{
    vm->rip = exit->rip + exit->length;
    mk_exit_done(vm, exit);
}

/**
 * A page fault at the end of a turn: it comes again when the guest goes on. When IRET had it, that
 * had allowed NMIs again, and will once more (SDM 3, 27.2.3).
 * @param vm the VM
 * @param info interruption information
 */
static void handle_page_fault(struct mk_vm *vm, uint32_t info)
{
    vm->turn.faulted = true;
    if (vm->event == 0 && (info & MK_EVENT_NMI_UNBLOCKED) != 0) {
        vm->interruptibility |= MK_BLOCKED_BY_NMI;
        mk_platform_vmcs_write(vm->platform, MK_VMCS_GUEST_INTERRUPTIBILITY, vm->interruptibility,
                               (uint64_t *)0);
    }
}

/**
 * Exceptions that exit. Debug exceptions do, because the guest's debug registers are the
 * monitor's; alignment checks, because their delivery could otherwise keep the processor in an
 * endless loop without any exit (CVE-2015-5307, CVE-2015-8104). Both go on to the guest, unless
 * they came while another event was being delivered: that one is delivered again.
 * @param vm the VM
 * @param exit the exit
 */
static void handle_exception(struct mk_vm *vm, const struct mk_exit *exit)
{
    uint64_t info = 0;
    mk_platform_vmcs_read(vm->platform, MK_VMCS_EXIT_EVENT, &info);
    uint8_t vector = (uint8_t)(info & MK_EVENT_VECTOR_MASK);
    if (vector == MK_VECTOR_PF && vm->turn.leaving) {
        handle_page_fault(vm, (uint32_t)info);
        return;
    }
    if ((info & MK_EVENT_TYPE_MASK) == MK_EVENT_NMI ||
        (vector != MK_VECTOR_DB && vector != MK_VECTOR_AC)) {
        mk_vm_stop(vm, exit, "unexpected exception");
        return;
    }
    if (vm->event != 0) {
        return;
    }
    if (vector == MK_VECTOR_DB) {
        vm->debug[MK_DR6] =
            (vm->debug[MK_DR6] & ~MK_DR6_CAUSES) | (exit->qualification & MK_DR6_CAUSES);
    }
    if ((info & MK_EVENT_TYPE_MASK) == MK_EVENT_PRIVILEGED) {
        vm->rip = exit->rip + exit->length; /* INT1 is a trap */
    }
    mk_event_exception(vm, vector, vector == MK_VECTOR_AC, 0);
}

/**
 * CPUID.
 * @param vm the VM
 * @param exit the exit
 */
static void handle_cpuid(struct mk_vm *vm, const struct mk_exit *exit)
{
    struct mk_cpuid answer =
        mk_cpuid_answer(vm, (uint32_t)vm->registers[MK_RAX], (uint32_t)vm->registers[MK_RCX]);
    vm->registers[MK_RAX] = answer.eax;
    vm->registers[MK_RBX] = answer.ebx;
    vm->registers[MK_RCX] = answer.ecx;
    vm->registers[MK_RDX] = answer.edx;
    vm->registers_changed = true;
    mk_exit_skip(vm, exit);
}

/**
 * HLT. With interrupts off nothing can end it but an NMI, and only the guest itself could send
 * one: the VM ends. That is how Linux ends when it has no other way.
 * @param vm the VM
 * @param exit the exit
 */
static void handle_hlt(struct mk_vm *vm, const struct mk_exit *exit)
{
    if ((exit->rflags & MK_RFLAGS_IF) == 0) {
        mk_vm_stop(vm, exit, "halted with interrupts off");
        return;
    }
    vm->halted = true;
    mk_exit_skip(vm, exit);
}

/**
 * RDMSR.
 * @param vm the VM
 * @param exit the exit
 */
static void handle_rdmsr(struct mk_vm *vm, const struct mk_exit *exit)
{
    uint64_t value;
    if (!mk_msr_read(vm, (uint32_t)vm->registers[MK_RCX], &value)) {
        mk_event_exception(vm, MK_VECTOR_GP, true, 0);
        return;
    }
    vm->registers[MK_RAX] = value & UINT32_MAX;
    vm->registers[MK_RDX] = value >> 32;
    vm->registers_changed = true;
    mk_exit_skip(vm, exit);
}

/**
 * WRMSR.
 * @param vm the VM
 * @param exit the exit
 */
static void handle_wrmsr(struct mk_vm *vm, const struct mk_exit *exit)
{
    uint64_t value = vm->registers[MK_RDX] << 32 | (vm->registers[MK_RAX] & UINT32_MAX);
    if (!mk_msr_write(vm, (uint32_t)vm->registers[MK_RCX], value)) {
        mk_event_exception(vm, MK_VECTOR_GP, true, 0);
        return;
    }
    mk_exit_skip(vm, exit);
}

/**
 * RDPMC: there are no performance counters (SDM 2, RDPMC).
 * @param vm the VM
 * @param exit the exit
 */
static void handle_rdpmc(struct mk_vm *vm, const struct mk_exit *exit)
{
    (void)exit;
    mk_event_exception(vm, MK_VECTOR_GP, true, 0);
}

/**
 * Instructions that the guest was not told to exist.
 * @param vm the VM
 * @param exit the exit
 */
static void handle_undefined(struct mk_vm *vm, const struct mk_exit *exit)
{
    (void)exit;
    mk_event_exception(vm, MK_VECTOR_UD, false, 0);
}

/**
 * Exits with nothing to do: what they are for is done before the next entry.
 * @param vm the VM
 * @param exit the exit
 */
static void handle_nothing(struct mk_vm *vm, const struct mk_exit *exit)
{
    (void)vm;
    (void)exit;
}

/**
 * INVD, WBINVD: memory is coherent, caches need no help.
 * @param vm the VM
 * @param exit the exit
 */
static void handle_cache(struct mk_vm *vm, const struct mk_exit *exit)
{
    mk_exit_skip(vm, exit);
}

/** What is known of a reason. */
struct exit_row {
    const char *name;                                             /**< Name, for people. */
    void (*handle)(struct mk_vm *vm, const struct mk_exit *exit); /**< Null: unexpected. */
};

/** By basic exit reason (SDM 3, appendix C). */
static const struct exit_row rows[MK_EXIT_REASONS] = {
    [MK_EXIT_EXCEPTION] = {"exception", handle_exception},
    [MK_EXIT_TRIPLE_FAULT] = {"triple fault", 0},
    [MK_EXIT_INTERRUPT_WINDOW] = {"interrupt window", handle_nothing},
    [MK_EXIT_NMI_WINDOW] = {"NMI window", handle_nothing},
    [MK_EXIT_TASK_SWITCH] = {"task switch", 0},
    [MK_EXIT_CPUID] = {"CPUID", handle_cpuid},
    [MK_EXIT_HLT] = {"HLT", handle_hlt},
    [MK_EXIT_INVD] = {"INVD", handle_cache},
    [MK_EXIT_VMCALL] = {"VMCALL", handle_undefined},
    [MK_EXIT_VMCALL + 1] = {"VMCLEAR", handle_undefined},
    [MK_EXIT_VMCALL + 2] = {"VMLAUNCH", handle_undefined},
    [MK_EXIT_VMCALL + 3] = {"VMPTRLD", handle_undefined},
    [MK_EXIT_VMCALL + 4] = {"VMPTRST", handle_undefined},
    [MK_EXIT_VMCALL + 5] = {"VMREAD", handle_undefined},
    [MK_EXIT_VMCALL + 6] = {"VMRESUME", handle_undefined},
    [MK_EXIT_VMCALL + 7] = {"VMWRITE", handle_undefined},
    [MK_EXIT_VMCALL + 8] = {"VMXOFF", handle_undefined},
    [MK_EXIT_VMXON] = {"VMXON", handle_undefined},
    [MK_EXIT_RDPMC] = {"RDPMC", handle_rdpmc},
    [MK_EXIT_MWAIT] = {"MWAIT", handle_undefined},
    [MK_EXIT_MONITOR] = {"MONITOR", handle_undefined},
    [MK_EXIT_CR_ACCESS] = {"control register", mk_cr_access},
    [MK_EXIT_DR_ACCESS] = {"debug register", mk_dr_access},
    [MK_EXIT_IO] = {"I/O", mk_access_port},
    [MK_EXIT_RDMSR] = {"RDMSR", handle_rdmsr},
    [MK_EXIT_WRMSR] = {"WRMSR", handle_wrmsr},
    [MK_EXIT_BAD_GUEST_STATE] = {"invalid guest state", 0},
    [MK_EXIT_EPT_VIOLATION] = {"EPT violation", mk_access_memory},
    [MK_EXIT_EPT_MISCONFIGURED] = {"EPT misconfiguration", 0},
    [MK_EXIT_INVEPT] = {"INVEPT", handle_undefined},
    [MK_EXIT_PREEMPTION_TIMER] = {"preemption timer", handle_nothing},
    [MK_EXIT_INVVPID] = {"INVVPID", handle_undefined},
    [MK_EXIT_WBINVD] = {"WBINVD", handle_cache},
    [MK_EXIT_XSETBV] = {"XSETBV", handle_undefined},
};

const char *mk_exit_name(uint32_t reason)
{
    const char *name = reason < MK_EXIT_REASONS ? rows[reason].name : (const char *)0;
    return name == (const char *)0 ? "unknown" : name;
}

void mk_exit_dispatch(struct mk_vm *vm, const struct mk_exit *exit)
{
    if (exit->reason >= MK_EXIT_REASONS) {
        mk_vm_stop(vm, exit, "exit of an unknown reason");
        return;
    }
    vm->exits[exit->reason]++;
    const struct exit_row *row = &rows[exit->reason];
    if (row->handle == 0) {
        mk_vm_stop(vm, exit, row->name == 0 ? "unexpected exit" : row->name);
        return;
    }
    row->handle(vm, exit);
}
