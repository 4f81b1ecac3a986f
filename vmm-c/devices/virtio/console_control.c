/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The console device's control queues (VirtIO 1.2, 5.3.6.2).
 */
#include "devices/virtio/console.h"

/** A control message, without what follows it; guest and processor have the same byte order. */
struct message {
    uint32_t port;  /**< Number of the port. */
    uint16_t event; /**< enum mk_console_event. */
    uint16_t value; /**< What depends on that. */
};
_Static_assert(sizeof(struct message) == MK_CONSOLE_MESSAGE, "a message has eight bytes");

/** A bit of mk_console_unit::due. */
#define DUE(event) (1U << (event))

/** The order in which a port's messages are sent: a driver makes a console before it opens it. */
static const uint8_t order[] = {MK_CONSOLE_PORT_ADD, MK_CONSOLE_CONSOLE_PORT, MK_CONSOLE_RESIZE,
                                MK_CONSOLE_PORT_NAME, MK_CONSOLE_PORT_OPEN};

/** What follows a message. */
struct more {
    const void *bytes; /**< The bytes. */
    uint32_t count;    /**< How many. */
    uint16_t size[2];  /**< Columns and rows. */
};

/**
 * Makes a message.
 * @param console the device
 * @param row number of the port
 * @param event its kind
 * @param more receives what follows
 * @return the message
 */
static struct message make(struct mk_virtio_console *console, uint32_t row, uint8_t event,
                           struct more *more)
{
    struct mk_console_unit *port = &console->ports[row];
    const struct mk_terminal *plan = port->plan;
    struct message message = {row, event, 1};
    *more = (struct more){.bytes = plan->name, .size = {plan->columns, plan->rows}};
    switch (event) {
    case MK_CONSOLE_PORT_ADD:
        port->added = true;
        break;
    case MK_CONSOLE_RESIZE:
        more->bytes = more->size;
        more->count = sizeof(more->size);
        break;
    case MK_CONSOLE_PORT_NAME: /* Without a zero byte at its end. */
        while (plan->name[more->count] != '\0') {
            more->count++;
        }
        break;
    case MK_CONSOLE_PORT_OPEN:
        message.value = port->up ? 1 : 0;
        port->told = port->up;
        break;
    default:
        break;
    }
    return message;
}

/**
 * Sends a message.
 * @param console the device
 * @param row number of the port
 * @param event its kind
 * @return whether the driver had a buffer for it
 */
static bool tell(struct mk_virtio_console *console, uint32_t row, uint8_t event)
{
    struct mk_vq_chain chain;
    if (!mk_console_take(console, MK_CONSOLE_CONTROL_RX, &chain)) {
        console->control_waits = true;
        return false;
    }
    struct more more;
    const struct message message = make(console, row, event, &more);
    struct mk_vq_cursor cursor = mk_console_cursor(console, &chain);
    if (chain.readable != 0 || chain.writable_bytes < sizeof(message) + more.count ||
        !mk_vq_write(&cursor, &message, sizeof(message)) ||
        !mk_vq_write(&cursor, more.bytes, more.count) ||
        !mk_vq_put(&console->queues[MK_CONSOLE_CONTROL_RX], chain.head,
                   (uint32_t)sizeof(message) + more.count)) {
        mk_virtio_fail(&console->virtio);
        return false;
    }
    return true;
}

/**
 * Sends what a port has to tell.
 * @param console the device
 * @param row number of the port
 * @return whether the driver had buffers for it
 */
static bool tell_all(struct mk_virtio_console *console, uint32_t row)
{
    struct mk_console_unit *port = &console->ports[row];
    for (uint32_t i = 0; i < MK_COUNT(order) && port->due != 0; i++) {
        if ((port->due & DUE(order[i])) == 0) {
            continue;
        }
        if (!tell(console, row, order[i])) {
            return false;
        }
        port->due &= ~DUE(order[i]);
    }
    return true;
}

void mk_console_tell(struct mk_virtio_console *console)
{
    bool good = !console->control_waits;
    for (uint32_t i = 0; good && i < console->port_count; i++) {
        good = tell_all(console, i);
    }
    if (console->queues[MK_CONSOLE_CONTROL_RX].live) {
        mk_virtio_publish(&console->virtio, MK_CONSOLE_CONTROL_RX);
    }
}

/**
 * The driver has taken a port: now it can be told what that is.
 * @param console the device
 * @param port the port
 */
static void introduce(struct mk_virtio_console *console, struct mk_console_unit *port)
{
    const struct mk_terminal *plan = port->plan;
    bool sized = plan->columns != 0 && mk_virtio_has(&console->virtio, MK_CONSOLE_SIZE);
    port->ready = true;
    port->due |= DUE(MK_CONSOLE_PORT_NAME) | (plan->console ? DUE(MK_CONSOLE_CONSOLE_PORT) : 0) |
                 (plan->console && sized ? DUE(MK_CONSOLE_RESIZE) : 0);
    mk_console_look(port);
}

/**
 * Does what a message of the driver says. Kinds that are not known have no meaning here.
 * @param console the device
 * @param message the message
 * @return whether it can be: it names a port that the driver was told of
 */
static bool obey(struct mk_virtio_console *console, const struct message *message)
{
    if (message->event == MK_CONSOLE_DEVICE_READY) { /* It names no port. */
        for (uint32_t i = 0; message->value == 1 && !console->ready && i < console->port_count;
             i++) {
            console->ports[i].due |= DUE(MK_CONSOLE_PORT_ADD); /* Once: 5.3.6.2.1 */
        }
        console->ready = console->ready || message->value == 1;
        return true;
    }
    if (message->event != MK_CONSOLE_PORT_READY && message->event != MK_CONSOLE_PORT_OPEN) {
        return true;
    }
    if (message->port >= console->port_count || !console->ports[message->port].added) {
        return false;
    }
    struct mk_console_unit *port = &console->ports[message->port];
    if (message->event == MK_CONSOLE_PORT_OPEN) {
        mk_console_set_open(port, message->value != 0);
        mk_console_look(port); /* The end of a conversation is that of its line. */
        port->rx_more = true;  /* What the peer has sent until now waits. */
    } else if (message->value == 1 && !port->ready) {
        introduce(console, port);
    }
    return true;
}

void mk_console_listen(struct mk_virtio_console *console)
{
    struct mk_vq *vq = &console->queues[MK_CONSOLE_CONTROL_TX];
    struct mk_vq_chain chain;
    bool good = true;
    uint32_t chains = 0;
    while (good && chains < MK_CONSOLE_ROUND &&
           mk_console_take(console, MK_CONSOLE_CONTROL_TX, &chain)) {
        struct mk_vq_cursor cursor = mk_console_cursor(console, &chain);
        struct message message;
        good = chain.writable == 0 && chain.readable_bytes >= sizeof(message) &&
               mk_vq_read(&cursor, &message, sizeof(message)) && obey(console, &message) &&
               mk_vq_put(vq, chain.head, 0);
        chains++;
    }
    console->control_more = vq->live && chains == MK_CONSOLE_ROUND;
    if (!good) {
        mk_virtio_fail(&console->virtio);
    } else if (vq->live) {
        mk_virtio_publish(&console->virtio, MK_CONSOLE_CONTROL_TX);
    }
}
