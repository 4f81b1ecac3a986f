/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What the files of instruction emulation share; nobody else includes it.
 *
 * A function that returns enum mk_emulate_result returns #MK_EMULATED when all is well. With any
 * other result it has changed no register.
 */
#ifndef MAKATEA_EMULATE_PARTS_H
#define MAKATEA_EMULATE_PARTS_H

#include "makatea/emulate.h"
#include "makatea/walk.h"

/** An emulation under way. */
struct mk_emulation {
    struct mk_cpu *cpu;           /**< The processor. */
    const struct mk_cpu_ops *ops; /**< How memory, devices and ports are reached. */
    struct mk_fault *fault;       /**< Receives an exception. */
    struct mk_instruction *in;    /**< The instruction. */
    enum mk_code_size size;       /**< Size of code. */
};

/** Part of an operand that lies in one page. */
struct mk_piece {
    uint64_t gpa;   /**< Guest-physical address. */
    uint32_t bytes; /**< Size. */
};

/** An operand in memory whose access is checked: reading and writing it can not fail. */
struct mk_span {
    uint32_t pieces;          /**< 1 or 2. */
    struct mk_piece piece[2]; /**< In the order of their addresses. */
};

/**
 * All bits of a size.
 * @param bytes 1, 2, 4 or 8
 * @return mask
 */
static inline uint64_t mk_size_mask(uint32_t bytes)
{
    return UINT64_MAX >> (64 - 8 * bytes);
}

/**
 * Whether an address is canonical (SDM 1, 3.3.7.1).
 * @param linear linear address
 * @return whether
 */
static inline bool mk_is_canonical(uint64_t linear)
{
    return (((linear >> 47) + 1) & 0x1ffff) <= 1;
}

/**
 * Raises an exception whose error code is 0 in protected mode.
 * @param e the emulation
 * @param vector #MK_EXCEPTION_GP, #MK_EXCEPTION_SS or #MK_EXCEPTION_AC
 * @return #MK_EMULATE_FAULT
 */
enum mk_emulate_result mk_raise(struct mk_emulation *e, uint8_t vector);

/**
 * Checks an operand against its segment.
 * @param e the emulation
 * @param name enum mk_segment_name
 * @param offset offset in the segment, no longer than addresses are
 * @param bytes size of the operand
 * @param access enum mk_access
 * @param linear receives the linear address
 * @return what came of it
 */
enum mk_emulate_result mk_segment_check(struct mk_emulation *e, uint8_t name, uint64_t offset,
                                        uint32_t bytes, uint32_t access, uint64_t *linear);

/**
 * Finds the pages of an operand and checks the access.
 * @param e the emulation
 * @param linear linear address
 * @param bytes size, at most a page
 * @param access enum mk_access
 * @param span receives the operand
 * @return what came of it
 */
enum mk_emulate_result mk_span_find(struct mk_emulation *e, uint64_t linear, uint32_t bytes,
                                    uint32_t access, struct mk_span *span);

/**
 * Checks an operand in memory: segment, alignment, pages.
 * @param e the emulation
 * @param name enum mk_segment_name
 * @param offset offset in the segment
 * @param bytes size
 * @param access enum mk_access
 * @param span receives the operand
 * @return what came of it
 */
enum mk_emulate_result mk_span_open(struct mk_emulation *e, uint8_t name, uint64_t offset,
                                    uint32_t bytes, uint32_t access, struct mk_span *span);

/**
 * Reads an operand.
 * @param e the emulation
 * @param span the operand
 * @return value
 */
uint64_t mk_span_read(const struct mk_emulation *e, const struct mk_span *span);

/**
 * Writes an operand.
 * @param e the emulation
 * @param span the operand
 * @param value value
 */
void mk_span_write(const struct mk_emulation *e, const struct mk_span *span, uint64_t value);

/**
 * Fetches and decodes the instruction.
 * @param e the emulation
 * @return what came of it
 */
enum mk_emulate_result mk_fetch(struct mk_emulation *e);

/**
 * Checks that the guest's privilege level may use a port.
 * @param e the emulation
 * @param port port
 * @param bytes size
 * @return what came of it
 */
enum mk_emulate_result mk_port_check(struct mk_emulation *e, uint16_t port, uint32_t bytes);

/**
 * Computes with flags.
 * @param operation up to #MK_OP_DEC
 * @param a destination's value, no longer than the size
 * @param b source's value, no longer than the size
 * @param bytes size
 * @param rflags flags, which it changes
 * @return result; for comparisons too
 */
uint64_t mk_alu(uint8_t operation, uint64_t a, uint64_t b, uint32_t bytes, uint64_t *rflags);

/**
 * Reads a register.
 * @param e the emulation
 * @param number its encoding
 * @param bytes size
 * @return value
 */
uint64_t mk_register_read(const struct mk_emulation *e, uint8_t number, uint32_t bytes);

/**
 * Writes a register: 4 bytes clear what is above, fewer keep it (SDM 1, 3.4.1.1).
 * @param e the emulation
 * @param number its encoding
 * @param bytes size
 * @param value value
 */
void mk_register_write(const struct mk_emulation *e, uint8_t number, uint32_t bytes,
                       uint64_t value);

/**
 * Does a string instruction.
 * @param e the emulation
 * @return what came of it
 */
enum mk_emulate_result mk_string_run(struct mk_emulation *e);

#endif
