/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The guest's machine, made from the plan.
 */
#include "makatea/machine.h"

#include "makatea/guest_memory.h"
#include "makatea/machine_virtio.h"
#include "makatea/passthrough.h"

/** APIC id of the only processor. */
#define APIC_ID 0
/** The serial port that is the console of a plain root task. */
#define CONSOLE 0

/**
 * Sends a character of a guest without channels to the console of a plain root task.
 * @param peer the VM
 * @param byte the character
 * @return true: the console takes everything
 */
static bool to_console(void *peer, uint8_t byte)
{
    struct mk_vm *vm = peer;
    mk_platform_console(vm->platform, byte);
    return true;
}

/**
 * Sends a character of the guest by its line.
 * @param peer the line
 * @param byte the character
 * @return whether it is sent, or gone for nobody is there
 */
static bool to_line(void *peer, uint8_t byte)
{
    return mk_line_put(peer, byte);
}

/**
 * Whether a serial port is the console of a plain root task.
 * @param vm the VM
 * @param row which serial port
 * @return whether
 */
static bool is_own_console(const struct mk_vm *vm, uint32_t row)
{
    return row == CONSOLE && !vm->machine.lines[row].connected;
}

/**
 * Reads the bytes of PCI's address register: the reset control register is among them.
 * @param device power
 * @param now TSC value
 * @param offset from 0xcf8
 * @param bytes size
 * @return value
 */
static uint64_t address_read(void *device, uint64_t now, uint64_t offset, uint32_t bytes)
{
    return offset == MK_RESET_CONTROL_PORT - MK_PCI_PORT && bytes == 1
               ? mk_reset_control_ops.read(device, now, 0, bytes)
               : UINT64_MAX;
}

/**
 * Writes them.
 * @param device power
 * @param now TSC value
 * @param offset from 0xcf8
 * @param bytes size
 * @param value value
 */
static void address_write(void *device, uint64_t now, uint64_t offset, uint32_t bytes,
                          uint64_t value)
{
    if (offset == MK_RESET_CONTROL_PORT - MK_PCI_PORT && bytes == 1) {
        mk_reset_control_ops.write(device, now, 0, bytes, value);
    }
}

/** What is at PCI's address register beside it. */
static const struct mk_device_ops address_ops = {address_read, address_write};

/**
 * Writes guest memory for a device.
 * @param context the VM
 * @param gpa guest-physical address
 * @param from the bytes
 * @param bytes how many
 * @return whether all of it is memory
 */
static bool write_memory(void *context, uint64_t gpa, const void *from, uint64_t bytes)
{
    return mk_guest_write(context, gpa, from, bytes) == MK_OK;
}

/**
 * Adds the serial ports.
 * @param vm the VM
 * @param irq where interrupts go
 * @return whether it worked
 */
static bool add_serial(struct mk_vm *vm, const struct mk_irq_out *irq)
{
    struct mk_machine *m = &vm->machine;
    bool good = vm->config->serial_count <= MK_MACHINE_SERIAL;
    for (uint32_t i = 0; i < vm->config->serial_count && good; i++) {
        const struct mk_serial *s = &vm->config->serial[i];
        if (is_own_console(vm, i)) {
            mk_uart_init(&m->serial[i], irq, s->gsi, to_console, vm);
        } else {
            mk_uart_init(&m->serial[i], irq, s->gsi, to_line, &m->lines[i]);
        }
        good = mk_bus_add(&m->ports, s->first, MK_UART_PORTS, &mk_uart_ops, &m->serial[i]);
    }
    return good;
}

/**
 * Adds clocks and power.
 * @param vm the VM
 * @param irq where interrupts go
 * @return whether it worked
 */
static bool add_clocks(struct mk_vm *vm, const struct mk_irq_out *irq)
{
    struct mk_machine *m = &vm->machine;
    uint64_t seconds = mk_platform_unix_time(vm->platform);
    mk_rtc_init(&m->rtc, irq, MK_RTC_GSI, vm->tsc_hz, vm->now, seconds);
    mk_power_init(&m->power, irq, MK_POWER_GSI, vm->tsc_hz, vm->now);
    return mk_kvmclock_init(&m->clock, vm->tsc_hz, vm->now, seconds, write_memory, vm) &&
           mk_bus_add(&m->ports, MK_RTC_PORT, MK_RTC_PORTS, &mk_rtc_ops, &m->rtc) &&
           mk_bus_add(&m->ports, MK_POWER_PORT, MK_POWER_PORTS, &mk_power_ops, &m->power) &&
           mk_bus_add(&m->ports, MK_KEYBOARD_PORT, 1, &mk_keyboard_reset_ops, &m->power);
}

/**
 * Adds the windows in which BARs stand.
 * @param vm the VM
 * @return whether it worked
 */
static bool add_windows(struct mk_vm *vm)
{
    struct mk_machine *m = &vm->machine;
    const struct mk_storage *storage = vm->storage;
    uint32_t count = 0;
    for (uint32_t i = 0; i < vm->config->region_count; i++) {
        const struct mk_region *r = &vm->config->regions[i];
        if (r->kind != MK_REGION_MMIO32 && r->kind != MK_REGION_MMIO64) {
            continue;
        }
        if (count == storage->region_room) {
            return false;
        }
        storage->windows[count] = (struct mk_pci_window){&m->pci.root, r->gpa, false};
        if (!mk_bus_add(&m->memory, r->gpa, r->bytes, &mk_pci_window_ops,
                        &storage->windows[count])) {
            return false;
        }
        count++;
    }
    return true;
}

/**
 * Adds PCI Express. Port 0xcf9, in the middle of its ports, resets the machine.
 * @param vm the VM
 * @param irq where interrupts go
 * @return whether it worked
 */
static bool add_pci(struct mk_vm *vm, const struct mk_irq_out *irq)
{
    struct mk_machine *m = &vm->machine;
    const struct mk_pci *plan = &vm->config->pci;
    const struct mk_storage *storage = vm->storage;
    const struct mk_pci_parts parts = {.plan = plan,
                                       .irq = *irq,
                                       .host = mk_passthrough_host(vm),
                                       .events = {.context = vm,
                                                  .decode = mk_passthrough_decode,
                                                  .reset = mk_machine_reset_virtio,
                                                  .changed = mk_passthrough_changed},
                                       .fns = storage->functions,
                                       .fn_room = storage->function_room,
                                       .vectors = storage->vectors,
                                       .vector_room = storage->vector_room};
    if (plan->function_count == 0) {
        return mk_bus_add(&m->ports, MK_RESET_CONTROL_PORT, 1, &mk_reset_control_ops, &m->power);
    }
    m->pci.ports =
        (struct mk_pci_ports){.root = &m->pci.root, .ops = &address_ops, .device = &m->power};
    return mk_passthrough_start(vm) && mk_pci_init(&m->pci.root, &parts) == MK_OK &&
           mk_bus_add(&m->memory, plan->ecam_gpa, plan->ecam_bytes, &mk_pci_ecam_ops,
                      &m->pci.root) &&
           mk_bus_add(&m->ports, MK_PCI_PORT, MK_PCI_PORTS, &mk_pci_port_ops, &m->pci.ports) &&
           add_windows(vm) && mk_machine_add_virtio(vm);
}

bool mk_machine_init(struct mk_vm *vm)
{
    struct mk_machine *m = &vm->machine;
    const struct mk_storage *storage = vm->storage;
    const struct mk_irqchip_parts parts = {.config = vm->config,
                                           .ioapics = storage->ioapics,
                                           .ioapic_room = storage->ioapic_room,
                                           .apic_id = APIC_ID,
                                           .tsc_hz = vm->tsc_hz,
                                           .served = {vm, mk_passthrough_served}};
    m->memory = (struct mk_bus){.ranges = storage->ranges, .room = storage->region_room};
    m->ports = (struct mk_bus){.ranges = m->port_ranges, .room = MK_MACHINE_PORT_RANGES};
    m->busy = false;
    if (!mk_irqchip_init(&m->chip, &parts) || !mk_irqchip_attach(&m->chip, &m->memory)) {
        return false;
    }
    const struct mk_irq_out irq = mk_irqchip_out(&m->chip);
    return add_serial(vm, &irq) && add_clocks(vm, &irq) && add_pci(vm, &irq);
}

/**
 * Takes the next character for a serial port.
 * @param vm the VM
 * @param row which serial port
 * @return the character, or -1
 */
static int32_t next_character(struct mk_vm *vm, uint32_t row)
{
    return is_own_console(vm, row) ? mk_platform_console_read(vm->platform)
                                   : mk_line_get(&vm->machine.lines[row]);
}

/**
 * Looks after a serial port: goes on sending when the peer has room, and hands over what came, as
 * far as the port has room. What is left stays with the peer until the guest has read.
 * @param vm the VM
 * @param row which
 * @param events bits of notifications
 */
static void serve_serial(struct mk_vm *vm, uint32_t row, uint64_t events)
{
    struct mk_uart *uart = &vm->machine.serial[row];
    struct mk_line *line = &vm->machine.lines[row];
    const struct mk_channel *channel = mk_machine_channel(vm, vm->config->serial[row].channel);
    bool signalled = channel != (const struct mk_channel *)0 && (events >> channel->event & 1) != 0;
    if (signalled) {
        line->look = true;
        mk_uart_tx_ready(uart);
    }
    while ((line->look || is_own_console(vm, row)) && mk_uart_room(uart) != 0) {
        int32_t byte = next_character(vm, row);
        if (byte < 0) {
            line->look = false;
            return;
        }
        mk_uart_receive(uart, (uint8_t)byte);
    }
}

void mk_machine_tick(struct mk_vm *vm)
{
    uint64_t events = vm->events;
    vm->events = 0;
    mk_lapic_tick(&vm->machine.chip.lapic, vm->now);
    mk_rtc_tick(&vm->machine.rtc, vm->now);
    for (uint32_t i = 0; i < vm->config->serial_count && i < MK_MACHINE_SERIAL; i++) {
        serve_serial(vm, i, events);
    }
    mk_machine_serve_virtio(vm, events);
    mk_passthrough_serve(vm, events);
    mk_control_notice(vm, events);
}

uint64_t mk_machine_deadline(const struct mk_machine *machine)
{
    uint64_t timer = mk_lapic_deadline(&machine->chip.lapic);
    uint64_t rtc = mk_rtc_deadline(&machine->rtc);
    if (timer == 0 || rtc == 0) {
        return timer + rtc;
    }
    return timer < rtc ? timer : rtc;
}

bool mk_machine_interrupts(const struct mk_machine *machine)
{
    return mk_lapic_pending(&machine->chip.lapic);
}

enum mk_end mk_machine_end(const struct mk_machine *machine)
{
    switch (machine->power.request) {
    case MK_POWER_REQUEST_OFF:
        return MK_END_OFF;
    case MK_POWER_REQUEST_RESET:
        return MK_END_RESET;
    default:
        return MK_END_NOT;
    }
}
