/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Segments: from an offset to a linear address, with the checks of each mode (SDM 3, 5.3 to 5.5).
 */
#include "makatea/emulate_parts.h"

/**
 * Whether segments are those of real mode: without rights. Virtual-8086 mode is like that too.
 * @param cpu the processor
 * @return whether
 */
static bool is_real(const struct mk_cpu *cpu)
{
    return (cpu->cr0 & MK_CPU_CR0_PE) == 0 || (cpu->rflags & MK_CPU_FLAG_VM) != 0;
}

enum mk_emulate_result mk_raise(struct mk_emulation *e, uint8_t vector)
{
    /* Real mode knows no error codes (SDM 3, 21.1.4), and an entry with one is refused. */
    bool has_code = (e->cpu->cr0 & MK_CPU_CR0_PE) != 0;
    *e->fault = (struct mk_fault){.vector = vector, .has_code = has_code};
    return MK_EMULATE_FAULT;
}

enum mk_code_size mk_code_size(const struct mk_cpu *cpu)
{
    uint32_t rights = cpu->segment[MK_CS].rights;
    if ((cpu->efer & MK_CPU_EFER_LMA) != 0 && (rights & MK_RIGHTS_LONG) != 0) {
        return MK_CODE_64;
    }
    return (rights & MK_RIGHTS_BIG) != 0 ? MK_CODE_32 : MK_CODE_16;
}

/**
 * Whether a segment's type allows an access (SDM 3, 5.5, table 3-1).
 * @param rights access rights
 * @param access enum mk_access
 * @return whether
 */
static bool type_allows(uint32_t rights, uint32_t access)
{
    bool is_code = (rights & MK_RIGHTS_CODE) != 0;
    bool has_bit = (rights & MK_RIGHTS_WRITE) != 0; /* code: it may be read */
    if ((rights & MK_RIGHTS_UNUSABLE) != 0) {
        return false;
    }
    return (access & MK_ACCESS_WRITE) != 0 ? !is_code && has_bit : !is_code || has_bit;
}

/**
 * Whether an operand lies inside a segment's limit (SDM 3, 5.3).
 * @param s the segment
 * @param first offset of its first byte
 * @param last offset of its last byte
 * @param is_real_mode expanding down is not known
 * @return whether
 */
static bool limit_allows(const struct mk_segment *s, uint64_t first, uint64_t last,
                         bool is_real_mode)
{
    bool is_down = (s->rights & (MK_RIGHTS_CODE | MK_RIGHTS_DOWN)) == MK_RIGHTS_DOWN;
    if (!is_down || is_real_mode) {
        return last <= s->limit;
    }
    return first > s->limit && last <= ((s->rights & MK_RIGHTS_BIG) != 0 ? UINT32_MAX : 0xffff);
}

enum mk_emulate_result mk_segment_check(struct mk_emulation *e, uint8_t name, uint64_t offset,
                                        uint32_t bytes, uint32_t access, uint64_t *linear)
{
    const struct mk_segment *s = &e->cpu->segment[name];
    uint8_t vector = name == MK_SS ? MK_EXCEPTION_SS : MK_EXCEPTION_GP;
    if (e->size == MK_CODE_64) {
        /* FS and GS have a base; nothing has a limit (SDM 3, 5.3.1). */
        *linear = (name == MK_FS || name == MK_GS ? s->base : 0) + offset;
        bool good = mk_is_canonical(*linear) && mk_is_canonical(*linear + bytes - 1);
        return good ? MK_EMULATED : mk_raise(e, vector);
    }
    bool real = is_real(e->cpu);
    *linear = (s->base + offset) & UINT32_MAX;
    bool good = limit_allows(s, offset, offset + bytes - 1, real) &&
                (real || type_allows(s->rights, access));
    return good ? MK_EMULATED : mk_raise(e, vector);
}
