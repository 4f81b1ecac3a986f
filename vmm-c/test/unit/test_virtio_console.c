/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Tests of the bytes that go through the console device's ports. Sections are those of VirtIO 1.2.
 */
#include <string.h>

#include "terminal_fixture.h"
#include "unit.h"

/** A guest; it is too big for a stack. */
static struct terminal t;
/** Bytes that are sent, and that were received. */
static uint8_t sent[0x4000];
/** What was received. */
static uint8_t got[0x4000];

/** Makes a guest whose ports are all open. */
static void ready(uint64_t features)
{
    terminal_make(&t);
    terminal_up(&t, features);
    terminal_open(&t);
    for (uint32_t i = 0; i < sizeof(sent); i++) {
        sent[i] = (uint8_t)(i * 7 + i / 256);
    }
    memset(got, 0, sizeof(got));
}

/** Sends bytes as one chain of buffers of some size each. */
static void write_chain(uint32_t port, uint32_t bytes, uint32_t each)
{
    struct guest *g = &t.guest;
    uint32_t queue = MK_CONSOLE_RX_OF(port) + 1;
    uint32_t count = (bytes + each - 1) / each;
    memcpy(g->ram + TERMINAL_DATA(port), sent, bytes);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t part = i + 1 == count ? bytes - each * i : each;
        guest_descriptor(g, guest_table(queue) + UINT64_C(16) * i,
                         TERMINAL_DATA(port) + (uint64_t)each * i, part,
                         i + 1 == count ? 0 : F_NEXT, (uint16_t)(i + 1));
    }
    guest_offer(g, queue, 0);
    guest_kick(g, queue);
}

/** Whether the driver has its buffer back. */
static bool is_used(uint32_t port)
{
    uint32_t head;
    uint32_t bytes = 1;
    return guest_take(&t.guest, MK_CONSOLE_RX_OF(port) + 1, &head, &bytes) && bytes == 0;
}

static void virtio_5_3_6_bytes_go_both_ways_at_every_port(struct mk_vm *vm)
{
    (void)vm;
    ready(TERMINAL_ALL);
    for (uint32_t i = 0; i < TERMINALS; i++) {
        terminal_write(&t, i, "to you", 6);
        UNIT_CHECK(is_used(i));
        UNIT_CHECK(terminal_far_read(&t, i, got, sizeof(got)) == 6 &&
                   memcmp(got, "to you", 6) == 0);
        terminal_buffers(&t, i, 2, 4);
        UNIT_CHECK(terminal_far_write(&t, i, "to me", 5) == 5);
        UNIT_CHECK(terminal_read(&t, i, got, sizeof(got)) == 5 && memcmp(got, "to me", 5) == 0);
    }
}

static void virtio_5_3_6_without_messages_port_0_is_there_and_open(struct mk_vm *vm)
{
    (void)vm;
    terminal_make(&t);
    terminal_up(&t, 0);
    terminal_buffers(&t, SHELL, 1, 16);
    terminal_write(&t, SHELL, "login: ", 7);
    UNIT_CHECK(terminal_far_read(&t, SHELL, got, sizeof(got)) == 7);
    UNIT_CHECK(terminal_far_write(&t, SHELL, "root", 4) == 4);
    UNIT_CHECK(terminal_read(&t, SHELL, got, sizeof(got)) == 4 && !terminal_has_failed(&t));
}

static void a_buffer_longer_than_the_line_crosses_in_pieces(struct mk_vm *vm)
{
    (void)vm;
    const uint32_t bytes = 3 * TERMINAL_ROOM + 123;
    const uint32_t each[] = {bytes, 1000, 77};
    for (uint32_t i = 0; i < MK_COUNT(each); i++) {
        uint32_t total = 0;
        ready(TERMINAL_ALL);
        write_chain(CABLE, bytes, each[i]);
        UNIT_CHECK(!is_used(CABLE)); /* its first bytes are in the line, and no more fit */
        for (uint32_t turn = 0; turn < 100 && total < bytes; turn++) {
            total += terminal_far_read(&t, CABLE, got + total, 1000);
        }
        UNIT_CHECK(total == bytes && memcmp(got, sent, bytes) == 0 && is_used(CABLE));
    }
}

static void bytes_come_in_order_into_buffers_of_any_size(struct mk_vm *vm)
{
    (void)vm;
    const uint32_t bytes = 2 * TERMINAL_ROOM;
    uint32_t written = 0;
    uint32_t total = 0;
    ready(TERMINAL_ALL);
    for (uint32_t i = 0; total < bytes && i < 1000; i++) {
        written += terminal_far_write(&t, SHELL, sent + written, bytes - written);
        terminal_buffers(&t, SHELL, 1, 1 + i % 97);
        terminal_settle(&t);
        total += terminal_read(&t, SHELL, got + total, (uint32_t)sizeof(got) - total);
    }
    UNIT_CHECK(total == bytes && memcmp(got, sent, bytes) == 0);
}

static void a_slow_reader_at_the_other_end_holds_up_its_own_port_only(struct mk_vm *vm)
{
    (void)vm;
    ready(TERMINAL_ALL);
    write_chain(CABLE, 2 * TERMINAL_ROOM, 256); /* nobody reads it */
    UNIT_CHECK(!is_used(CABLE));
    for (uint32_t i = 0; i < 1000; i++) {
        terminal_write(&t, SHELL, sent, 100);
        UNIT_CHECK(is_used(SHELL) && terminal_far_read(&t, SHELL, got, sizeof(got)) == 100);
        terminal_buffers(&t, CABLE, 1, 8); /* its other direction, too */
        UNIT_CHECK(terminal_far_write(&t, CABLE, "x", 1) == 1);
        UNIT_CHECK(terminal_read(&t, CABLE, got, sizeof(got)) == 1);
    }
    UNIT_CHECK(!is_used(CABLE) && !terminal_has_failed(&t));
    while (terminal_far_read(&t, CABLE, got, sizeof(got)) != 0) {
    }
    UNIT_CHECK(is_used(CABLE));
}

static void a_guest_that_does_not_read_holds_up_its_own_port_only(struct mk_vm *vm)
{
    (void)vm;
    ready(TERMINAL_ALL);
    UNIT_CHECK(terminal_far_write(&t, CABLE, sent, sizeof(sent)) == TERMINAL_ROOM);
    for (uint32_t i = 0; i < 1000; i++) {
        terminal_buffers(&t, SHELL, 1, 64);
        UNIT_CHECK(terminal_far_write(&t, SHELL, "abc", 3) == 3);
        UNIT_CHECK(terminal_read(&t, SHELL, got, sizeof(got)) == 3);
    }
    terminal_buffers(&t, CABLE, 64, 128);
    terminal_settle(&t);
    UNIT_CHECK(terminal_read(&t, CABLE, got, sizeof(got)) == TERMINAL_ROOM &&
               memcmp(got, sent, TERMINAL_ROOM) == 0);
}

static void what_comes_before_the_guest_opens_the_port_waits(struct mk_vm *vm)
{
    (void)vm;
    ready(TERMINAL_ALL);
    terminal_say(&t, CABLE, MK_CONSOLE_PORT_OPEN, 0);
    terminal_buffers(&t, CABLE, 1, 64);
    UNIT_CHECK(terminal_far_write(&t, CABLE, "early", 5) == 5);
    UNIT_CHECK(terminal_read(&t, CABLE, got, sizeof(got)) == 0);
    terminal_say(&t, CABLE, MK_CONSOLE_PORT_OPEN, 1);
    UNIT_CHECK(terminal_read(&t, CABLE, got, sizeof(got)) == 5 && memcmp(got, "early", 5) == 0);
}

static void what_is_sent_to_nobody_is_gone(struct mk_vm *vm)
{
    (void)vm;
    ready(TERMINAL_ALL);
    write_chain(CABLE, 2 * TERMINAL_ROOM, 4096); /* waits, and then the peer goes away */
    UNIT_CHECK(!is_used(CABLE));
    mk_link_stop(&t.ends[CABLE].link);
    terminal_settle(&t);
    UNIT_CHECK(is_used(CABLE));
    terminal_write(&t, CABLE, "hello?", 6);
    UNIT_CHECK(is_used(CABLE));
    mk_link_start(&t.ends[CABLE].link, &t.ends[CABLE].other);
    terminal_settle(&t);
    UNIT_CHECK(terminal_far_read(&t, CABLE, got, sizeof(got)) == 0);
    terminal_write(&t, CABLE, "hello!", 6);
    UNIT_CHECK(terminal_far_read(&t, CABLE, got, sizeof(got)) == 6);
}

static void a_line_to_a_console_outlives_a_reset_of_the_device(struct mk_vm *vm)
{
    (void)vm;
    ready(TERMINAL_ALL);
    terminal_write(&t, SHELL, "before", 6);
    UNIT_CHECK(terminal_far_write(&t, SHELL, "typed", 5) == 5);
    guest_out(&t.guest, REG_STATUS, 1, 0);
    terminal_settle(&t);
    UNIT_CHECK(terminal_far_read(&t, SHELL, got, sizeof(got)) == 6);
    terminal_up(&t, TERMINAL_ALL);
    terminal_open(&t);
    terminal_buffers(&t, SHELL, 1, 64);
    UNIT_CHECK(terminal_read(&t, SHELL, got, sizeof(got)) == 5 && memcmp(got, "typed", 5) == 0);
}

/** Interrupts for all queues. */
static uint64_t interrupts(void)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < t.console.virtio.parts.queue_count; i++) {
        sum += t.console.virtio.parts.queues[i].counts.interrupts;
    }
    return sum;
}

static void one_doorbell_of_a_port_is_one_interrupt_at_most(struct mk_vm *vm)
{
    (void)vm;
    ready(TERMINAL_ALL & ~MK_VIRTIO_BIT(MK_VIRTIO_EVENT_INDEX));
    uint64_t before = interrupts();
    for (uint16_t i = 0; i < 16; i++) {
        guest_buffer(&t.guest, 5, i, TERMINAL_DATA(CABLE), 16, false);
    }
    guest_kick(&t.guest, 5);
    UNIT_CHECK(interrupts() == before + 1);
    terminal_buffers(&t, SHELL, 16, 8);
    before = interrupts();
    UNIT_CHECK(terminal_far_write(&t, SHELL, sent, 100) == 100);
    UNIT_CHECK(interrupts() == before + 1);
}

const struct unit_test unit_virtio_console[] = {
    UNIT_TEST(virtio_5_3_6_bytes_go_both_ways_at_every_port),
    UNIT_TEST(virtio_5_3_6_without_messages_port_0_is_there_and_open),
    UNIT_TEST(a_buffer_longer_than_the_line_crosses_in_pieces),
    UNIT_TEST(bytes_come_in_order_into_buffers_of_any_size),
    UNIT_TEST(a_slow_reader_at_the_other_end_holds_up_its_own_port_only),
    UNIT_TEST(a_guest_that_does_not_read_holds_up_its_own_port_only),
    UNIT_TEST(what_comes_before_the_guest_opens_the_port_waits),
    UNIT_TEST(what_is_sent_to_nobody_is_gone),
    UNIT_TEST(a_line_to_a_console_outlives_a_reset_of_the_device),
    UNIT_TEST(one_doorbell_of_a_port_is_one_interrupt_at_most),
    {NULL, NULL},
};
