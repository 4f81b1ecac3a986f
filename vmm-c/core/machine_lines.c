/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The lines that leave a machine: those behind its serial ports, then those behind the ports of its
 * console device. What a line does is the same in both places.
 */
#include "makatea/passthrough.h"
#include "makatea/vm.h"

/** No channel. */
#define NO_CHANNEL ((const struct mk_channel *)0)

const struct mk_channel *mk_machine_channel(const struct mk_vm *vm, uint32_t number)
{
    const struct mk_resources *r = &vm->config->resources;
    return number < r->channel_count ? &r->channels[number] : NO_CHANNEL;
}

/** A line, and the number of its channel. */
struct place {
    struct mk_line *line; /**< The line; a null pointer: there are no more. */
    uint32_t channel;     /**< Its channel. */
};

/**
 * Finds a line by its number.
 * @param vm the VM
 * @param number its number: first serial ports, then ports of the console device
 * @return the line
 */
static struct place line_at(struct mk_vm *vm, uint32_t number)
{
    const struct mk_vm_config *config = vm->config;
    if (number < config->serial_count) {
        return number < MK_MACHINE_SERIAL
                   ? (struct place){&vm->machine.lines[number], config->serial[number].channel}
                   : (struct place){0};
    }
    number -= config->serial_count;
    return number < config->terminal_count && number < vm->storage->terminal_room
               ? (struct place){&vm->storage->terminals[number].own,
                                config->terminals[number].channel}
               : (struct place){0};
}

/**
 * Whether a line's channel is of a kind.
 * @param vm the VM
 * @param place the line
 * @param kind the kind
 * @return whether
 */
static bool is_of_kind(const struct mk_vm *vm, const struct place *place, enum mk_channel_kind kind)
{
    const struct mk_channel *channel = mk_machine_channel(vm, place->channel);
    return channel != NO_CHANNEL && channel->kind == kind;
}

/**
 * Whether a line leads to a console.
 * @param vm the VM
 * @param place the line
 * @return whether
 */
static bool leads_to_console(const struct mk_vm *vm, const struct place *place)
{
    return place->line->connected && is_of_kind(vm, place, MK_CHANNEL_CONSOLE);
}

void mk_machine_connect(struct mk_vm *vm)
{
    struct place place;
    mk_passthrough_connect(vm);
    for (uint32_t i = 0; (place = line_at(vm, i)).line != (struct mk_line *)0; i++) {
        /* The channel to the lifecycle manager is not the machine's (struct mk_control). */
        bool own = !is_of_kind(vm, &place, MK_CHANNEL_LIFECYCLE);
        mk_line_start(place.line, own ? mk_platform_port(vm->platform, place.channel)
                                      : (const struct mk_port *)0);
        if (leads_to_console(vm, &place)) {
            mk_line_hold(place.line);
        }
    }
}

void mk_machine_tell(struct mk_vm *vm)
{
    struct place place;
    for (uint32_t i = 0; (place = line_at(vm, i)).line != (struct mk_line *)0; i++) {
        mk_line_tell(place.line);
    }
}

struct mk_line *mk_machine_console(struct mk_vm *vm)
{
    struct place place;
    for (uint32_t i = 0; (place = line_at(vm, i)).line != (struct mk_line *)0; i++) {
        if (leads_to_console(vm, &place)) {
            return place.line;
        }
    }
    return (struct mk_line *)0;
}

void mk_machine_disconnect(struct mk_vm *vm)
{
    struct place place;
    mk_machine_stop_virtio(vm);
    for (uint32_t i = 0; (place = line_at(vm, i)).line != (struct mk_line *)0; i++) {
        if (!leads_to_console(vm, &place)) {
            mk_line_stop(place.line);
        }
    }
}
