/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Bytes over a link, both ways, in order: consoles, null-modem cables, text for the lifecycle
 * manager. What does not fit stays with the sender.
 */
#ifndef MAKATEA_LINK_STREAM_H
#define MAKATEA_LINK_STREAM_H

#include "link/link.h"

/**
 * Sends bytes. When some are left over, the peer signals once there is room.
 * @param link the link
 * @param from the bytes
 * @param bytes how many
 * @return how many were sent, from the first; 0 also when the link is not up
 */
uint64_t mk_stream_put(struct mk_link *link, const void *from, uint64_t bytes);

/**
 * Receives bytes. When there are none, the peer signals once there are.
 * @param link the link
 * @param to room for them
 * @param bytes how many at most
 * @return how many were received; 0 also when the link is not up
 */
uint64_t mk_stream_get(struct mk_link *link, void *to, uint64_t bytes);

#endif
