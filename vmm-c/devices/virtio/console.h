/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What the files of the console device know of each other.
 */
#ifndef MAKATEA_DEVICES_VIRTIO_CONSOLE_H
#define MAKATEA_DEVICES_VIRTIO_CONSOLE_H

#include "makatea/virtio_console.h"

/**
 * Takes the next chain of a queue. When there is none, a notification is asked for; when the guest
 * has made a mistake, the device fails.
 * @param console the device
 * @param queue number of the queue
 * @param chain receives the chain, its buffers are in mk_virtio_console::buffers
 * @return whether there is one
 */
bool mk_console_take(struct mk_virtio_console *console, uint32_t queue, struct mk_vq_chain *chain);

/**
 * A place at the beginning of the chain that was taken last.
 * @param console the device
 * @param chain the chain
 * @return the place
 */
struct mk_vq_cursor mk_console_cursor(struct mk_virtio_console *console,
                                      const struct mk_vq_chain *chain);

/**
 * Sends what the guest has made available at a port, as far as the peer has room.
 * @param console the device, with a driver
 * @param row number of the port
 */
void mk_console_send(struct mk_virtio_console *console, uint32_t row);

/**
 * Receives what the peer has sent to a port, as far as the guest has buffers.
 * @param console the device, with a driver
 * @param row number of the port
 */
void mk_console_receive(struct mk_virtio_console *console, uint32_t row);

/**
 * Looks whether somebody is at the other end of a port; the driver will be told of a change.
 * @param port the port
 * @return whether
 */
bool mk_console_look(struct mk_console_unit *port);

/**
 * Opens a port for the guest, or closes it.
 * @param port the port
 * @param open whether it is open from now on
 */
void mk_console_set_open(struct mk_console_unit *port, bool open);

/**
 * Tells the driver what is due, as far as it has buffers.
 * @param console the device, with a driver
 */
void mk_console_tell(struct mk_virtio_console *console);

/**
 * Listens to messages of the driver.
 * @param console the device, with a driver
 */
void mk_console_listen(struct mk_virtio_console *console);

#endif
