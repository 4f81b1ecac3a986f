/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Decoder of the instructions that reach devices: moves, logic and arithmetic, strings. What is not
 * among them is unknown, whether or not a processor knows it (SDM 2, chapter 2).
 */
#ifndef MAKATEA_DECODE_H
#define MAKATEA_DECODE_H

#include <stdbool.h>
#include <stdint.h>

/** Most bytes of an instruction (SDM 2, 2.3.11). */
#define MK_INSTRUCTION_BYTES 15

/** What an instruction does. The first eight stand in the order of their encoding. */
enum mk_operation {
    MK_OP_ADD,   /**< ADD. */
    MK_OP_OR,    /**< OR. */
    MK_OP_ADC,   /**< ADC. */
    MK_OP_SBB,   /**< SBB. */
    MK_OP_AND,   /**< AND. */
    MK_OP_SUB,   /**< SUB. */
    MK_OP_XOR,   /**< XOR. */
    MK_OP_CMP,   /**< CMP. */
    MK_OP_TEST,  /**< TEST. */
    MK_OP_INC,   /**< INC. */
    MK_OP_DEC,   /**< DEC. */
    MK_OP_MOV,   /**< MOV. */
    MK_OP_MOVZX, /**< MOVZX. */
    MK_OP_MOVSX, /**< MOVSX and MOVSXD. */
    MK_OP_XCHG,  /**< XCHG. */
    MK_OP_MOVS,  /**< MOVS. */
    MK_OP_CMPS,  /**< CMPS. */
    MK_OP_STOS,  /**< STOS. */
    MK_OP_LODS,  /**< LODS. */
    MK_OP_SCAS,  /**< SCAS. */
    MK_OP_INS,   /**< INS. */
    MK_OP_OUTS   /**< OUTS. */
};

/** Which operands there are; the first named is the destination. */
enum mk_form {
    MK_FORM_RM_REG,  /**< ModRM operand and register. */
    MK_FORM_REG_RM,  /**< Register and ModRM operand. */
    MK_FORM_RM_IMM,  /**< ModRM operand and immediate. */
    MK_FORM_RM,      /**< ModRM operand only. */
    MK_FORM_ACC_OFF, /**< Accumulator and memory at an offset. */
    MK_FORM_OFF_ACC, /**< Memory at an offset and accumulator. */
    MK_FORM_STRING   /**< Implied by the string instruction. */
};

/** How F3 and F2 change a string instruction. */
enum mk_repeat {
    MK_REPEAT_NONE,   /**< Once. */
    MK_REPEAT_EQUAL,  /**< F3: REP, REPE. */
    MK_REPEAT_UNEQUAL /**< F2: REPNE; REP where the comparison does not matter. */
};

/** Size of code: the mode that CS and EFER say. */
enum mk_code_size {
    MK_CODE_16, /**< 16-bit code, real mode mostly. */
    MK_CODE_32, /**< 32-bit code. */
    MK_CODE_64  /**< 64-bit mode. */
};

/** No register; for mk_instruction::base and mk_instruction::index. */
#define MK_NO_REGISTER 0xff
/** The address is relative to the next instruction; for mk_instruction::base. */
#define MK_BASE_RIP 0xfe

/** An instruction. */
struct mk_instruction {
    uint8_t bytes[MK_INSTRUCTION_BYTES]; /**< What was fetched; maybe more than the instruction. */
    uint8_t fetched;                     /**< How much that is. */
    uint8_t length;                      /**< Length; 0 as long as it is not known. */
    uint8_t operation;                   /**< enum mk_operation. */
    uint8_t form;                        /**< enum mk_form. */
    uint8_t bytes_of_operand;            /**< Size of operands: 1, 2, 4 or 8. */
    uint8_t bytes_of_source;             /**< Size of the source; differs for MOVZX, MOVSX. */
    uint8_t bytes_of_address;            /**< Size of addresses: 2, 4 or 8. */
    uint8_t segment;                     /**< enum mk_segment_name of the memory operand. */
    uint8_t repeat;                      /**< enum mk_repeat; strings only. */
    bool has_rex;                        /**< There is a REX prefix: registers 4 to 7 are SPL ... */
    bool is_locked;                      /**< LOCK. */
    bool has_memory;                     /**< The ModRM operand is in memory. */
    uint8_t reg;                         /**< Register operand. */
    uint8_t rm;                          /**< ModRM operand, if it is a register. */
    uint8_t base;                        /**< Base register of the address. */
    uint8_t index;                       /**< Index register. */
    uint8_t scale;                       /**< Index is shifted left by this. */
    uint64_t displacement;               /**< Displacement, sign-extended; or the offset. */
    uint64_t immediate;                  /**< Immediate, sign-extended. */
};

/** What came of decoding. */
enum mk_decode_result {
    MK_DECODE_GOOD,    /**< An instruction. */
    MK_DECODE_SHORT,   /**< The bytes end before the instruction does. */
    MK_DECODE_INVALID, /**< The guest gets an invalid-opcode exception: LOCK is not allowed there.
                        */
    MK_DECODE_UNKNOWN  /**< None of those that are emulated. */
};

/** A row of the opcode table. */
struct mk_opcode {
    uint16_t mask;      /**< Bits of the opcode that are compared; bit 8 is set after 0F. */
    uint16_t value;     /**< What they must be. */
    uint8_t extensions; /**< Values of ModRM.reg that belong to it, a bit each; 0 for all. */
    uint8_t operation;  /**< enum mk_operation; #MK_OP_ADD also for all first eight. */
    uint8_t form;       /**< enum mk_form. */
    uint8_t flags;      /**< enum mk_opcode_flag. */
};

/** Peculiarities of an opcode. */
enum mk_opcode_flag {
    MK_OPCODE_W = 1 << 0,        /**< Bit 0 clear: operands are bytes. */
    MK_OPCODE_BYTE_IMM = 1 << 1, /**< Immediate is a byte. */
    MK_OPCODE_SHIFT_3 = 1 << 2,  /**< Operation is in bits 5:3 of the opcode. */
    MK_OPCODE_EXTENDED = 1 << 3, /**< Operation is in ModRM.reg. */
    MK_OPCODE_ONLY_64 = 1 << 4,  /**< In 64-bit mode only. */
    MK_OPCODE_LOCKABLE = 1 << 5, /**< LOCK is allowed, if memory is written (SDM 2, LOCK). */
    MK_OPCODE_PORT = 1 << 6,     /**< Operands have at most 4 bytes. */
};

/**
 * Finds the row of an opcode.
 * @param opcode opcode; 0x100 added after 0F
 * @param extension ModRM.reg, if there is one
 * @return the row, or a null pointer
 */
const struct mk_opcode *mk_opcode_find(uint32_t opcode, uint32_t extension);

/**
 * Decodes the bytes in the instruction.
 * @param instruction the instruction, with bytes and fetched; receives the rest
 * @param size size of code
 * @return what came of it
 */
enum mk_decode_result mk_decode(struct mk_instruction *instruction, enum mk_code_size size);

#endif
