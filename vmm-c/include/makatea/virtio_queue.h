/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A split virtqueue as the device sees it (VirtIO 1.2, 2.7), the only one under all devices.
 *
 * The guest owns three areas: the table of descriptors, the available ring, which it writes, and
 * the used ring, which the device writes. A buffer is a chain of descriptors. The device takes
 * chains, works on them, puts their heads into the used ring and publishes them, a group at a time.
 *
 * Everything in the areas is hostile. mk_vq_take() copies each index and each descriptor once into
 * memory of the monitor and judges the copy; from then on nothing depends on what the guest does to
 * the areas. What it hands out are guest-physical ranges in an order and number that are bounded;
 * whether they are memory is checked by the copy itself. A mistake of the guest is final: the
 * queue is broken until the device is reset.
 *
 * There are no locks: a VM has one processor, which does not run while its monitor does. Fences
 * stand where the specification asks for them, so that this need not stay so.
 */
#ifndef MAKATEA_VIRTIO_QUEUE_H
#define MAKATEA_VIRTIO_QUEUE_H

#include "makatea/dma.h"

/** Largest queue, and most buffers of one chain. */
#define MK_VQ_SIZE 256

/** Bytes of a descriptor (VirtIO 1.2, 2.7.5). */
#define MK_VQ_DESCRIPTOR 16

/** A part of a chain. */
struct mk_vq_buffer {
    uint64_t gpa;   /**< Where. */
    uint32_t bytes; /**< How long. */
};

/** A chain that was taken. */
struct mk_vq_chain {
    uint16_t head;           /**< Its number, for mk_vq_put(). */
    uint32_t readable;       /**< Buffers to read from: they come first. */
    uint32_t writable;       /**< Buffers to write to. */
    uint32_t readable_bytes; /**< Their bytes together. */
    uint32_t writable_bytes; /**< Their bytes together. */
};

/** Elements of a ring that are copied at once. */
#define MK_VQ_BATCH 16

/** Element of the used ring (VirtIO 1.2, 2.7.8). */
struct mk_vq_used {
    uint32_t head;  /**< Chain. */
    uint32_t bytes; /**< Bytes written into it. */
};

/** What happened, counted over all resets. */
struct mk_vq_counts {
    uint64_t kicks;      /**< Notifications by the driver: each costs it an exit. */
    uint64_t groups;     /**< Groups of chains that were published. */
    uint64_t chains;     /**< Chains in them. */
    uint64_t interrupts; /**< Interrupts for them. */
};

/** State of a queue. */
struct mk_vq {
    const struct mk_dma *dma; /**< Guest memory. */
    uint16_t size;            /**< Descriptors, a power of two. */
    uint16_t vector;          /**< MSI-X vector. */
    bool enabled;             /**< The driver has set it up. */
    bool live;                /**< It may be worked on. */
    bool indirect;            /**< Indirect descriptors are negotiated. */
    bool event_index;         /**< Event indices are negotiated. */
    uint64_t descriptors;     /**< GPA of the table. */
    uint64_t available;       /**< GPA of the available ring. */
    uint64_t used;            /**< GPA of the used ring. */
    uint16_t seen;            /**< Available index when it was last looked at. */
    uint16_t taken;           /**< Chains taken. */
    uint16_t put;             /**< Used elements written. */
    uint16_t published;       /**< Used index as the guest sees it. */
    uint16_t most;            /**< Most chains that the device has had at once. */
    uint16_t next;            /**< Which of `heads` is next. */
    uint16_t fetched;         /**< How many of them were copied. */
    uint16_t held;            /**< Used elements that are not yet in memory: the last of `put`. */

    uint16_t heads[MK_VQ_BATCH];             /**< Elements of the available ring, copied. */
    struct mk_vq_used elements[MK_VQ_BATCH]; /**< Elements for the used ring. */
    struct mk_vq_counts counts;              /**< What happened. */
};

/** What came of taking a chain. */
enum mk_vq_status {
    MK_VQ_TAKEN, /**< There is one. */
    MK_VQ_EMPTY, /**< There is none. */
    MK_VQ_BROKEN /**< The guest made a mistake. */
};

/**
 * Puts a queue into its state after reset.
 * @param vq the queue
 * @param dma guest memory
 */
void mk_vq_reset(struct mk_vq *vq, const struct mk_dma *dma);

/**
 * Starts a queue that the driver has enabled.
 * @param vq the queue
 * @param indirect indirect descriptors are negotiated
 * @param event_index event indices are negotiated
 * @return whether its areas are aligned, in memory, and none at address 0
 */
bool mk_vq_start(struct mk_vq *vq, bool indirect, bool event_index);

/**
 * Takes the next available chain.
 * @param vq the queue
 * @param chain receives the chain
 * @param buffers receives its buffers
 * @param room how many fit, at least #MK_VQ_SIZE
 * @return what came of it
 */
enum mk_vq_status mk_vq_take(struct mk_vq *vq, struct mk_vq_chain *chain,
                             struct mk_vq_buffer *buffers, uint32_t room);

/**
 * Gives chains back that were taken last: they are available again.
 * @param vq the queue
 * @param count how many, at most those that were taken and not put since
 */
void mk_vq_give_back(struct mk_vq *vq, uint16_t count);

/**
 * Goes back to the last mk_vq_publish(): what was taken and put since is available again. For
 * queues of which all that was taken before was put and published.
 * @param vq the queue
 */
void mk_vq_rewind(struct mk_vq *vq);

/**
 * Puts a chain into the used ring. The guest does not see it before mk_vq_publish().
 * @param vq the queue
 * @param head mk_vq_chain::head
 * @param bytes how many bytes were written into the chain
 * @return whether it worked; if not, the guest made a mistake
 */
bool mk_vq_put(struct mk_vq *vq, uint16_t head, uint32_t bytes);

/**
 * Lets the guest see what was put.
 * @param vq the queue
 * @param notify receives whether the guest wants an interrupt for it
 * @return whether it worked; if not, the guest made a mistake
 */
bool mk_vq_publish(struct mk_vq *vq, bool *notify);

/**
 * Asks the guest for a notification, or for none, at the next available chain.
 * @param vq the queue
 * @param wanted whether
 * @param more receives whether there are chains already: then look at once
 * @return whether it worked; if not, the guest made a mistake
 */
bool mk_vq_ask(struct mk_vq *vq, bool wanted, bool *more);

/** A place in buffers, for copying piece by piece. */
struct mk_vq_cursor {
    const struct mk_dma *dma;           /**< Guest memory. */
    const struct mk_vq_buffer *buffers; /**< The buffers. */
    uint32_t count;                     /**< How many. */
    uint32_t index;                     /**< Which one is next. */
    uint32_t offset;                    /**< Where in it. */
};

/**
 * Copies out of buffers and moves on.
 * @param cursor the place
 * @param to room
 * @param bytes how many, at most what the buffers still have
 * @return whether all of it is memory
 */
bool mk_vq_read(struct mk_vq_cursor *cursor, volatile void *to, uint32_t bytes);

/**
 * Copies into buffers and moves on.
 * @param cursor the place
 * @param from the bytes; a peer may share them
 * @param bytes how many, at most what the buffers still have
 * @return whether all of it is memory
 */
bool mk_vq_write(struct mk_vq_cursor *cursor, const volatile void *from, uint32_t bytes);

#endif
