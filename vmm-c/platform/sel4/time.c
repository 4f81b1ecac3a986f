/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The waist on libsel4: time, from devices of its own or from the time source.
 */
#include "platform/sel4/platform.h"

uint64_t mk_platform_now(struct mk_platform *platform)
{
    (void)platform;
    return mk_sel4_tsc();
}

uint64_t mk_platform_tsc_hz(struct mk_platform *platform)
{
    return platform->tsc_hz;
}

uint64_t mk_platform_unix_time(struct mk_platform *platform)
{
    return platform->unix_time;
}

enum mk_status mk_platform_alarm(struct mk_platform *platform, uint64_t deadline)
{
    if (platform->devices != (struct mk_sel4_devices *)0) {
        mk_pit_set(&platform->devices->pit, deadline);
        return MK_OK;
    }
    if (platform->alarm.number == 0) {
        return MK_DENIED;
    }
    mk_alarm_set(&platform->alarm, deadline);
    return MK_OK;
}

uint64_t mk_platform_wait(struct mk_platform *platform)
{
    seL4_Word badge = 0;
    seL4_Wait(platform->notification, &badge);
    mk_sel4_notified(platform);
    return badge;
}

void mk_platform_yield(struct mk_platform *platform)
{
#ifdef CONFIG_KERNEL_MCS
    /* That gives away all that is left of a budget, until the next period (seL4 16.0.0,
     * src/api/syscall.c, handleYield). The kernel takes the processor when the budget ends. */
    if (platform->budgeted) {
        return;
    }
#endif
    (void)platform;
    seL4_Yield();
}

/**
 * Waits until the time source knows the speed of the TSC.
 * @param p the state
 * @param port the channel to it
 */
static void ask_time_source(struct mk_platform *p, const struct mk_port *port)
{
    mk_alarm_start(&p->alarm, port);
    mk_alarm_set(&p->alarm, 0);
    while (mk_alarm_hz(&p->alarm) == 0) {
        mk_platform_wait(p);
    }
    p->tsc_hz = p->alarm.words.in[MK_ALARM_TSC_HZ];
    p->unix_time = p->alarm.words.in[MK_ALARM_UNIX_TIME];
}

void mk_sel4_time_start(struct mk_platform *p, uint32_t channel)
{
    const struct mk_port *port = mk_platform_port(p, channel);
    if (p->devices != (struct mk_sel4_devices *)0) {
        p->tsc_hz = p->devices->pit.tsc_hz;
        p->unix_time = p->devices->unix_time;
    } else if (port != (const struct mk_port *)0) {
        ask_time_source(p, port);
    }
}
