/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What a VirtIO function decodes: the four structures in BAR 0, and the access to BARs by a
 * capability. Sections are those of VirtIO 1.2.
 */
#include "devices/virtio/internal.h"

/** All bits of a size of 1 to 8 bytes. */
#define SIZE_MASK(bytes) (UINT64_MAX >> (64 - 8 * (bytes)))

/**
 * Reads the common configuration in any size.
 * @param virtio the transport
 * @param offset where
 * @param bytes size
 * @return value; registers that an access does not end in are not split
 */
static uint64_t common_read(const struct mk_virtio *virtio, uint64_t offset, uint32_t bytes)
{
    uint64_t value = mk_virtio_common_read(virtio, offset & ~UINT64_C(3));
    if (bytes == 8) {
        value |= (uint64_t)mk_virtio_common_read(virtio, offset + 4) << 32;
    }
    return value >> (8 * (offset & 3));
}

/**
 * Reads the interrupt status, which acknowledges it (4.1.4.5).
 * @param virtio the transport
 * @return what it was
 */
static uint64_t isr_read(struct mk_virtio *virtio)
{
    uint8_t isr = virtio->isr;
    virtio->isr = 0;
    virtio->counts.acks++;
    mk_pci_intx(virtio->parts.pci, virtio->parts.function, false);
    return isr;
}

/**
 * Reads the device's configuration. A change shows in the generation once it is read (4.1.4.3.1).
 * @param virtio the transport
 * @param offset where
 * @param bytes size
 * @return value; beyond the end zeros
 */
static uint64_t config_read(struct mk_virtio *virtio, uint64_t offset, uint32_t bytes)
{
    uint64_t value = 0;
    if (virtio->changed) {
        virtio->changed = false;
        virtio->generation++;
    }
    for (uint32_t i = 0; i < bytes && offset + i < virtio->parts.config_bytes; i++) {
        value |= (uint64_t)virtio->parts.config[offset + i] << (8 * i);
    }
    return value;
}

/**
 * Reads BAR 0. Accesses do not cross from one structure to the next.
 * @param device the transport
 * @param now not used
 * @param offset where
 * @param bytes size
 * @return value
 */
static uint64_t bar_read(void *device, uint64_t now, uint64_t offset, uint32_t bytes)
{
    struct mk_virtio *virtio = device;
    (void)now;
    if (offset % bytes != 0) {
        return UINT64_MAX;
    }
    uint64_t within = offset % MK_VIRTIO_PAGE;
    switch (offset - within) {
    case MK_VIRTIO_COMMON_AT:
        return common_read(virtio, within, bytes);
    case MK_VIRTIO_ISR_AT:
        return within == 0 ? isr_read(virtio) : 0;
    case MK_VIRTIO_CONFIG_AT:
        return config_read(virtio, within, bytes);
    default:
        return 0;
    }
}

/**
 * Notifies a queue: where is written says which one (4.1.4.4), what is written is not needed.
 * @param virtio the transport
 * @param offset where
 */
static void notify(struct mk_virtio *virtio, uint64_t offset)
{
    uint64_t queue = offset / MK_VIRTIO_NOTIFY_MULTIPLIER;
    if (queue >= virtio->parts.queue_count) {
        return;
    }
    virtio->parts.queues[queue].counts.kicks++;
    if (virtio->parts.queues[queue].live) {
        virtio->parts.ops->kick(virtio->parts.device, (uint32_t)queue);
    }
}

/**
 * Writes BAR 0.
 * @param device the transport
 * @param now not used
 * @param offset where
 * @param bytes size
 * @param value value
 */
static void bar_write(void *device, uint64_t now, uint64_t offset, uint32_t bytes, uint64_t value)
{
    struct mk_virtio *virtio = device;
    (void)now;
    uint64_t within = offset % MK_VIRTIO_PAGE;
    if (offset % bytes != 0) {
        return;
    }
    switch (offset - within) {
    case MK_VIRTIO_COMMON_AT:
        mk_virtio_common_write(virtio, within, bytes == 8 ? 4 : bytes,
                               bytes == 8 ? value & UINT32_MAX : value);
        if (bytes == 8) { /* 64-bit registers are two halves (4.1.3.1). */
            mk_virtio_common_write(virtio, within + 4, 4, value >> 32);
        }
        break;
    case MK_VIRTIO_CONFIG_AT:
        if (virtio->parts.ops->configure != NULL && within < virtio->parts.config_bytes) {
            virtio->parts.ops->configure(virtio->parts.device, (uint32_t)within, bytes, value);
        }
        break;
    case MK_VIRTIO_NOTIFY_AT:
        notify(virtio, within);
        break;
    default:
        break;
    }
}

const struct mk_device_ops mk_virtio_bar_ops = {bar_read, bar_write};

/** Offset of the data among the registers of the access by capability (4.1.4.9). */
#define ACCESS_DATA 12

/**
 * Says whether the access by capability is one that can be done: 1, 2 or 4 bytes, aligned
 * (4.1.4.9.2).
 * @param virtio the transport
 * @return whether
 */
static bool access_is_sound(const struct mk_virtio *virtio)
{
    uint32_t bytes = virtio->access[2];
    return (bytes == 1 || bytes == 2 || bytes == 4) && virtio->access[1] % bytes == 0;
}

/**
 * Reads registers of the access by capability; the data are read from the BAR.
 * @param device the transport
 * @param now TSC value
 * @param offset from the BAR's number
 * @param bytes size
 * @return value
 */
static uint64_t access_read(void *device, uint64_t now, uint64_t offset, uint32_t bytes)
{
    struct mk_virtio *virtio = device;
    uint64_t value = 0;
    if (offset < ACCESS_DATA) {
        value = virtio->access[offset / 4];
    } else if (access_is_sound(virtio)) {
        value = mk_pci_bar_read(virtio->parts.pci, virtio->parts.function, virtio->access[0], now,
                                virtio->access[1], virtio->access[2]) &
                SIZE_MASK(virtio->access[2]);
    }
    return value >> (8 * (offset & 3)) & SIZE_MASK(bytes);
}

/**
 * Writes registers of the access by capability; data are written to the BAR.
 * @param device the transport
 * @param now TSC value
 * @param offset from the BAR's number
 * @param bytes size
 * @param value value
 */
static void access_write(void *device, uint64_t now, uint64_t offset, uint32_t bytes,
                         uint64_t value)
{
    struct mk_virtio *virtio = device;
    if (offset >= ACCESS_DATA) {
        if (offset == ACCESS_DATA && access_is_sound(virtio)) {
            mk_pci_bar_write(virtio->parts.pci, virtio->parts.function, virtio->access[0], now,
                             virtio->access[1], virtio->access[2],
                             value & SIZE_MASK(virtio->access[2]));
        }
        return;
    }
    uint32_t *access = &virtio->access[offset / 4];
    uint32_t shift = 8 * (uint32_t)(offset & 3);
    uint32_t mask = (uint32_t)SIZE_MASK(bytes) << shift;
    *access = (*access & ~mask) | ((uint32_t)value << shift & mask);
    virtio->access[0] &= UINT8_MAX; /* Only the BAR's number can be written there. */
}

const struct mk_device_ops mk_virtio_access_ops = {access_read, access_write};
