/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Exits by table: a reason, its name, who deals with it. What has no handler stops the VM with a
 * report.
 */
#include "makatea/vm.h"

/** Invalid opcode (SDM 3, table 6-1). */
#define VECTOR_UD 6
/** General protection. */
#define VECTOR_GP 13
/** Exit qualification of an I/O exit (SDM 3, table 28-5): size - 1. */
#define IO_SIZE UINT64_C(0x7)
/** IN, not OUT. */
#define IO_IN UINT64_C(0x8)
/** INS or OUTS. */
#define IO_STRING UINT64_C(0x10)
/** Where the port is. */
#define IO_PORT_SHIFT 16
/** First of the eight ports of COM1. */
#define COM1 UINT16_C(0x3f8)
/** Its line status register. */
#define COM1_STATUS (COM1 + 5)
/** Transmitter empty, holding register empty (16550). */
#define COM1_IDLE UINT64_C(0x60)
/** All bits of a size in bytes. */
#define SIZE_MASK(bytes) (UINT64_MAX >> (64 - 8 * (bytes)))

/**
 * Goes on behind the instruction.
 * @param vm the VM
 * @param exit the exit
 */
static void skip(struct mk_vm *vm, const struct mk_exit *exit)
{
    vm->rip = exit->rip + exit->length;
    vm->interruptibility &= ~(uint64_t)(MK_BLOCKED_BY_STI | MK_BLOCKED_BY_MOV_SS);
    mk_platform_vmcs_write(vm->platform, MK_VMCS_GUEST_INTERRUPTIBILITY, vm->interruptibility,
                           (uint64_t *)0);
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
    skip(vm, exit);
}

/**
 * HLT. With interrupts off nothing can end it, as there are no NMIs: the VM ends.
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
    skip(vm, exit);
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
        mk_event_exception(vm, VECTOR_GP, true, 0);
        return;
    }
    vm->registers[MK_RAX] = value & UINT32_MAX;
    vm->registers[MK_RDX] = value >> 32;
    vm->registers_changed = true;
    skip(vm, exit);
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
        mk_event_exception(vm, VECTOR_GP, true, 0);
        return;
    }
    skip(vm, exit);
}

/**
 * IN and OUT: COM1 takes bytes and is always ready, nothing is at any other port. String forms
 * are not emulated yet.
 * @param vm the VM
 * @param exit the exit
 */
static void handle_io(struct mk_vm *vm, const struct mk_exit *exit)
{
    uint16_t port = (uint16_t)(exit->qualification >> IO_PORT_SHIFT);
    uint64_t bytes = (exit->qualification & IO_SIZE) + 1;
    uint64_t *rax = &vm->registers[MK_RAX];
    if ((exit->qualification & IO_STRING) != 0 || (bytes != 1 && bytes != 2 && bytes != 4)) {
        mk_vm_stop(vm, exit, "string I/O is not emulated");
        return;
    }
    if ((exit->qualification & IO_IN) != 0) {
        uint64_t value = port == COM1_STATUS ? COM1_IDLE : UINT64_MAX;
        /* 32-bit results clear the upper half of RAX (SDM 1, 3.4.1.1) */
        uint64_t kept = bytes == 4 ? 0 : *rax & ~SIZE_MASK(bytes);
        *rax = kept | (value & SIZE_MASK(bytes));
        vm->registers_changed = true;
    } else if (port == COM1) {
        mk_platform_console(vm->platform, (uint8_t)*rax);
    }
    skip(vm, exit);
}

/**
 * Instructions that the guest was not told to exist.
 * @param vm the VM
 * @param exit the exit
 */
static void handle_undefined(struct mk_vm *vm, const struct mk_exit *exit)
{
    (void)exit;
    mk_event_exception(vm, VECTOR_UD, false, 0);
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
    skip(vm, exit);
}

/** What is known of a reason. */
struct exit_row {
    const char *name;                                             /**< Name, for people. */
    void (*handle)(struct mk_vm *vm, const struct mk_exit *exit); /**< Null: unexpected. */
};

/** By basic exit reason (SDM 3, appendix C). */
static const struct exit_row rows[MK_EXIT_REASONS] = {
    [MK_EXIT_EXCEPTION] = {"exception", 0},
    [MK_EXIT_TRIPLE_FAULT] = {"triple fault", 0},
    [MK_EXIT_INTERRUPT_WINDOW] = {"interrupt window", handle_nothing},
    [MK_EXIT_NMI_WINDOW] = {"NMI window", 0},
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
    [MK_EXIT_CR_ACCESS] = {"control register", 0},
    [MK_EXIT_IO] = {"I/O", handle_io},
    [MK_EXIT_RDMSR] = {"RDMSR", handle_rdmsr},
    [MK_EXIT_WRMSR] = {"WRMSR", handle_wrmsr},
    [MK_EXIT_BAD_GUEST_STATE] = {"invalid guest state", 0},
    [MK_EXIT_EPT_VIOLATION] = {"EPT violation", 0},
    [MK_EXIT_EPT_MISCONFIGURED] = {"EPT misconfiguration", 0},
    [MK_EXIT_INVEPT] = {"INVEPT", handle_undefined},
    [MK_EXIT_PREEMPTION_TIMER] = {"preemption timer", handle_nothing},
    [MK_EXIT_INVVPID] = {"INVVPID", handle_undefined},
    [MK_EXIT_WBINVD] = {"WBINVD", handle_cache},
    [MK_EXIT_XSETBV] = {"XSETBV", handle_undefined},
};

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
