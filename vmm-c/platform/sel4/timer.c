/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The interval timer (Intel 8254, channel 0) as an alarm clock.
 */
#include "platform/sel4/devices.h"

/** Clock of the interval timer. */
#define PIT_HZ UINT64_C(1193182)
/** Control port. */
#define PIT_CONTROL 0x43
/** Counter of channel 0. */
#define PIT_COUNTER 0x40
/** Channel 0, both bytes, mode 0: interrupt when the count ends. */
#define PIT_ONE_SHOT 0x30
/** Longest count. */
#define PIT_MOST UINT64_C(0xffff)
/** Time of the measurement: a hundredth of a second. */
#define MEASURE_HZ UINT64_C(100)

/**
 * Starts the interval timer.
 * @param d the devices
 * @param count clock ticks
 * @return #MK_OK or #MK_DENIED
 */
static enum mk_status start_timer(struct mk_sel4_devices *d, uint64_t count)
{
    if (seL4_IRQHandler_Ack(d->timer_irq) != seL4_NoError ||
        seL4_X86_IOPort_Out8(d->timer_ports, PIT_CONTROL, PIT_ONE_SHOT) != seL4_NoError) {
        return MK_DENIED;
    }
    seL4_X86_IOPort_Out8(d->timer_ports, PIT_COUNTER, count & 0xff);
    seL4_X86_IOPort_Out8(d->timer_ports, PIT_COUNTER, count >> 8);
    return MK_OK;
}

uint64_t mk_sel4_tsc(void)
{
    uint32_t low;
    uint32_t high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

void mk_sel4_timer_measure(struct mk_sel4_devices *d)
{
    seL4_Word badge = 0;
    start_timer(d, PIT_HZ / MEASURE_HZ);
    uint64_t start = mk_sel4_tsc();
    while ((badge & MK_BADGE_TIMER) == 0) {
        seL4_Wait(d->notification, &badge);
    }
    d->tsc_hz = (mk_sel4_tsc() - start) * MEASURE_HZ;
}

enum mk_status mk_sel4_timer_alarm(struct mk_sel4_devices *d, uint64_t deadline)
{
    uint64_t now = mk_sel4_tsc();
    uint64_t left = deadline > now ? deadline - now : 0;
    uint64_t most = d->tsc_hz / PIT_HZ * PIT_MOST;
    uint64_t count = left >= most ? PIT_MOST : left * PIT_HZ / d->tsc_hz + 1;
    return start_timer(d, count < PIT_MOST ? count : PIT_MOST);
}
