/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Emulation of one instruction that reached a device: after an EPT violation, or after a string I/O
 * exit.
 *
 * The instruction is fetched once, through the guest's page tables and with the rights of its
 * privilege level, and what was fetched is judged: an instruction that is another by now does what
 * the other does (CVE-2010-0298, -0306, -0419). First every operand is checked, then the
 * instruction acts; so one that faults, or is unknown, has done nothing, but for accessed flags in
 * page tables and finished rounds of a REP.
 *
 * A device sees an access in the size of the operand. If the operand lies in two pages, a device
 * sees bytes, lowest address first. LOCK is accepted where the processor does, and has no effect:
 * the guest has one processor.
 */
#ifndef MAKATEA_EMULATE_H
#define MAKATEA_EMULATE_H

#include "makatea/cpu.h"
#include "makatea/decode.h"

/** Most rounds of a REP in one call: work for an exit is bounded. */
#define MK_EMULATE_ROUNDS 64

/** What came of it. */
enum mk_emulate_result {
    MK_EMULATED,       /**< Done; RIP is behind it. */
    MK_EMULATE_AGAIN,  /**< A REP is not at its end; registers are right, RIP is still at it. */
    MK_EMULATE_FAULT,  /**< The guest gets an exception; RIP is still at it. */
    MK_EMULATE_UNKNOWN /**< Not an instruction that is emulated, or not in memory. */
};

/**
 * Says the size of code.
 * @param cpu the processor
 * @return size
 */
enum mk_code_size mk_code_size(const struct mk_cpu *cpu);

/**
 * Emulates the instruction at CS:RIP.
 * @param cpu the processor; it changes as the instruction says
 * @param ops how memory, devices and ports are reached
 * @param fault receives the exception for #MK_EMULATE_FAULT; and for #MK_EMULATED and
 *        #MK_EMULATE_AGAIN whether a single-step trap is due
 * @param seen receives the instruction, for a report
 * @return what came of it
 */
enum mk_emulate_result mk_emulate(struct mk_cpu *cpu, const struct mk_cpu_ops *ops,
                                  struct mk_fault *fault, struct mk_instruction *seen);

#endif
