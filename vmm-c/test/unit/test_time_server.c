/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The time source: interval timer, clock, and those who wait.
 */
#include "components/clock.h"
#include "components/time.h"
#include "parts.h"
#include "unit.h"

/** Ticks of the played TSC in a second. */
#define HZ UINT64_C(1000000000)

static struct parts parts;
static struct mk_time_server server;
static struct mk_time_client clients[2];
static struct mk_alarm alarms[2];
static const struct mk_port_range ranges[] = {{"pit", 0x40, 0x43, 0}, {"rtc", 0x70, 0x71, 0}};
static const struct mk_irq irq = {.name = "pit", .event = 2};

/** What was written to the timer: control, then count. */
static uint32_t control;
static uint32_t count;
/** Register of the clock that is selected, and its registers. */
static uint32_t selected;
static uint8_t clock_registers[128];

/** Plays the timer and the clock. */
static void out(struct host_component *h, uint32_t port, uint32_t value)
{
    (void)h;
    if (port == 0x43) {
        control = value;
        count = 0;
    } else if (port == 0x40) {
        count = count >> 8 | value << 8;
    } else if (port == 0x70) {
        selected = value;
    }
}

/** Plays the clock. */
static uint32_t in(struct host_component *h, uint32_t port)
{
    (void)h;
    return port == 0x71 ? clock_registers[selected % 128] : 0;
}

/** Starts the time source with two who ask. */
static void start(void)
{
    static const enum mk_channel_kind kinds[] = {MK_CHANNEL_TIMER, MK_CHANNEL_TIMER};
    parts_make(&parts, kinds, 2);
    parts.resources.io_ports = ranges;
    parts.resources.io_port_count = 2;
    parts.resources.irqs = &irq;
    parts.resources.irq_count = 1;
    parts.component.tsc_hz = HZ;
    parts.host.in = in;
    parts.host.out = out;
    mk_time_server_start(&server, &parts.component, clients);
    for (uint32_t i = 0; i < 2; i++) {
        mk_alarm_start(&alarms[i], &parts.far[i]);
    }
    mk_time_server_round(&server);
}

/** Those who ask learn the speed of the TSC and the time at start. */
static void clients_learn_the_speed_of_the_tsc(struct mk_vm *vm)
{
    (void)vm;
    clock_registers[0x0b] = 6; /* binary, 24 hours */
    clock_registers[7] = 1;
    clock_registers[8] = 1;
    clock_registers[9] = 26; /* 2026-01-01 */
    start();
    UNIT_CHECK(mk_alarm_hz(&alarms[0]) == HZ && mk_alarm_hz(&alarms[1]) == HZ);
    UNIT_CHECK(alarms[0].words.in[MK_ALARM_UNIX_TIME] == 1767225600);
}

/** The played timer: how many counts were begun, and how many of them an old interrupt disturbs. */
static uint32_t counts;
static uint32_t disturbed;
static bool read_back;

/** Plays the timer as the firmware leaves it: with an interrupt that is pending. */
static void out_of_firmware(struct host_component *h, uint32_t port, uint32_t value)
{
    static uint32_t bytes;
    if (port == 0x43) {
        read_back = value == 0xe2;
        bytes = 0;
    } else if (port == 0x40 && ++bytes == 2) {
        counts++;
        h->events = UINT64_C(1) << irq.event;
        h->step = counts <= disturbed ? 1000 : HZ / 100; /* so much passes until it is looked */
    }
}

/** Its status: the output is high when the count has ended. */
static uint32_t status_of_firmware(struct host_component *h, uint32_t port)
{
    (void)h;
    return port == 0x40 && read_back && counts > disturbed ? 0x80 : 0;
}

/** Measures the TSC with a timer whose first counts are disturbed. */
static uint64_t measured(uint32_t disturbances)
{
    struct mk_pit pit = {.c = &parts.component};
    start();
    parts.component.tsc_hz = 0;
    parts.host.out = out_of_firmware;
    parts.host.in = status_of_firmware;
    counts = 0;
    disturbed = disturbances;
    mk_pit_start(&pit);
    return pit.tsc_hz;
}

/** An interrupt that the firmware's count raised is not taken for the end of the measurement (8254,
 * mode 0: the output says when the count has ended); a timer that never says so is given up. */
static void an_old_interrupt_does_not_end_the_measurement(struct mk_vm *vm)
{
    (void)vm;
    UNIT_CHECK(measured(0) == HZ && counts == 1);
    UNIT_CHECK(measured(1) == HZ && counts == 2);
    measured(UINT32_MAX);
    UNIT_CHECK(counts == 4);
}

/** Who asks is signalled when the time has come and not before, once for each request. */
static void signal_comes_when_the_time_has_come(struct mk_vm *vm)
{
    (void)vm;
    start();
    parts.host.now = 1000;
    mk_alarm_set(&alarms[0], 5000000);
    mk_alarm_set(&alarms[1], 9000000);
    mk_time_server_round(&server);
    uint32_t before = parts.signals[0];
    mk_time_server_round(&server);
    UNIT_CHECK(parts.signals[0] == before);
    parts.host.now = 5000000;
    mk_time_server_round(&server);
    UNIT_CHECK(parts.signals[0] == before + 1);
    mk_time_server_round(&server);
    UNIT_CHECK(parts.signals[0] == before + 1);
    uint32_t second = parts.signals[1];
    parts.host.now = 9000000;
    mk_time_server_round(&server);
    UNIT_CHECK(parts.signals[1] == second + 1 && parts.signals[0] == before + 1);
}

/** The timer counts to the nearest deadline, and its longest when that is further away (Intel 8254,
 * mode 0). */
static void timer_counts_to_the_nearest_deadline(struct mk_vm *vm)
{
    (void)vm;
    start();
    parts.host.now = 0;
    mk_alarm_set(&alarms[0], HZ);
    mk_time_server_round(&server);
    UNIT_CHECK(control == 0x30 && count == 0xffff);
    mk_alarm_set(&alarms[1], HZ / 1000); /* 1193.182 clocks */
    mk_time_server_round(&server);
    UNIT_CHECK(control == 0x30 && count >= 1193 && count <= 1195);
}

/** A request of who starts anew counts, though its numbers begin again. */
static void client_that_starts_anew_is_served(struct mk_vm *vm)
{
    (void)vm;
    start();
    for (int i = 0; i < 3; i++) {
        mk_alarm_start(&alarms[0], &parts.far[0]);
        mk_alarm_set(&alarms[0], 1);
        mk_time_server_round(&server);
        uint32_t before = parts.signals[0];
        parts.host.now = HZ;
        mk_alarm_set(&alarms[0], HZ / 2);
        mk_time_server_round(&server);
        UNIT_CHECK(parts.signals[0] > before);
        UNIT_CHECK(mk_alarm_hz(&alarms[0]) == HZ);
    }
}

/** A clock that never gives the same time twice is given up. */
static void clock_without_a_valid_time_gives_none(struct mk_vm *vm)
{
    (void)vm;
    start();
    clock_registers[0x0a] = 0x80; /* always an update under way */
    UNIT_CHECK(mk_clock_read(&parts.component, MK_TIME_CLOCK) == 0);
    clock_registers[0x0a] = 0;
    clock_registers[8] = 13;
    UNIT_CHECK(mk_clock_read(&parts.component, MK_TIME_CLOCK) == 0);
    clock_registers[8] = 1;
}

const struct unit_test unit_time_server[] = {
    UNIT_TEST(clients_learn_the_speed_of_the_tsc),
    UNIT_TEST(signal_comes_when_the_time_has_come),
    UNIT_TEST(timer_counts_to_the_nearest_deadline),
    UNIT_TEST(an_old_interrupt_does_not_end_the_measurement),
    UNIT_TEST(client_that_starts_anew_is_served),
    UNIT_TEST(clock_without_a_valid_time_gives_none),
    {NULL, NULL}};
