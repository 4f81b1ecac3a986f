/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Reports of a VM that has ended: why, and where its time went.
 */
#include "makatea/registers.h"
#include "makatea/vm.h"

/** Names of the general registers. */
static const char *const names[MK_REGISTERS] = {"rax", "rbx", "rcx", "rdx", "rsi",
                                                "rdi", "rbp", "r8",  "r9",  "r10",
                                                "r11", "r12", "r13", "r14", "r15"};

/**
 * Writes a field of the VMCS.
 * @param vm the VM
 * @param name its name
 * @param field encoding
 */
static void write_field(struct mk_vm *vm, const char *name, uint32_t field)
{
    uint64_t value;
    if (mk_platform_vmcs_read(vm->platform, field, &value) == MK_OK) {
        mk_text_pair(&vm->console, name, value);
    }
}

/**
 * Writes how often each exit came.
 * @param vm the VM
 */
static void write_counts(struct mk_vm *vm)
{
    mk_text_string(&vm->console, "\n  exits by reason: ");
    for (uint32_t i = 0; i < MK_EXIT_REASONS; i++) {
        if (vm->exits[i] != 0) {
            mk_text_decimal(&vm->console, i);
            mk_text_string(&vm->console, ":");
            mk_text_decimal(&vm->console, vm->exits[i]);
            mk_text_string(&vm->console, " ");
        }
    }
    mk_text_string(&vm->console, "notifications:");
    mk_text_decimal(&vm->console, vm->notifications);
    mk_text_string(&vm->console, "\n");
}

void mk_vm_stop(struct mk_vm *vm, const struct mk_exit *exit, const char *why)
{
    const struct mk_text *out = &vm->console;
    vm->end = MK_END_CRASH;
    mk_text_string(out, "\nmakatea: ");
    mk_text_string(out, vm->config->name);
    mk_text_string(out, " stopped: ");
    mk_text_string(out, why);
    mk_text_string(out, "\n  ");
    mk_text_pair(out, "reason", exit->reason);
    mk_text_pair(out, "qualification", exit->qualification);
    mk_text_pair(out, "gpa", exit->gpa);
    mk_text_pair(out, "rip", exit->rip);
    mk_text_pair(out, "rflags", exit->rflags);
    mk_text_pair(out, "cr3", exit->cr3);
    write_field(vm, "rsp", MK_VMCS_GUEST_RSP);
    write_field(vm, "cr0", MK_VMCS_GUEST_CR0);
    write_field(vm, "cr4", MK_VMCS_GUEST_CR4);
    write_field(vm, "linear", MK_VMCS_GUEST_LINEAR);
    mk_text_string(out, "\n  ");
    for (uint32_t i = 0; i < MK_REGISTERS; i++) {
        mk_text_pair(out, names[i], exit->registers[i]);
    }
    write_counts(vm);
}

void mk_vm_begin_line(const struct mk_vm *vm, const char *text)
{
    mk_text_string(&vm->console, "makatea: ");
    mk_text_string(&vm->console, vm->config->name);
    mk_text_string(&vm->console, text);
}

/**
 * Writes the name of an exit's reason as one word.
 * @param vm the VM
 * @param reason the reason
 */
static void write_reason(const struct mk_vm *vm, uint32_t reason)
{
    for (const char *name = mk_exit_name(reason); *name != '\0'; name++) {
        const char word[2] = {(char)(*name == ' ' ? '-' : *name), '\0'};
        mk_text_string(&vm->console, word);
    }
}

/**
 * Writes numbers and ends the line.
 * @param vm the VM
 * @param numbers the numbers
 * @param count how many
 */
static void end_line(const struct mk_vm *vm, const uint64_t *numbers, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        mk_text_string(&vm->console, " ");
        mk_text_decimal(&vm->console, numbers[i]);
    }
    mk_text_string(&vm->console, "\n");
}

/**
 * Reports a VirtIO device: for each queue that was used notifications, groups, chains and
 * interrupts; of a network packets and bytes that were sent, and those that were received.
 * @param vm the VM
 * @param slot the device
 */
static void report_virtio(const struct mk_vm *vm, const struct mk_virtio_slot *slot)
{
    const struct mk_virtio_parts *parts = &slot->virtio->parts;
    const struct mk_pci_function *plan = &vm->config->pci.functions[slot->function];
    for (uint32_t i = 0; i < parts->queue_count; i++) {
        const struct mk_vq_counts *c = &parts->queues[i].counts;
        const uint64_t numbers[] = {i, c->kicks, c->groups, c->chains, c->interrupts};
        if ((c->kicks | c->groups) != 0) {
            mk_vm_begin_line(vm, ": queue ");
            mk_text_string(&vm->console, plan->name);
            end_line(vm, numbers, MK_COUNT(numbers));
        }
    }
    if (plan->kind == MK_PCI_NET) {
        const struct mk_virtio_net *net = &slot->net;
        const uint64_t numbers[] = {net->tx.packets, net->tx.bytes, net->rx.packets, net->rx.bytes};
        mk_vm_begin_line(vm, ": packets ");
        mk_text_string(&vm->console, plan->name);
        end_line(vm, numbers, MK_COUNT(numbers));
    }
}

void mk_vm_report(struct mk_vm *vm)
{
    const struct mk_text *out = &vm->console;
    uint64_t all = vm->entered == 0 ? 0 : mk_platform_now(vm->platform) - vm->entered;
    mk_vm_begin_line(vm, ": ticks ");
    mk_text_decimal(out, all);
    mk_text_string(out, " ");
    mk_text_decimal(out, all - vm->guest_ticks - vm->halted_ticks);
    mk_text_string(out, " ");
    mk_text_decimal(out, vm->halted_ticks);
    mk_text_string(out, "\n");
    for (uint32_t reason = 0; reason < MK_EXIT_REASONS; reason++) {
        if (vm->exits[reason] != 0) {
            mk_vm_begin_line(vm, ": exits ");
            write_reason(vm, reason);
            mk_text_string(out, " ");
            mk_text_decimal(out, vm->exits[reason]);
            mk_text_string(out, " ");
            mk_text_decimal(out, vm->exit_ticks[reason]);
            mk_text_string(out, "\n");
        }
    }
    for (uint32_t i = 0; i < vm->config->pci.function_count; i++) {
        if (vm->storage->virtio[i].vm != (struct mk_vm *)0) {
            report_virtio(vm, &vm->storage->virtio[i]);
        }
    }
}
