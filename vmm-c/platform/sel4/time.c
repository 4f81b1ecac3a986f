/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The waist on libsel4: time and console of a plain root task. The interval timer (Intel 8254,
 * channel 0) is the time source until there is a component for that, and COM1 the console.
 */
#include "platform/sel4/platform.h"

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
/** Data and line status of COM1. */
#define COM1 0x3f8
/** Line status. */
#define COM1_STATUS 0x3fd
/** The transmitter takes a byte. */
#define COM1_READY 0x20

/**
 * Starts the interval timer.
 * @param p the state
 * @param count clock ticks
 * @return #MK_OK or #MK_DENIED
 */
static enum mk_status start_timer(struct mk_platform *p, uint64_t count)
{
    if (seL4_IRQHandler_Ack(p->timer_irq) != seL4_NoError ||
        seL4_X86_IOPort_Out8(p->timer_ports, PIT_CONTROL, PIT_ONE_SHOT) != seL4_NoError) {
        return MK_DENIED;
    }
    seL4_X86_IOPort_Out8(p->timer_ports, PIT_COUNTER, count & 0xff);
    seL4_X86_IOPort_Out8(p->timer_ports, PIT_COUNTER, count >> 8);
    return MK_OK;
}

uint64_t mk_platform_now(struct mk_platform *platform)
{
    uint32_t low;
    uint32_t high;
    (void)platform;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

uint64_t mk_platform_tsc_hz(struct mk_platform *platform)
{
    return platform->tsc_hz;
}

void mk_sel4_measure_tsc(struct mk_platform *p)
{
    start_timer(p, PIT_HZ / MEASURE_HZ);
    uint64_t start = mk_platform_now(p);
    mk_platform_wait(p);
    p->tsc_hz = (mk_platform_now(p) - start) * MEASURE_HZ;
}

enum mk_status mk_platform_alarm(struct mk_platform *platform, uint64_t deadline)
{
    uint64_t now = mk_platform_now(platform);
    uint64_t left = deadline > now ? deadline - now : 0;
    uint64_t most = platform->tsc_hz / PIT_HZ * PIT_MOST;
    uint64_t count = left >= most ? PIT_MOST : left * PIT_HZ / platform->tsc_hz + 1;
    return start_timer(platform, count < PIT_MOST ? count : PIT_MOST);
}

uint64_t mk_platform_wait(struct mk_platform *platform)
{
    seL4_Word badge = 0;
    seL4_Wait(platform->notification, &badge);
    return badge;
}

void mk_platform_console(struct mk_platform *platform, uint8_t byte)
{
    while ((seL4_X86_IOPort_In8(platform->console, COM1_STATUS).result & COM1_READY) == 0) {
        continue;
    }
    seL4_X86_IOPort_Out8(platform->console, COM1, byte);
}
