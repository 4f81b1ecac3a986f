/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Opcodes that are emulated (SDM 2, appendix A, tables ).
 */
#include "makatea/decode.h"

/** Any value of ModRM.reg. */
#define ANY 0
/** ModRM.reg is 0. */
#define EXT_0 (1 << 0)
/** ModRM.reg is 1. */
#define EXT_1 (1 << 1)
/** Flags of the forms that take LOCK. */
#define W_LOCK (MK_OPCODE_W | MK_OPCODE_LOCKABLE)

/** Bits compared: both sizes share a row. */
#define PAIR 0x1fe
/** Bits compared: all. */
#define ONE 0x1ff

/** The table. */
static const struct mk_opcode opcodes[] = {
    {0x1c6, 0x000, ANY, MK_OP_ADD, MK_FORM_RM_REG, W_LOCK | MK_OPCODE_SHIFT_3},
    {0x1c6, 0x002, ANY, MK_OP_ADD, MK_FORM_REG_RM, MK_OPCODE_W | MK_OPCODE_SHIFT_3},
    {ONE, 0x063, ANY, MK_OP_MOVSX, MK_FORM_REG_RM, MK_OPCODE_ONLY_64},
    {PAIR, 0x06c, ANY, MK_OP_INS, MK_FORM_STRING, MK_OPCODE_W | MK_OPCODE_PORT},
    {PAIR, 0x06e, ANY, MK_OP_OUTS, MK_FORM_STRING, MK_OPCODE_W | MK_OPCODE_PORT},
    {PAIR, 0x080, ANY, MK_OP_ADD, MK_FORM_RM_IMM, W_LOCK | MK_OPCODE_EXTENDED},
    {ONE, 0x083, ANY, MK_OP_ADD, MK_FORM_RM_IMM,
     MK_OPCODE_BYTE_IMM | MK_OPCODE_LOCKABLE | MK_OPCODE_EXTENDED},
    {PAIR, 0x084, ANY, MK_OP_TEST, MK_FORM_RM_REG, MK_OPCODE_W},
    {PAIR, 0x086, ANY, MK_OP_XCHG, MK_FORM_RM_REG, W_LOCK},
    {PAIR, 0x088, ANY, MK_OP_MOV, MK_FORM_RM_REG, MK_OPCODE_W},
    {PAIR, 0x08a, ANY, MK_OP_MOV, MK_FORM_REG_RM, MK_OPCODE_W},
    {PAIR, 0x0a0, ANY, MK_OP_MOV, MK_FORM_ACC_OFF, MK_OPCODE_W},
    {PAIR, 0x0a2, ANY, MK_OP_MOV, MK_FORM_OFF_ACC, MK_OPCODE_W},
    {PAIR, 0x0a4, ANY, MK_OP_MOVS, MK_FORM_STRING, MK_OPCODE_W},
    {PAIR, 0x0a6, ANY, MK_OP_CMPS, MK_FORM_STRING, MK_OPCODE_W},
    {PAIR, 0x0aa, ANY, MK_OP_STOS, MK_FORM_STRING, MK_OPCODE_W},
    {PAIR, 0x0ac, ANY, MK_OP_LODS, MK_FORM_STRING, MK_OPCODE_W},
    {PAIR, 0x0ae, ANY, MK_OP_SCAS, MK_FORM_STRING, MK_OPCODE_W},
    {PAIR, 0x0c6, EXT_0, MK_OP_MOV, MK_FORM_RM_IMM, MK_OPCODE_W},
    {PAIR, 0x0f6, EXT_0, MK_OP_TEST, MK_FORM_RM_IMM, MK_OPCODE_W},
    {PAIR, 0x0fe, EXT_0, MK_OP_INC, MK_FORM_RM, W_LOCK},
    {PAIR, 0x0fe, EXT_1, MK_OP_DEC, MK_FORM_RM, W_LOCK},
    {PAIR, 0x1b6, ANY, MK_OP_MOVZX, MK_FORM_REG_RM, 0},
    {PAIR, 0x1be, ANY, MK_OP_MOVSX, MK_FORM_REG_RM, 0},
};

const struct mk_opcode *mk_opcode_find(uint32_t opcode, uint32_t extension)
{
    for (uint32_t i = 0; i < sizeof(opcodes) / sizeof(opcodes[0]); i++) {
        const struct mk_opcode *row = &opcodes[i];
        bool extends = row->extensions == ANY || (row->extensions >> extension & 1) != 0;
        if ((opcode & row->mask) == row->value && extends) {
            return row;
        }
    }
    return (const struct mk_opcode *)0;
}
