/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Who may use a port (SDM 1, 19.5). The processor has checked that before an I/O exit (SDM 3,
 * 26.1.1); but the instruction may be another by now, with another port.
 */
#include "makatea/emulate_parts.h"

/** Type of a 16-bit TSS, which has no permission map, misses this bit (SDM 3, table 3-2). */
#define TYPE_32 (1 << 3)
/** Offset of the map's offset in a TSS (SDM 3, figures 8-2 and 8-11). */
#define MAP_BASE 102

/**
 * Reads two bytes of the TSS.
 * @param e the emulation
 * @param offset offset in it
 * @param value receives them
 * @return what came of it
 */
static enum mk_emulate_result read_tss(struct mk_emulation *e, uint32_t offset, uint64_t *value)
{
    struct mk_span span;
    const struct mk_segment *tr = &e->cpu->tr;
    bool in_limit = offset + 1 <= tr->limit;
    uint64_t linear = tr->base + offset;
    if ((tr->rights & TYPE_32) == 0 || (tr->rights & MK_RIGHTS_UNUSABLE) != 0 || !in_limit ||
        !mk_is_canonical(linear) || !mk_is_canonical(linear + 1)) {
        return mk_raise(e, MK_EXCEPTION_GP);
    }
    enum mk_emulate_result result =
        mk_span_find(e, linear, 2, MK_ACCESS_READ | MK_ACCESS_IMPLICIT, &span);
    if (result == MK_EMULATED) {
        *value = mk_span_read(e, &span);
    }
    return result;
}

enum mk_emulate_result mk_port_check(struct mk_emulation *e, uint16_t port, uint32_t bytes)
{
    uint64_t flags = e->cpu->rflags;
    uint64_t iopl = (flags & MK_CPU_FLAG_IOPL) >> MK_CPU_FLAG_IOPL_SHIFT;
    bool is_virtual_8086 = (flags & MK_CPU_FLAG_VM) != 0;
    if ((e->cpu->cr0 & MK_CPU_CR0_PE) == 0 || (!is_virtual_8086 && e->cpu->cpl <= iopl)) {
        return MK_EMULATED;
    }
    uint64_t base = 0;
    uint64_t map = 0;
    enum mk_emulate_result result = read_tss(e, MAP_BASE, &base);
    if (result != MK_EMULATED) {
        return result;
    }
    /* Two bytes always: the ports may lie in both (SDM 1, 19.5.2). */
    result = read_tss(e, (uint32_t)base + port / 8, &map);
    if (result != MK_EMULATED) {
        return result;
    }
    uint32_t ports = ((1U << bytes) - 1) << (port & 7);
    return (map & ports) == 0 ? MK_EMULATED : mk_raise(e, MK_EXCEPTION_GP);
}
