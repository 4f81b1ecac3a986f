/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A guest with a console device of three ports, its driver, and who is at the other ends: a console
 * behind port 0, another VM behind port 1, the lifecycle manager behind port 2.
 */
#ifndef MAKATEA_TEST_TERMINAL_FIXTURE_H
#define MAKATEA_TEST_TERMINAL_FIXTURE_H

#include "makatea/virtio_console.h"
#include "virtio_fixture.h"

/** Ports. */
enum terminal_port { SHELL, CABLE, MANAGER, TERMINALS };

/** Bytes of each region of a line. */
#define TERMINAL_REGION 4096
/** Bytes that a line holds. */
#define TERMINAL_ROOM (TERMINAL_REGION - MK_LINK_HEADER_BYTES)
/** Buffers that the driver gives to the control queue, and their size. */
#define TERMINAL_CONTROL 16
/** Size of a control buffer. */
#define TERMINAL_CONTROL_BYTES 64
/** Where a port's buffers are. */
#define TERMINAL_DATA(port) (GUEST_DATA + 0x40000 + UINT64_C(0x20000) * (port))
/** All features. */
#define TERMINAL_ALL                                                                               \
    (MK_VIRTIO_COMMON | MK_VIRTIO_BIT(MK_CONSOLE_SIZE) | MK_VIRTIO_BIT(MK_CONSOLE_MULTIPORT))

/** Somebody at the other end of a port. */
struct far_end {
    _Alignas(64) uint8_t ours[TERMINAL_REGION];   /**< Region that the monitor writes. */
    _Alignas(64) uint8_t theirs[TERMINAL_REGION]; /**< Region that the far end writes. */
    struct mk_port port;                          /**< The monitor's end. */
    struct mk_port other;                         /**< The far end. */
    struct mk_link link;                          /**< The far end's state. */
    uint32_t signals;                             /**< Signals for the monitor. */
    uint32_t heard;                               /**< Signals for the far end. */
};

/** A guest with a console device. */
struct terminal {
    struct guest guest;                                /**< The guest. */
    struct mk_virtio_console console;                  /**< The device. */
    struct mk_terminal plans[TERMINALS];               /**< Its ports' plans. */
    struct mk_console_unit units[TERMINALS];           /**< Its ports. */
    struct mk_vq queues[MK_CONSOLE_QUEUES(TERMINALS)]; /**< Its queues. */
    struct mk_vq_buffer buffers[MK_VQ_SIZE];           /**< Room for the buffers of a chain. */
    struct mk_line control;         /**< The VM's line to the lifecycle manager. */
    struct far_end ends[TERMINALS]; /**< Who is at the other ends. */
};

/** A control message as the driver sees it. */
struct terminal_message {
    uint32_t port;                     /**< Port. */
    uint16_t event;                    /**< Kind. */
    uint16_t value;                    /**< Value. */
    uint32_t bytes;                    /**< Bytes that follow. */
    char more[TERMINAL_CONTROL_BYTES]; /**< What follows, with a zero byte behind it. */
};

/** Makes a guest with the device; the other ends are there. */
void terminal_make(struct terminal *t);

/** Makes the device anew, as when the VM starts again. */
bool terminal_device(struct terminal *t);

/** Brings the driver up: features, queues, buffers for control messages; no message is sent yet. */
void terminal_up(struct terminal *t, uint64_t features);

/** Does all that a driver does with control messages until every port is open. */
void terminal_open(struct terminal *t);

/** Sends a control message, and settles. */
void terminal_say(struct terminal *t, uint32_t port, uint16_t event, uint16_t value);

/** Takes the next control message; its buffer is available again. */
bool terminal_hear(struct terminal *t, struct terminal_message *message);

/** Whether a control message comes, among whatever others. */
bool terminal_is_told(struct terminal *t, uint32_t port, uint16_t event, uint16_t value);

/** Signals reach the device and the far ends, until nothing is left to do. */
void terminal_settle(struct terminal *t);

/** Makes a buffer to be sent available at a port, and notifies. */
void terminal_write(struct terminal *t, uint32_t port, const void *bytes, uint32_t count);

/** Makes buffers to be filled available at a port, and notifies. */
void terminal_buffers(struct terminal *t, uint32_t port, uint16_t count, uint32_t bytes);

/** Takes what a port has received, from all used buffers. */
uint32_t terminal_read(struct terminal *t, uint32_t port, uint8_t *to, uint32_t room);

/** Takes what came to a far end; the bytes must have been written by somebody. */
uint32_t terminal_far_read(struct terminal *t, uint32_t port, uint8_t *to, uint32_t room);

/** Sends from a far end; says how many bytes went. */
uint32_t terminal_far_write(struct terminal *t, uint32_t port, const void *bytes, uint32_t count);

/** Whether the device needs a reset. */
bool terminal_has_failed(struct terminal *t);

#endif
