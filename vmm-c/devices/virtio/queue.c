/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The rings of a split virtqueue. Sections are those of VirtIO 1.2.
 */
#include "makatea/virtio_queue.h"

/* Layout of the rings (2.7.6, 2.7.8). */
#define RING_FLAGS 0        /**< Flags, in both rings. */
#define RING_INDEX 2        /**< Index, in both rings. */
#define RING_FIRST 4        /**< First element, in both rings. */
#define AVAILABLE_ELEMENT 2 /**< Bytes of an element. */
#define USED_ELEMENT 8      /**< Bytes of an element. */
#define EVENT_BYTES 2       /**< Event index at the end of each. */
#define USED_EVENT(vq)                                                                             \
    (RING_FIRST + AVAILABLE_ELEMENT * (uint64_t)(vq)->size)                    /**< In available.  \
                                                                                */
#define AVAILABLE_EVENT(vq) (RING_FIRST + USED_ELEMENT * (uint64_t)(vq)->size) /**< In used. */

/** Flag of the available ring: no interrupts (2.7.6). */
#define NO_INTERRUPT 1
/** Flag of the used ring: no notifications (2.7.8). */
#define NO_NOTIFY 1

/**
 * Reads 16 bits.
 * @param vq the queue
 * @param gpa where
 * @param value receives them
 * @return whether it is memory
 */
static bool read16(const struct mk_vq *vq, uint64_t gpa, uint16_t *value)
{
    return vq->dma->read(vq->dma->context, gpa, value, sizeof(*value));
}

/**
 * Writes 16 bits.
 * @param vq the queue
 * @param gpa where
 * @param value value
 * @return whether it is memory
 */
static bool write16(const struct mk_vq *vq, uint64_t gpa, uint16_t value)
{
    return vq->dma->write(vq->dma->context, gpa, &value, sizeof(value));
}

/**
 * Remembers that the guest made a mistake.
 * @param vq the queue
 * @return false
 */
static bool broken(struct mk_vq *vq)
{
    vq->live = false;
    return false;
}

void mk_vq_reset(struct mk_vq *vq, const struct mk_dma *dma)
{
    /* No vector is mapped after reset (4.1.5.1.2.1). */
    *vq =
        (struct mk_vq){.dma = dma, .size = MK_VQ_SIZE, .vector = UINT16_MAX, .counts = vq->counts};
}

bool mk_vq_start(struct mk_vq *vq, bool indirect, bool event_index)
{
    uint64_t event = event_index ? EVENT_BYTES : 0;
    uint64_t table_bytes = (uint64_t)MK_VQ_DESCRIPTOR * vq->size;
    /* Alignment: 2.7. An address that was never written can not be told from one that is 0. */
    if (vq->descriptors == 0 || vq->available == 0 || vq->used == 0 || vq->descriptors % 16 != 0 ||
        vq->available % 2 != 0 || vq->used % 4 != 0 ||
        !vq->dma->has(vq->dma->context, vq->descriptors, table_bytes) ||
        !vq->dma->has(vq->dma->context, vq->available, USED_EVENT(vq) + event) ||
        !vq->dma->has(vq->dma->context, vq->used, AVAILABLE_EVENT(vq) + event)) {
        return broken(vq);
    }
    vq->indirect = indirect;
    vq->event_index = event_index;
    vq->live = true;
    return true;
}

/**
 * Looks for new chains.
 * @param vq the queue
 * @return whether the guest's index can be; it must not have more chains than there are
 *         descriptors, those in flight with them (2.7.13.3)
 */
static bool look(struct mk_vq *vq)
{
    uint16_t index;
    if (!read16(vq, vq->available + RING_INDEX, &index) || (uint16_t)(index - vq->put) > vq->size ||
        (uint16_t)(index - vq->taken) > (uint16_t)(index - vq->put)) {
        return broken(vq);
    }
    __atomic_thread_fence(__ATOMIC_ACQUIRE); /* 2.7.13.3: the index before what it covers. */
    vq->seen = index;
    uint16_t here = (uint16_t)(index - vq->put);
    vq->most = here > vq->most ? here : vq->most;
    return true;
}

/** What is known of a chain while it is walked. */
struct walk {
    struct mk_vq_chain *chain;    /**< What was found. */
    struct mk_vq_buffer *buffers; /**< Its buffers. */
};

/** A descriptor, copied (2.7.5). The guest and this processor have the same byte order. */
struct descriptor {
    uint64_t gpa;   /**< Where. */
    uint32_t bytes; /**< How long. */
    uint16_t flags; /**< What it is. */
    uint16_t next;  /**< The next one of the chain. */
};
_Static_assert(sizeof(struct descriptor) == MK_VQ_DESCRIPTOR, "a descriptor has 16 bytes");

/** Flags of descriptors (2.7.5). */
enum descriptor_flag {
    DESCRIPTOR_NEXT = 1,    /**< There is a next one. */
    DESCRIPTOR_WRITE = 2,   /**< The device writes. */
    DESCRIPTOR_INDIRECT = 4 /**< A table of descriptors is there. */
};

/**
 * Adds a buffer to a chain.
 * @param walk the chain
 * @param d its descriptor
 * @return whether it may follow: not too many, first those to read from (2.7.4.2), and together
 *         less than 4 GiB (2.7.4.2)
 */
static bool add(struct walk *walk, const struct descriptor *d)
{
    struct mk_vq_chain *chain = walk->chain;
    bool writes = (d->flags & DESCRIPTOR_WRITE) != 0;
    uint32_t *total = writes ? &chain->writable_bytes : &chain->readable_bytes;
    uint32_t count = chain->readable + chain->writable;
    if (count == MK_VQ_SIZE || (!writes && chain->writable > 0) || d->bytes > UINT32_MAX - *total) {
        return false;
    }
    walk->buffers[count] = (struct mk_vq_buffer){d->gpa, d->bytes};
    *total += d->bytes;
    chain->writable += writes ? 1 : 0;
    chain->readable += writes ? 0 : 1;
    return true;
}

/**
 * Walks a table, from a descriptor to the end of the chain. It ends: a chain has at most as many
 * descriptors as its table, so a longer one is a loop.
 * @param vq the queue
 * @param walk the chain
 * @param table GPA of the table
 * @param entries descriptors in it
 * @param next the first descriptor
 * @param last receives the last one: it may refer to an indirect table when this table is the
 *        queue's own
 * @return whether the chain can be
 */
static bool walk_table(const struct mk_vq *vq, struct walk *walk, uint64_t table, uint32_t entries,
                       uint16_t next, struct descriptor *last)
{
    for (uint32_t i = 0; i < entries; i++) {
        if (next >= entries ||
            !vq->dma->read(vq->dma->context, table + (uint64_t)MK_VQ_DESCRIPTOR * next, last,
                           sizeof(*last))) {
            return false;
        }
        if ((last->flags & DESCRIPTOR_INDIRECT) != 0) {
            return true;
        }
        if (!add(walk, last)) {
            return false;
        }
        if ((last->flags & DESCRIPTOR_NEXT) == 0) {
            return true;
        }
        next = last->next;
    }
    return false;
}

/**
 * Walks a chain, and the indirect table at its end if it has one (2.7.5.3).
 * @param vq the queue
 * @param walk the chain
 * @return whether the chain can be
 */
static bool walk_chain(const struct mk_vq *vq, struct walk *walk)
{
    struct descriptor last;
    if (!walk_table(vq, walk, vq->descriptors, vq->size, walk->chain->head, &last)) {
        return false;
    }
    if ((last.flags & DESCRIPTOR_INDIRECT) == 0) {
        return true;
    }
    uint32_t entries = last.bytes / MK_VQ_DESCRIPTOR;
    uint64_t table = last.gpa;
    /* Not with a next one, and whole descriptors (2.7.5.3.1). The write flag has no meaning. */
    if (!vq->indirect || (last.flags & DESCRIPTOR_NEXT) != 0 ||
        last.bytes % MK_VQ_DESCRIPTOR != 0 || table > UINT64_MAX - last.bytes) {
        return false;
    }
    /* No table within a table (2.7.5.3.1). */
    return walk_table(vq, walk, table, entries, 0, &last) &&
           (last.flags & DESCRIPTOR_INDIRECT) == 0;
}

/**
 * Copies elements of the available ring: some at once, in one piece.
 * @param vq the queue, with chains that were not taken
 * @return whether it worked
 */
static bool fetch(struct mk_vq *vq)
{
    uint16_t at = (uint16_t)(vq->taken & (vq->size - 1U));
    uint16_t count = (uint16_t)(vq->seen - vq->taken);
    count = count < MK_VQ_BATCH ? count : MK_VQ_BATCH;
    count = count < vq->size - at ? count : (uint16_t)(vq->size - at);
    vq->next = 0;
    vq->fetched = count;
    return vq->dma->read(vq->dma->context,
                         vq->available + RING_FIRST + AVAILABLE_ELEMENT * (uint64_t)at, vq->heads,
                         AVAILABLE_ELEMENT * (uint64_t)count);
}

enum mk_vq_status mk_vq_take(struct mk_vq *vq, struct mk_vq_chain *chain,
                             struct mk_vq_buffer *buffers, uint32_t room)
{
    if (!vq->live || room < MK_VQ_SIZE) {
        return MK_VQ_EMPTY;
    }
    if (vq->seen == vq->taken && !look(vq)) {
        return MK_VQ_BROKEN;
    }
    if (vq->seen == vq->taken) {
        return MK_VQ_EMPTY;
    }
    struct walk walk = {chain, buffers};
    if (vq->next == vq->fetched && !fetch(vq)) {
        broken(vq);
        return MK_VQ_BROKEN;
    }
    *chain = (struct mk_vq_chain){.head = vq->heads[vq->next]};
    if (chain->head >= vq->size || !walk_chain(vq, &walk)) {
        broken(vq);
        return MK_VQ_BROKEN;
    }
    vq->next++;
    vq->taken++;
    return MK_VQ_TAKEN;
}

void mk_vq_give_back(struct mk_vq *vq, uint16_t count)
{
    vq->taken = (uint16_t)(vq->taken - count);
    vq->next = vq->fetched; /* They are copied again, and judged again. */
}

void mk_vq_rewind(struct mk_vq *vq)
{
    vq->taken = vq->published;
    vq->put = vq->published;
    vq->held = 0;
    vq->next = vq->fetched;
}

/**
 * Writes the used elements that are held.
 * @param vq the queue
 * @return whether it worked
 */
static bool write_held(struct mk_vq *vq)
{
    uint16_t first = (uint16_t)((vq->put - vq->held) & (vq->size - 1));
    uint64_t bytes = USED_ELEMENT * (uint64_t)vq->held;
    vq->held = 0;
    return bytes == 0 ||
           vq->dma->write(vq->dma->context, vq->used + RING_FIRST + USED_ELEMENT * (uint64_t)first,
                          vq->elements, bytes);
}

bool mk_vq_put(struct mk_vq *vq, uint16_t head, uint32_t bytes)
{
    if (!vq->live) {
        return false;
    }
    vq->elements[vq->held++] = (struct mk_vq_used){head, bytes};
    vq->put++;
    /* They are written in one piece: before there are too many, and where the ring ends. */
    bool full = vq->held == MK_VQ_BATCH || (vq->put & (vq->size - 1U)) == 0;
    return !full || write_held(vq) || broken(vq);
}

/**
 * Decides whether the guest wants an interrupt (2.7.7.2).
 * @param vq the queue
 * @param before used index before
 * @param notify receives whether
 * @return whether it worked
 */
static bool decide(const struct mk_vq *vq, uint16_t before, bool *notify)
{
    uint16_t wish;
    if (!read16(vq, vq->available + (vq->event_index ? USED_EVENT(vq) : RING_FLAGS), &wish)) {
        return false;
    }
    *notify = vq->event_index
                  ? (uint16_t)(vq->published - wish - 1) < (uint16_t)(vq->published - before)
                  : (wish & NO_INTERRUPT) == 0;
    return true;
}

bool mk_vq_publish(struct mk_vq *vq, bool *notify)
{
    uint16_t before = vq->published;
    *notify = false;
    if (!vq->live || vq->put == before) {
        return vq->live;
    }
    if (!write_held(vq)) {
        return broken(vq);
    }
    __atomic_thread_fence(__ATOMIC_RELEASE); /* 2.7.8.1: elements before the index. */
    if (!write16(vq, vq->used + RING_INDEX, vq->put)) {
        return broken(vq);
    }
    vq->published = vq->put;
    vq->counts.groups++;
    vq->counts.chains += (uint16_t)(vq->put - before);
    __atomic_thread_fence(__ATOMIC_SEQ_CST); /* The index before the guest's wish. */
    return decide(vq, before, notify) || broken(vq);
}

bool mk_vq_ask(struct mk_vq *vq, bool wanted, bool *more)
{
    *more = false;
    if (!vq->live) {
        return false;
    }
    if (vq->event_index) {
        /* One that lies behind is as good as none: it comes round after 65,535 chains. */
        uint16_t at = (uint16_t)(wanted ? vq->taken : vq->taken - 1);
        if (!write16(vq, vq->used + AVAILABLE_EVENT(vq), at)) {
            return broken(vq);
        }
    } else if (!write16(vq, vq->used + RING_FLAGS, wanted ? 0 : NO_NOTIFY)) {
        return broken(vq);
    }
    __atomic_thread_fence(__ATOMIC_SEQ_CST); /* The wish before the last look. */
    if (!look(vq)) {
        return false;
    }
    *more = vq->seen != vq->taken;
    return true;
}
