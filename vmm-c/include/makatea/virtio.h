/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * VirtIO over PCI, the part that all devices have (VirtIO 1.2, 4.1): modern only, no legacy.
 *
 * BAR 0 holds the four structures, a page each; BAR 4 the MSI-X table, which the PCI unit serves.
 * A device gives a table of functions and its queues. What it may count on: mk_virtio_ops::kick
 * is called for a queue that is live and only then; after mk_virtio_ops::stop it must not touch a
 * queue until mk_virtio_ops::start.
 *
 * A mistake of the guest ends the device, not the VM: DEVICE_NEEDS_RESET is set, the guest is told,
 * and nothing happens until it resets the device, which it can at any moment.
 *
 * Registers of a queue change only between FEATURES_OK and DRIVER_OK, and not once the queue is
 * enabled; of those only the vector can change later.
 */
#ifndef MAKATEA_VIRTIO_H
#define MAKATEA_VIRTIO_H

#include "makatea/pci.h"
#include "makatea/virtio_queue.h"

/** Feature bits of every device (VirtIO 1.2, 6). */
enum mk_virtio_feature {
    MK_VIRTIO_INDIRECT = 28,    /**< Indirect descriptors. */
    MK_VIRTIO_EVENT_INDEX = 29, /**< Event indices. */
    MK_VIRTIO_VERSION_1 = 32    /**< Not legacy. */
};

/** A feature's bit. */
#define MK_VIRTIO_BIT(feature) (UINT64_C(1) << (feature))

/** Features that the transport adds to those of each device. */
#define MK_VIRTIO_COMMON                                                                           \
    (MK_VIRTIO_BIT(MK_VIRTIO_INDIRECT) | MK_VIRTIO_BIT(MK_VIRTIO_EVENT_INDEX) |                    \
     MK_VIRTIO_BIT(MK_VIRTIO_VERSION_1))

/** Device status (VirtIO 1.2, 2.1). */
enum mk_virtio_status {
    MK_VIRTIO_ACKNOWLEDGE = 1,  /**< The guest has seen the device. */
    MK_VIRTIO_DRIVER = 2,       /**< It has a driver for it. */
    MK_VIRTIO_DRIVER_OK = 4,    /**< The driver is ready. */
    MK_VIRTIO_FEATURES_OK = 8,  /**< The features are agreed on. */
    MK_VIRTIO_NEEDS_RESET = 64, /**< The device can not go on. */
    MK_VIRTIO_FAILED = 128      /**< The driver gave up. */
};

/** No MSI-X vector (VirtIO 1.2, 4.1.4.3). */
#define MK_VIRTIO_NO_VECTOR UINT16_MAX

/* Structures in BAR 0, a page each. */
#define MK_VIRTIO_BAR 0               /**< The BAR. */
#define MK_VIRTIO_COMMON_AT 0x0000    /**< Common configuration (4.1.4.3). */
#define MK_VIRTIO_ISR_AT 0x1000       /**< Interrupt status (4.1.4.5). */
#define MK_VIRTIO_CONFIG_AT 0x2000    /**< The device's own configuration (4.1.4.6). */
#define MK_VIRTIO_NOTIFY_AT 0x3000    /**< Notifications (4.1.4.4). */
#define MK_VIRTIO_PAGE 0x1000         /**< Size of each. */
#define MK_VIRTIO_COMMON_BYTES 60     /**< Size of the common configuration. */
#define MK_VIRTIO_NOTIFY_MULTIPLIER 4 /**< Bytes from one queue's notification to the next. */

/** What a device does. Each function gets mk_virtio::device. */
struct mk_virtio_ops {
    /**
     * Says whether a set of features goes together; it is one of those offered.
     * @param device the device
     * @param features the features
     * @return whether
     */
    bool (*accepts)(const void *device, uint64_t features);
    /**
     * The driver is ready: its queues are live.
     * @param device the device
     */
    void (*start)(void *device);
    /**
     * The device is reset: its queues are no more.
     * @param device the device
     */
    void (*stop)(void *device);
    /**
     * The driver notifies a live queue.
     * @param device the device
     * @param queue number of the queue
     */
    void (*kick)(void *device, uint32_t queue);
    /**
     * The driver writes the device's configuration; a null pointer: it can not.
     * @param device the device
     * @param offset where
     * @param bytes size
     * @param value value
     */
    void (*configure)(void *device, uint32_t offset, uint32_t bytes, uint64_t value);
    /**
     * Looks at channels that were signalled, and goes on with work that one round did not finish.
     * Called again and again, with and without a driver.
     * @param device the device
     * @param events bits of notifications, of the device's own channels only
     * @return whether there is more work
     */
    bool (*serve)(void *device, uint64_t events);
};

/** What happened, counted. */
struct mk_virtio_counts {
    uint64_t changes;  /**< Interrupts for the configuration. */
    uint64_t acks;     /**< Reads of the interrupt status. */
    uint64_t resets;   /**< Resets. */
    uint64_t mistakes; /**< Mistakes of the guest. */
};

/** What a device is made of. */
struct mk_virtio_parts {
    const struct mk_virtio_ops *ops; /**< What it does. */
    void *device;                    /**< The device. */
    uint64_t features;               /**< Its features, without #MK_VIRTIO_COMMON. */
    struct mk_vq *queues;            /**< Its queues. */
    uint16_t queue_count;            /**< How many. */
    const uint8_t *config;           /**< Its configuration, as the driver reads it. */
    uint32_t config_bytes;           /**< Size of that. */
    struct mk_dma dma;               /**< Guest memory. */
    struct mk_pci_root *pci;         /**< The hierarchy. */
    uint32_t function;               /**< Its row there. */
};

/** State of a device's transport. */
struct mk_virtio {
    struct mk_virtio_parts parts;   /**< What it is made of. */
    uint64_t features;              /**< What the driver has written, as far as it is offered. */
    bool accepted;                  /**< It wrote nothing that is not offered. */
    uint32_t device_select;         /**< Which half of the offered features is read. */
    uint32_t driver_select;         /**< Which half of the driver's features is accessed. */
    uint16_t queue_select;          /**< Queue whose registers are accessed. */
    uint16_t config_vector;         /**< Vector for changes of the configuration. */
    uint8_t status;                 /**< Device status. */
    uint8_t isr;                    /**< Interrupt status. */
    uint8_t generation;             /**< Generation of the configuration. */
    bool changed;                   /**< The configuration has changed since it was read. */
    uint32_t access[3];             /**< BAR, offset and length of the access by capability. */
    struct mk_virtio_counts counts; /**< What happened. */
};

/**
 * Makes a device's transport and its capabilities, before the guest starts.
 * @param virtio the transport
 * @param parts what it is made of
 * @return whether there was room
 */
bool mk_virtio_init(struct mk_virtio *virtio, const struct mk_virtio_parts *parts);

/**
 * Resets a device.
 * @param virtio its transport
 */
void mk_virtio_reset(struct mk_virtio *virtio);

/**
 * Lets a device look at its channels, and go on with its work.
 * @param virtio its transport
 * @param events bits of notifications, of the device's own channels only
 * @return whether there is more work
 */
static inline bool mk_virtio_serve(const struct mk_virtio *virtio, uint64_t events)
{
    return virtio->parts.ops->serve(virtio->parts.device, events);
}

/**
 * Ends a device after a mistake of its guest, until it is reset.
 * @param virtio its transport
 */
void mk_virtio_fail(struct mk_virtio *virtio);

/**
 * Lets the guest see what was put into a queue, and interrupts it when it wants that.
 * @param virtio the transport
 * @param queue number of the queue
 */
void mk_virtio_publish(struct mk_virtio *virtio, uint32_t queue);

/**
 * Tells the guest that the device's configuration has changed.
 * @param virtio the transport
 */
void mk_virtio_changed(struct mk_virtio *virtio);

/**
 * Says whether the driver has agreed on a feature.
 * @param virtio the transport
 * @param feature its number
 * @return whether
 */
static inline bool mk_virtio_has(const struct mk_virtio *virtio, uint32_t feature)
{
    return (virtio->status & MK_VIRTIO_FEATURES_OK) != 0 &&
           (virtio->features & MK_VIRTIO_BIT(feature)) != 0;
}

#endif
