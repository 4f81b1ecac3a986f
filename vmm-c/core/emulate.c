/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Emulation of one instruction: operands, and the way of it from fetch to RIP.
 */
#include "makatea/emulate.h"

#include "makatea/emulate_parts.h"

/**
 * Whether a register is AH, CH, DH or BH (SDM 2, table 3-1).
 * @param e the emulation
 * @param number its encoding
 * @param bytes size
 * @return whether
 */
static bool is_high_byte(const struct mk_emulation *e, uint8_t number, uint32_t bytes)
{
    return bytes == 1 && !e->in->has_rex && number >= 4 && number < 8;
}

uint64_t mk_register_read(const struct mk_emulation *e, uint8_t number, uint32_t bytes)
{
    if (is_high_byte(e, number, bytes)) {
        return e->cpu->gpr[number - 4] >> 8 & 0xff;
    }
    return e->cpu->gpr[number] & mk_size_mask(bytes);
}

void mk_register_write(const struct mk_emulation *e, uint8_t number, uint32_t bytes, uint64_t value)
{
    bool high = is_high_byte(e, number, bytes);
    uint64_t *gpr = &e->cpu->gpr[high ? number - 4 : number];
    uint64_t kept = bytes >= 4 ? 0 : ~(mk_size_mask(bytes) << (high ? 8 : 0));
    *gpr = (*gpr & kept) | (value & mk_size_mask(bytes)) << (high ? 8 : 0);
}

/**
 * Computes the offset of the memory operand (SDM 1, 3.7.5).
 * @param e the emulation
 * @return offset in its segment
 */
static uint64_t effective_address(const struct mk_emulation *e)
{
    const struct mk_instruction *in = e->in;
    uint64_t address = in->displacement;
    if (in->base == MK_BASE_RIP) {
        address += e->cpu->rip + in->length;
    } else if (in->base != MK_NO_REGISTER) {
        address += e->cpu->gpr[in->base];
    }
    if (in->index != MK_NO_REGISTER) {
        address += e->cpu->gpr[in->index] << in->scale;
    }
    return address & mk_size_mask(in->bytes_of_address);
}

/**
 * Whether the destination is the ModRM operand, or the memory at an offset.
 * @param in the instruction
 * @return whether
 */
static bool goes_to_rm(const struct mk_instruction *in)
{
    return in->form != MK_FORM_REG_RM && in->form != MK_FORM_ACC_OFF;
}

/**
 * Whether the destination is written, not only compared.
 * @param in the instruction
 * @return whether
 */
static bool writes_destination(const struct mk_instruction *in)
{
    return in->operation != MK_OP_CMP && in->operation != MK_OP_TEST;
}

/**
 * Reads the ModRM operand, or the memory at an offset.
 * @param e the emulation
 * @param span where it is, if it is in memory
 * @return value
 */
static uint64_t read_rm(const struct mk_emulation *e, const struct mk_span *span)
{
    const struct mk_instruction *in = e->in;
    return in->has_memory ? mk_span_read(e, span)
                          : mk_register_read(e, in->rm, in->bytes_of_source);
}

/**
 * Computes what the destination becomes.
 * @param e the emulation
 * @param a destination's old value
 * @param b source's value
 * @return new value
 */
static uint64_t compute(const struct mk_emulation *e, uint64_t a, uint64_t b)
{
    const struct mk_instruction *in = e->in;
    switch (in->operation) {
    case MK_OP_MOV:
    case MK_OP_MOVZX:
    case MK_OP_XCHG:
        return b;
    case MK_OP_MOVSX: {
        uint64_t sign = UINT64_C(1) << (8 * in->bytes_of_source - 1);
        return (b ^ sign) - sign;
    }
    default:
        return mk_alu(in->operation, a, b, in->bytes_of_operand, &e->cpu->rflags);
    }
}

/**
 * Acts on operands that are checked.
 * @param e the emulation
 * @param span the memory operand, if there is one
 */
static void act(const struct mk_emulation *e, const struct mk_span *span)
{
    const struct mk_instruction *in = e->in;
    uint32_t bytes = in->bytes_of_operand;
    bool to_rm = goes_to_rm(in);
    /* The accumulator is register 0, as `reg` is where there is no ModRM. */
    uint64_t reg = mk_register_read(e, in->reg, bytes);
    /* A store must not read: that may have an effect in a device. */
    bool reads_rm = !(to_rm && in->operation == MK_OP_MOV);
    uint64_t rm = reads_rm ? read_rm(e, span) : 0;
    uint64_t other = in->form == MK_FORM_RM_IMM ? in->immediate & mk_size_mask(bytes) : reg;
    uint64_t result = compute(e, to_rm ? rm : reg, to_rm ? other : rm);
    if (!writes_destination(in)) {
        return;
    }
    if (!to_rm) {
        mk_register_write(e, in->reg, bytes, result);
        return;
    }
    if (in->operation == MK_OP_XCHG) {
        mk_register_write(e, in->reg, bytes, rm);
    }
    if (in->has_memory) {
        mk_span_write(e, span, result);
    } else {
        mk_register_write(e, in->rm, bytes, result);
    }
}

/**
 * Does an instruction that is no string instruction.
 * @param e the emulation
 * @return what came of it
 */
static enum mk_emulate_result operate(struct mk_emulation *e)
{
    const struct mk_instruction *in = e->in;
    struct mk_span span = {0, {{0, 0}, {0, 0}}};
    if (in->has_memory) {
        bool writes = goes_to_rm(in) && writes_destination(in);
        enum mk_emulate_result result =
            mk_span_open(e, in->segment, effective_address(e), in->bytes_of_source,
                         writes ? MK_ACCESS_WRITE : MK_ACCESS_READ, &span);
        if (result != MK_EMULATED) {
            return result;
        }
    }
    act(e, &span);
    return MK_EMULATED;
}

enum mk_emulate_result mk_emulate(struct mk_cpu *cpu, const struct mk_cpu_ops *ops,
                                  struct mk_fault *fault, struct mk_instruction *seen)
{
    struct mk_emulation e = {cpu, ops, fault, seen, mk_code_size(cpu)};
    *fault = (struct mk_fault){.vector = 0};
    *seen = (struct mk_instruction){.fetched = 0};
    enum mk_emulate_result result = mk_fetch(&e);
    if (result == MK_EMULATED) {
        result = seen->form == MK_FORM_STRING ? mk_string_run(&e) : operate(&e);
    }
    bool acted = result == MK_EMULATED || result == MK_EMULATE_AGAIN;
    fault->is_single_step = acted && (cpu->rflags & MK_CPU_FLAG_TF) != 0;
    if (result == MK_EMULATED) {
        uint64_t next = cpu->rip + seen->length;
        cpu->rip = e.size == MK_CODE_64 ? next : next & UINT32_MAX;
        cpu->rflags &= ~(uint64_t)MK_CPU_FLAG_RF;
    }
    return result;
}
