/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The interval timer (Intel 8254, channel 0).
 */
#include "components/pit.h"

/** Clock of the timer. */
#define PIT_HZ UINT64_C(1193182)
/** Counter of channel 0, from the first port. */
#define COUNTER 0
/** Control, from the first port. */
#define CONTROL 3
/** Channel 0, both bytes, mode 0: interrupt when the count ends. */
#define ONE_SHOT 0x30
/** Read back the status of channel 0 (8254, "Read-Back Command"). */
#define READ_BACK 0xe2
/** Status: the output, which in mode 0 rises when the count ends. */
#define STATUS_OUT 0x80
/** Longest count. */
#define MOST UINT64_C(0xffff)
/** Time of the measurement: a hundredth of a second. */
#define MEASURE_HZ UINT64_C(100)
/** How often a measurement is made that something disturbs. */
#define TRIES 4

/**
 * Starts counting.
 * @param pit the timer
 * @param count clock ticks, at most #MOST
 */
static void count_down(struct mk_pit *pit, uint64_t count)
{
    mk_component_acknowledge(pit->c, pit->irq);
    mk_component_out(pit->c, pit->range, CONTROL, 1, ONE_SHOT);
    mk_component_out(pit->c, pit->range, COUNTER, 1, (uint32_t)count & 0xff);
    mk_component_out(pit->c, pit->range, COUNTER, 1, (uint32_t)count >> 8);
}

/**
 * Says whether the count has ended.
 * @param pit the timer
 * @return whether
 */
static bool has_ended(const struct mk_pit *pit)
{
    mk_component_out(pit->c, pit->range, CONTROL, 1, READ_BACK);
    return (mk_component_in(pit->c, pit->range, COUNTER, 1) & STATUS_OUT) != 0;
}

/**
 * Counts to a hundredth of a second once.
 * @param pit the timer
 * @return ticks of the TSC until an interrupt came
 */
static uint64_t measure(struct mk_pit *pit)
{
    uint64_t bit = UINT64_C(1) << pit->c->resources->irqs[pit->irq].event;
    count_down(pit, PIT_HZ / MEASURE_HZ);
    uint64_t start = mk_component_now(pit->c);
    while ((mk_component_wait(pit->c) & bit) == 0) {
        /* Something else. */
    }
    return mk_component_now(pit->c) - start;
}

void mk_pit_start(struct mk_pit *pit)
{
    uint64_t ticks = 0;
    int tries = 0;
    pit->tsc_hz = pit->c->tsc_hz;
    if (pit->tsc_hz != 0) {
        return;
    }
    /* The firmware left the timer running: an interrupt of its own may still be pending, and come
     * as soon as ours are let through. The timer itself knows whether the count has ended. */
    do {
        ticks = measure(pit);
        tries++;
    } while (!has_ended(pit) && tries < TRIES);
    pit->tsc_hz = ticks * MEASURE_HZ;
}

void mk_pit_set(struct mk_pit *pit, uint64_t deadline)
{
    uint64_t now = mk_component_now(pit->c);
    uint64_t left = deadline > now ? deadline - now : 0;
    uint64_t most = pit->tsc_hz / PIT_HZ * MOST;
    uint64_t count = left >= most ? MOST : left * PIT_HZ / pit->tsc_hz + 1;
    count_down(pit, count < MOST ? count : MOST);
}
