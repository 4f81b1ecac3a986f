/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Bench: VMEnter.
 */
#include "vcpu.h"
#include "sel4/arch/vmenter.h"

/**
 * Runs the guest of the current VMCS (boot.S).
 * @param registers general registers, in and out
 * @param launched whether the VMCS was launched before
 * @return 0 after an exit, 1 when the entry failed
 */
uint64_t bench_guest(uint64_t *registers, uint64_t launched);

/**
 * Puts the first three message registers back, as every return from the guest does.
 */
static void return_state(void)
{
    seL4_SetMR(SEL4_VMENTER_CALL_EIP_MR, vmread(MK_VMCS_GUEST_RIP));
    seL4_SetMR(SEL4_VMENTER_CALL_CONTROL_PPC_MR, vmread(MK_VMCS_PRIMARY_CONTROLS));
    seL4_SetMR(SEL4_VMENTER_CALL_INTERRUPT_INFO_MR, vmread(MK_VMCS_ENTRY_EVENT));
}

/**
 * Whether seL4 reports the qualification of an exit; it gives 0 for the others.
 * @param reason exit reason
 * @return whether
 */
static bool has_qualification(uint32_t reason)
{
    static const uint8_t reported[] = {0,  4,  9,  14, 19, 21, 22, 23, 25, 27, 28,
                                       29, 30, 36, 43, 44, 46, 47, 48, 50, 53};
    for (size_t i = 0; i < sizeof(reported); i++) {
        if (reported[i] == reason) {
            return true;
        }
    }
    return false;
}

/**
 * Fills the message of an exit.
 * @param v VCPU
 * @param reason exit reason
 * @param qualification exit qualification
 */
static void return_exit(const struct vcpu *v, uint32_t reason, uint64_t qualification)
{
    return_state();
    seL4_SetMR(SEL4_VMENTER_FAULT_REASON_MR, reason);
    seL4_SetMR(SEL4_VMENTER_FAULT_QUALIFICATION_MR, qualification);
    seL4_SetMR(SEL4_VMENTER_FAULT_INSTRUCTION_LEN_MR, vmread(MK_VMCS_EXIT_LENGTH));
    seL4_SetMR(SEL4_VMENTER_FAULT_GUEST_PHYSICAL_MR, vmread(MK_VMCS_GUEST_PHYSICAL));
    seL4_SetMR(SEL4_VMENTER_FAULT_RFLAGS_MR, vmread(MK_VMCS_GUEST_RFLAGS));
    seL4_SetMR(SEL4_VMENTER_FAULT_GUEST_INT_MR, vmread(MK_VMCS_GUEST_INTERRUPTIBILITY));
    seL4_SetMR(SEL4_VMENTER_FAULT_CR3_MR, vmread(MK_VMCS_GUEST_CR3));
    for (int i = 0; i < 15; i++) {
        seL4_SetMR(SEL4_VMENTER_FAULT_EAX + i, v->registers[i]);
    }
}

/**
 * Runs the guest once.
 * @param v VCPU, loaded
 * @return whether it was entered
 */
static bool run(struct vcpu *v)
{
    if (v->ept != bench_current->ept) {
        v->ept = bench_current->ept;
        vmwrite(MK_VMCS_EPT_POINTER, v->ept | 0x1e);
        bench_invept();
    }
    bench_wrmsr(MK_MSR_LSTAR, v->msrs[0]);
    bench_wrmsr(MK_MSR_STAR, v->msrs[1]);
    bench_wrmsr(MK_MSR_CSTAR, v->msrs[2]);
    bench_wrmsr(MK_MSR_FMASK, v->msrs[3]);
    bool entered = bench_guest(v->registers, v->launched) == 0;
    v->launched |= entered;
    return entered;
}

/**
 * Takes a signal of the bound notification.
 * @param badge receives the badge
 * @return whether there was one
 */
static bool take_bound(seL4_Word *badge)
{
    struct notification *n = bench_current->bound;
    if (n == NULL || !n->active) {
        return false;
    }
    if (badge != NULL) {
        *badge = n->badge;
    }
    n->active = false;
    n->badge = 0;
    return true;
}

/**
 * Runs the guest until there is something for the monitor. Interrupts are off.
 * @param v VCPU
 * @param badge receives the badge of a notification
 * @return as VMEnter
 */
static seL4_Word run_until(struct vcpu *v, seL4_Word *badge)
{
    for (;;) {
        bench_load(v);
        if (!run(v)) {
            return_exit(v, UINT32_MAX, UINT64_MAX);
            return SEL4_VMENTER_RESULT_FAULT;
        }
        uint32_t reason = vmread(MK_VMCS_EXIT_REASON) & 0xffff;
        if (reason != MK_EXIT_EXTERNAL_INTERRUPT) {
            return_exit(v, reason, has_qualification(reason) ? vmread(MK_VMCS_QUALIFICATION) : 0);
            return SEL4_VMENTER_RESULT_FAULT;
        }
        bench_irq(vmread(MK_VMCS_EXIT_EVENT) & 0xff);
        if (bench_urgent) {
            bench_schedule();
            bench_load(v);
        }
        if (take_bound(badge)) {
            return_state();
            return SEL4_VMENTER_RESULT_NOTIF;
        }
    }
}

seL4_Word seL4_VMEnter(seL4_Word *badge)
{
    struct vcpu *v = bench_current->vcpu;
    seL4_Word result = SEL4_VMENTER_RESULT_NOTIF;
    if (v == NULL || !bench_vmx_usable) {
        bench_say("bench: VMEnter without a VCPU, or without VMX: stopped ", 0);
        seL4_TCB_Suspend(seL4_CapInitThreadTCB);
        return result;
    }
    bench_lock();
    bench_load(v);
    vmwrite(MK_VMCS_GUEST_RIP, seL4_GetMR(SEL4_VMENTER_CALL_EIP_MR));
    vmwrite(MK_VMCS_PRIMARY_CONTROLS, bench_apply(&bench_controls[CONTROL_PRIMARY],
                                                  seL4_GetMR(SEL4_VMENTER_CALL_CONTROL_PPC_MR)));
    vmwrite(MK_VMCS_ENTRY_EVENT, seL4_GetMR(SEL4_VMENTER_CALL_INTERRUPT_INFO_MR));
    if (!take_bound(badge)) {
        result = run_until(v, badge);
    }
    bench_unlock();
    return result;
}
