/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Arithmetic and logic with the status flags (SDM 1, 3.4.3.1).
 */
#include "makatea/emulate_parts.h"

/** A sum or difference, and what its bits carry. */
struct sum {
    uint64_t value;    /**< The result. */
    uint64_t carries;  /**< Carry or borrow out of each bit. */
    uint64_t overflow; /**< In the sign bit: signed overflow. */
};

/**
 * Adds.
 * @param a number
 * @param b number
 * @param carry 0 or 1
 * @return the sum
 */
static struct sum add(uint64_t a, uint64_t b, uint64_t carry)
{
    uint64_t r = a + b + carry;
    return (struct sum){r, (a & b) | ((a | b) & ~r), (a ^ r) & (b ^ r)};
}

/**
 * Subtracts.
 * @param a number
 * @param b what is subtracted
 * @param borrow 0 or 1
 * @return the difference
 */
static struct sum subtract(uint64_t a, uint64_t b, uint64_t borrow)
{
    uint64_t r = a - b - borrow;
    return (struct sum){r, (~a & b) | ((~a | b) & r), (a ^ b) & (a ^ r)};
}

/**
 * Does the operation. Logic clears CF and OF; AF, which it leaves undefined, is cleared too.
 * @param operation up to #MK_OP_DEC
 * @param a destination's value
 * @param b source's value
 * @param carry CF
 * @return result
 */
static struct sum compute(uint8_t operation, uint64_t a, uint64_t b, uint64_t carry)
{
    switch (operation) {
    case MK_OP_ADD:
        return add(a, b, 0);
    case MK_OP_ADC:
        return add(a, b, carry);
    case MK_OP_SBB:
        return subtract(a, b, carry);
    case MK_OP_SUB:
    case MK_OP_CMP:
        return subtract(a, b, 0);
    case MK_OP_INC:
        return add(a, 1, 0);
    case MK_OP_DEC:
        return subtract(a, 1, 0);
    case MK_OP_OR:
        return (struct sum){a | b, 0, 0};
    case MK_OP_XOR:
        return (struct sum){a ^ b, 0, 0};
    default: /* AND and TEST */
        return (struct sum){a & b, 0, 0};
    }
}

/**
 * Whether the low byte has an even number of ones.
 * @param value value
 * @return whether
 */
static bool is_even(uint64_t value)
{
    uint32_t nibble = (uint32_t)((value ^ value >> 4) & 0xf);
    return (0x9669U >> nibble & 1) != 0; /* bit n: n has an even number of ones */
}

uint64_t mk_alu(uint8_t operation, uint64_t a, uint64_t b, uint32_t bytes, uint64_t *rflags)
{
    uint64_t old = *rflags;
    struct sum s = compute(operation, a, b, old & MK_CPU_FLAG_CF);
    uint64_t result = s.value & mk_size_mask(bytes);
    uint32_t sign = 8 * bytes - 1;
    uint64_t flags = old & ~(uint64_t)MK_CPU_STATUS_FLAGS;
    flags |= (s.carries >> sign & 1) != 0 ? MK_CPU_FLAG_CF : 0;
    flags |= is_even(result) ? MK_CPU_FLAG_PF : 0;
    flags |= (s.carries >> 3 & 1) != 0 ? MK_CPU_FLAG_AF : 0;
    flags |= result == 0 ? MK_CPU_FLAG_ZF : 0;
    flags |= (result >> sign & 1) != 0 ? MK_CPU_FLAG_SF : 0;
    flags |= (s.overflow >> sign & 1) != 0 ? MK_CPU_FLAG_OF : 0;
    if (operation == MK_OP_INC || operation == MK_OP_DEC) {
        flags = (flags & ~(uint64_t)MK_CPU_FLAG_CF) | (old & MK_CPU_FLAG_CF);
    }
    *rflags = flags;
    return result;
}
