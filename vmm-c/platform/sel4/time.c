/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The waist on libsel4: time, from devices of its own or from a server.
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
        return mk_sel4_timer_alarm(platform->devices, deadline);
    }
    if (platform->client == (struct mk_sel4_client *)0) {
        return MK_DENIED;
    }
    __atomic_store_n(&platform->client->deadline, deadline == 0 ? 1 : deadline, __ATOMIC_SEQ_CST);
    seL4_Signal(platform->server);
    return MK_OK;
}

uint64_t mk_platform_wait(struct mk_platform *platform)
{
    seL4_Word badge = 0;
    seL4_Wait(platform->notification, &badge);
    mk_sel4_notified(platform, badge);
    return badge;
}

void mk_sel4_time_start(struct mk_platform *p)
{
    if (p->devices != (struct mk_sel4_devices *)0) {
        p->tsc_hz = p->devices->tsc_hz;
        p->unix_time = p->devices->unix_time;
    } else if (p->client != (struct mk_sel4_client *)0) {
        while (__atomic_load_n(&p->client->tsc_hz, __ATOMIC_SEQ_CST) == 0) {
            mk_platform_wait(p);
        }
        p->tsc_hz = p->client->tsc_hz;
        p->unix_time = p->client->unix_time;
    }
}
