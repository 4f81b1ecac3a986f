/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The guest's registers while an exit is handled.
 */
#ifndef MAKATEA_REGISTERS_H
#define MAKATEA_REGISTERS_H

#include "makatea/cpu.h"
#include "makatea/vm.h"

/** DR6 in mk_vm::debug. */
#define MK_DR6 6

/** DR6: a single step (SDM 3, 18.2.3). */
#define MK_DR6_STEP UINT64_C(0x4000)

/** DR6: what a debug exception tells: B0 to B3, BD, BS. */
#define MK_DR6_CAUSES UINT64_C(0x600f)

/** Exceptions that exit: debug, alignment check. */
#define MK_EXCEPTIONS UINT64_C(0x20002)

/**
 * Reads a general register.
 * @param vm the VM
 * @param number as instructions number them: RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8 ...
 * @return its value
 */
uint64_t mk_gpr_get(struct mk_vm *vm, uint32_t number);

/**
 * Writes a general register.
 * @param vm the VM
 * @param number the same
 * @param value value
 */
void mk_gpr_set(struct mk_vm *vm, uint32_t number, uint64_t value);

/**
 * Goes on behind the instruction that exited.
 * @param vm the VM
 * @param exit the exit
 */
void mk_exit_skip(struct mk_vm *vm, const struct mk_exit *exit);

/**
 * Ends an instruction that the monitor carried out: what held interrupts back for one instruction
 * is over, and a single step is told.
 * @param vm the VM
 * @param exit the exit
 */
void mk_exit_done(struct mk_vm *vm, const struct mk_exit *exit);

/**
 * MOV to and from control registers, CLTS, LMSW.
 * @param vm the VM
 * @param exit the exit
 */
void mk_cr_access(struct mk_vm *vm, const struct mk_exit *exit);

/**
 * Sets the parts of CR0 and CR4 that the monitor keeps.
 * @param vm the VM
 * @return #MK_OK or #MK_DENIED
 */
enum mk_status mk_cr_start(struct mk_vm *vm);

/**
 * MOV to and from debug registers.
 * @param vm the VM
 * @param exit the exit
 */
void mk_dr_access(struct mk_vm *vm, const struct mk_exit *exit);

/**
 * IN, OUT, INS and OUTS.
 * @param vm the VM
 * @param exit the exit
 */
void mk_access_port(struct mk_vm *vm, const struct mk_exit *exit);

/**
 * An access to guest-physical memory that is not RAM.
 * @param vm the VM
 * @param exit the exit
 */
void mk_access_memory(struct mk_vm *vm, const struct mk_exit *exit);

#endif
