/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Accesses of the guest that a device answers: IN and OUT directly, everything else by emulating
 * the instruction.
 */
#include "makatea/emulate.h"
#include "makatea/guest_memory.h"
#include "makatea/registers.h"

/** Privilege level in a segment's rights (SDM 3, 25.4.1). */
#define RIGHTS_DPL(rights) ((uint8_t)((rights) >> 5 & 3))
/** Step from one segment's field to the next (SDM 3, B). */
#define NEXT_SEGMENT 2
/** Leaf of the address sizes. */
#define LEAF_ADDRESSES UINT32_C(0x80000008)
/** All bits of a size in bytes. */
#define SIZE_MASK(bytes) (UINT64_MAX >> (64 - 8 * (bytes)))

/* Exit qualification of an I/O exit (SDM 3, table 28-5). */
#define IO_BYTES(q) ((uint32_t)((q)&7) + 1)         /**< Size. */
#define IO_IS_IN(q) (((q)&8) != 0)                  /**< IN, not OUT. */
#define IO_IS_STRING(q) (((q)&16) != 0)             /**< INS or OUTS. */
#define IO_PORT(q) ((uint16_t)((q) >> 16 & 0xffff)) /**< Port. */

/**
 * Reads a field.
 * @param vm the VM
 * @param field encoding
 * @return its value
 */
static uint64_t get(struct mk_vm *vm, uint32_t field)
{
    uint64_t value = 0;
    mk_platform_vmcs_read(vm->platform, field, &value);
    return value;
}

/**
 * Reads a segment register.
 * @param vm the VM
 * @param offset of its fields from those of ES
 * @return the segment
 */
static struct mk_segment get_segment(struct mk_vm *vm, uint32_t offset)
{
    return (struct mk_segment){.base = get(vm, MK_VMCS_GUEST_ES_BASE + offset),
                               .limit = (uint32_t)get(vm, MK_VMCS_GUEST_ES_LIMIT + offset),
                               .rights = (uint32_t)get(vm, MK_VMCS_GUEST_ES_RIGHTS + offset)};
}

/**
 * Gathers the segments as far as they mean something. In 64-bit mode that is what CS and SS say of
 * size and privilege, and the bases of FS and GS (SDM 3, 3.2.4). Each field is an invocation of the
 * kernel, and most of what the emulation of an access costs there.
 * @param vm the VM
 * @param cpu receives the segments; has EFER already
 */
static void gather_segments(struct mk_vm *vm, struct mk_cpu *cpu)
{
    cpu->segment[MK_CS].rights = (uint32_t)get(vm, MK_VMCS_GUEST_ES_RIGHTS + MK_CS * NEXT_SEGMENT);
    if (mk_code_size(cpu) == MK_CODE_64) {
        cpu->segment[MK_SS].rights =
            (uint32_t)get(vm, MK_VMCS_GUEST_ES_RIGHTS + MK_SS * NEXT_SEGMENT);
        cpu->segment[MK_FS].base = get(vm, MK_VMCS_GUEST_ES_BASE + MK_FS * NEXT_SEGMENT);
        cpu->segment[MK_GS].base = get(vm, MK_VMCS_GUEST_ES_BASE + MK_GS * NEXT_SEGMENT);
        return;
    }
    for (uint32_t i = 0; i < MK_SEGMENTS; i++) {
        cpu->segment[i] = get_segment(vm, i * NEXT_SEGMENT);
    }
}

/**
 * Gathers the processor's state.
 * @param vm the VM
 * @param exit the exit
 * @param cpu receives the state; all zero before
 */
static void gather(struct mk_vm *vm, const struct mk_exit *exit, struct mk_cpu *cpu)
{
    for (uint32_t i = 0; i < MK_GPRS; i++) {
        cpu->gpr[i] = mk_gpr_get(vm, i);
    }
    cpu->rip = exit->rip;
    cpu->rflags = exit->rflags;
    cpu->cr0 = get(vm, MK_VMCS_GUEST_CR0);
    cpu->cr3 = exit->cr3;
    cpu->cr4 = get(vm, MK_VMCS_GUEST_CR4);
    cpu->efer = get(vm, MK_VMCS_GUEST_EFER);
    gather_segments(vm, cpu);
    if (exit->reason == MK_EXIT_IO) {
        /* for the permission map; without it no port is permitted that needs one */
        cpu->tr = get_segment(vm, MK_VMCS_GUEST_TR_BASE - MK_VMCS_GUEST_ES_BASE);
    }
    /* the privilege level is SS's (SDM 3, 25.4.1) */
    cpu->cpl = RIGHTS_DPL(cpu->segment[MK_SS].rights);
    cpu->physical_bits =
        (uint8_t)(mk_platform_cpuid(vm->platform, LEAF_ADDRESSES, 0).eax & UINT8_MAX);
}

/**
 * Reads guest memory for an instruction.
 * @param context the VM
 * @param gpa guest-physical address
 * @param to room
 * @param bytes how many
 * @return whether it is memory
 */
static bool ram_read(void *context, uint64_t gpa, void *to, uint32_t bytes)
{
    return mk_guest_read(context, gpa, to, bytes) == MK_OK;
}

/**
 * Writes guest memory for an instruction.
 * @param context the VM
 * @param gpa guest-physical address
 * @param from the bytes
 * @param bytes how many
 * @return whether it is memory
 */
static bool ram_write(void *context, uint64_t gpa, const void *from, uint32_t bytes)
{
    return mk_guest_write(context, gpa, from, bytes) == MK_OK;
}

/**
 * Reads from a device.
 * @param context the VM
 * @param gpa guest-physical address
 * @param bytes size
 * @return value
 */
static uint64_t mmio_read(void *context, uint64_t gpa, uint32_t bytes)
{
    struct mk_vm *vm = context;
    return mk_bus_read(&vm->machine.memory, vm->now, gpa, bytes);
}

/**
 * Writes to a device.
 * @param context the VM
 * @param gpa guest-physical address
 * @param bytes size
 * @param value value
 */
static void mmio_write(void *context, uint64_t gpa, uint32_t bytes, uint64_t value)
{
    struct mk_vm *vm = context;
    mk_bus_write(&vm->machine.memory, vm->now, gpa, bytes, value);
}

/**
 * Reads a port.
 * @param context the VM
 * @param port port
 * @param bytes size
 * @return value
 */
static uint64_t port_read(void *context, uint16_t port, uint32_t bytes)
{
    struct mk_vm *vm = context;
    return mk_bus_read(&vm->machine.ports, vm->now, port, bytes);
}

/**
 * Writes a port.
 * @param context the VM
 * @param port port
 * @param bytes size
 * @param value value
 */
static void port_write(void *context, uint16_t port, uint32_t bytes, uint64_t value)
{
    struct mk_vm *vm = context;
    mk_bus_write(&vm->machine.ports, vm->now, port, bytes, value);
}

/**
 * Puts the state after an instruction into the guest.
 * @param vm the VM
 * @param before registers before it
 * @param cpu the state
 */
static void apply(struct mk_vm *vm, const uint64_t *before, const struct mk_cpu *cpu)
{
    for (uint32_t i = 0; i < MK_GPRS; i++) {
        if (cpu->gpr[i] != before[i]) {
            mk_gpr_set(vm, i, cpu->gpr[i]);
        }
    }
    vm->rip = cpu->rip;
    if (vm->rflags != cpu->rflags) {
        vm->rflags = cpu->rflags;
        mk_platform_vmcs_write(vm->platform, MK_VMCS_GUEST_RFLAGS, cpu->rflags, (uint64_t *)0);
    }
}

/**
 * Raises what an instruction raised. A page fault can not be: the address goes into CR2, which no
 * monitor can write on seL4. It can only come from an instruction with two memory operands of
 * which one is a device's, or from one that was changed after it exited. A program gets a general
 * protection fault instead; in the kernel it ends the VM.
 * @param vm the VM
 * @param exit the exit
 * @param cpu the state
 * @param fault the exception
 */
static void raise(struct mk_vm *vm, const struct mk_exit *exit, const struct mk_cpu *cpu,
                  const struct mk_fault *fault)
{
    if (fault->vector == MK_VECTOR_PF && cpu->cpl == 0) {
        mk_vm_stop(vm, exit, "a page fault in an emulated instruction");
    } else if (fault->vector == MK_VECTOR_PF) {
        mk_event_exception(vm, MK_VECTOR_GP, true, 0);
    } else {
        mk_event_exception(vm, fault->vector, fault->has_code, fault->code);
    }
}

/**
 * Emulates the instruction that exited.
 * @param vm the VM
 * @param exit the exit
 */
static void emulate(struct mk_vm *vm, const struct mk_exit *exit)
{
    const struct mk_cpu_ops ops = {.context = vm,
                                   .ram_read = ram_read,
                                   .ram_write = ram_write,
                                   .mmio_read = mmio_read,
                                   .mmio_write = mmio_write,
                                   .port_read = port_read,
                                   .port_write = port_write};
    struct mk_cpu cpu = {.rip = 0};
    struct mk_fault fault = {.vector = 0};
    struct mk_instruction seen = {.length = 0};
    uint64_t before[MK_GPRS];
    gather(vm, exit, &cpu);
    for (uint32_t i = 0; i < MK_GPRS; i++) {
        before[i] = cpu.gpr[i];
    }
    switch (mk_emulate(&cpu, &ops, &fault, &seen)) {
    case MK_EMULATED:
    case MK_EMULATE_AGAIN:
        /* also between two rounds of a REP interrupts get in, even after STI (SDM 2, REP) */
        apply(vm, before, &cpu);
        mk_exit_done(vm, exit);
        break;
    case MK_EMULATE_FAULT:
        apply(vm, before, &cpu); /* rounds of a REP that were done stay done */
        raise(vm, exit, &cpu, &fault);
        break;
    default:
        mk_text_string(&vm->console, "\nmakatea: instruction:");
        for (uint32_t i = 0; i < seen.fetched; i++) {
            mk_text_string(&vm->console, " ");
            mk_text_hex(&vm->console, seen.bytes[i]);
        }
        mk_vm_stop(vm, exit, "an instruction that is not emulated");
        break;
    }
}

void mk_access_memory(struct mk_vm *vm, const struct mk_exit *exit)
{
    if (vm->event != 0) {
        mk_vm_stop(vm, exit, "an event was to be delivered to a place that is no memory");
        return;
    }
    emulate(vm, exit);
}

void mk_access_port(struct mk_vm *vm, const struct mk_exit *exit)
{
    uint64_t q = exit->qualification;
    uint16_t port = IO_PORT(q);
    uint32_t bytes = IO_BYTES(q);
    uint64_t *rax = &vm->registers[MK_RAX];
    if (IO_IS_STRING(q)) {
        emulate(vm, exit);
        return;
    }
    if (bytes != 1 && bytes != 2 && bytes != 4) {
        mk_vm_stop(vm, exit, "an I/O exit of an impossible size");
        return;
    }
    if (IO_IS_IN(q)) {
        /* 32-bit results clear the upper half of RAX (SDM 1, 3.4.1.1) */
        uint64_t kept = bytes == 4 ? 0 : *rax & ~SIZE_MASK(bytes);
        *rax = kept | (port_read(vm, port, bytes) & SIZE_MASK(bytes));
        vm->registers_changed = true;
    } else {
        port_write(vm, port, bytes, *rax & SIZE_MASK(bytes));
    }
    mk_exit_skip(vm, exit);
}
