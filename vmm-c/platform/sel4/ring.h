/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Bytes from one writer to one reader. Neither trusts the other: places are taken modulo the size,
 * so a wrong head or tail costs bytes and nothing else.
 */
#ifndef MAKATEA_PLATFORM_SEL4_RING_H
#define MAKATEA_PLATFORM_SEL4_RING_H

#include <stdbool.h>
#include <stdint.h>

/** Bytes of a ring, a power of two. */
#define MK_RING_BYTES 1024

/** A ring. */
struct mk_ring {
    uint32_t head;                /**< Bytes that were ever written. Only the writer changes it. */
    uint32_t tail;                /**< Bytes that were ever read. Only the reader changes it. */
    uint8_t bytes[MK_RING_BYTES]; /**< The bytes. */
};

/**
 * Writes a byte.
 * @param ring the ring
 * @param byte the byte
 * @param was_empty receives whether the reader had read everything, so that it must be told
 * @return whether there was room
 */
static inline bool mk_ring_put(struct mk_ring *ring, uint8_t byte, bool *was_empty)
{
    uint32_t head = __atomic_load_n(&ring->head, __ATOMIC_RELAXED);
    if (head - __atomic_load_n(&ring->tail, __ATOMIC_ACQUIRE) >= MK_RING_BYTES) {
        *was_empty = false;
        return false;
    }
    ring->bytes[head % MK_RING_BYTES] = byte;
    /* Write the head, then look at the tail; the reader does it the other way round. So one of
     * them sees what the other did, and no byte is left lying. */
    __atomic_store_n(&ring->head, head + 1, __ATOMIC_SEQ_CST);
    *was_empty = __atomic_load_n(&ring->tail, __ATOMIC_SEQ_CST) == head;
    return true;
}

/**
 * Reads a byte.
 * @param ring the ring
 * @return the byte, or -1 when there is none
 */
static inline int32_t mk_ring_get(struct mk_ring *ring)
{
    uint32_t tail = __atomic_load_n(&ring->tail, __ATOMIC_RELAXED);
    if (__atomic_load_n(&ring->head, __ATOMIC_SEQ_CST) == tail) {
        return -1;
    }
    uint8_t byte = ring->bytes[tail % MK_RING_BYTES];
    __atomic_store_n(&ring->tail, tail + 1, __ATOMIC_SEQ_CST);
    return byte;
}

/**
 * Whether there is room for a byte.
 * @param ring the ring
 * @return whether
 */
static inline bool mk_ring_has_room(const struct mk_ring *ring)
{
    return __atomic_load_n(&ring->head, __ATOMIC_RELAXED) -
               __atomic_load_n(&ring->tail, __ATOMIC_ACQUIRE) <
           MK_RING_BYTES;
}

#endif
