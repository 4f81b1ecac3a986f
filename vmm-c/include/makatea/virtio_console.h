/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * VirtIO console device (VirtIO 1.2, 5.3): one for all console ports of a VM. Behind each port is a
 * line, as behind a serial port (makatea/line.h): to a console, to another VM, or to the lifecycle
 * manager.
 *
 * Each port has two queues and is served for itself: one whose reader is slow, at either end, makes
 * its writer wait and nobody else. What does not fit stays with the sender: with the peer while the
 * guest has no buffers or has not opened the port, in the guest's buffers while the peer has no
 * room. When nobody is at the other end, what the guest sends is gone, as on a serial port.
 *
 * Messages to the driver (5.3.6.2) are not queued: a port remembers of which kinds one is due, and
 * what it says is looked up when the driver has a buffer for it. So a driver that gives none costs
 * nothing.
 *
 * Not offered: emergency write (5.3.3). What a kernel says before it has a driver, it says on a
 * serial port.
 *
 * A line to the lifecycle manager lives from one opening of its port to the next closing: each
 * program that opens it begins a conversation of its own, and finds no answer to somebody else.
 */
#ifndef MAKATEA_VIRTIO_CONSOLE_H
#define MAKATEA_VIRTIO_CONSOLE_H

#include "makatea/line.h"
#include "makatea/virtio.h"

/** Its features (VirtIO 1.2, 5.3.3). */
enum mk_console_feature {
    MK_CONSOLE_SIZE = 0,     /**< The size of consoles is told; offered when the plan has one. */
    MK_CONSOLE_MULTIPORT = 1 /**< There are several ports, with names; always offered. */
};

/** Its queues (5.3.2); those of port n > 0 follow, #MK_CONSOLE_RX_OF and the next one. */
enum mk_console_queue {
    MK_CONSOLE_RX,                /**< Receive queue of port 0. */
    MK_CONSOLE_TX,                /**< Transmit queue of port 0. */
    MK_CONSOLE_CONTROL_RX,        /**< Messages to the driver. */
    MK_CONSOLE_CONTROL_TX,        /**< Messages from the driver. */
    MK_CONSOLE_CONTROL_QUEUES = 2 /**< Queues that belong to no port. */
};

/** Receive queue of a port (5.3.2). */
#define MK_CONSOLE_RX_OF(port) ((port) == 0 ? MK_CONSOLE_RX : 2 + 2 * (port))
/** Queues of a device with that many ports. */
#define MK_CONSOLE_QUEUES(ports) (2 * (ports) + MK_CONSOLE_CONTROL_QUEUES)

/** Bytes of its configuration (5.3.4): columns, rows, number of ports. */
#define MK_CONSOLE_CONFIG 8

/** Kinds of control messages (5.3.6.2). */
enum mk_console_event {
    MK_CONSOLE_DEVICE_READY = 0, /**< From the driver: it is ready. */
    MK_CONSOLE_PORT_ADD = 1,     /**< To the driver: there is a port. */
    MK_CONSOLE_PORT_READY = 3,   /**< From the driver: it has taken the port. */
    MK_CONSOLE_CONSOLE_PORT = 4, /**< To the driver: the port is a console. */
    MK_CONSOLE_RESIZE = 5,       /**< To the driver: its size. */
    MK_CONSOLE_PORT_OPEN = 6,    /**< Both ways: this end is open, or closed. */
    MK_CONSOLE_PORT_NAME = 7     /**< To the driver: its name. */
};

/** Bytes of a control message, without what follows it. */
#define MK_CONSOLE_MESSAGE 8

/** Bytes that a port moves each way in one round of work, but for its last buffer's. */
#define MK_CONSOLE_ROUND_BYTES 4096
/** Buffers of a queue that one round of work takes. */
#define MK_CONSOLE_ROUND 64

/** A port. */
struct mk_console_unit {
    struct mk_line own;             /**< The line behind it, if that is its alone. */
    struct mk_line *line;           /**< The line behind it. */
    const struct mk_terminal *plan; /**< What it is. */
    uint64_t events;                /**< Event bit of its line's channel. */
    bool session;                   /**< The line lives as long as the guest has the port open. */
    bool added;                     /**< The driver was told of it. */
    bool ready;                     /**< The driver has taken it. */
    bool open;                      /**< The guest has opened it. */
    bool up;                        /**< Somebody is at the other end. */
    bool told;                      /**< What the driver was told of that. */
    bool rx_waits;                  /**< It waits for buffers of the guest. */
    bool tx_waits;                  /**< It waits for room at the peer. */
    bool rx_more;                   /**< There may be more to receive than one round does. */
    bool tx_more;                   /**< There may be more to send. */
    uint32_t due;                   /**< Messages to the driver: bits, by mk_console_event. */
    uint64_t sent;                  /**< Bytes of the next buffer that the peer has already. */
};

/** State of a device. */
struct mk_virtio_console {
    struct mk_virtio virtio;           /**< Transport. */
    struct mk_vq *queues;              /**< Queues. */
    struct mk_console_unit *ports;     /**< Ports. */
    uint32_t port_count;               /**< How many. */
    struct mk_vq_buffer *buffers;      /**< Room for the buffers of a chain. */
    uint8_t config[MK_CONSOLE_CONFIG]; /**< Configuration. */
    bool running;                      /**< The driver is ready. */
    bool ready;                        /**< It has said so by a message, too. */
    bool control_waits;                /**< Messages wait for buffers of the driver. */
    bool control_more;                 /**< There may be more messages of the driver. */
};

/** What a device is made of. */
struct mk_virtio_console_parts {
    struct mk_console_unit *ports; /**< Ports, with plan, line, events and session. */
    uint32_t port_count;           /**< How many, at least one. */
    struct mk_vq *queues;          /**< Room for #MK_CONSOLE_QUEUES. */
    struct mk_vq_buffer *buffers;  /**< Room for #MK_VQ_SIZE; other devices can use the same. */
    struct mk_dma dma;             /**< Guest memory. */
    struct mk_pci_root *pci;       /**< The hierarchy. */
    uint32_t function;             /**< Its row there. */
};

/**
 * Makes a device.
 * @param console the device
 * @param parts what it is made of
 * @return whether it could be made
 */
bool mk_virtio_console_init(struct mk_virtio_console *console,
                            const struct mk_virtio_console_parts *parts);

#endif
