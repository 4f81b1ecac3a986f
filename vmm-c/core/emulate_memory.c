/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Operands in memory. Opening one makes every check and walks all of its pages; after that reading
 * and writing can not fail.
 */
#include "makatea/emulate_parts.h"

/** Size of a page. */
#define PAGE 4096

/**
 * Walks to a page. Accessed and dirty flags are still to be written.
 * @param e the emulation
 * @param linear linear address
 * @param access enum mk_access
 * @param walk receives the walk
 * @return what came of it
 */
static enum mk_emulate_result walk_page(struct mk_emulation *e, uint64_t linear, uint32_t access,
                                        struct mk_walk *walk)
{
    switch (mk_walk(e->cpu, e->ops, linear, access, walk, e->fault)) {
    case MK_WALK_GOOD:
        return MK_EMULATED;
    case MK_WALK_FAULT:
        return MK_EMULATE_FAULT;
    default:
        return MK_EMULATE_UNKNOWN;
    }
}

/**
 * Says which bits linear addresses have: 32 outside of 64-bit mode, but for the TSS of IA-32e mode.
 * @param e the emulation
 * @param access enum mk_access
 * @return mask
 */
static uint64_t linear_mask(const struct mk_emulation *e, uint32_t access)
{
    bool is_wide_tss = (access & MK_ACCESS_IMPLICIT) != 0 && (e->cpu->efer & MK_CPU_EFER_LMA) != 0;
    return e->size == MK_CODE_64 || is_wide_tss ? UINT64_MAX : UINT32_MAX;
}

enum mk_emulate_result mk_span_find(struct mk_emulation *e, uint64_t linear, uint32_t bytes,
                                    uint32_t access, struct mk_span *span)
{
    struct mk_walk walk[2];
    uint32_t room = PAGE - (uint32_t)(linear & (PAGE - 1));
    *span = (struct mk_span){1, {{0, bytes < room ? bytes : room}, {0, 0}}};
    if (bytes > room) {
        span->pieces = 2;
        span->piece[1].bytes = bytes - room;
    }
    for (uint32_t i = 0; i < span->pieces; i++) {
        uint64_t at = (i == 0 ? linear : linear + room) & linear_mask(e, access);
        enum mk_emulate_result result = walk_page(e, at, access, &walk[i]);
        if (result != MK_EMULATED) {
            return result;
        }
        span->piece[i].gpa = walk[i].gpa;
    }
    for (uint32_t i = 0; i < span->pieces; i++) {
        if (!mk_walk_commit(e->ops, &walk[i])) {
            return MK_EMULATE_UNKNOWN;
        }
    }
    return MK_EMULATED;
}

enum mk_emulate_result mk_span_open(struct mk_emulation *e, uint8_t name, uint64_t offset,
                                    uint32_t bytes, uint32_t access, struct mk_span *span)
{
    uint64_t linear = 0;
    enum mk_emulate_result result = mk_segment_check(e, name, offset, bytes, access, &linear);
    if (result != MK_EMULATED) {
        return result;
    }
    /* SDM 3, 6.15, "Interrupt 17". */
    bool aligned_only = e->cpu->cpl == 3 && (e->cpu->cr0 & MK_CPU_CR0_AM) != 0 &&
                        (e->cpu->rflags & MK_CPU_FLAG_AC) != 0;
    if (aligned_only && (linear & (bytes - 1)) != 0) {
        return mk_raise(e, MK_EXCEPTION_AC);
    }
    return mk_span_find(e, linear, bytes, access, span);
}

/**
 * Reads from a device.
 * @param e the emulation
 * @param piece where
 * @param unit size in which the device is asked
 * @return value
 */
static uint64_t device_read(const struct mk_emulation *e, const struct mk_piece *piece,
                            uint32_t unit)
{
    uint64_t value = 0;
    for (uint32_t i = 0; i < piece->bytes; i += unit) {
        uint64_t part = e->ops->mmio_read(e->ops->context, piece->gpa + i, unit);
        value |= (part & mk_size_mask(unit)) << (8 * i);
    }
    return value;
}

uint64_t mk_span_read(const struct mk_emulation *e, const struct mk_span *span)
{
    uint64_t value = 0;
    uint32_t done = 0;
    for (uint32_t i = 0; i < span->pieces; i++) {
        const struct mk_piece *piece = &span->piece[i];
        uint64_t part = 0;
        if (!e->ops->ram_read(e->ops->context, piece->gpa, &part, piece->bytes)) {
            part = device_read(e, piece, span->pieces == 1 ? piece->bytes : 1);
        }
        value |= part << (8 * done);
        done += piece->bytes;
    }
    return value;
}

void mk_span_write(const struct mk_emulation *e, const struct mk_span *span, uint64_t value)
{
    for (uint32_t i = 0; i < span->pieces; i++) {
        const struct mk_piece *piece = &span->piece[i];
        uint32_t unit = span->pieces == 1 ? piece->bytes : 1;
        if (!e->ops->ram_write(e->ops->context, piece->gpa, &value, piece->bytes)) {
            for (uint32_t at = 0; at < piece->bytes; at += unit) {
                e->ops->mmio_write(e->ops->context, piece->gpa + at, unit,
                                   value >> (8 * at) & mk_size_mask(unit));
            }
        }
        /* There is a second piece only if this one has fewer than 8 bytes. */
        value = piece->bytes < 8 ? value >> (8 * piece->bytes) : 0;
    }
}
