/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The life of a VirtIO device: capabilities, status, interrupts. Sections are those of VirtIO 1.2.
 */
#include "devices/virtio/internal.h"

/** PCI capability of a vendor (PCI 3.0, appendix H). */
#define VENDOR_CAPABILITY 0x09

/** Kinds of VirtIO capabilities (4.1.4). */
enum kind {
    KIND_COMMON = 1, /**< Common configuration. */
    KIND_NOTIFY = 2, /**< Notifications. */
    KIND_ISR = 3,    /**< Interrupt status. */
    KIND_CONFIG = 4, /**< Device-specific configuration. */
    KIND_ACCESS = 5  /**< Access to BARs. */
};

/** Bytes of a capability (4.1.4), and of the longer ones (4.1.4.4, 4.1.4.9). */
enum capability_bytes {
    BYTES = 16,     /**< Most of them. */
    BYTES_LONG = 20 /**< Notifications and access. */
};

/** A VirtIO capability. */
struct capability {
    uint8_t kind;   /**< Kind. */
    uint8_t bytes;  /**< Size. */
    uint32_t at;    /**< Where in BAR 0. */
    uint32_t size;  /**< How long that is. */
    uint32_t extra; /**< What follows in the longer ones. */
};

/**
 * Stores a number, lowest byte first.
 * @param to where
 * @param value the number
 */
static void put32(uint8_t *to, uint32_t value)
{
    for (uint32_t i = 0; i < 4; i++) {
        to[i] = (uint8_t)(value >> (8 * i));
    }
}

/**
 * Adds a capability to the function.
 * @param virtio the transport
 * @param capability what it says
 * @return its offset, or 0
 */
static uint8_t add(const struct mk_virtio *virtio, const struct capability *capability)
{
    /* Without the first two bytes: length, kind, BAR, id, padding, offset, length (4.1.4). */
    uint8_t body[BYTES_LONG - 2] = {capability->bytes, capability->kind, MK_VIRTIO_BAR};
    put32(body + 6, capability->at);
    put32(body + 10, capability->size);
    put32(body + 14, capability->extra);
    return mk_pci_add_capability(virtio->parts.pci, virtio->parts.function, VENDOR_CAPABILITY, body,
                                 capability->bytes);
}

/**
 * Adds all capabilities.
 * @param virtio the transport
 * @return whether there was room
 */
static bool add_all(struct mk_virtio *virtio)
{
    const struct mk_virtio_parts *parts = &virtio->parts;
    const struct capability rows[] = {
        {KIND_COMMON, BYTES, MK_VIRTIO_COMMON_AT, MK_VIRTIO_COMMON_BYTES, 0},
        {KIND_NOTIFY, BYTES_LONG, MK_VIRTIO_NOTIFY_AT,
         MK_VIRTIO_NOTIFY_MULTIPLIER * (uint32_t)parts->queue_count, MK_VIRTIO_NOTIFY_MULTIPLIER},
        {KIND_ISR, BYTES, MK_VIRTIO_ISR_AT, 1, 0},
        {KIND_CONFIG, BYTES, MK_VIRTIO_CONFIG_AT, parts->config_bytes, 0},
    };
    for (uint32_t i = 0; i < MK_COUNT(rows); i++) {
        if (add(virtio, &rows[i]) == 0) {
            return false;
        }
    }
    const struct capability access = {KIND_ACCESS, BYTES_LONG, 0, 0, 0};
    uint32_t at = add(virtio, &access);
    return at != 0 && mk_pci_set_hook(parts->pci, parts->function, at + 4, MK_VIRTIO_ACCESS_BYTES,
                                      &mk_virtio_access_ops, virtio);
}

bool mk_virtio_init(struct mk_virtio *virtio, const struct mk_virtio_parts *parts)
{
    *virtio = (struct mk_virtio){.parts = *parts};
    virtio->parts.features |= MK_VIRTIO_COMMON;
    if (parts->queue_count > MK_VIRTIO_PAGE / MK_VIRTIO_NOTIFY_MULTIPLIER ||
        parts->config_bytes > MK_VIRTIO_PAGE ||
        !mk_pci_set_bar(parts->pci, parts->function, MK_VIRTIO_BAR, &mk_virtio_bar_ops, virtio) ||
        !add_all(virtio)) {
        return false;
    }
    for (uint32_t i = 0; i < parts->queue_count; i++) {
        parts->queues[i].counts = (struct mk_vq_counts){0};
    }
    mk_virtio_reset(virtio);
    virtio->counts.resets = 0;
    return true;
}

void mk_virtio_reset(struct mk_virtio *virtio)
{
    for (uint32_t i = 0; i < virtio->parts.queue_count; i++) {
        mk_vq_reset(&virtio->parts.queues[i], &virtio->parts.dma);
    }
    virtio->features = 0;
    virtio->accepted = true;
    virtio->device_select = 0;
    virtio->driver_select = 0;
    virtio->queue_select = 0;
    virtio->config_vector = MK_VIRTIO_NO_VECTOR;
    virtio->status = 0;
    virtio->isr = 0;
    virtio->counts.resets++;
    mk_pci_intx(virtio->parts.pci, virtio->parts.function, false);
    virtio->parts.ops->stop(virtio->parts.device);
}

/**
 * Interrupts the guest.
 * @param virtio the transport
 * @param vector vector of MSI-X
 * @param reason bit of the interrupt status
 */
static void interrupt(struct mk_virtio *virtio, uint16_t vector, uint8_t reason)
{
    const struct mk_virtio_parts *parts = &virtio->parts;
    bool messages = mk_pci_msix_enabled(parts->pci, parts->function);
    if (!messages || reason == MK_VIRTIO_ISR_CONFIG) {
        virtio->isr |= reason; /* 4.1.4.5.1 */
    }
    if (!messages) {
        mk_pci_intx(parts->pci, parts->function, true);
    } else if (vector != MK_VIRTIO_NO_VECTOR) {
        mk_pci_msix_raise(parts->pci, parts->function, vector);
    }
}

void mk_virtio_fail(struct mk_virtio *virtio)
{
    if ((virtio->status & MK_VIRTIO_NEEDS_RESET) != 0) {
        return;
    }
    virtio->status |= MK_VIRTIO_NEEDS_RESET;
    virtio->counts.mistakes++;
    for (uint32_t i = 0; i < virtio->parts.queue_count; i++) {
        virtio->parts.queues[i].live = false;
    }
    if ((virtio->status & MK_VIRTIO_DRIVER_OK) != 0) { /* 2.1.2 */
        virtio->counts.changes++;
        interrupt(virtio, virtio->config_vector, MK_VIRTIO_ISR_CONFIG);
    }
}

/**
 * The driver says that features are agreed on.
 * @param virtio the transport
 */
static void agree(struct mk_virtio *virtio)
{
    if (virtio->accepted && (virtio->features & MK_VIRTIO_BIT(MK_VIRTIO_VERSION_1)) != 0 &&
        virtio->parts.ops->accepts(virtio->parts.device, virtio->features)) {
        virtio->status |= MK_VIRTIO_FEATURES_OK;
    }
}

/**
 * The driver is ready.
 * @param virtio the transport
 */
static void start(struct mk_virtio *virtio)
{
    bool good = true;
    virtio->status |= MK_VIRTIO_DRIVER_OK;
    for (uint32_t i = 0; good && i < virtio->parts.queue_count; i++) {
        struct mk_vq *vq = &virtio->parts.queues[i];
        good = !vq->enabled || mk_vq_start(vq, mk_virtio_has(virtio, MK_VIRTIO_INDIRECT),
                                           mk_virtio_has(virtio, MK_VIRTIO_EVENT_INDEX));
    }
    if (good) {
        virtio->parts.ops->start(virtio->parts.device);
    } else {
        mk_virtio_fail(virtio);
    }
}

void mk_virtio_set_status(struct mk_virtio *virtio, uint8_t value)
{
    const uint8_t plain = MK_VIRTIO_ACKNOWLEDGE | MK_VIRTIO_DRIVER | MK_VIRTIO_FAILED;
    if (value == 0) {
        mk_virtio_reset(virtio);
        return;
    }
    uint8_t rising = value & (uint8_t)~virtio->status;
    virtio->status |= rising & plain; /* Bits are never cleared but by a reset (2.1.1). */
    if ((rising & MK_VIRTIO_FEATURES_OK) != 0) {
        agree(virtio);
    }
    if ((rising & MK_VIRTIO_DRIVER_OK) != 0 && (virtio->status & MK_VIRTIO_FEATURES_OK) != 0 &&
        (virtio->status & MK_VIRTIO_NEEDS_RESET) == 0) {
        start(virtio);
    }
}

void mk_virtio_publish(struct mk_virtio *virtio, uint32_t queue)
{
    struct mk_vq *vq = &virtio->parts.queues[queue];
    bool notify;
    if (!mk_vq_publish(vq, &notify)) {
        mk_virtio_fail(virtio);
    } else if (notify) {
        vq->counts.interrupts++;
        interrupt(virtio, vq->vector, MK_VIRTIO_ISR_QUEUE);
    }
}

void mk_virtio_changed(struct mk_virtio *virtio)
{
    virtio->changed = true;
    if ((virtio->status & MK_VIRTIO_DRIVER_OK) != 0) {
        virtio->counts.changes++;
        interrupt(virtio, virtio->config_vector, MK_VIRTIO_ISR_CONFIG);
    }
}
