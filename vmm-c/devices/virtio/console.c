/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The console device's life: features, configuration, queues. Sections are those of VirtIO 1.2.
 */
#include "devices/virtio/console.h"

/** Offsets in the configuration (5.3.4). */
enum config_offset {
    CONFIG_COLUMNS = 0, /**< Columns of port 0. */
    CONFIG_ROWS = 2,    /**< Its rows. */
    CONFIG_PORTS = 4    /**< Number of ports. */
};

/**
 * Says whether features go together: all of them do (5.3.3).
 * @param device not used
 * @param features not used
 * @return true
 */
static bool accepts(const void *device, uint64_t features)
{
    (void)device;
    (void)features;
    return true;
}

/**
 * The driver is ready. Without messages it has port 0, which is open from now on.
 * @param device the device
 */
static void start(void *device)
{
    struct mk_virtio_console *console = device;
    console->running = true;
    console->control_more = true; /* Before DRIVER_OK buffers were not notified (3.1.1). */
    for (uint32_t i = 0; i < console->port_count; i++) {
        console->ports[i].rx_more = true;
        console->ports[i].tx_more = true;
    }
    if (!mk_virtio_has(&console->virtio, MK_CONSOLE_MULTIPORT)) {
        mk_console_set_open(&console->ports[0], true);
    }
}

/**
 * The device is reset: the guest has no port any more. Lines to consoles and to other VMs stay: as
 * with a serial port, only the end of the VM ends them.
 * @param device the device
 */
static void stop(void *device)
{
    struct mk_virtio_console *console = device;
    console->running = false;
    console->ready = false;
    console->control_waits = false;
    console->control_more = false;
    for (uint32_t i = 0; i < console->port_count; i++) {
        struct mk_console_unit *port = &console->ports[i];
        mk_console_set_open(port, false);
        port->added = false;
        port->ready = false;
        port->up = false;
        port->told = false;
        port->rx_waits = false;
        port->tx_waits = false;
        port->rx_more = false;
        port->tx_more = false;
        port->due = 0;
        port->sent = 0;
    }
}

/**
 * The driver notifies a queue.
 * @param device the device
 * @param queue its number
 */
static void kick(void *device, uint32_t queue)
{
    struct mk_virtio_console *console = device;
    uint32_t port = queue <= MK_CONSOLE_TX ? 0 : queue / 2 - 1; /* 5.3.2 */
    switch (queue) {
    case MK_CONSOLE_CONTROL_RX:
        console->control_waits = false;
        mk_console_tell(console);
        break;
    case MK_CONSOLE_CONTROL_TX:
        mk_console_listen(console);
        mk_console_tell(console);
        break;
    default:
        if (queue % 2 == 0) {
            console->ports[port].rx_waits = false;
            mk_console_receive(console, port);
        } else {
            mk_console_send(console, port);
        }
        break;
    }
}

/**
 * Looks after a port.
 * @param console the device
 * @param row number of the port
 * @param events bits of notifications
 * @return whether there is more
 */
static bool serve_port(struct mk_virtio_console *console, uint32_t row, uint64_t events)
{
    struct mk_console_unit *port = &console->ports[row];
    bool signalled = (events & port->events) != 0;
    if (signalled) {
        mk_console_look(port);
    }
    if (port->tx_more || (signalled && port->tx_waits)) {
        mk_console_send(console, row);
    }
    if (port->rx_more || (signalled && !port->rx_waits)) {
        mk_console_receive(console, row);
    }
    return port->rx_more || port->tx_more;
}

/**
 * Looks at the lines, and goes on with what is left over.
 * @param device the device
 * @param events bits of notifications
 * @return whether there is more
 */
static bool serve(void *device, uint64_t events)
{
    struct mk_virtio_console *console = device;
    bool more = false;
    if (!console->running) {
        return false;
    }
    if (console->control_more) {
        mk_console_listen(console);
    }
    for (uint32_t i = 0; i < console->port_count; i++) {
        more = serve_port(console, i, events) || more;
    }
    mk_console_tell(console);
    return more || console->control_more;
}

/** What the transport calls. */
static const struct mk_virtio_ops ops = {
    .accepts = accepts, .start = start, .stop = stop, .kick = kick, .serve = serve};

/**
 * Stores 16 bits of the configuration.
 * @param console the device
 * @param offset where
 * @param value the bits
 */
static void put16(struct mk_virtio_console *console, uint32_t offset, uint32_t value)
{
    console->config[offset] = (uint8_t)(value & UINT8_MAX);
    console->config[offset + 1] = (uint8_t)(value >> 8 & UINT8_MAX);
}

bool mk_virtio_console_init(struct mk_virtio_console *console,
                            const struct mk_virtio_console_parts *parts)
{
    uint64_t features = MK_VIRTIO_BIT(MK_CONSOLE_MULTIPORT);
    *console = (struct mk_virtio_console){.queues = parts->queues,
                                          .ports = parts->ports,
                                          .port_count = parts->port_count,
                                          .buffers = parts->buffers};
    if (parts->port_count == 0 || parts->port_count > UINT16_MAX / 4) {
        return false;
    }
    for (uint32_t i = 0; i < parts->port_count; i++) {
        parts->ports[i].open = true; /* So that a session of an earlier life is closed. */
        features |= parts->ports[i].plan->columns != 0 ? MK_VIRTIO_BIT(MK_CONSOLE_SIZE) : 0;
    }
    put16(console, CONFIG_COLUMNS, parts->ports[0].plan->columns);
    put16(console, CONFIG_ROWS, parts->ports[0].plan->rows);
    put16(console, CONFIG_PORTS, parts->port_count);
    const struct mk_virtio_parts virtio = {.ops = &ops,
                                           .device = console,
                                           .features = features,
                                           .queues = console->queues,
                                           .queue_count =
                                               (uint16_t)MK_CONSOLE_QUEUES(parts->port_count),
                                           .config = console->config,
                                           .config_bytes = MK_CONSOLE_CONFIG,
                                           .dma = parts->dma,
                                           .pci = parts->pci,
                                           .function = parts->function};
    return mk_virtio_init(&console->virtio, &virtio);
}
