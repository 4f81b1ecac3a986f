/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Tests of the console device with guests and peers that break rules. Sections are those of
 * VirtIO 1.2.
 */
#include <string.h>

#include "terminal_fixture.h"
#include "unit.h"

/** A guest; it is too big for a stack. */
static struct terminal t;
/** Bytes that came. */
static uint8_t got[0x4000];

/** Makes a guest whose ports are all open. */
static void ready(void)
{
    terminal_make(&t);
    terminal_up(&t, TERMINAL_ALL);
    terminal_open(&t);
}

/** Whether the device has failed, and works again after a reset. */
static bool fails_and_recovers(void)
{
    bool failed = terminal_has_failed(&t);
    terminal_up(&t, TERMINAL_ALL);
    terminal_open(&t);
    terminal_write(&t, SHELL, "again", 5);
    while (terminal_far_read(&t, CABLE, got, sizeof(got)) != 0) {
    }
    return failed && !terminal_has_failed(&t) &&
           terminal_far_read(&t, SHELL, got, sizeof(got)) == 5 && memcmp(got, "again", 5) == 0;
}

static void virtio_5_3_6_1_buffers_of_the_wrong_kind_end_the_device(struct mk_vm *vm)
{
    (void)vm;
    ready();
    guest_buffer(&t.guest, 5, 0, TERMINAL_DATA(CABLE), 16, true); /* to be written, in transmit */
    guest_kick(&t.guest, 5);
    UNIT_CHECK(fails_and_recovers());
    for (uint32_t empty = 0; empty < 2; empty++) { /* to be read, or without room, in receive */
        guest_buffer(&t.guest, 4, 0, TERMINAL_DATA(CABLE), empty ? 0 : 16, empty != 0);
        guest_kick(&t.guest, 4);
        UNIT_CHECK(terminal_far_write(&t, CABLE, "x", 1) == 1);
        UNIT_CHECK(fails_and_recovers());
        mk_link_start(&t.ends[CABLE].link, &t.ends[CABLE].other);
        terminal_settle(&t);
    }
}

static void a_message_that_is_none_ends_the_device(struct mk_vm *vm)
{
    (void)vm;
    for (uint32_t i = 0; i < 5; i++) {
        ready();
        if (i == 0) { /* too short */
            guest_buffer(&t.guest, MK_CONSOLE_CONTROL_TX, 0, GUEST_DATA, 7, false);
        } else if (i == 1) { /* to be written */
            guest_buffer(&t.guest, MK_CONSOLE_CONTROL_TX, 0, GUEST_DATA, 8, true);
        } else if (i == 2) { /* no memory */
            guest_buffer(&t.guest, MK_CONSOLE_CONTROL_TX, 0, GUEST_RAM - 4, 8, false);
        }
        guest_kick(&t.guest, MK_CONSOLE_CONTROL_TX);
        if (i == 3) { /* a buffer for messages that has no room for one */
            terminal_up(&t, TERMINAL_ALL);
            guest_queue(&t.guest, MK_CONSOLE_CONTROL_RX, MK_VQ_SIZE);
            guest_negotiate(&t.guest, TERMINAL_ALL);
            for (uint32_t q = 0; q < 8; q++) {
                guest_queue(&t.guest, q, MK_VQ_SIZE);
            }
            guest_ready(&t.guest);
            guest_buffer(&t.guest, MK_CONSOLE_CONTROL_RX, 0, GUEST_DATA, 7, true);
            terminal_say(&t, 0, MK_CONSOLE_DEVICE_READY, 1);
        } else if (i == 4) { /* one that is to be read */
            guest_negotiate(&t.guest, TERMINAL_ALL);
            for (uint32_t q = 0; q < 8; q++) {
                guest_queue(&t.guest, q, MK_VQ_SIZE);
            }
            guest_ready(&t.guest);
            guest_buffer(&t.guest, MK_CONSOLE_CONTROL_RX, 0, GUEST_DATA, 64, false);
            terminal_say(&t, 0, MK_CONSOLE_DEVICE_READY, 1);
        }
        UNIT_CHECK(fails_and_recovers());
    }
}

static void cve_2011_2512_a_message_about_a_port_that_is_not_there_reaches_nothing(struct mk_vm *vm)
{
    (void)vm;
    const uint32_t ports[] = {TERMINALS, 0x7fffffff, UINT32_MAX, UINT32_MAX - 1};
    for (uint32_t i = 0; i < MK_COUNT(ports); i++) {
        ready();
        terminal_say(&t, ports[i], i % 2 == 0 ? MK_CONSOLE_PORT_OPEN : MK_CONSOLE_PORT_READY, 1);
        UNIT_CHECK(fails_and_recovers());
    }
    terminal_make(&t);
    terminal_up(&t, TERMINAL_ALL);
    terminal_say(&t, SHELL, MK_CONSOLE_PORT_OPEN, 1); /* it was never told of */
    UNIT_CHECK(terminal_has_failed(&t));
    ready();
    terminal_say(&t, UINT32_MAX, 99, 1); /* a kind that is not known means nothing */
    UNIT_CHECK(!terminal_has_failed(&t));
}

static void cve_2016_5403_a_port_has_one_buffer_in_hand(struct mk_vm *vm)
{
    (void)vm;
    ready();
    memset(t.guest.ram + TERMINAL_DATA(CABLE), 'a', 0x8000);
    for (uint16_t i = 0; i < MK_VQ_SIZE; i++) { /* all that a queue can hold, and nobody reads */
        guest_buffer(&t.guest, 5, i, TERMINAL_DATA(CABLE), 0x8000, false);
    }
    guest_kick(&t.guest, 5);
    terminal_settle(&t);
    UNIT_CHECK((uint16_t)(t.queues[5].taken - t.queues[5].published) == 0);
    UNIT_CHECK(t.units[CABLE].sent == TERMINAL_ROOM && t.units[CABLE].tx_waits);
}

static void cve_2020_16843_a_port_goes_on_when_there_are_buffers_again(struct mk_vm *vm)
{
    (void)vm;
    ready();
    for (uint32_t i = 0; i < 300; i++) { /* each time it runs out of buffers, and gets one */
        UNIT_CHECK(terminal_far_write(&t, CABLE, "ab", 2) == 2);
        UNIT_CHECK(terminal_read(&t, CABLE, got, sizeof(got)) == 0);
        terminal_buffers(&t, CABLE, 1, 2);
        UNIT_CHECK(terminal_read(&t, CABLE, got, sizeof(got)) == 2);
    }
}

static void
cve_2026_16457_a_port_that_is_refilled_all_the_time_ends_with_the_round(struct mk_vm *vm)
{
    (void)vm;
    ready();
    mk_link_stop(&t.ends[CABLE].link); /* all that is sent is gone at once */
    terminal_settle(&t);
    for (uint16_t i = 0; i < 200; i++) { /* empty ones, which move nothing */
        guest_buffer(&t.guest, 5, i, TERMINAL_DATA(CABLE), 0, false);
    }
    guest_kick(&t.guest, 5);
    UNIT_CHECK(t.queues[5].published == MK_CONSOLE_ROUND && t.units[CABLE].tx_more);
    UNIT_CHECK(mk_virtio_serve(&t.console.virtio, 0));
    terminal_settle(&t);
    UNIT_CHECK(t.queues[5].published == 200 && !t.units[CABLE].tx_more);
    for (uint16_t i = 0; i < 200; i++) {
        guest_buffer(&t.guest, MK_CONSOLE_CONTROL_TX, i, GUEST_DATA + 0x10000, 8, false);
    }
    uint16_t before = t.queues[MK_CONSOLE_CONTROL_TX].published;
    guest_kick(&t.guest, MK_CONSOLE_CONTROL_TX);
    UNIT_CHECK((uint16_t)(t.queues[MK_CONSOLE_CONTROL_TX].published - before) == MK_CONSOLE_ROUND);
}

static void no_byte_of_a_message_is_read_twice(struct mk_vm *vm)
{
    (void)vm;
    ready();
    t.guest.changes = GUEST_DATA; /* every byte is another one at the second look */
    terminal_say(&t, CABLE, MK_CONSOLE_PORT_OPEN, 0);
    t.guest.changes = 0;
    UNIT_CHECK(!t.units[CABLE].open && !terminal_has_failed(&t));
}

static void no_buffer_outside_of_memory_is_used(struct mk_vm *vm)
{
    (void)vm;
    const uint64_t places[] = {GUEST_RAM - 1, GUEST_RAM, UINT64_MAX - 1};
    for (uint32_t i = 0; i < MK_COUNT(places); i++) {
        ready();
        guest_buffer(&t.guest, 1, 0, places[i], 16, false);
        guest_kick(&t.guest, 1);
        UNIT_CHECK(fails_and_recovers());
        UNIT_CHECK(terminal_far_write(&t, SHELL, "0123456789abcdef", 16) == 16);
        guest_buffer(&t.guest, 0, 0, places[i], 16, true);
        guest_kick(&t.guest, 0);
        terminal_settle(&t);
        UNIT_CHECK(terminal_has_failed(&t));
    }
}

static void a_peer_that_lies_loses_its_port_and_no_other(struct mk_vm *vm)
{
    (void)vm;
    ready();
    struct mk_link_header *header = (struct mk_link_header *)(void *)t.ends[CABLE].theirs;
    header->head = TERMINAL_REGION * 2;
    t.ends[CABLE].signals++;
    terminal_buffers(&t, CABLE, 4, 64);
    terminal_settle(&t);
    UNIT_CHECK(terminal_is_told(&t, CABLE, MK_CONSOLE_PORT_OPEN, 0));
    UNIT_CHECK(terminal_read(&t, CABLE, got, sizeof(got)) == 0 && !terminal_has_failed(&t));
    terminal_write(&t, SHELL, "fine", 4);
    UNIT_CHECK(terminal_far_read(&t, SHELL, got, sizeof(got)) == 4);
}

static void virtio_2_4_1_a_console_that_is_reset_at_any_moment_has_nothing_left(struct mk_vm *vm)
{
    (void)vm;
    for (uint32_t moment = 0; moment < 5; moment++) {
        terminal_make(&t);
        terminal_up(&t, TERMINAL_ALL);
        if (moment > 0) {
            terminal_open(&t);
        }
        if (moment > 1) {
            terminal_far_write(&t, CABLE, "data", 4);
        }
        if (moment > 2) {
            guest_buffer(&t.guest, 5, 0, TERMINAL_DATA(CABLE), 0x8000, false);
            guest_kick(&t.guest, 5);
        }
        if (moment > 3) {
            terminal_say(&t, 77, MK_CONSOLE_PORT_OPEN, 1); /* a mistake */
        }
        guest_out(&t.guest, REG_STATUS, 1, 0);
        uint32_t messages = t.guest.messages;
        UNIT_CHECK(guest_in(&t.guest, REG_STATUS, 1) == 0 && !t.console.running);
        for (uint32_t i = 0; i < TERMINALS; i++) {
            const struct mk_console_unit *unit = &t.units[i];
            UNIT_CHECK(!unit->added && !unit->ready && !unit->open && unit->due == 0 &&
                       unit->sent == 0 && !unit->tx_more && !unit->rx_more);
        }
        terminal_far_write(&t, SHELL, "x", 1);
        UNIT_CHECK(t.guest.messages == messages && !t.ends[MANAGER].link.up);
    }
}

const struct unit_test unit_virtio_console_hostile[] = {
    UNIT_TEST(virtio_5_3_6_1_buffers_of_the_wrong_kind_end_the_device),
    UNIT_TEST(a_message_that_is_none_ends_the_device),
    UNIT_TEST(cve_2011_2512_a_message_about_a_port_that_is_not_there_reaches_nothing),
    UNIT_TEST(cve_2016_5403_a_port_has_one_buffer_in_hand),
    UNIT_TEST(cve_2020_16843_a_port_goes_on_when_there_are_buffers_again),
    UNIT_TEST(cve_2026_16457_a_port_that_is_refilled_all_the_time_ends_with_the_round),
    UNIT_TEST(no_byte_of_a_message_is_read_twice),
    UNIT_TEST(no_buffer_outside_of_memory_is_used),
    UNIT_TEST(a_peer_that_lies_loses_its_port_and_no_other),
    UNIT_TEST(virtio_2_4_1_a_console_that_is_reset_at_any_moment_has_nothing_left),
    {NULL, NULL},
};
