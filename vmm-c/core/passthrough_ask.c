/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Devices of the machine: the component that has their configuration space is asked, and waited
 * for.
 */
#include "makatea/passthrough.h"
#include "makatea/passthrough_parts.h"

/** An answer is waited for so long, in seconds: the component answers at once, but may still start.
 */
#define PATIENCE UINT64_C(2)

bool mk_is_passed(const struct mk_vm *vm, uint32_t row)
{
    return vm->config->pci.functions[row].kind == MK_PCI_PASSTHROUGH;
}

void mk_passthrough_say(struct mk_vm *vm, uint32_t row, const char *what)
{
    mk_vm_begin_line(vm, ": device ");
    mk_text_string(&vm->console, vm->config->pci.functions[row].name);
    mk_text_string(&vm->console, ": ");
    mk_text_string(&vm->console, what);
    mk_text_string(&vm->console, "\n");
}

bool mk_passthrough_wait(struct mk_vm *vm, uint64_t until)
{
    if (mk_platform_now(vm->platform) < until && mk_platform_alarm(vm->platform, until) == MK_OK) {
        vm->events |= mk_platform_wait(vm->platform);
    }
    return mk_platform_now(vm->platform) < until;
}

/**
 * Waits for an answer (struct mk_pci_asker).
 * @param context the VM
 * @return whether it is still worth waiting
 */
static bool wait_for_answer(void *context)
{
    struct mk_vm *vm = context;
    return mk_passthrough_wait(vm, vm->machine.pci.patience);
}

void mk_passthrough_connect(struct mk_vm *vm)
{
    uint32_t channel = mk_channel_of(&vm->config->resources, MK_CHANNEL_PCI_CONFIG);
    const struct mk_port *port = mk_platform_port(vm->platform, channel);
    vm->machine.pci.connected = port != NULL;
    if (port != NULL) {
        mk_pci_asker_start(&vm->machine.pci.asker, port);
        vm->machine.pci.asker.context = vm;
        vm->machine.pci.asker.wait = wait_for_answer;
    }
}

bool mk_passthrough_ask(struct mk_vm *vm, const struct mk_pci_request *request,
                        struct mk_pci_answer *answer)
{
    *answer = (struct mk_pci_answer){0, 0};
    vm->machine.pci.patience =
        mk_platform_now(vm->platform) + PATIENCE * mk_platform_tsc_hz(vm->platform);
    return vm->machine.pci.connected && mk_pci_ask(&vm->machine.pci.asker, request, answer);
}

/**
 * Reads a register of the machine's function (struct mk_pci_host).
 * @param context the VM
 * @param number mk_passthrough::number
 * @param offset register
 * @param bytes 1, 2 or 4
 * @return value; all ones when nobody answers
 */
static uint32_t host_read(void *context, uint32_t number, uint32_t offset, uint32_t bytes)
{
    const struct mk_pci_request request = {MK_PCI_READ, number, offset, bytes, 0};
    struct mk_pci_answer answer;
    return mk_passthrough_ask(context, &request, &answer) ? answer.value : UINT32_MAX;
}

struct mk_pci_host mk_passthrough_host(struct mk_vm *vm)
{
    const bool there = vm->devices != NULL && vm->machine.pci.connected;
    return (struct mk_pci_host){vm, there ? host_read : NULL};
}
