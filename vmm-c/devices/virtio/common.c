/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The common configuration (VirtIO 1.2, 4.1.4.3).
 */
#include "devices/virtio/internal.h"

/** Offsets of its registers. */
enum common_register {
    DEVICE_SELECT = 0,   /**< Which half of the offered features. */
    DEVICE_FEATURE = 4,  /**< Offered features. */
    DRIVER_SELECT = 8,   /**< Which half of the driver's features. */
    DRIVER_FEATURE = 12, /**< The driver's features. */
    CONFIG_VECTOR = 16,  /**< Vector for changes of the configuration. */
    STATUS = 20,         /**< Device status; generation and selected queue follow. */
    QUEUE_SELECT = 22,   /**< Selected queue. */
    QUEUE_SIZE = 24,     /**< Size of the queue. */
    QUEUE_VECTOR = 26,   /**< Its vector. */
    QUEUE_ENABLE = 28,   /**< It is enabled; the offset of its notification follows. */
    QUEUE_TABLE = 32,    /**< GPA of its descriptors. */
    QUEUE_DRIVER = 40,   /**< GPA of its available ring. */
    QUEUE_DEVICE = 48    /**< GPA of its used ring. */
};

/** Bits of a half of the features. */
#define HALF 32

/**
 * Finds the selected queue. Its number is the guest's.
 * @param virtio the transport
 * @return the queue, or a null pointer when there is none of this number
 */
static struct mk_vq *selected(const struct mk_virtio *virtio)
{
    return virtio->queue_select < virtio->parts.queue_count
               ? &virtio->parts.queues[virtio->queue_select]
               : (struct mk_vq *)0;
}

/**
 * A half of features.
 * @param features all of them
 * @param select which half
 * @return the half; 0 beyond the second
 */
static uint32_t half(uint64_t features, uint32_t select)
{
    return select < 2 ? (uint32_t)(features >> (HALF * select)) : 0;
}

/**
 * Reads registers of the selected queue.
 * @param virtio the transport
 * @param offset a multiple of 4, #QUEUE_SIZE or more
 * @return four bytes; 0 when there is no such queue: it is unavailable
 */
static uint32_t queue_read(const struct mk_virtio *virtio, uint64_t offset)
{
    const struct mk_vq *vq = selected(virtio);
    if (vq == (const struct mk_vq *)0) {
        return 0;
    }
    switch (offset) {
    case QUEUE_SIZE:
        return vq->size | (uint32_t)vq->vector << 16;
    case QUEUE_ENABLE:
        return (vq->enabled ? 1U : 0U) | (uint32_t)virtio->queue_select << 16;
    case QUEUE_TABLE:
    case QUEUE_TABLE + 4:
        return half(vq->descriptors, (uint32_t)(offset - QUEUE_TABLE) / 4);
    case QUEUE_DRIVER:
    case QUEUE_DRIVER + 4:
        return half(vq->available, (uint32_t)(offset - QUEUE_DRIVER) / 4);
    case QUEUE_DEVICE:
    case QUEUE_DEVICE + 4:
        return half(vq->used, (uint32_t)(offset - QUEUE_DEVICE) / 4);
    default: /* Additional data of notifications and reset of queues are not offered. */
        return 0;
    }
}

uint32_t mk_virtio_common_read(const struct mk_virtio *virtio, uint64_t offset)
{
    switch (offset) {
    case DEVICE_SELECT:
        return virtio->device_select;
    case DEVICE_FEATURE:
        return half(virtio->parts.features, virtio->device_select);
    case DRIVER_SELECT:
        return virtio->driver_select;
    case DRIVER_FEATURE:
        return half(virtio->features, virtio->driver_select);
    case CONFIG_VECTOR:
        return virtio->config_vector | (uint32_t)virtio->parts.queue_count << 16;
    case STATUS:
        return virtio->status | (uint32_t)virtio->generation << 8 |
               (uint32_t)virtio->queue_select << 16;
    default:
        return queue_read(virtio, offset);
    }
}

/**
 * A vector as it can be mapped.
 * @param virtio the transport
 * @param value what the driver wants
 * @return the vector, or #MK_VIRTIO_NO_VECTOR (4.1.5.1.2.1)
 */
static uint16_t vector(const struct mk_virtio *virtio, uint64_t value)
{
    const struct mk_pci_fn *fn = &virtio->parts.pci->fns[virtio->parts.function];
    return value < fn->vector_count ? (uint16_t)value : MK_VIRTIO_NO_VECTOR;
}

/**
 * Takes features of the driver, until they are agreed on.
 * @param virtio the transport
 * @param value the half that is selected
 */
static void write_features(struct mk_virtio *virtio, uint64_t value)
{
    if ((virtio->status & MK_VIRTIO_FEATURES_OK) != 0) {
        return;
    }
    if (virtio->driver_select > 1) {
        virtio->accepted = virtio->accepted && value == 0;
        return;
    }
    uint64_t bits = value << (HALF * virtio->driver_select);
    uint64_t mask = UINT64_C(0xffffffff) << (HALF * virtio->driver_select);
    virtio->accepted = virtio->accepted && (bits & ~virtio->parts.features) == 0;
    virtio->features = (virtio->features & ~mask) | (bits & virtio->parts.features);
}

/**
 * Finds the selected queue while its registers may change: features are agreed on (3.1.1), the
 * driver is not ready yet, the queue is not enabled (4.1.4.3.2).
 * @param virtio the transport
 * @return the queue, or a null pointer
 */
static struct mk_vq *changeable(const struct mk_virtio *virtio)
{
    const uint8_t bits = MK_VIRTIO_FEATURES_OK | MK_VIRTIO_DRIVER_OK | MK_VIRTIO_NEEDS_RESET;
    struct mk_vq *vq = selected(virtio);
    return vq != (struct mk_vq *)0 && !vq->enabled &&
                   (virtio->status & bits) == MK_VIRTIO_FEATURES_OK
               ? vq
               : (struct mk_vq *)0;
}

/**
 * Sets a half of an address.
 * @param address the address
 * @param upper the upper half
 * @param value the half
 */
static void set_half(uint64_t *address, bool upper, uint64_t value)
{
    uint32_t shift = upper ? HALF : 0;
    *address = (*address & ~(UINT64_C(0xffffffff) << shift)) | value << shift;
}

/**
 * Writes a register of the selected queue that may change in its window only.
 * @param vq the queue
 * @param offset which register
 * @param value value
 */
static void queue_write(struct mk_vq *vq, uint64_t offset, uint64_t value)
{
    switch (offset) {
    case QUEUE_SIZE: /* A power of two (2.7), and not more than the device offers. */
        if (value != 0 && value <= MK_VQ_SIZE && (value & (value - 1)) == 0) {
            vq->size = (uint16_t)value;
        }
        break;
    case QUEUE_ENABLE: /* It is disabled by a reset only. */
        vq->enabled = value == 1;
        break;
    default:
        set_half(offset < QUEUE_DRIVER   ? &vq->descriptors
                 : offset < QUEUE_DEVICE ? &vq->available
                                         : &vq->used,
                 offset % 8 != 0, value);
        break;
    }
}

/**
 * Writes a register of the selected queue.
 * @param virtio the transport
 * @param offset which register
 * @param bytes size
 * @param value value
 */
static void select_and_write(struct mk_virtio *virtio, uint64_t offset, uint32_t bytes,
                             uint64_t value)
{
    if (offset == QUEUE_VECTOR && bytes == 2) {
        if (selected(virtio) != (struct mk_vq *)0) {
            selected(virtio)->vector = vector(virtio, value);
        }
        return;
    }
    bool short_one = offset == QUEUE_SIZE || offset == QUEUE_ENABLE;
    bool address = offset >= QUEUE_TABLE && offset < QUEUE_DEVICE + 8 && offset % 4 == 0;
    struct mk_vq *vq = changeable(virtio);
    if (vq != (struct mk_vq *)0 && ((short_one && bytes == 2) || (address && bytes == 4))) {
        queue_write(vq, offset, value);
    }
}

void mk_virtio_common_write(struct mk_virtio *virtio, uint64_t offset, uint32_t bytes,
                            uint64_t value)
{
    switch (offset << 4 | bytes) {
    case DEVICE_SELECT << 4 | 4:
        virtio->device_select = (uint32_t)value;
        break;
    case DRIVER_SELECT << 4 | 4:
        virtio->driver_select = (uint32_t)value;
        break;
    case DRIVER_FEATURE << 4 | 4:
        write_features(virtio, value);
        break;
    case CONFIG_VECTOR << 4 | 2:
        virtio->config_vector = vector(virtio, value);
        break;
    case STATUS << 4 | 1:
        mk_virtio_set_status(virtio, (uint8_t)value);
        break;
    case QUEUE_SELECT << 4 | 2:
        virtio->queue_select = (uint16_t)value;
        break;
    default:
        select_and_write(virtio, offset, bytes, value);
        break;
    }
}
