/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What the files of the transport know of each other.
 */
#ifndef MAKATEA_VIRTIO_INTERNAL_H
#define MAKATEA_VIRTIO_INTERNAL_H

#include "makatea/virtio.h"

/** Bits of the interrupt status (VirtIO 1.2, 4.1.4.5). */
enum mk_virtio_isr {
    MK_VIRTIO_ISR_QUEUE = 1, /**< A queue has used buffers. */
    MK_VIRTIO_ISR_CONFIG = 2 /**< The configuration has changed. */
};

/** BAR 0: the device is a struct mk_virtio. */
extern const struct mk_device_ops mk_virtio_bar_ops;
/** Registers of the access by capability, after its first four bytes. */
extern const struct mk_device_ops mk_virtio_access_ops;

/** Bytes of those registers: BAR, offset, length, data. */
#define MK_VIRTIO_ACCESS_BYTES 16

/**
 * Reads the common configuration.
 * @param virtio the transport
 * @param offset a multiple of 4
 * @return four bytes
 */
uint32_t mk_virtio_common_read(const struct mk_virtio *virtio, uint64_t offset);

/**
 * Writes the common configuration. What is not a register of that size is ignored.
 * @param virtio the transport
 * @param offset where
 * @param bytes size
 * @param value value
 */
void mk_virtio_common_write(struct mk_virtio *virtio, uint64_t offset, uint32_t bytes,
                            uint64_t value);

/**
 * Sets the device status as the driver writes it.
 * @param virtio the transport
 * @param value value
 */
void mk_virtio_set_status(struct mk_virtio *virtio, uint8_t value);

#endif
