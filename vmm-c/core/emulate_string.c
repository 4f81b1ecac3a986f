/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * String instructions, with and without REP (SDM 1, 7.3.9). Registers are right after every round,
 * so an instruction with a fault in its middle, or with rounds left, begins again there.
 */
#include "makatea/emulate_parts.h"

/** Which registers point to operands. */
enum pointer {
    POINTS_SOURCE = 1 << 0,      /**< RSI. */
    POINTS_DESTINATION = 1 << 1, /**< RDI. */
};

/**
 * Says which registers an instruction moves.
 * @param operation enum mk_operation
 * @return enum pointer bits
 */
static uint32_t pointers_of(uint8_t operation)
{
    switch (operation) {
    case MK_OP_LODS:
    case MK_OP_OUTS:
        return POINTS_SOURCE;
    case MK_OP_STOS:
    case MK_OP_SCAS:
    case MK_OP_INS:
        return POINTS_DESTINATION;
    default: /* MOVS, CMPS */
        return POINTS_SOURCE | POINTS_DESTINATION;
    }
}

/**
 * Opens what the instruction points to.
 * @param e the emulation
 * @param source receives the operand at RSI
 * @param destination receives the operand at RDI
 * @return what came of it
 */
static enum mk_emulate_result open_operands(struct mk_emulation *e, struct mk_span *source,
                                            struct mk_span *destination)
{
    const struct mk_instruction *in = e->in;
    uint32_t pointers = pointers_of(in->operation);
    uint32_t bytes = in->bytes_of_operand;
    bool reads = in->operation == MK_OP_CMPS || in->operation == MK_OP_SCAS;
    enum mk_emulate_result result = MK_EMULATED;
    if ((pointers & POINTS_SOURCE) != 0) {
        uint64_t offset = mk_register_read(e, MK_GPR_RSI, in->bytes_of_address);
        result = mk_span_open(e, in->segment, offset, bytes, MK_ACCESS_READ, source);
    }
    if (result == MK_EMULATED && (pointers & POINTS_DESTINATION) != 0) {
        uint64_t offset = mk_register_read(e, MK_GPR_RDI, in->bytes_of_address);
        /* ES, whatever the prefix (SDM 2, MOVS). */
        result = mk_span_open(e, MK_ES, offset, bytes, reads ? MK_ACCESS_READ : MK_ACCESS_WRITE,
                              destination);
    }
    return result;
}

/**
 * Moves a pointer to the next element.
 * @param e the emulation
 * @param number RSI or RDI
 */
static void advance(const struct mk_emulation *e, uint8_t number)
{
    const struct mk_instruction *in = e->in;
    bool down = (e->cpu->rflags & MK_CPU_FLAG_DF) != 0;
    uint64_t step = down ? 0 - (uint64_t)in->bytes_of_operand : in->bytes_of_operand;
    uint64_t old = mk_register_read(e, number, in->bytes_of_address);
    mk_register_write(e, number, in->bytes_of_address, old + step);
}

/**
 * Acts on operands that are checked.
 * @param e the emulation
 * @param source operand at RSI
 * @param destination operand at RDI
 */
static void act(const struct mk_emulation *e, const struct mk_span *source,
                const struct mk_span *destination)
{
    const struct mk_instruction *in = e->in;
    const struct mk_cpu_ops *ops = e->ops;
    uint32_t bytes = in->bytes_of_operand;
    uint16_t port = (uint16_t)e->cpu->gpr[MK_GPR_RDX];
    uint64_t accumulator = e->cpu->gpr[MK_GPR_RAX] & mk_size_mask(bytes);
    uint64_t value = 0;
    switch (in->operation) {
    case MK_OP_MOVS:
        mk_span_write(e, destination, mk_span_read(e, source));
        break;
    case MK_OP_CMPS:
        value = mk_span_read(e, source);
        mk_alu(MK_OP_CMP, value, mk_span_read(e, destination), bytes, &e->cpu->rflags);
        break;
    case MK_OP_STOS:
        mk_span_write(e, destination, accumulator);
        break;
    case MK_OP_LODS:
        mk_register_write(e, MK_GPR_RAX, bytes, mk_span_read(e, source));
        break;
    case MK_OP_SCAS:
        mk_alu(MK_OP_CMP, accumulator, mk_span_read(e, destination), bytes, &e->cpu->rflags);
        break;
    case MK_OP_INS:
        value = ops->port_read(ops->context, port, bytes) & mk_size_mask(bytes);
        mk_span_write(e, destination, value);
        break;
    default: /* OUTS */
        ops->port_write(ops->context, port, bytes, mk_span_read(e, source));
        break;
    }
}

/**
 * Does one round.
 * @param e the emulation
 * @return what came of it
 */
static enum mk_emulate_result do_round(struct mk_emulation *e)
{
    struct mk_span source = {0, {{0, 0}, {0, 0}}};
    struct mk_span destination = source;
    enum mk_emulate_result result = open_operands(e, &source, &destination);
    if (result != MK_EMULATED) {
        return result;
    }
    act(e, &source, &destination);
    uint32_t pointers = pointers_of(e->in->operation);
    if ((pointers & POINTS_SOURCE) != 0) {
        advance(e, MK_GPR_RSI);
    }
    if ((pointers & POINTS_DESTINATION) != 0) {
        advance(e, MK_GPR_RDI);
    }
    return MK_EMULATED;
}

/**
 * Counts a round of a REP.
 * @param e the emulation
 * @return whether it was the last
 */
static bool is_last_round(const struct mk_emulation *e)
{
    const struct mk_instruction *in = e->in;
    uint64_t left = mk_register_read(e, MK_GPR_RCX, in->bytes_of_address) - 1;
    mk_register_write(e, MK_GPR_RCX, in->bytes_of_address, left);
    bool equal = (e->cpu->rflags & MK_CPU_FLAG_ZF) != 0;
    bool compares = in->operation == MK_OP_CMPS || in->operation == MK_OP_SCAS;
    return left == 0 || (compares && equal != (in->repeat == MK_REPEAT_EQUAL));
}

enum mk_emulate_result mk_string_run(struct mk_emulation *e)
{
    const struct mk_instruction *in = e->in;
    bool repeats = in->repeat != MK_REPEAT_NONE;
    if (repeats && mk_register_read(e, MK_GPR_RCX, in->bytes_of_address) == 0) {
        return MK_EMULATED;
    }
    if (in->operation == MK_OP_INS || in->operation == MK_OP_OUTS) {
        uint16_t port = (uint16_t)e->cpu->gpr[MK_GPR_RDX];
        enum mk_emulate_result allowed = mk_port_check(e, port, in->bytes_of_operand);
        if (allowed != MK_EMULATED) {
            return allowed;
        }
    }
    /* A single step ends after each round (SDM 3, 18.3.1.4). */
    bool steps = (e->cpu->rflags & MK_CPU_FLAG_TF) != 0;
    uint32_t rounds = steps ? 1 : MK_EMULATE_ROUNDS;
    for (uint32_t i = 0; i < rounds; i++) {
        enum mk_emulate_result result = do_round(e);
        if (result != MK_EMULATED) {
            return result;
        }
        if (!repeats || is_last_round(e)) {
            return MK_EMULATED;
        }
    }
    return MK_EMULATE_AGAIN;
}
