/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Message registers of VMEnter, as seL4 numbers them on x86-64.
 */
#ifndef MAKATEA_BENCH_SEL4_VMENTER_H
#define MAKATEA_BENCH_SEL4_VMENTER_H

/** Message registers (seL4 manual, 8.2: VMEnter). */
enum {
    SEL4_VMENTER_CALL_EIP_MR,              /**< RIP. */
    SEL4_VMENTER_CALL_CONTROL_PPC_MR,      /**< Primary controls. */
    SEL4_VMENTER_CALL_INTERRUPT_INFO_MR,   /**< Entry interruption information. */
    SEL4_VMENTER_FAULT_REASON_MR,          /**< Exit reason. */
    SEL4_VMENTER_FAULT_QUALIFICATION_MR,   /**< Exit qualification. */
    SEL4_VMENTER_FAULT_INSTRUCTION_LEN_MR, /**< Instruction length. */
    SEL4_VMENTER_FAULT_GUEST_PHYSICAL_MR,  /**< Guest-physical address. */
    SEL4_VMENTER_FAULT_RFLAGS_MR,          /**< RFLAGS. */
    SEL4_VMENTER_FAULT_GUEST_INT_MR,       /**< Interruptibility. */
    SEL4_VMENTER_FAULT_CR3_MR,             /**< CR3. */
    SEL4_VMENTER_FAULT_EAX,                /**< RAX; the 14 others follow. */
    SEL4_VMENTER_FAULT_EBX,                /**< RBX. */
    SEL4_VMENTER_FAULT_ECX,                /**< RCX. */
    SEL4_VMENTER_NUM_FAULT_MSGS = SEL4_VMENTER_FAULT_EAX + 15 /**< One past R15. */
};

/** VMEnter came back with a notification. */
#define SEL4_VMENTER_RESULT_NOTIF 0
/** VMEnter came back with an exit. */
#define SEL4_VMENTER_RESULT_FAULT 1

#endif
