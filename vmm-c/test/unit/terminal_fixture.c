/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A guest with a console device of three ports.
 */
#include "terminal_fixture.h"

#include <string.h>

#include "link/stream.h"

/** Where control buffers are, and where a message of the driver is. */
#define CONTROL_AT GUEST_DATA
/** Where messages of the driver are. */
#define MESSAGE_AT (GUEST_DATA + 0x8000)
/** Where a port's buffers to be sent are; those to be filled stand half-way. */
#define RECEIVE_AT(port) (TERMINAL_DATA(port) + 0x10000)

static void count(void *context)
{
    ++*(uint32_t *)context;
}

bool terminal_device(struct terminal *t)
{
    const struct mk_virtio_console_parts parts = {.ports = t->units,
                                                  .port_count = TERMINALS,
                                                  .queues = t->queues,
                                                  .buffers = t->buffers,
                                                  .dma = t->guest.dma,
                                                  .pci = &t->guest.root,
                                                  .function = GUEST_ROW};
    t->guest.virtio = &t->console.virtio;
    return mk_virtio_console_init(&t->console, &parts);
}

void terminal_make(struct terminal *t)
{
    memset(t, 0, sizeof(*t));
    guest_init(&t->guest, MK_PCI_CONSOLE, 1 + MK_CONSOLE_QUEUES(TERMINALS));
    t->plans[SHELL] = (struct mk_terminal){"shell", 0, true, 80, 25};
    t->plans[CABLE] = (struct mk_terminal){"cable", 1, false, 0, 0};
    t->plans[MANAGER] = (struct mk_terminal){"makatea.lifecycle", 2, false, 0, 0};
    for (uint32_t i = 0; i < TERMINALS; i++) {
        struct far_end *end = &t->ends[i];
        struct mk_console_unit *unit = &t->units[i];
        end->port = (struct mk_port){end->ours,       end->theirs, TERMINAL_REGION,
                                     TERMINAL_REGION, count,       &end->heard};
        end->other = (struct mk_port){end->theirs,     end->ours, TERMINAL_REGION,
                                      TERMINAL_REGION, count,     &end->signals};
        *unit = (struct mk_console_unit){.line = i == MANAGER ? &t->control : &unit->own,
                                         .plan = &t->plans[i],
                                         .events = UINT64_C(1) << (3 + i),
                                         .session = i == MANAGER};
        mk_line_start(unit->line, &end->port);
        mk_link_start(&end->link, &end->other);
    }
    terminal_device(t);
    terminal_settle(t);
}

void terminal_up(struct terminal *t, uint64_t features)
{
    struct guest *g = &t->guest;
    bool multiport = (features & MK_VIRTIO_BIT(MK_CONSOLE_MULTIPORT)) != 0;
    guest_up(g, features, multiport ? MK_CONSOLE_QUEUES(TERMINALS) : 2);
    for (uint16_t i = 0; multiport && i < TERMINAL_CONTROL; i++) {
        guest_buffer(g, MK_CONSOLE_CONTROL_RX, i, CONTROL_AT + (uint64_t)TERMINAL_CONTROL_BYTES * i,
                     TERMINAL_CONTROL_BYTES, true);
    }
    guest_kick(g, MK_CONSOLE_CONTROL_RX);
    terminal_settle(t);
}

void terminal_say(struct terminal *t, uint32_t port, uint16_t event, uint16_t value)
{
    struct guest *g = &t->guest;
    uint32_t head;
    uint32_t bytes;
    guest_descriptor(g, MESSAGE_AT, port | (uint64_t)event << 32 | (uint64_t)value << 48, 0, 0, 0);
    guest_buffer(g, MK_CONSOLE_CONTROL_TX, 0, MESSAGE_AT, MK_CONSOLE_MESSAGE, false);
    guest_kick(g, MK_CONSOLE_CONTROL_TX);
    guest_take(g, MK_CONSOLE_CONTROL_TX, &head, &bytes);
    terminal_settle(t);
}

bool terminal_hear(struct terminal *t, struct terminal_message *message)
{
    struct guest *g = &t->guest;
    uint32_t head;
    uint32_t bytes;
    memset(message, 0, sizeof(*message));
    if (!guest_take(g, MK_CONSOLE_CONTROL_RX, &head, &bytes) || head >= TERMINAL_CONTROL ||
        bytes < MK_CONSOLE_MESSAGE || bytes > TERMINAL_CONTROL_BYTES) {
        return false;
    }
    uint64_t at = CONTROL_AT + (uint64_t)TERMINAL_CONTROL_BYTES * head;
    message->port = guest_get32(g, at);
    message->event = guest_get16(g, at + 4);
    message->value = guest_get16(g, at + 6);
    message->bytes = bytes - MK_CONSOLE_MESSAGE;
    memcpy(message->more, g->ram + at + MK_CONSOLE_MESSAGE, message->bytes);
    guest_offer(g, MK_CONSOLE_CONTROL_RX, (uint16_t)head);
    guest_kick(g, MK_CONSOLE_CONTROL_RX);
    return true;
}

bool terminal_is_told(struct terminal *t, uint32_t port, uint16_t event, uint16_t value)
{
    struct terminal_message message;
    bool found = false;
    while (terminal_hear(t, &message)) {
        found = found || (message.port == port && message.event == event && message.value == value);
    }
    return found;
}

void terminal_open(struct terminal *t)
{
    struct terminal_message message;
    terminal_say(t, 0, MK_CONSOLE_DEVICE_READY, 1);
    for (uint32_t i = 0; i < TERMINALS; i++) {
        terminal_say(t, i, MK_CONSOLE_PORT_READY, 1);
        terminal_say(t, i, MK_CONSOLE_PORT_OPEN, 1);
    }
    while (terminal_hear(t, &message)) {
    }
}

void terminal_settle(struct terminal *t)
{
    for (bool busy = true; busy;) {
        uint64_t events = 0;
        busy = false;
        for (uint32_t i = 0; i < TERMINALS; i++) {
            struct far_end *end = &t->ends[i];
            events |= end->signals != 0 ? UINT64_C(1) << (3 + i) : 0;
            busy = busy || end->signals + end->heard != 0;
            if (end->heard != 0) {
                mk_link_update(&end->link);
            }
            end->signals = 0;
            end->heard = 0;
        }
        busy = mk_virtio_serve(&t->console.virtio, events) || busy;
    }
}

void terminal_write(struct terminal *t, uint32_t port, const void *bytes, uint32_t count_of)
{
    struct guest *g = &t->guest;
    uint32_t queue = MK_CONSOLE_RX_OF(port) + 1;
    uint16_t slot = g->queues[queue].avail % MK_VQ_SIZE;
    uint64_t at = TERMINAL_DATA(port) + UINT64_C(0x100) * slot;
    memcpy(g->ram + at, bytes, count_of);
    guest_buffer(g, queue, slot, at, count_of, false);
    guest_kick(g, queue);
}

void terminal_buffers(struct terminal *t, uint32_t port, uint16_t buffers, uint32_t bytes)
{
    struct guest *g = &t->guest;
    uint32_t queue = MK_CONSOLE_RX_OF(port);
    for (uint16_t i = 0; i < buffers; i++) {
        uint16_t slot = g->queues[queue].avail % MK_VQ_SIZE;
        guest_buffer(g, queue, slot, RECEIVE_AT(port) + UINT64_C(0x100) * slot, bytes, true);
    }
    guest_kick(g, queue);
}

uint32_t terminal_read(struct terminal *t, uint32_t port, uint8_t *to, uint32_t room)
{
    struct guest *g = &t->guest;
    uint32_t queue = MK_CONSOLE_RX_OF(port);
    uint32_t total = 0;
    uint32_t head;
    uint32_t bytes;
    while (guest_take(g, queue, &head, &bytes) && bytes <= room - total) {
        memcpy(to + total, g->ram + RECEIVE_AT(port) + UINT64_C(0x100) * head, bytes);
        total += bytes;
    }
    return total;
}

uint32_t terminal_far_read(struct terminal *t, uint32_t port, uint8_t *to, uint32_t room)
{
    uint32_t got = (uint32_t)mk_stream_get(&t->ends[port].link, to, room);
    guest_must_be_initialised(to, got);
    terminal_settle(t);
    return got;
}

uint32_t terminal_far_write(struct terminal *t, uint32_t port, const void *bytes, uint32_t count_of)
{
    uint32_t put = (uint32_t)mk_stream_put(&t->ends[port].link, bytes, count_of);
    terminal_settle(t);
    return put;
}

bool terminal_has_failed(struct terminal *t)
{
    return (guest_in(&t->guest, REG_STATUS, 1) & MK_VIRTIO_NEEDS_RESET) != 0;
}
