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

/**
 * Does the same for what lies in one buffer as a whole: most of what is copied does.
 * @param cursor the place; is moved on only if it does
 * @param bytes how many are asked for
 * @param gpa receives where they are
 * @return whether it does
 */
static inline bool whole(struct mk_vq_cursor *cursor, uint32_t bytes, uint64_t *gpa)
{
    if (cursor->index == cursor->count) {
        return false;
    }
    const struct mk_vq_buffer *buffer = &cursor->buffers[cursor->index];
    *gpa = buffer->gpa + cursor->offset;
    if (bytes > buffer->bytes - cursor->offset || bytes == 0 || *gpa < buffer->gpa) {
        return false;
    }
    cursor->offset += bytes;
    return true;
}

/**
 * Copies out of several buffers and moves on. It stays by itself, for it would have the registers
 * saved that most copies do without.
 * @param cursor the place
 * @param out room
 * @param bytes how many
 * @return whether all of it is memory
 */
__attribute__((noinline)) static bool read_pieces(struct mk_vq_cursor *cursor,
                                                  volatile uint8_t *out, uint32_t bytes)
{
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

bool mk_vq_read(struct mk_vq_cursor *cursor, volatile void *to, uint32_t bytes)
{
    uint64_t gpa;
    return whole(cursor, bytes, &gpa) ? cursor->dma->read(cursor->dma->context, gpa, to, bytes)
                                      : read_pieces(cursor, to, bytes);
}

/**
 * Copies into several buffers and moves on, by itself as read_pieces().
 * @param cursor the place
 * @param in the bytes
 * @param bytes how many
 * @return whether all of it is memory
 */
__attribute__((noinline)) static bool write_pieces(struct mk_vq_cursor *cursor,
                                                   const volatile uint8_t *in, uint32_t bytes)
{
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

bool mk_vq_write(struct mk_vq_cursor *cursor, const volatile void *from, uint32_t bytes)
{
    uint64_t gpa;
    return whole(cursor, bytes, &gpa) ? cursor->dma->write(cursor->dma->context, gpa, from, bytes)
                                      : write_pieces(cursor, from, bytes);
}
