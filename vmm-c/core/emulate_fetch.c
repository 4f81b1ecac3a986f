/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Fetching the instruction: each byte once, and none of a page that the instruction does not reach.
 */
#include "makatea/emulate_parts.h"

/** Size of a page. */
#define PAGE 4096

/**
 * Fetches bytes of one page.
 * @param e the emulation
 * @param bytes how many more
 * @return what came of it
 */
static enum mk_emulate_result fetch_more(struct mk_emulation *e, uint32_t bytes)
{
    struct mk_span span;
    uint64_t linear = e->cpu->rip + e->in->fetched;
    if (e->size != MK_CODE_64) {
        linear = (e->cpu->segment[MK_CS].base + linear) & UINT32_MAX;
    } else if (!mk_is_canonical(linear)) {
        return mk_raise(e, MK_EXCEPTION_GP);
    }
    enum mk_emulate_result result = mk_span_find(e, linear, bytes, MK_ACCESS_FETCH, &span);
    if (result != MK_EMULATED) {
        return result;
    }
    uint8_t *to = &e->in->bytes[e->in->fetched];
    if (!e->ops->ram_read(e->ops->context, span.piece[0].gpa, to, bytes)) {
        return MK_EMULATE_UNKNOWN;
    }
    e->in->fetched = (uint8_t)(e->in->fetched + bytes);
    return MK_EMULATED;
}

/**
 * Says how many bytes the code segment has from RIP on.
 * @param e the emulation
 * @return 0 to #MK_INSTRUCTION_BYTES
 */
static uint32_t bytes_in_segment(const struct mk_emulation *e)
{
    uint64_t limit = e->cpu->segment[MK_CS].limit;
    if (e->size == MK_CODE_64) {
        return MK_INSTRUCTION_BYTES;
    }
    if (e->cpu->rip > limit) {
        return 0;
    }
    uint64_t left = limit - e->cpu->rip + 1;
    return left < MK_INSTRUCTION_BYTES ? (uint32_t)left : MK_INSTRUCTION_BYTES;
}

enum mk_emulate_result mk_fetch(struct mk_emulation *e)
{
    uint64_t base = e->size == MK_CODE_64 ? 0 : e->cpu->segment[MK_CS].base;
    uint32_t in_page = PAGE - (uint32_t)((base + e->cpu->rip) & (PAGE - 1));
    uint32_t most = bytes_in_segment(e);
    uint32_t want = most < in_page ? most : in_page;
    enum mk_decode_result decoded = MK_DECODE_SHORT;
    while (want > 0 && decoded == MK_DECODE_SHORT) {
        enum mk_emulate_result result = fetch_more(e, want);
        if (result != MK_EMULATED) {
            return result;
        }
        decoded = mk_decode(e->in, e->size);
        want = most - e->in->fetched;
    }
    switch (decoded) {
    case MK_DECODE_GOOD:
        return MK_EMULATED;
    case MK_DECODE_INVALID:
        *e->fault = (struct mk_fault){.vector = MK_EXCEPTION_UD};
        return MK_EMULATE_FAULT;
    case MK_DECODE_SHORT: /* Longer than 15 bytes, or beyond the limit (SDM 2, 2.3.11). */
        return mk_raise(e, MK_EXCEPTION_GP);
    default:
        return MK_EMULATE_UNKNOWN;
    }
}
