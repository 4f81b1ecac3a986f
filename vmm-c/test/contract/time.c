/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Contract: notifications around and within VMEnter, and the preemption timer under the host's
 * tick.
 */
#include "contract.h"
#include "makatea/vmx.h"

/** TSC ticks of a millisecond on the machine of the test (Bochs, ips=50000000). */
#define TICKS_PER_MS UINT64_C(50000)
/** Longest time of the interval timer, 54.9 ms. */
#define LONGEST 0

/**
 * Starts the interval timer, one shot (Intel 8254, mode 0).
 * @param c the program
 * @param count clock ticks of 1.193182 MHz, 0 for 65536
 */
static void start_timer(struct contract *c, uint16_t count)
{
    seL4_IRQHandler_Ack(c->timer_irq);
    seL4_X86_IOPort_Out8(c->timer_ports, 0x43, 0x30);
    seL4_X86_IOPort_Out8(c->timer_ports, 0x40, count & 0xff);
    seL4_X86_IOPort_Out8(c->timer_ports, 0x40, count >> 8);
}

/**
 * Reads the time-stamp counter.
 * @return its value
 */
static uint64_t now(void)
{
    uint32_t low;
    uint32_t high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

/**
 * Prepares a guest that spins for ever.
 * @param c the program
 * @param ticks TSC ticks until the preemption timer ends it; 0 for never
 * @param save whether the timer is saved at exits
 * @return where it starts
 */
static uint64_t spin(struct contract *c, uint64_t ticks, bool save)
{
    uint64_t rip = contract_prepare(c, "spin");
    uint64_t rate = seL4_X86_VCPU_ReadMSR(c->vcpu, MK_MSR_VMX_MISC).value & 0x1f;
    contract_write(c, MK_VMCS_PREEMPTION_TIMER, ticks >> rate);
    contract_write(c, MK_VMCS_PIN_CONTROLS, ticks == 0 ? 0 : MK_PIN_PREEMPTION_TIMER);
    contract_write(c, MK_VMCS_EXIT_CONTROLS, save ? MK_EXIT_CTL_SAVE_TIMER : 0);
    return rip;
}

/**
 * Prints a badge and what stands in the message registers after a notification.
 * @param c the program
 * @param what description
 * @param result what VMEnter returned
 * @param badge badge
 */
static void notified(struct contract *c, const char *what, seL4_Word result, seL4_Word badge)
{
    contract_exit(c, what, result);
    mk_text_string(&c->log, "|   ");
    mk_text_pair(&c->log, "badge", badge);
    mk_text_string(&c->log, "\n");
}

/**
 * Notifications before and during the run of the guest.
 * @param c the program
 */
static void notifications(struct contract *c)
{
    seL4_Word badge = 0;
    uint64_t rip = spin(c, 0, false);
    contract_write(c, MK_VMCS_GUEST_RFLAGS, MK_RFLAGS_ONE | MK_RFLAGS_IF);
    seL4_Signal(c->badged[0]);
    seL4_Word result = contract_enter(rip, MK_PRIMARY_HLT, MK_EVENT_VALID | 0x21, &badge);
    notified(c, "signalled before entry", result, badge);
    rip = spin(c, 0, false);
    start_timer(c, 0x1000);
    result = contract_enter(rip, MK_PRIMARY_HLT, 0, &badge);
    notified(c, "signalled while it runs", result, badge);
    contract_write(c, MK_VMCS_PREEMPTION_TIMER, 0);
    contract_write(c, MK_VMCS_PIN_CONTROLS, MK_PIN_PREEMPTION_TIMER);
    result = contract_enter(seL4_GetMR(SEL4_VMENTER_CALL_EIP_MR), MK_PRIMARY_HLT, 0, &badge);
    notified(c, "timer of zero", result, badge);
}

/**
 * Runs to a deadline and says whether it came in time.
 * @param c the program
 * @param ms milliseconds
 */
static void deadline(struct contract *c, uint64_t ms)
{
    uint64_t ticks = ms * TICKS_PER_MS;
    uint64_t rip = spin(c, ticks, true);
    uint64_t start = now();
    seL4_Word result = contract_enter(rip, MK_PRIMARY_HLT, 0, NULL);
    uint64_t taken = now() - start;
    contract_exit(c, "deadline, timer saved", result);
    mk_text_string(&c->log, "|   ms=");
    mk_text_decimal(&c->log, ms);
    mk_text_string(&c->log, taken < ticks ? " too early\n" : " not early");
    mk_text_string(&c->log, taken > ticks + ticks / 5 ? ", late\n" : ", within a fifth\n");
}

void contract_time(struct contract *c)
{
    seL4_Word badge = 0;
    notifications(c);
    deadline(c, 1);
    deadline(c, 5);
    deadline(c, 50);
    uint64_t rip = spin(c, 5 * TICKS_PER_MS, false);
    start_timer(c, LONGEST);
    seL4_Word result = contract_enter(rip, MK_PRIMARY_HLT, 0, &badge);
    notified(c, "timer of 5 ms not saved, signal after 54 ms", result, badge);
    seL4_IRQHandler_Ack(c->timer_irq);
}
