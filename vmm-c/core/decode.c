/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Decoder: prefixes, opcode, ModRM, SIB, displacement, immediate (SDM 2, figure 2-1).
 */
#include "makatea/decode.h"

#include "makatea/cpu.h"

/** Bits of a REX prefix (SDM 2, table 2-4). */
enum rex_bit {
    REX_B = 1 << 0, /**< Extends ModRM.rm or SIB.base. */
    REX_X = 1 << 1, /**< Extends SIB.index. */
    REX_R = 1 << 2, /**< Extends ModRM.reg. */
    REX_W = 1 << 3, /**< Operands have 64 bits. */
};

/** First byte of a two-byte opcode. */
#define OPCODE_ESCAPE 0x0f
/** Not in the table. */
#define NO_ROW ((const struct mk_opcode *)0)

/** Decoding under way. */
struct cursor {
    struct mk_instruction *in; /**< The instruction. */
    enum mk_code_size size;    /**< Size of code. */
    uint8_t at;                /**< Next byte. */
    bool is_short;             /**< A byte was missing. */
    uint8_t rex;               /**< REX prefix, 0 for none. */
    bool has_operand_size;     /**< 66. */
    bool has_address_size;     /**< 67. */
    uint8_t override;          /**< Segment of a prefix, or #MK_NO_REGISTER. */
    uint8_t repeat;            /**< Last of F2, F3: enum mk_repeat. */
};

/**
 * Takes a number.
 * @param c where we are
 * @param bytes its size, 1 to 8
 * @return the number, sign-extended; 0 when bytes are missing
 */
static uint64_t take(struct cursor *c, uint32_t bytes)
{
    uint64_t value = 0;
    if (bytes > (uint32_t)(c->in->fetched - c->at)) {
        c->is_short = true;
        return 0;
    }
    for (uint32_t i = 0; i < bytes; i++) {
        value |= (uint64_t)c->in->bytes[c->at + i] << (8 * i);
    }
    c->at = (uint8_t)(c->at + bytes);
    uint64_t sign = UINT64_C(1) << (8 * bytes - 1);
    return bytes == 8 ? value : (value ^ sign) - sign;
}

/**
 * Notes a legacy prefix.
 * @param c where we are
 * @param byte the byte
 * @return whether it is one
 */
static bool note_prefix(struct cursor *c, uint8_t byte)
{
    switch (byte) {
    case 0x26:
    case 0x2e:
    case 0x36:
    case 0x3e:
        /* ES, CS, SS, DS are null prefixes in 64-bit mode (SDM 2, 2.1.1). */
        c->override = c->size == MK_CODE_64 ? c->override : (uint8_t)(byte >> 3 & 3);
        return true;
    case 0x64:
    case 0x65:
        c->override = byte == 0x64 ? MK_FS : MK_GS;
        return true;
    case 0x66:
        c->has_operand_size = true;
        return true;
    case 0x67:
        c->has_address_size = true;
        return true;
    case 0xf0:
        c->in->is_locked = true;
        return true;
    case 0xf2:
    case 0xf3:
        c->repeat = byte == 0xf3 ? MK_REPEAT_EQUAL : MK_REPEAT_UNEQUAL;
        return true;
    default:
        return false;
    }
}

/**
 * Takes all prefixes and the byte behind them.
 * @param c where we are
 * @return first byte of the opcode
 */
static uint8_t take_prefixes(struct cursor *c)
{
    for (;;) {
        uint8_t byte = (uint8_t)take(c, 1);
        if (c->is_short) {
            return 0;
        }
        if (c->size == MK_CODE_64 && (byte & 0xf0) == 0x40) {
            c->rex = byte;
        } else if (note_prefix(c, byte)) {
            /* A REX prefix that is not the last one counts for nothing (SDM 2, 2.2.1). */
            c->rex = 0;
        } else {
            return byte;
        }
    }
}

/**
 * Whether a bit of the REX prefix is set.
 * @param c where we are
 * @param bit the bit
 * @return 8, what it adds to a register's number, or 0
 */
static uint8_t rex_adds(const struct cursor *c, enum rex_bit bit)
{
    return (c->rex & bit) != 0 ? 8 : 0;
}

/**
 * Says the size of addresses (SDM 1, table 3-4).
 * @param c where we are
 * @return 2, 4 or 8
 */
static uint8_t address_bytes(const struct cursor *c)
{
    switch (c->size) {
    case MK_CODE_64:
        return c->has_address_size ? 4 : 8;
    case MK_CODE_32:
        return c->has_address_size ? 2 : 4;
    default:
        return c->has_address_size ? 4 : 2;
    }
}

/**
 * Says the size of operands that are not bytes (SDM 1, table 3-3 and 3-4).
 * @param c where we are
 * @return 2, 4 or 8
 */
static uint8_t operand_bytes(const struct cursor *c)
{
    if ((c->rex & REX_W) != 0) {
        return 8;
    }
    return c->has_operand_size == (c->size == MK_CODE_16) ? 4 : 2;
}

/**
 * Takes an address of 16 bits (SDM 2, table 2-1).
 * @param c where we are
 * @param mod ModRM.mod
 * @param rm ModRM.rm
 */
static void take_address_16(struct cursor *c, uint8_t mod, uint8_t rm)
{
    static const uint8_t bases[8] = {MK_GPR_RBX, MK_GPR_RBX, MK_GPR_RBP, MK_GPR_RBP,
                                     MK_GPR_RSI, MK_GPR_RDI, MK_GPR_RBP, MK_GPR_RBX};
    static const uint8_t indexes[8] = {MK_GPR_RSI,     MK_GPR_RDI,     MK_GPR_RSI,
                                       MK_GPR_RDI,     MK_NO_REGISTER, MK_NO_REGISTER,
                                       MK_NO_REGISTER, MK_NO_REGISTER};
    struct mk_instruction *in = c->in;
    in->index = indexes[rm];
    if (mod == 0 && rm == 6) {
        in->displacement = take(c, 2);
        return;
    }
    in->base = bases[rm];
    in->displacement = mod == 0 ? 0 : take(c, mod);
}

/**
 * Takes an address of 32 or 64 bits (SDM 2, tables 2-2, 2-3 and 2-5).
 * @param c where we are
 * @param mod ModRM.mod
 * @param rm ModRM.rm
 */
static void take_address(struct cursor *c, uint8_t mod, uint8_t rm)
{
    struct mk_instruction *in = c->in;
    uint8_t base = rm;
    if (rm == 4) {
        uint8_t sib = (uint8_t)take(c, 1);
        uint8_t index = (uint8_t)((sib >> 3 & 7) + rex_adds(c, REX_X));
        in->index = index == 4 ? MK_NO_REGISTER : index;
        in->scale = in->index == MK_NO_REGISTER ? 0 : sib >> 6;
        base = sib & 7;
    }
    if (mod == 0 && base == 5) {
        /* Without SIB it is relative to RIP in 64-bit mode (SDM 2, 2.2.1.6). */
        in->base = rm == 5 && c->size == MK_CODE_64 ? MK_BASE_RIP : MK_NO_REGISTER;
        in->displacement = take(c, 4);
        return;
    }
    in->base = (uint8_t)(base + rex_adds(c, REX_B));
    in->displacement = mod == 0 ? 0 : take(c, mod == 1 ? 1 : 4);
}

/**
 * Takes SIB and displacement, and says which segment the operand is in.
 * @param c where we are
 * @param modrm ModRM
 */
static void take_operand(struct cursor *c, uint8_t modrm)
{
    struct mk_instruction *in = c->in;
    uint8_t mod = modrm >> 6;
    in->reg = (uint8_t)((modrm >> 3 & 7) + rex_adds(c, REX_R));
    in->has_memory = mod != 3;
    if (!in->has_memory) {
        in->rm = (uint8_t)((modrm & 7) + rex_adds(c, REX_B));
        return;
    }
    if (in->bytes_of_address == 2) {
        take_address_16(c, mod, modrm & 7);
    } else {
        take_address(c, mod, modrm & 7);
    }
    if (in->base == MK_GPR_RSP || in->base == MK_GPR_RBP) {
        in->segment = MK_SS;
    }
}

/**
 * Sets the sizes of operands.
 * @param c where we are
 * @param row row of the opcode
 * @param opcode the opcode
 */
static void set_sizes(struct cursor *c, const struct mk_opcode *row, uint32_t opcode)
{
    struct mk_instruction *in = c->in;
    uint8_t bytes = operand_bytes(c);
    if ((row->flags & MK_OPCODE_PORT) != 0 && bytes == 8) {
        bytes = 4;
    }
    if ((row->flags & MK_OPCODE_W) != 0 && (opcode & 1) == 0) {
        bytes = 1;
    }
    in->bytes_of_operand = bytes;
    in->bytes_of_source = bytes;
    if (in->operation == MK_OP_MOVZX || in->operation == MK_OP_MOVSX) {
        uint8_t wide = bytes == 2 ? 2 : 4; /* MOVSXD */
        uint8_t narrow = (opcode & 1) == 0 ? 1 : 2;
        in->bytes_of_source = (row->flags & MK_OPCODE_ONLY_64) != 0 ? wide : narrow;
    }
}

/**
 * Whether LOCK may stand before the instruction (SDM 2, LOCK).
 * @param in the instruction
 * @param row row of the opcode
 * @return whether
 */
static bool may_lock(const struct mk_instruction *in, const struct mk_opcode *row)
{
    return (row->flags & MK_OPCODE_LOCKABLE) != 0 && in->has_memory && in->operation != MK_OP_CMP;
}

/**
 * Whether a ModRM byte follows the opcode.
 * @param row row of the opcode
 * @return whether
 */
static bool has_modrm(const struct mk_opcode *row)
{
    return row->form != MK_FORM_STRING && row->form != MK_FORM_ACC_OFF &&
           row->form != MK_FORM_OFF_ACC;
}

/**
 * Whether a row is for this mode and these prefixes. F2 and F3 before what is not a string
 * instruction are reserved, or hints (SDM 2, 2.1.1): nobody moves to a device with them.
 * @param c where we are
 * @param row row of the opcode
 * @return whether
 */
static bool is_for(const struct cursor *c, const struct mk_opcode *row)
{
    bool mode = (row->flags & MK_OPCODE_ONLY_64) == 0 || c->size == MK_CODE_64;
    return mode && (c->repeat == MK_REPEAT_NONE || row->form == MK_FORM_STRING);
}

/**
 * Forgets all but the bytes.
 * @param in the instruction
 */
static void clear(struct mk_instruction *in)
{
    struct mk_instruction empty = {
        .fetched = in->fetched, .segment = MK_DS, .base = MK_NO_REGISTER, .index = MK_NO_REGISTER};
    for (uint32_t i = 0; i < MK_INSTRUCTION_BYTES; i++) {
        empty.bytes[i] = in->bytes[i];
    }
    *in = empty;
}

/**
 * Takes what follows opcode and ModRM.
 * @param c where we are
 * @param row row of the opcode
 * @param opcode the opcode
 * @param modrm ModRM, if the form has one
 */
static void take_rest(struct cursor *c, const struct mk_opcode *row, uint32_t opcode, uint8_t modrm)
{
    struct mk_instruction *in = c->in;
    set_sizes(c, row, opcode);
    if (row->form == MK_FORM_ACC_OFF || row->form == MK_FORM_OFF_ACC) {
        in->displacement = take(c, in->bytes_of_address);
        in->has_memory = true;
    } else if (row->form == MK_FORM_STRING) {
        in->repeat = c->repeat;
    } else {
        take_operand(c, modrm);
    }
    if (row->form == MK_FORM_RM_IMM) {
        bool is_byte = (row->flags & MK_OPCODE_BYTE_IMM) != 0 || in->bytes_of_operand == 1;
        in->immediate = take(c, is_byte ? 1 : in->bytes_of_operand == 2 ? 2 : 4);
    }
    if (c->override != MK_NO_REGISTER) {
        in->segment = c->override;
    }
}

/**
 * Says the operation.
 * @param row row of the opcode
 * @param opcode the opcode
 * @param modrm ModRM
 * @return enum mk_operation
 */
static uint8_t find_operation(const struct mk_opcode *row, uint32_t opcode, uint8_t modrm)
{
    if ((row->flags & MK_OPCODE_SHIFT_3) != 0) {
        return (uint8_t)(opcode >> 3 & 7);
    }
    return (row->flags & MK_OPCODE_EXTENDED) != 0 ? modrm >> 3 & 7 : row->operation;
}

enum mk_decode_result mk_decode(struct mk_instruction *instruction, enum mk_code_size size)
{
    struct mk_instruction *in = instruction;
    struct cursor c = {.in = in, .size = size, .override = MK_NO_REGISTER};
    clear(in);
    uint32_t opcode = take_prefixes(&c);
    if (opcode == OPCODE_ESCAPE) {
        opcode = 0x100 | ((uint32_t)take(&c, 1) & 0xff);
    }
    /* Every opcode with extensions has a row for extension 0. */
    const struct mk_opcode *row = mk_opcode_find(opcode, 0);
    uint8_t modrm = 0;
    if (row != NO_ROW && has_modrm(row)) {
        modrm = (uint8_t)take(&c, 1);
        row = mk_opcode_find(opcode, modrm >> 3 & 7);
    }
    if (c.is_short) {
        return MK_DECODE_SHORT;
    }
    if (row == NO_ROW || !is_for(&c, row)) {
        return MK_DECODE_UNKNOWN;
    }
    in->operation = find_operation(row, opcode, modrm);
    in->form = row->form;
    in->has_rex = c.rex != 0;
    in->bytes_of_address = address_bytes(&c);
    take_rest(&c, row, opcode, modrm);
    if (c.is_short) {
        return MK_DECODE_SHORT;
    }
    in->length = c.at;
    return in->is_locked && !may_lock(in, row) ? MK_DECODE_INVALID : MK_DECODE_GOOD;
}
