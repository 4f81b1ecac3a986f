/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Copying out of and into the buffers of a chain.
 */
#include "makatea/virtio_queue.h"

/**
 * Says where what is asked for lies, as far as it is in one buffer, and moves on over it and over
 * empty buffers.
 * @param cursor the place
 * @param bytes how many are asked for
 * @param gpa receives where they are
 * @return how many there are; 0 at the end, and where addresses end
 */
static inline uint32_t piece(struct mk_vq_cursor *cursor, uint32_t bytes, uint64_t *gpa)
{
    while (cursor->index < cursor->count) {
        const struct mk_vq_buffer *buffer = &cursor->buffers[cursor->index];
        uint32_t left = buffer->bytes - cursor->offset;
        if (left == 0) {
            cursor->index++;
            cursor->offset = 0;
            continue;
        }
        if (buffer->gpa > UINT64_MAX - cursor->offset) {
            return 0;
        }
        *gpa = buffer->gpa + cursor->offset;
        left = left < bytes ? left : bytes;
        cursor->offset += left;
        return left;
    }
    return 0;
}

bool mk_vq_read(struct mk_vq_cursor *cursor, volatile void *to, uint32_t bytes)
{
    volatile uint8_t *out = to;
    while (bytes > 0) {
        uint64_t gpa;
        uint32_t part = piece(cursor, bytes, &gpa);
        if (part == 0 || !cursor->dma->read(cursor->dma->context, gpa, out, part)) {
            return false;
        }
        out += part;
        bytes -= part;
    }
    return true;
}

bool mk_vq_write(struct mk_vq_cursor *cursor, const volatile void *from, uint32_t bytes)
{
    const volatile uint8_t *in = from;
    while (bytes > 0) {
        uint64_t gpa;
        uint32_t part = piece(cursor, bytes, &gpa);
        if (part == 0 || !cursor->dma->write(cursor->dma->context, gpa, in, part)) {
            return false;
        }
        in += part;
        bytes -= part;
    }
    return true;
}
