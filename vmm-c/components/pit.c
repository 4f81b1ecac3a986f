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
/** Longest count. */
#define MOST UINT64_C(0xffff)
/** Time of the measurement: a hundredth of a second. */
#define MEASURE_HZ UINT64_C(100)

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

void mk_pit_start(struct mk_pit *pit)
{
    uint64_t bit = UINT64_C(1) << pit->c->resources->irqs[pit->irq].event;
    pit->tsc_hz = pit->c->tsc_hz;
    if (pit->tsc_hz != 0) {
        return;
    }
    count_down(pit, PIT_HZ / MEASURE_HZ);
    uint64_t start = mk_component_now(pit->c);
    while ((mk_component_wait(pit->c) & bit) == 0) {
        /* Something else. */
    }
    pit->tsc_hz = (mk_component_now(pit->c) - start) * MEASURE_HZ;
}

void mk_pit_set(struct mk_pit *pit, uint64_t deadline)
{
    uint64_t now = mk_component_now(pit->c);
    uint64_t left = deadline > now ? deadline - now : 0;
    uint64_t most = pit->tsc_hz / PIT_HZ * MOST;
    uint64_t count = left >= most ? MOST : left * PIT_HZ / pit->tsc_hz + 1;
    count_down(pit, count < MOST ? count : MOST);
}
