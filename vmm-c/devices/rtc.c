/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A real-time clock: its registers, flags and interrupts.
 */
#include "makatea/bytes.h"
#include "makatea/calendar.h"
#include "makatea/rtc_registers.h"
#include "makatea/ticks.h"

/** Ticks that UIP is set before an update ends: 244 us of warning and 1,984 us of update. */
#define UPDATE_TICKS 73

/**
 * The tick of a TSC value.
 * @param rtc the clock
 * @param now TSC value
 * @return tick, never before one that was seen
 */
static uint64_t tick_of(const struct mk_rtc *rtc, uint64_t now)
{
    uint64_t passed = now > rtc->start ? now - rtc->start : 0;
    uint64_t tick = mk_ticks_passed(passed, rtc->tsc_hz, MK_RTC_HZ);
    return tick > rtc->seen ? tick : rtc->seen;
}

/**
 * Ticks between periodic interrupts (MC146818A, periodic interrupt rate: 1 and 2 are as 8 and 9).
 * @param rtc the clock
 * @return ticks; 0 for none
 */
static uint64_t period(const struct mk_rtc *rtc)
{
    uint32_t rate = rtc->bytes[MK_RTC_REG_A] & MK_RTC_A_RATE;
    if (rate == 0 || !mk_rtc_divider_runs(rtc)) {
        return 0;
    }
    return UINT64_C(1) << (rate < 3 ? rate + 6 : rate - 1);
}

/**
 * Sets the flags for what has happened since the last time.
 * @param rtc the clock
 * @param tick tick
 */
static void settle(struct mk_rtc *rtc, uint64_t tick)
{
    uint64_t ticks = period(rtc);
    if (ticks != 0 && (tick - rtc->divider) / ticks != (rtc->seen - rtc->divider) / ticks) {
        rtc->bytes[MK_RTC_REG_C] |= MK_RTC_C_PERIODIC;
    }
    if (mk_rtc_time_runs(rtc) &&
        mk_rtc_seconds_at(rtc, tick) != mk_rtc_seconds_at(rtc, rtc->seen)) {
        rtc->bytes[MK_RTC_REG_C] |= MK_RTC_C_UPDATED;
        if (mk_rtc_next_alarm(rtc, mk_rtc_seconds_at(rtc, rtc->seen)) <=
            mk_rtc_seconds_at(rtc, tick)) {
            rtc->bytes[MK_RTC_REG_C] |= MK_RTC_C_ALARM;
        }
    }
    rtc->seen = tick;
}

/**
 * Finds the tick of the next enabled interrupt. A period is at most half a second, so it ends no
 * later than the next update, and an alarm comes with an update.
 * @param rtc the clock
 * @return tick; #MK_RTC_NEVER for none
 */
static uint64_t next_interrupt(const struct mk_rtc *rtc)
{
    uint8_t enabled = rtc->bytes[MK_RTC_REG_B] & MK_RTC_C_FLAGS;
    uint64_t ticks = period(rtc);
    uint64_t since = rtc->seen - rtc->divider;
    if ((enabled & MK_RTC_C_PERIODIC) != 0 && ticks != 0) {
        return rtc->divider + (since / ticks + 1) * ticks;
    }
    if (!mk_rtc_time_runs(rtc)) {
        return MK_RTC_NEVER;
    }
    if ((enabled & MK_RTC_C_UPDATED) != 0) {
        return rtc->divider + (since / MK_RTC_HZ + 1) * MK_RTC_HZ;
    }
    if ((enabled & MK_RTC_C_ALARM) != 0) {
        uint64_t alarm = mk_rtc_next_alarm(rtc, mk_rtc_seconds_at(rtc, rtc->seen));
        if (alarm != MK_RTC_NEVER) {
            return rtc->divider + (alarm - rtc->offset) * MK_RTC_HZ;
        }
    }
    return MK_RTC_NEVER;
}

/**
 * Sets line and deadline, after whatever may have changed them.
 * @param rtc the clock
 */
static void update(struct mk_rtc *rtc)
{
    bool line = (rtc->bytes[MK_RTC_REG_C] & rtc->bytes[MK_RTC_REG_B] & MK_RTC_C_FLAGS) != 0;
    uint64_t next = line ? MK_RTC_NEVER : next_interrupt(rtc);
    rtc->deadline =
        next == MK_RTC_NEVER ? 0 : rtc->start + mk_ticks_needed(next, MK_RTC_HZ, rtc->tsc_hz);
    if (line != rtc->line) {
        rtc->line = line;
        rtc->irq.line(rtc->irq.chip, rtc->gsi, line);
    }
}

/**
 * Changes a register on which the time depends.
 * @param rtc the clock
 * @param tick tick
 * @param index register
 * @param value value
 */
static void change(struct mk_rtc *rtc, uint64_t tick, uint8_t index, uint8_t value)
{
    bool divided = mk_rtc_divider_runs(rtc);
    if (mk_rtc_time_runs(rtc)) {
        mk_rtc_store_time(rtc, tick);
    }
    rtc->bytes[index] = value;
    if (!divided && mk_rtc_divider_runs(rtc)) {
        /* The first update comes half a second after the divider's reset ends. */
        rtc->divider = tick - MK_RTC_HZ / 2;
    }
    if (mk_rtc_time_runs(rtc)) {
        mk_rtc_load_time(rtc, tick);
    }
}

/**
 * Writes the data port.
 * @param rtc the clock
 * @param tick tick
 * @param value value
 */
static void write_data(struct mk_rtc *rtc, uint64_t tick, uint8_t value)
{
    switch (rtc->index) {
    case MK_RTC_REG_SECONDS:
    case MK_RTC_REG_MINUTES:
    case MK_RTC_REG_HOURS:
    case MK_RTC_REG_WEEKDAY:
    case MK_RTC_REG_DAY:
    case MK_RTC_REG_MONTH:
    case MK_RTC_REG_YEAR:
    case MK_RTC_CENTURY:
        change(rtc, tick, rtc->index, value);
        break;
    case MK_RTC_REG_A:
        change(rtc, tick, MK_RTC_REG_A, value & (MK_RTC_A_DIVIDER | MK_RTC_A_RATE));
        break;
    case MK_RTC_REG_B:
        /* SET clears UIE (MC146818A, register B). */
        if ((value & MK_RTC_B_SET) != 0) {
            value &= UINT8_MAX ^ MK_RTC_B_UPDATED;
        }
        change(rtc, tick, MK_RTC_REG_B, value);
        break;
    case MK_RTC_REG_C:
    case MK_RTC_REG_D:
        break;
    default:
        rtc->bytes[rtc->index] = value;
        break;
    }
}

/**
 * Reads the data port.
 * @param rtc the clock
 * @param tick tick
 * @return value
 */
static uint8_t read_data(struct mk_rtc *rtc, uint64_t tick)
{
    uint8_t value;
    if (mk_rtc_time_runs(rtc)) {
        mk_rtc_store_time(rtc, tick);
    }
    value = rtc->bytes[rtc->index];
    if (rtc->index == MK_RTC_REG_A && mk_rtc_time_runs(rtc) &&
        (tick - rtc->divider) % MK_RTC_HZ >= MK_RTC_HZ - UPDATE_TICKS) {
        value |= MK_RTC_A_UPDATING;
    } else if (rtc->index == MK_RTC_REG_C) {
        value |= rtc->line ? MK_RTC_C_REQUEST : 0;
        rtc->bytes[MK_RTC_REG_C] = 0;
    }
    return value;
}

/**
 * Reads a port. The index port can not be read.
 * @param device the clock
 * @param now TSC value
 * @param offset which port
 * @return value
 */
static uint8_t read_port(void *device, uint64_t now, uint64_t offset)
{
    struct mk_rtc *rtc = device;
    if (offset == 0) {
        return UINT8_MAX;
    }
    settle(rtc, tick_of(rtc, now));
    update(rtc);
    uint8_t value = read_data(rtc, rtc->seen);
    update(rtc);
    return value;
}

/**
 * Writes a port. The index port's bit 7 is the PC's mask of the NMI, of which there is none.
 * @param device the clock
 * @param now TSC value
 * @param offset which port
 * @param value value
 */
static void write_port(void *device, uint64_t now, uint64_t offset, uint8_t value)
{
    struct mk_rtc *rtc = device;
    if (offset == 0) {
        rtc->index = value % MK_RTC_BYTES;
        return;
    }
    settle(rtc, tick_of(rtc, now));
    write_data(rtc, rtc->seen, value);
    update(rtc);
}

/**
 * Reads.
 * @param device the clock
 * @param now TSC value
 * @param offset from the first port
 * @param bytes size
 * @return value
 */
static uint64_t rtc_read(void *device, uint64_t now, uint64_t offset, uint32_t bytes)
{
    return mk_bytes_read(read_port, device, now, offset, bytes);
}

/**
 * Writes.
 * @param device the clock
 * @param now TSC value
 * @param offset from the first port
 * @param bytes size
 * @param value value
 */
static void rtc_write(void *device, uint64_t now, uint64_t offset, uint32_t bytes, uint64_t value)
{
    mk_bytes_write(write_port, device, now, offset, bytes, value);
}

const struct mk_device_ops mk_rtc_ops = {rtc_read, rtc_write};

void mk_rtc_init(struct mk_rtc *rtc, const struct mk_irq_out *irq, uint32_t gsi, uint64_t tsc_hz,
                 uint64_t now, uint64_t unix_seconds)
{
    *rtc = (struct mk_rtc){.irq = *irq,
                           .gsi = gsi,
                           .bytes = {[MK_RTC_REG_A] = MK_RTC_A_RUNNING | MK_RTC_A_RATE_1024,
                                     [MK_RTC_REG_B] = MK_RTC_B_24_HOURS,
                                     [MK_RTC_REG_D] = MK_RTC_D_VALID},
                           .tsc_hz = tsc_hz,
                           .start = now,
                           .offset = MK_CALENDAR_UNIX + unix_seconds};
}

uint64_t mk_rtc_deadline(const struct mk_rtc *rtc)
{
    return rtc->deadline;
}

void mk_rtc_tick(struct mk_rtc *rtc, uint64_t now)
{
    if (rtc->deadline != 0 && now >= rtc->deadline) {
        settle(rtc, tick_of(rtc, now));
        update(rtc);
    }
}
