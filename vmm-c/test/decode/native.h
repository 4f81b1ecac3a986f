/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Runs one instruction on the processor: registers in, registers out.
 */
#ifndef MAKATEA_TEST_NATIVE_H
#define MAKATEA_TEST_NATIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "makatea/cpu.h"

/** Where code is put, below 2 GiB so that it reaches its state by absolute addresses. */
#define NATIVE_CODE UINT64_C(0x10000000)
/** Where the state is; native_code.S knows it too. */
#define NATIVE_STATE UINT64_C(0x30000000)

/** State; native_code.S knows the offsets. */
struct native_state {
    uint64_t gpr[MK_GPRS]; /**< General registers. */
    uint64_t rflags;       /**< RFLAGS. */
    uint64_t stack;        /**< Stack pointer of the test meanwhile. */
};

/**
 * Maps memory for code and state.
 * @return whether it worked
 */
bool native_prepare(void);

/**
 * Says where the instruction stands in the code.
 * @return offset
 */
uint64_t native_offset(void);

/**
 * Puts registers and instruction in place.
 * @param cpu the registers
 * @param code the instruction
 * @param bytes its length
 */
void native_load(const struct mk_cpu *cpu, const uint8_t *code, uint32_t bytes);

/** Runs it. */
void native_run(void);

#endif
