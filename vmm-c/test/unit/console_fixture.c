/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A console with VMs, a lifecycle manager, and a terminal.
 */
#include "console_fixture.h"

#include <string.h>

#include "link/alarm.h"
#include "link/stream.h"
#include "unit.h"

/** Ticks of the played TSC in a second. */
#define HZ UINT64_C(1000000)

static const struct mk_port_range uart = {"com1", 0x3f8, 0x3ff, 0};
static const struct mk_irq irq = {.name = "com1", .event = 5};
static const struct mk_console_port ports[CONSOLE_VMS] = {
    {"web", "com1", 0, 0}, {"db", "com1", 1, 1}, {"log", "com2", 2, 2}};
/** Rounds after which a console that still works never comes to rest. */
#define SETTLE_ROUNDS 10000
/** The time source's end. */
static struct mk_words time_source;

/** Whose registers those are. */
static struct console_fixture *fixture_of(struct host_component *h)
{
    return (struct console_fixture *)(void *)((uint8_t *)h -
                                              offsetof(struct console_fixture, parts.host));
}

/** Plays a 16550 whose line has no speed. */
static uint32_t in(struct host_component *h, uint32_t port)
{
    struct console_fixture *f = fixture_of(h);
    if (port == 0x3fd) {
        return (f->slow ? 0 : 0x20U) | (f->typed_taken < f->typed_count ? 1 : 0);
    }
    return port == 0x3f8 && f->typed_taken < f->typed_count ? (uint8_t)f->typed[f->typed_taken++]
                                                            : 0;
}

/** Plays a 16550: its divisor latch is open while bit 7 of line control is set. */
static void out(struct host_component *h, uint32_t port, uint32_t value)
{
    static uint32_t line_control;
    line_control = port == 0x3fb ? value : line_control;
    if (port == 0x3f8 && (line_control & 0x80) == 0) {
        screen_take(&fixture_of(h)->screen, (uint8_t)value);
    }
}

void console_make(struct console_fixture *f, enum mk_console_output output, uint32_t count)
{
    static const enum mk_channel_kind kinds[] = {MK_CHANNEL_CONSOLE, MK_CHANNEL_CONSOLE,
                                                 MK_CHANNEL_CONSOLE, MK_CHANNEL_LIFECYCLE,
                                                 MK_CHANNEL_TIMER};
    const uint64_t hz[MK_WORDS] = {[MK_ALARM_TSC_HZ] = HZ};
    memset(f, 0, sizeof(*f));
    parts_make(&f->parts, kinds, 5);
    f->parts.resources.io_ports = &uart;
    f->parts.resources.io_port_count = 1;
    f->parts.resources.irqs = &irq;
    f->parts.resources.irq_count = 1;
    f->parts.host.in = in;
    f->parts.host.out = out;
    f->config = (struct mk_console_config){.name = "front",
                                           .baud = 115200,
                                           .escape = 1,
                                           .output = output,
                                           .ports = ports,
                                           .port_count = count};
    mk_console_start(&f->console, &f->parts.component, &f->config, f->vms);
    for (uint32_t i = 0; i < count; i++) {
        mk_link_start(&f->far[i], &f->parts.far[i]);
    }
    mk_link_start(&f->lifecycle, &f->parts.far[3]);
    mk_words_start(&time_source, &f->parts.far[4]);
    mk_words_write(&time_source, hz);
    console_settle(f);
    for (uint32_t i = 0; i < count; i++) {
        UNIT_CHECK(mk_link_update(&f->far[i]));
    }
}

void console_settle(struct console_fixture *f)
{
    uint64_t events = f->parts.resources.event_mask;
    int i = 0;
    while (i < SETTLE_ROUNDS && (mk_console_round(&f->console, events) || f->parts.host.events)) {
        events = mk_component_poll(&f->parts.component);
        i++;
    }
    UNIT_CHECK(i < SETTLE_ROUNDS);
}

void console_print(struct console_fixture *f, uint32_t vm, const char *text)
{
    uint64_t bytes = strlen(text);
    for (uint64_t sent = 0; sent < bytes;) {
        sent += mk_stream_put(&f->far[vm], text + sent, bytes - sent);
        console_settle(f);
    }
}

void console_type(struct console_fixture *f, const char *text)
{
    f->typed_taken = 0;
    f->typed_count = (uint32_t)strlen(text);
    memcpy(f->typed, text, f->typed_count);
    console_settle(f);
    UNIT_CHECK(f->typed_taken == f->typed_count);
}

void console_heard(struct mk_link *link, char *text)
{
    text[mk_stream_get(link, text, 63)] = '\0';
}

void console_wait(struct console_fixture *f)
{
    f->parts.host.now += HZ;
    console_settle(f);
}
