/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The VirtIO devices of a guest's machine.
 */
#include "makatea/machine_virtio.h"

#include "makatea/guest_memory.h"

/**
 * Says whether a device may reach memory: its function is a bus master (PCIe 5.0, 7.5.1.1.3).
 * @param slot the device
 * @return whether
 */
static bool is_master(const struct mk_virtio_slot *slot)
{
    return mk_pci_is_master(&slot->vm->machine.pci.root, slot->function);
}

/**
 * Copies out of guest memory.
 * @param context the device
 * @param gpa guest-physical address
 * @param to room
 * @param bytes how many
 * @return whether all of it is memory
 */
static bool dma_read(void *context, uint64_t gpa, volatile void *to, uint64_t bytes)
{
    const struct mk_virtio_slot *slot = context;
    return is_master(slot) && mk_guest_read(slot->vm, gpa, to, bytes) == MK_OK;
}

/**
 * Copies into guest memory.
 * @param context the device
 * @param gpa guest-physical address
 * @param from the bytes
 * @param bytes how many
 * @return whether all of it is memory
 */
static bool dma_write(void *context, uint64_t gpa, const volatile void *from, uint64_t bytes)
{
    const struct mk_virtio_slot *slot = context;
    return is_master(slot) && mk_guest_write(slot->vm, gpa, from, bytes) == MK_OK;
}

/**
 * Says whether a range is memory.
 * @param context the device
 * @param gpa guest-physical address
 * @param bytes how many
 * @return whether all of it is
 */
static bool dma_has(void *context, uint64_t gpa, uint64_t bytes)
{
    const struct mk_virtio_slot *slot = context;
    return mk_guest_is_ram(slot->vm, gpa, bytes);
}

/**
 * The event bit of a device's channel.
 * @param vm the VM
 * @param channel its number, or MK_NONE
 * @return the bit; 0 when there is no such channel
 */
static uint64_t event_of(const struct mk_vm *vm, uint32_t channel)
{
    const struct mk_channel *found = mk_machine_channel(vm, channel);
    return found != (const struct mk_channel *)0 ? UINT64_C(1) << found->event : 0;
}

/**
 * Makes a network device.
 * @param slot receives the device
 * @param plan what it is
 * @param dma guest memory
 * @return whether it could be made
 */
static bool add_net(struct mk_virtio_slot *slot, const struct mk_pci_function *plan,
                    const struct mk_dma *dma)
{
    struct mk_vm *vm = slot->vm;
    const struct mk_virtio_net_parts net = {.plan = &plan->net,
                                            .port = mk_platform_port(vm->platform, plan->channel),
                                            .scratch = vm->storage->scratch,
                                            .dma = *dma,
                                            .pci = &vm->machine.pci.root,
                                            .function = slot->function};
    slot->virtio = &slot->net.virtio;
    slot->events = event_of(vm, plan->channel);
    return mk_virtio_net_init(&slot->net, &net);
}

/**
 * Joins a port of the console device with its line. The line to the lifecycle manager is a part of
 * the VM's channel to it.
 * @param slot the device
 * @param row number of the port
 */
static void join_port(struct mk_virtio_slot *slot, uint32_t row)
{
    struct mk_vm *vm = slot->vm;
    struct mk_console_unit *port = &vm->storage->terminals[row];
    port->plan = &vm->config->terminals[row];
    const struct mk_channel *channel = mk_machine_channel(vm, port->plan->channel);
    port->session =
        channel != (const struct mk_channel *)0 && channel->kind == MK_CHANNEL_LIFECYCLE;
    port->line = port->session ? &vm->control.text : &port->own;
    port->events = event_of(vm, port->plan->channel);
    slot->events |= port->events;
}

/**
 * Makes the console device. There is one: the plan's ports are its ports.
 * @param slot receives the device
 * @param dma guest memory
 * @return whether it could be made
 */
static bool add_console(struct mk_virtio_slot *slot, const struct mk_dma *dma)
{
    struct mk_vm *vm = slot->vm;
    const struct mk_storage *storage = vm->storage;
    const struct mk_virtio_console_parts parts = {.ports = storage->terminals,
                                                  .port_count = vm->config->terminal_count,
                                                  .queues = storage->terminal_queues,
                                                  .buffers = storage->scratch->buffers,
                                                  .dma = *dma,
                                                  .pci = &vm->machine.pci.root,
                                                  .function = slot->function};
    if (parts.port_count > storage->terminal_room) {
        return false;
    }
    slot->virtio = &slot->console.virtio;
    slot->events = 0;
    for (uint32_t i = 0; i < parts.port_count; i++) {
        join_port(slot, i);
    }
    return mk_virtio_console_init(&slot->console, &parts);
}

/**
 * Makes a device. What it does from then on is in its table of functions (struct mk_virtio_ops).
 * @param slot receives the device
 * @param plan what it is
 * @return whether it could be made; yes, when there is none behind such a function
 */
static bool add(struct mk_virtio_slot *slot, const struct mk_pci_function *plan)
{
    const struct mk_dma dma = {slot, dma_read, dma_write, dma_has};
    switch (plan->kind) {
    case MK_PCI_NET:
        return add_net(slot, plan, &dma);
    case MK_PCI_CONSOLE:
        return add_console(slot, &dma);
    default:
        slot->vm = (struct mk_vm *)0;
        return true;
    }
}

bool mk_machine_add_virtio(struct mk_vm *vm)
{
    const struct mk_pci *pci = &vm->config->pci;
    bool good = true;
    for (uint32_t i = 0; good && i < pci->function_count; i++) {
        struct mk_virtio_slot *slot = &vm->storage->virtio[i];
        slot->vm = vm;
        slot->function = i;
        good = add(slot, &pci->functions[i]);
    }
    return good;
}

void mk_machine_serve_virtio(struct mk_vm *vm, uint64_t events)
{
    bool busy = false;
    for (uint32_t i = 0; i < vm->config->pci.function_count; i++) {
        const struct mk_virtio_slot *slot = &vm->storage->virtio[i];
        if (slot->vm != (struct mk_vm *)0) {
            busy = mk_virtio_serve(slot->virtio, events & slot->events) || busy;
        }
    }
    vm->machine.busy = busy;
}

void mk_machine_reset_virtio(void *context, uint32_t function)
{
    const struct mk_vm *vm = context;
    const struct mk_virtio_slot *slot = &vm->storage->virtio[function];
    if (slot->vm != (struct mk_vm *)0) {
        mk_virtio_reset(slot->virtio);
    }
}

void mk_machine_stop_virtio(struct mk_vm *vm)
{
    for (uint32_t i = 0; i < vm->config->pci.function_count; i++) {
        mk_machine_reset_virtio(vm, i);
    }
}
