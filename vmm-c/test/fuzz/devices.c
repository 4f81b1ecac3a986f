/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Fuzzing of the devices: a guest, a peer and a clock that do anything. After each step everything
 * that is promised is computed anew and compared.
 */
#include <stddef.h>
#include <string.h>

#include "makatea/kvmclock.h"
#include "makatea/power.h"
#include "makatea/rtc_registers.h"
#include "makatea/uart16550_registers.h"

/** Traps unless something holds. */
#define REQUIRE(condition) ((condition) ? (void)0 : __builtin_trap())
/** Guest memory. */
#define MEMORY 8192
/** TSC ticks of a second. */
#define HZ UINT64_C(2899886000)

/** Wide enough for a TSC value times a rate. */
__extension__ typedef unsigned __int128 wide;

/** The devices and what is around them. */
struct world {
    const uint8_t *data;      /**< Input that is left. */
    size_t size;              /**< Its size. */
    uint64_t now;             /**< TSC value. */
    bool lines[16];           /**< Interrupt lines. */
    uint32_t room;            /**< Characters that the peer takes. */
    uint64_t sent;            /**< Characters that it took. */
    uint8_t memory[MEMORY];   /**< Guest memory, from address 0. */
    struct mk_uart uart;      /**< Serial port. */
    struct mk_rtc rtc;        /**< Real-time clock. */
    struct mk_power power;    /**< Power registers. */
    struct mk_kvmclock clock; /**< KVM's clock. */
};

/**
 * Takes a number from the input; 0 at its end.
 * @param w the world
 * @param bytes its size
 * @return the number
 */
static uint64_t take(struct world *w, uint32_t bytes)
{
    uint64_t value = 0;
    for (; bytes > 0 && w->size > 0; bytes--) {
        value = value << 8 | *w->data++;
        w->size--;
    }
    return value;
}

static void set_line(void *chip, uint32_t gsi, bool asserted)
{
    bool *lines = chip;
    REQUIRE(gsi < 16 && lines[gsi] != asserted);
    lines[gsi] = asserted;
}

static void ignore_line(void *chip, uint32_t gsi, bool asserted)
{
    (void)chip;
    (void)gsi;
    (void)asserted;
}

static bool send(void *peer, uint8_t byte)
{
    struct world *w = peer;
    (void)byte;
    if (w->room == 0) {
        return false;
    }
    w->room--;
    w->sent++;
    return true;
}

static bool write_memory(void *memory, uint64_t gpa, const void *from, uint64_t bytes)
{
    REQUIRE(gpa % 4 == 0 && gpa / 4096 == (gpa + bytes - 1) / 4096);
    if (gpa > MEMORY - bytes) {
        return false;
    }
    memcpy((uint8_t *)memory + gpa, from, bytes);
    return true;
}

/** The interrupt line, from the registers as the data sheet has them. */
static bool uart_cause(const struct mk_uart *u)
{
    bool broken = u->rx.count > 0 && u->rx.broken[u->rx.head];
    if ((u->mcr & 0x18) != 0x08) {
        return false;
    }
    return ((u->ier & 4) != 0 && (u->overrun || broken)) ||
           ((u->ier & 1) != 0 && u->rx.count > 0) || ((u->ier & 2) != 0 && u->thre_pending) ||
           ((u->ier & 8) != 0 && u->msr_delta != 0);
}

static void check_uart(const struct world *w)
{
    const struct mk_uart *u = &w->uart;
    uint32_t depth = (u->fcr & 1) != 0 ? MK_UART_FIFO : 1;
    REQUIRE(u->rx.head < MK_UART_FIFO && u->rx.count <= depth);
    REQUIRE(u->tx.head < MK_UART_FIFO && u->tx.count <= depth);
    REQUIRE(u->ier <= 0x0f && u->mcr <= 0x1f && u->msr_delta <= 0x0f);
    REQUIRE(!u->thre_pending || u->tx.count == 0);
    REQUIRE(u->line == uart_cause(u) && w->lines[4] == u->line);
}

static uint32_t rtc_number(const struct mk_rtc *r, uint32_t byte)
{
    REQUIRE((r->bytes[MK_RTC_REG_B] & MK_RTC_B_BINARY) != 0 ||
            ((byte & 0xf) < 10 && byte >> 4 < 10));
    return (r->bytes[MK_RTC_REG_B] & MK_RTC_B_BINARY) != 0 ? byte : (byte >> 4) * 10 + (byte & 0xf);
}

static uint8_t rtc_peek(struct mk_rtc *r, uint64_t now, uint8_t index)
{
    mk_rtc_ops.write(r, now, 0, 1, index);
    return (uint8_t)mk_rtc_ops.read(r, now, 1, 1);
}

/** What a clock that runs shows is a time. */
static void check_rtc_time(struct mk_rtc r, uint64_t now)
{
    r.irq.line = ignore_line;
    uint32_t month = rtc_number(&r, rtc_peek(&r, now, 8));
    uint32_t day = rtc_number(&r, rtc_peek(&r, now, 7));
    uint32_t weekday = rtc_number(&r, rtc_peek(&r, now, 6));
    uint8_t hour = rtc_peek(&r, now, 4);
    REQUIRE(rtc_number(&r, rtc_peek(&r, now, 0)) < 60);
    REQUIRE(rtc_number(&r, rtc_peek(&r, now, 2)) < 60);
    REQUIRE(rtc_number(&r, rtc_peek(&r, now, 9)) < 100);
    REQUIRE(rtc_number(&r, rtc_peek(&r, now, MK_RTC_CENTURY)) < 100);
    REQUIRE(month >= 1 && month <= 12 && day >= 1 && day <= 31 && weekday >= 1 && weekday <= 7);
    if ((r.bytes[MK_RTC_REG_B] & MK_RTC_B_24_HOURS) != 0) {
        REQUIRE(rtc_number(&r, hour) < 24);
    } else {
        REQUIRE(rtc_number(&r, hour & 0x7f) >= 1 && rtc_number(&r, hour & 0x7f) <= 12);
    }
}

static void check_rtc(const struct world *w)
{
    struct mk_rtc r = w->rtc;
    REQUIRE(r.index < MK_RTC_BYTES && r.bytes[MK_RTC_REG_D] == 0x80);
    REQUIRE((r.bytes[MK_RTC_REG_C] & 0x8f) == 0 && (r.bytes[MK_RTC_REG_A] & 0x80) == 0);
    REQUIRE(r.line == ((r.bytes[MK_RTC_REG_B] & r.bytes[MK_RTC_REG_C] & 0x70) != 0));
    REQUIRE(w->lines[MK_RTC_GSI] == r.line);
    if (mk_rtc_time_runs(&r)) {
        check_rtc_time(r, w->now);
    }
    /* The deadline is the very moment at which the line rises. */
    r.irq.line = ignore_line;
    if (r.deadline != 0) {
        uint64_t deadline = r.deadline;
        REQUIRE(!r.line);
        mk_rtc_tick(&r, deadline - 1);
        REQUIRE(!r.line && r.deadline == deadline);
        mk_rtc_tick(&r, deadline);
        REQUIRE(r.line && r.deadline == 0);
    }
}

static void check_power(const struct world *w, enum mk_power_request before)
{
    wide ticks = (wide)(w->now - w->power.timer.start) * MK_PMTIMER_HZ / HZ;
    REQUIRE(before == MK_POWER_REQUEST_NONE || w->power.request == before);
    REQUIRE(w->power.events <= 1 && w->lines[MK_POWER_GSI] == (w->power.events != 0));
    REQUIRE((w->power.reset_control & ~0x0e) == 0);
    REQUIRE(mk_pmtimer_read(&w->power.timer, w->now) == (uint32_t)ticks);
}

/** An access to a device, of any size that the bus lets through. */
static void access(struct world *w, const struct mk_device_ops *ops, void *device, uint32_t range)
{
    uint32_t how = (uint32_t)take(w, 1);
    uint32_t bytes = UINT32_C(1) << (how & 3);
    uint64_t offset = take(w, 1) % range;
    bytes = bytes > range - offset ? 1 : bytes;
    if ((how & 4) != 0) {
        (void)ops->read(device, w->now, offset, bytes);
    } else {
        ops->write(device, w->now, offset, bytes, take(w, bytes));
    }
}

/** A character of the guest's is sent, or held, or finds a full FIFO. */
static void transmit(struct world *w)
{
    const struct mk_uart *u = &w->uart;
    uint64_t before = w->sent + u->tx.count;
    bool data = (u->lcr & 0x80) == 0 && (u->mcr & 0x10) == 0;
    bool fits = u->tx.count < ((u->fcr & 1) != 0 ? MK_UART_FIFO : 1);
    mk_uart_ops.write(&w->uart, w->now, 0, 1, take(w, 1));
    REQUIRE(w->sent + u->tx.count == before + (data && fits ? 1 : 0));
    REQUIRE(w->room == 0 || !data || u->tx.count == 0);
}

static void receive(struct world *w)
{
    uint32_t room = mk_uart_room(&w->uart);
    uint32_t count = w->uart.rx.count;
    bool taken = take(w, 1) % 4 == 0 ? mk_uart_receive_break(&w->uart)
                                     : mk_uart_receive(&w->uart, (uint8_t)take(w, 1));
    REQUIRE(taken == (room > 0) && w->uart.rx.count == count + (taken ? 1 : 0));
}

static void make_room(struct world *w)
{
    uint64_t before = w->sent + w->uart.tx.count;
    w->room = (uint32_t)take(w, 1) % 20;
    mk_uart_tx_ready(&w->uart);
    REQUIRE(w->sent + w->uart.tx.count == before && (w->room == 0 || w->uart.tx.count == 0));
}

/** Time goes on: by any power of two, or to the clock's deadline. */
static void pass_time(struct world *w)
{
    uint32_t how = (uint32_t)take(w, 1);
    uint64_t before = mk_rtc_seconds_at(&w->rtc, w->rtc.seen);
    uint64_t deadline = mk_rtc_deadline(&w->rtc);
    w->now += UINT64_C(1) << (how % 48);
    if (how >= 0xc0 && deadline > w->now) {
        w->now = deadline;
    }
    mk_rtc_tick(&w->rtc, w->now);
    REQUIRE(!mk_rtc_time_runs(&w->rtc) || mk_rtc_seconds_at(&w->rtc, w->rtc.seen) >= before);
}

static void use_clock(struct world *w)
{
    static const uint32_t numbers[4] = {MK_MSR_KVM_WALL_CLOCK, MK_MSR_KVM_SYSTEM_TIME,
                                        MK_MSR_KVM_WALL_CLOCK_OLD, MK_MSR_KVM_SYSTEM_TIME_OLD};
    uint32_t how = (uint32_t)take(w, 1);
    uint32_t msr = numbers[how % 4];
    uint64_t value = take(w, (how & 4) != 0 ? 2 : 8);
    uint64_t old = 0;
    uint64_t kept = 0;
    uint32_t version = w->clock.version;
    mk_kvmclock_msr_read(&w->clock, msr, &old);
    bool taken = mk_kvmclock_msr_write(&w->clock, msr, value);
    REQUIRE(mk_kvmclock_msr_read(&w->clock, msr, &kept) && kept == (taken ? value : old));
    REQUIRE(w->clock.version % 2 == 0 && (taken || w->clock.version == version));
    if (w->clock.version != version) {
        uint32_t written;
        memcpy(&written, w->memory + (value & ~UINT64_C(3)), 4);
        REQUIRE(taken && written == w->clock.version);
    }
}

static void step(struct world *w)
{
    switch (take(w, 1) % 10) {
    case 0:
        access(w, &mk_uart_ops, &w->uart, MK_UART_PORTS);
        break;
    case 1:
        transmit(w);
        break;
    case 2:
        receive(w);
        break;
    case 3:
        make_room(w);
        break;
    case 4:
        access(w, &mk_rtc_ops, &w->rtc, MK_RTC_PORTS);
        break;
    case 5:
        pass_time(w);
        break;
    case 6:
        access(w, &mk_power_ops, &w->power, MK_POWER_PORTS);
        break;
    case 7:
        access(w, take(w, 1) % 2 == 0 ? &mk_keyboard_reset_ops : &mk_reset_control_ops, &w->power,
               1);
        break;
    case 8:
        mk_power_press_button(&w->power);
        break;
    default:
        use_clock(w);
        break;
    }
}

/**
 * Runs an input.
 * @param data the input
 * @param size its size
 * @return 0
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct world w = {.data = data, .size = size, .now = 1};
    struct mk_irq_out irq = {.chip = w.lines, .line = set_line};
    uint64_t unix_seconds = take(&w, 4);
    mk_uart_init(&w.uart, &irq, 4, send, &w);
    mk_rtc_init(&w.rtc, &irq, MK_RTC_GSI, HZ, w.now, unix_seconds);
    mk_power_init(&w.power, &irq, MK_POWER_GSI, HZ, w.now);
    REQUIRE(mk_kvmclock_init(&w.clock, HZ, w.now, unix_seconds, write_memory, w.memory));
    while (w.size > 0) {
        enum mk_power_request before = w.power.request;
        step(&w);
        check_uart(&w);
        check_rtc(&w);
        check_power(&w, before);
    }
    return 0;
}
