/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The local APIC's timer (SDM 3, 11.5.4). There is one absolute deadline; counts are computed from
 * it. Nothing counts down, so nothing can drift.
 */
#include "makatea/lapic_page.h"

/** Modes, bits 18:17 of the timer's entry (SDM 3, 11.5.4). 3 is reserved: it never ends. */
enum timer_mode {
    ONE_SHOT,    /**< Counts down once. */
    PERIODIC,    /**< Counts down again and again. */
    TSC_DEADLINE /**< Ends at a value of the TSC. */
};

/**
 * The timer's mode.
 * @param entry its entry in the local vector table
 * @return enum timer_mode, or 3
 */
static uint32_t mode_of(uint32_t entry)
{
    return entry >> 17 & 3;
}

/**
 * The timer's mode now.
 * @param lapic the local APIC
 * @return enum timer_mode, or 3
 */
static uint32_t mode(const struct mk_lapic *lapic)
{
    return mode_of(mk_lapic_get(lapic, MK_LAPIC_LVT_TIMER));
}

/**
 * How many ticks of the TSC make a count. Bits 3, 1 and 0 of the divide configuration mean 2, 4, 8,
 * 16, 32, 64, 128 and 1.
 * @param lapic the local APIC
 * @return log2 of it
 */
static uint32_t divide_shift(const struct mk_lapic *lapic)
{
    uint32_t divide = mk_lapic_get(lapic, MK_LAPIC_TIMER_DIV);
    return ((divide & 3) + (divide >> 1 & 4) + 1) & 7;
}

/**
 * A later time.
 * @param from TSC value
 * @param ticks how much later
 * @return TSC value, or 0, never, when the TSC does not get there
 */
static uint64_t later(uint64_t from, uint64_t ticks)
{
    return ticks <= UINT64_MAX - from ? from + ticks : 0;
}

/**
 * The period of a periodic timer, at most 2^39.
 * @param lapic the local APIC
 * @return ticks of the TSC, not 0
 */
static uint64_t period(const struct mk_lapic *lapic)
{
    uint64_t ticks = (uint64_t)mk_lapic_get(lapic, MK_LAPIC_TIMER_INIT) << divide_shift(lapic);
    return ticks > lapic->period_min ? ticks : lapic->period_min;
}

void mk_lapic_timer_start(struct mk_lapic *lapic, uint64_t now, uint32_t count)
{
    if (mode(lapic) == TSC_DEADLINE) {
        return;
    }
    mk_lapic_set(lapic, MK_LAPIC_TIMER_INIT, count);
    lapic->deadline = 0;
    if (count != 0 && mode(lapic) == PERIODIC) {
        lapic->deadline = later(now, period(lapic));
    } else if (count != 0 && mode(lapic) == ONE_SHOT) {
        lapic->deadline = later(now, (uint64_t)count << divide_shift(lapic));
    }
}

/* A period that was lengthened shows its initial count until what is left is less than that. */
uint32_t mk_lapic_timer_count(const struct mk_lapic *lapic, uint64_t now)
{
    if (mode(lapic) == TSC_DEADLINE || lapic->deadline <= now) {
        return 0;
    }
    uint32_t initial = mk_lapic_get(lapic, MK_LAPIC_TIMER_INIT);
    uint64_t left = ((lapic->deadline - now - 1) >> divide_shift(lapic)) + 1;
    return left < initial ? (uint32_t)left : initial;
}

void mk_lapic_timer_divide(struct mk_lapic *lapic, uint64_t now, uint32_t divide)
{
    uint64_t count = mk_lapic_timer_count(lapic, now);
    mk_lapic_set(lapic, MK_LAPIC_TIMER_DIV, divide);
    if (count != 0) {
        lapic->deadline = later(now, count << divide_shift(lapic));
    }
}

void mk_lapic_timer_entry(struct mk_lapic *lapic, uint32_t entry)
{
    uint32_t from = mode(lapic);
    uint32_t to = mode_of(entry);
    if (from != to && (from >= TSC_DEADLINE || to >= TSC_DEADLINE)) {
        lapic->deadline = 0;
    }
    mk_lapic_set(lapic, MK_LAPIC_LVT_TIMER, entry);
}

uint64_t mk_lapic_timer_deadline_read(const struct mk_lapic *lapic)
{
    return mode(lapic) == TSC_DEADLINE ? lapic->deadline : 0;
}

void mk_lapic_timer_deadline_write(struct mk_lapic *lapic, uint64_t now, uint64_t deadline)
{
    if (mode(lapic) == TSC_DEADLINE) {
        lapic->deadline = deadline;
        mk_lapic_tick(lapic, now);
    }
}

uint64_t mk_lapic_deadline(const struct mk_lapic *lapic)
{
    bool masked = (mk_lapic_get(lapic, MK_LAPIC_LVT_TIMER) & MK_LAPIC_LVT_MASKED) != 0;
    return masked ? 0 : lapic->deadline;
}

void mk_lapic_tick(struct mk_lapic *lapic, uint64_t now)
{
    if (lapic->deadline == 0 || now < lapic->deadline) {
        return;
    }
    uint64_t next = 0;
    if (mode(lapic) == PERIODIC) {
        uint64_t late = now - lapic->deadline;
        next = later(now - late % period(lapic), period(lapic));
    }
    lapic->deadline = next;
    mk_lapic_raise(lapic, MK_LAPIC_LVT_TIMER);
}
