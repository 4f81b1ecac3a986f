/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Capstone's names and ours.
 */
#ifndef MAKATEA_TEST_NAMES_H
#define MAKATEA_TEST_NAMES_H

#include <capstone/capstone.h>
#include <stdbool.h>

#include "makatea/cpu.h"
#include "makatea/decode.h"

/**
 * Says our name of capstone's operation.
 * @param id capstone's
 * @return enum mk_operation, or -1
 */
static inline int operation_of(unsigned int id)
{
    static const struct {
        unsigned int id;
        int operation;
    } names[] = {
        {X86_INS_ADD, MK_OP_ADD},      {X86_INS_OR, MK_OP_OR},       {X86_INS_ADC, MK_OP_ADC},
        {X86_INS_SBB, MK_OP_SBB},      {X86_INS_AND, MK_OP_AND},     {X86_INS_SUB, MK_OP_SUB},
        {X86_INS_XOR, MK_OP_XOR},      {X86_INS_CMP, MK_OP_CMP},     {X86_INS_TEST, MK_OP_TEST},
        {X86_INS_INC, MK_OP_INC},      {X86_INS_DEC, MK_OP_DEC},     {X86_INS_MOV, MK_OP_MOV},
        {X86_INS_MOVABS, MK_OP_MOV},   {X86_INS_MOVZX, MK_OP_MOVZX}, {X86_INS_MOVSX, MK_OP_MOVSX},
        {X86_INS_MOVSXD, MK_OP_MOVSX}, {X86_INS_XCHG, MK_OP_XCHG},   {X86_INS_MOVSB, MK_OP_MOVS},
        {X86_INS_MOVSW, MK_OP_MOVS},   {X86_INS_MOVSD, MK_OP_MOVS},  {X86_INS_MOVSQ, MK_OP_MOVS},
        {X86_INS_CMPSB, MK_OP_CMPS},   {X86_INS_CMPSW, MK_OP_CMPS},  {X86_INS_CMPSD, MK_OP_CMPS},
        {X86_INS_CMPSQ, MK_OP_CMPS},   {X86_INS_STOSB, MK_OP_STOS},  {X86_INS_STOSW, MK_OP_STOS},
        {X86_INS_STOSD, MK_OP_STOS},   {X86_INS_STOSQ, MK_OP_STOS},  {X86_INS_LODSB, MK_OP_LODS},
        {X86_INS_LODSW, MK_OP_LODS},   {X86_INS_LODSD, MK_OP_LODS},  {X86_INS_LODSQ, MK_OP_LODS},
        {X86_INS_SCASB, MK_OP_SCAS},   {X86_INS_SCASW, MK_OP_SCAS},  {X86_INS_SCASD, MK_OP_SCAS},
        {X86_INS_SCASQ, MK_OP_SCAS},   {X86_INS_INSB, MK_OP_INS},    {X86_INS_INSW, MK_OP_INS},
        {X86_INS_INSD, MK_OP_INS},     {X86_INS_OUTSB, MK_OP_OUTS},  {X86_INS_OUTSW, MK_OP_OUTS},
        {X86_INS_OUTSD, MK_OP_OUTS},   {X86_INS_NOP, MK_OP_XCHG},
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (names[i].id == id) {
            return names[i].operation;
        }
    }
    return -1;
}

/**
 * Says capstone's name of an address register.
 * @param number our number
 * @param bytes size of addresses
 * @return capstone's register
 */
static inline x86_reg register_of(uint8_t number, uint32_t bytes)
{
    static const x86_reg names[3][16] = {
        {X86_REG_AX, X86_REG_CX, X86_REG_DX, X86_REG_BX, X86_REG_SP, X86_REG_BP, X86_REG_SI,
         X86_REG_DI, X86_REG_R8W, X86_REG_R9W, X86_REG_R10W, X86_REG_R11W, X86_REG_R12W,
         X86_REG_R13W, X86_REG_R14W, X86_REG_R15W},
        {X86_REG_EAX, X86_REG_ECX, X86_REG_EDX, X86_REG_EBX, X86_REG_ESP, X86_REG_EBP, X86_REG_ESI,
         X86_REG_EDI, X86_REG_R8D, X86_REG_R9D, X86_REG_R10D, X86_REG_R11D, X86_REG_R12D,
         X86_REG_R13D, X86_REG_R14D, X86_REG_R15D},
        {X86_REG_RAX, X86_REG_RCX, X86_REG_RDX, X86_REG_RBX, X86_REG_RSP, X86_REG_RBP, X86_REG_RSI,
         X86_REG_RDI, X86_REG_R8, X86_REG_R9, X86_REG_R10, X86_REG_R11, X86_REG_R12, X86_REG_R13,
         X86_REG_R14, X86_REG_R15}};
    if (number == MK_BASE_RIP) {
        return bytes == 8 ? X86_REG_RIP : X86_REG_EIP;
    }
    return number == MK_NO_REGISTER ? X86_REG_INVALID : names[bytes / 4][number];
}

/**
 * Says our number of capstone's general register.
 * @param reg capstone's
 * @param number receives the number
 * @param high receives whether it is AH, CH, DH or BH
 * @return its size; 0 when it is none
 */
static inline uint32_t general_of(x86_reg reg, uint8_t *number, bool *high)
{
    static const x86_reg bytes[16] = {X86_REG_AL,   X86_REG_CL,   X86_REG_DL,   X86_REG_BL,
                                      X86_REG_SPL,  X86_REG_BPL,  X86_REG_SIL,  X86_REG_DIL,
                                      X86_REG_R8B,  X86_REG_R9B,  X86_REG_R10B, X86_REG_R11B,
                                      X86_REG_R12B, X86_REG_R13B, X86_REG_R14B, X86_REG_R15B};
    static const x86_reg highs[4] = {X86_REG_AH, X86_REG_CH, X86_REG_DH, X86_REG_BH};
    *high = false;
    for (uint8_t i = 0; i < 16; i++) {
        *number = i;
        if (bytes[i] == reg) {
            return 1;
        }
        for (uint32_t size = 2; size <= 8; size *= 2) {
            if (register_of(i, size) == reg) {
                return size;
            }
        }
    }
    for (uint8_t i = 0; i < 4; i++) {
        if (highs[i] == reg) {
            *number = (uint8_t)(i + 4);
            *high = true;
            return 1;
        }
    }
    return 0;
}

#endif
