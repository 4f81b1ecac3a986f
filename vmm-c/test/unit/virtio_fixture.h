/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A guest with one VirtIO device, as its driver sees it: memory, registers, queues. Two of them can
 * be at the ends of one cable.
 */
#ifndef MAKATEA_TEST_VIRTIO_FIXTURE_H
#define MAKATEA_TEST_VIRTIO_FIXTURE_H

#include "makatea/virtio_net.h"

/** Bytes of memory, from guest-physical address 0. */
#define GUEST_RAM 0x200000
/** Row of the device. */
#define GUEST_ROW 0
/** Most queues. */
#define GUEST_QUEUES 8
/** Bytes between the areas of two queues; the areas begin at the first one. */
#define GUEST_QUEUE_BYTES 0x4000
/** Where the areas of the first queue are. */
#define GUEST_AREAS 0x10000
/** Where data can be put. */
#define GUEST_DATA 0x80000
/** Bytes of each region of a cable. */
#define GUEST_REGION 0x40000

/** Offsets of registers in the common configuration, as the specification has them. */
enum guest_register {
    REG_DEVICE_SELECT = 0,
    REG_DEVICE_FEATURE = 4,
    REG_DRIVER_SELECT = 8,
    REG_DRIVER_FEATURE = 12,
    REG_CONFIG_VECTOR = 16,
    REG_QUEUES = 18,
    REG_STATUS = 20,
    REG_GENERATION = 21,
    REG_QUEUE_SELECT = 22,
    REG_QUEUE_SIZE = 24,
    REG_QUEUE_VECTOR = 26,
    REG_QUEUE_ENABLE = 28,
    REG_QUEUE_NOTIFY = 30,
    REG_QUEUE_TABLE = 32,
    REG_QUEUE_DRIVER = 40,
    REG_QUEUE_DEVICE = 48
};

/** Flags of descriptors, as the specification has them. */
enum guest_flag { F_NEXT = 1, F_WRITE = 2, F_INDIRECT = 4 };

/** A queue as the driver keeps it. */
struct guest_queue {
    uint16_t size;  /**< Descriptors. */
    uint16_t avail; /**< Available index. */
    uint16_t seen;  /**< Used elements that were looked at. */
};

/** A guest. */
struct guest {
    struct mk_pci plan;               /**< The hierarchy's plan. */
    struct mk_pci_function function;  /**< The device's plan. */
    struct mk_pci_root root;          /**< The hierarchy. */
    struct mk_pci_fn fn;              /**< The device's function. */
    struct mk_pci_vector vectors[16]; /**< Its MSI-X table. */
    bool line;                        /**< Its interrupt line. */
    uint32_t messages;                /**< Messages that came. */
    uint32_t data;                    /**< What the last one said. */
    struct mk_dma dma;                /**< How the device reaches memory. */
    uint64_t changes;    /**< From here on every byte changes after it was read; 0: none. */
    uint32_t denied;     /**< Accesses outside of memory. */
    struct mk_port port; /**< End of the cable. */
    uint32_t signals;    /**< Signals that it got. */
    struct guest *peer;  /**< Other end. */
    struct guest_queue queues[GUEST_QUEUES]; /**< Queues. */
    struct mk_net_scratch scratch;           /**< Room for work. */
    struct mk_virtio_net net;                /**< The device, when it is for a network. */
    const struct mk_virtio *virtio;          /**< Its transport. */
    uint8_t ram[GUEST_RAM];                  /**< Memory. */
    _Alignas(64) uint8_t tx[GUEST_REGION];   /**< Region that it writes. */
};

/**
 * Makes a guest with a function of a kind, but no device.
 * @param g the guest
 * @param kind the kind
 * @param vectors its MSI-X vectors
 */
void guest_init(struct guest *g, enum mk_pci_kind kind, uint16_t vectors);

/**
 * Puts a cable between two guests.
 * @param a one
 * @param b the other
 */
void guest_connect(struct guest *a, struct guest *b);

/**
 * Makes two guests with network devices and a cable between them.
 * @param a one
 * @param b the other
 */
void guest_net_pair(struct guest *a, struct guest *b);

/** Reads a register of BAR 0. */
uint64_t guest_in(struct guest *g, uint64_t offset, uint32_t bytes);
/** Writes a register of BAR 0. */
void guest_out(struct guest *g, uint64_t offset, uint32_t bytes, uint64_t value);

/**
 * Resets the device and negotiates features, up to FEATURES_OK.
 * @param g the guest
 * @param features what the driver wants; #MK_VIRTIO_VERSION_1 is added
 * @return whether the device agreed
 */
bool guest_negotiate(struct guest *g, uint64_t features);

/** Features that the device offers. */
uint64_t guest_offered(struct guest *g);

/**
 * Sets a queue up and enables it.
 * @param g the guest
 * @param queue its number
 * @param size its size
 */
void guest_queue(struct guest *g, uint32_t queue, uint16_t size);

/** Turns MSI-X on; vector n sends n, queue n has vector n + 1, the configuration vector 0. */
void guest_msix(struct guest *g);

/** Says that the driver is ready. */
void guest_ready(struct guest *g);

/**
 * Brings a device up: features, all queues, MSI-X, ready.
 * @param g the guest
 * @param features features
 * @param queues number of queues
 */
void guest_up(struct guest *g, uint64_t features, uint32_t queues);

/** Addresses of a queue's areas. */
uint64_t guest_table(uint32_t queue);
/** Address of the available ring. */
uint64_t guest_avail(uint32_t queue);
/** Address of the used ring. */
uint64_t guest_used(uint32_t queue);

/** Writes a descriptor at an address. */
void guest_descriptor(struct guest *g, uint64_t at, uint64_t gpa, uint32_t bytes, uint16_t flags,
                      uint16_t next);
/** Reads 16 bits of memory. */
uint16_t guest_get16(const struct guest *g, uint64_t gpa);
/** Reads 32 bits of memory. */
uint32_t guest_get32(const struct guest *g, uint64_t gpa);
/** Writes 16 bits of memory. */
void guest_put16(struct guest *g, uint64_t gpa, uint16_t value);

/** Makes a chain available that begins at a descriptor. */
void guest_offer(struct guest *g, uint32_t queue, uint16_t head);
/** Makes a chain of one buffer available: descriptor `slot`. */
void guest_buffer(struct guest *g, uint32_t queue, uint16_t slot, uint64_t gpa, uint32_t bytes,
                  bool write);
/** Notifies a queue. */
void guest_kick(struct guest *g, uint32_t queue);

/**
 * Takes the next used element.
 * @param g the guest
 * @param queue queue
 * @param head receives the head
 * @param bytes receives the length
 * @return whether there is one
 */
bool guest_take(struct guest *g, uint32_t queue, uint32_t *head, uint32_t *bytes);

/** Lets the peer's signals reach a device, and both work until there is nothing left to do. */
void guest_settle(struct guest *g);

/** Stops the test run when bytes were never written (in a build with MemorySanitizer). */
void guest_must_be_initialised(const volatile void *bytes, uint64_t count);

/**
 * Starts a queue by itself, without registers, on the areas of the guest's first queue.
 * @param g receives the guest
 * @param vq receives the queue
 * @param size descriptors
 * @param indirect indirect descriptors are agreed
 * @param event_index event indices are agreed
 * @return whether the queue takes its areas
 */
bool guest_lone_queue(struct guest *g, struct mk_vq *vq, uint16_t size, bool indirect,
                      bool event_index);

#endif
