/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Tests of the console device's features, configuration and control messages. Sections are those
 * of VirtIO 1.2.
 */
#include <string.h>

#include "terminal_fixture.h"
#include "unit.h"

/** A guest; it is too big for a stack. */
static struct terminal t;
/** A message. */
static struct terminal_message got;

/** Whether the next control message is this one. */
static bool is_next(uint32_t port, uint16_t event, uint16_t value)
{
    return terminal_hear(&t, &got) && got.port == port && got.event == event && got.value == value;
}

static void virtio_5_3_1_the_device_is_a_console(struct mk_vm *vm)
{
    (void)vm;
    terminal_make(&t);
    UNIT_CHECK(mk_pci_config_read(&t.guest.root, 0, 0, 4) == 0x10431af4);
}

static void virtio_5_3_2_port_0_comes_before_the_control_queues(struct mk_vm *vm)
{
    (void)vm;
    terminal_make(&t);
    UNIT_CHECK(guest_in(&t.guest, REG_QUEUES, 2) == 8);
    UNIT_CHECK(MK_CONSOLE_RX_OF(0) == 0 && MK_CONSOLE_RX_OF(1) == 4 && MK_CONSOLE_RX_OF(2) == 6);
    terminal_up(&t, TERMINAL_ALL);
    terminal_open(&t);
    uint8_t text[4] = {0};
    terminal_write(&t, SHELL, "0", 1);
    terminal_write(&t, CABLE, "1", 1);
    terminal_write(&t, MANAGER, "2", 1);
    for (uint32_t i = 0; i < TERMINALS; i++) {
        UNIT_CHECK(terminal_far_read(&t, i, text, 4) == 1 && text[0] == '0' + i);
    }
}

static void virtio_5_3_3_exactly_the_features_of_the_plan_are_offered(struct mk_vm *vm)
{
    (void)vm;
    terminal_make(&t);
    UNIT_CHECK(guest_offered(&t.guest) == TERMINAL_ALL);
    t.plans[SHELL].columns = 0; /* the plan knows no size */
    guest_init(&t.guest, MK_PCI_CONSOLE, 9);
    UNIT_CHECK(terminal_device(&t));
    UNIT_CHECK(guest_offered(&t.guest) == (TERMINAL_ALL & ~MK_VIRTIO_BIT(MK_CONSOLE_SIZE)));
    UNIT_CHECK(!guest_negotiate(&t.guest, TERMINAL_ALL));
    UNIT_CHECK(!guest_negotiate(&t.guest, 1U << 2)); /* no emergency write */
    UNIT_CHECK(guest_negotiate(&t.guest, 0));
}

static void virtio_5_3_4_the_configuration_has_a_size_and_the_number_of_ports(struct mk_vm *vm)
{
    (void)vm;
    terminal_make(&t);
    UNIT_CHECK(guest_in(&t.guest, MK_VIRTIO_CONFIG_AT, 2) == 80);
    UNIT_CHECK(guest_in(&t.guest, MK_VIRTIO_CONFIG_AT + 2, 2) == 25);
    UNIT_CHECK(guest_in(&t.guest, MK_VIRTIO_CONFIG_AT + 4, 4) == TERMINALS);
    guest_out(&t.guest, MK_VIRTIO_CONFIG_AT, 4, UINT32_MAX);
    guest_out(&t.guest, MK_VIRTIO_CONFIG_AT + 8, 4, 'x'); /* emergency write is not offered */
    UNIT_CHECK(guest_in(&t.guest, MK_VIRTIO_CONFIG_AT, 8) == (80 | 25 << 16 | UINT64_C(3) << 32));
    UNIT_CHECK(guest_in(&t.guest, MK_VIRTIO_CONFIG_AT + 8, 8) == 0);
}

static void virtio_5_3_6_2_ports_are_told_of_when_the_driver_is_ready(struct mk_vm *vm)
{
    (void)vm;
    terminal_make(&t);
    terminal_up(&t, TERMINAL_ALL);
    UNIT_CHECK(!terminal_hear(&t, &got));
    terminal_say(&t, 0, MK_CONSOLE_DEVICE_READY, 0); /* it could not make itself ready */
    UNIT_CHECK(!terminal_hear(&t, &got));
    terminal_say(&t, UINT32_MAX, MK_CONSOLE_DEVICE_READY, 1); /* names no port */
    for (uint32_t i = 0; i < TERMINALS; i++) {
        UNIT_CHECK(is_next(i, MK_CONSOLE_PORT_ADD, 1) && got.bytes == 0);
    }
    UNIT_CHECK(!terminal_hear(&t, &got) && !terminal_has_failed(&t));
}

static void virtio_5_3_6_2_1_no_port_is_added_twice_nor_past_their_number(struct mk_vm *vm)
{
    (void)vm;
    terminal_make(&t);
    terminal_up(&t, TERMINAL_ALL);
    uint32_t added[TERMINALS] = {0};
    for (uint32_t i = 0; i < 3; i++) {
        terminal_say(&t, 0, MK_CONSOLE_DEVICE_READY, 1);
        while (terminal_hear(&t, &got)) {
            UNIT_CHECK(got.port < TERMINALS && got.event == MK_CONSOLE_PORT_ADD);
            added[got.port % TERMINALS]++;
        }
    }
    UNIT_CHECK(added[0] == 1 && added[1] == 1 && added[2] == 1);
    /* after a reset there are none, so they are added again */
    terminal_up(&t, TERMINAL_ALL);
    terminal_say(&t, 0, MK_CONSOLE_DEVICE_READY, 1);
    UNIT_CHECK(is_next(0, MK_CONSOLE_PORT_ADD, 1));
}

/** Message that removes a port (5.3.6.2). */
#define PORT_REMOVE 2

static void virtio_5_3_6_2_1_no_port_is_removed(struct mk_vm *vm)
{
    (void)vm;
    terminal_make(&t);
    terminal_up(&t, TERMINAL_ALL);
    terminal_say(&t, 0, MK_CONSOLE_DEVICE_READY, 1);
    uint32_t heard = 0;
    for (uint32_t i = 0; i < TERMINALS * 4; i++) {
        uint32_t port = i % TERMINALS;
        terminal_say(&t, port, PORT_REMOVE, 1); /* not the driver's to ask for */
        terminal_say(&t, port, MK_CONSOLE_PORT_READY, i < TERMINALS ? 0 : 1);
        terminal_say(&t, port, MK_CONSOLE_PORT_OPEN, i % 2);
        mk_link_stop(&t.ends[port].link);
        terminal_settle(&t);
        mk_link_start(&t.ends[port].link, &t.ends[port].other);
        terminal_settle(&t);
        for (; terminal_hear(&t, &got); heard++) {
            UNIT_CHECK(got.event != PORT_REMOVE);
        }
    }
    UNIT_CHECK(heard > TERMINALS * 2 && !terminal_has_failed(&t));
}

static void virtio_5_3_6_2_a_port_is_introduced_when_the_driver_has_taken_it(struct mk_vm *vm)
{
    (void)vm;
    terminal_make(&t);
    terminal_up(&t, TERMINAL_ALL);
    terminal_say(&t, 0, MK_CONSOLE_DEVICE_READY, 1);
    while (terminal_hear(&t, &got)) {
    }
    terminal_say(&t, SHELL, MK_CONSOLE_PORT_READY, 0); /* it could not take it */
    UNIT_CHECK(!terminal_hear(&t, &got));
    terminal_say(&t, SHELL, MK_CONSOLE_PORT_READY, 1);
    UNIT_CHECK(is_next(SHELL, MK_CONSOLE_CONSOLE_PORT, 1) && got.bytes == 0);
    UNIT_CHECK(is_next(SHELL, MK_CONSOLE_RESIZE, 1) && got.bytes == 4 && got.more[0] == 80 &&
               got.more[2] == 25); /* columns first */
    UNIT_CHECK(is_next(SHELL, MK_CONSOLE_PORT_NAME, 1) && strcmp(got.more, "shell") == 0);
    UNIT_CHECK(is_next(SHELL, MK_CONSOLE_PORT_OPEN, 1) && got.bytes == 0);
    terminal_say(&t, CABLE, MK_CONSOLE_PORT_READY, 1); /* is no console and has no size */
    UNIT_CHECK(is_next(CABLE, MK_CONSOLE_PORT_NAME, 1) && strcmp(got.more, "cable") == 0);
    UNIT_CHECK(is_next(CABLE, MK_CONSOLE_PORT_OPEN, 1));
    terminal_say(&t, CABLE, MK_CONSOLE_PORT_READY, 1);
    UNIT_CHECK(!terminal_hear(&t, &got)); /* it knows that */
}

static void virtio_5_3_6_2_a_size_is_told_to_a_driver_that_wants_one(struct mk_vm *vm)
{
    (void)vm;
    terminal_make(&t);
    terminal_up(&t, TERMINAL_ALL & ~MK_VIRTIO_BIT(MK_CONSOLE_SIZE));
    terminal_say(&t, 0, MK_CONSOLE_DEVICE_READY, 1);
    terminal_say(&t, SHELL, MK_CONSOLE_PORT_READY, 1);
    UNIT_CHECK(!terminal_is_told(&t, SHELL, MK_CONSOLE_RESIZE, 1));
}

static void virtio_5_3_6_2_open_says_whether_somebody_is_at_the_other_end(struct mk_vm *vm)
{
    (void)vm;
    terminal_make(&t);
    terminal_up(&t, TERMINAL_ALL);
    terminal_open(&t);
    mk_link_stop(&t.ends[CABLE].link);
    terminal_settle(&t);
    UNIT_CHECK(is_next(CABLE, MK_CONSOLE_PORT_OPEN, 0) && !terminal_hear(&t, &got));
    mk_link_start(&t.ends[CABLE].link, &t.ends[CABLE].other);
    terminal_settle(&t);
    UNIT_CHECK(is_next(CABLE, MK_CONSOLE_PORT_OPEN, 1) && !terminal_hear(&t, &got));
}

static void messages_for_which_there_is_no_buffer_do_not_pile_up(struct mk_vm *vm)
{
    (void)vm;
    uint32_t head;
    uint32_t bytes;
    terminal_make(&t);
    terminal_up(&t, TERMINAL_ALL);
    terminal_open(&t);
    /* the driver takes no message back for long, so there are TERMINAL_CONTROL in the end */
    for (uint32_t i = 0; i < 1000; i++) {
        mk_link_stop(&t.ends[CABLE].link);
        terminal_settle(&t);
        mk_link_start(&t.ends[CABLE].link, &t.ends[CABLE].other);
        terminal_settle(&t);
    }
    for (uint32_t i = 0; i < TERMINAL_CONTROL; i++) {
        UNIT_CHECK(guest_take(&t.guest, MK_CONSOLE_CONTROL_RX, &head, &bytes));
    }
    UNIT_CHECK(!guest_take(&t.guest, MK_CONSOLE_CONTROL_RX, &head, &bytes));
    mk_link_stop(&t.ends[CABLE].link);
    terminal_settle(&t);
    guest_offer(&t.guest, MK_CONSOLE_CONTROL_RX, 0);
    guest_offer(&t.guest, MK_CONSOLE_CONTROL_RX, 1);
    guest_kick(&t.guest, MK_CONSOLE_CONTROL_RX);
    UNIT_CHECK(is_next(CABLE, MK_CONSOLE_PORT_OPEN, 0) && !terminal_hear(&t, &got));
}

static void a_conversation_with_the_manager_begins_and_ends_with_its_port(struct mk_vm *vm)
{
    (void)vm;
    uint8_t text[64];
    terminal_make(&t);
    UNIT_CHECK(!t.ends[MANAGER].link.up);
    terminal_up(&t, TERMINAL_ALL);
    terminal_open(&t);
    UNIT_CHECK(t.ends[MANAGER].link.up);
    terminal_write(&t, MANAGER, "status\n", 7);
    UNIT_CHECK(terminal_far_read(&t, MANAGER, text, sizeof(text)) == 7);
    UNIT_CHECK(terminal_far_write(&t, MANAGER, "an answer\n", 10) == 10);
    terminal_say(&t, MANAGER, MK_CONSOLE_PORT_OPEN, 0); /* its program ended without reading */
    UNIT_CHECK(!t.ends[MANAGER].link.up);
    UNIT_CHECK(terminal_is_told(&t, MANAGER, MK_CONSOLE_PORT_OPEN, 0));
    terminal_say(&t, MANAGER, MK_CONSOLE_PORT_OPEN, 1);
    UNIT_CHECK(t.ends[MANAGER].link.up);
    terminal_buffers(&t, MANAGER, 4, 64);
    terminal_settle(&t);
    UNIT_CHECK(terminal_read(&t, MANAGER, text, sizeof(text)) == 0);
}

const struct unit_test unit_virtio_console_control[] = {
    UNIT_TEST(virtio_5_3_1_the_device_is_a_console),
    UNIT_TEST(virtio_5_3_2_port_0_comes_before_the_control_queues),
    UNIT_TEST(virtio_5_3_3_exactly_the_features_of_the_plan_are_offered),
    UNIT_TEST(virtio_5_3_4_the_configuration_has_a_size_and_the_number_of_ports),
    UNIT_TEST(virtio_5_3_6_2_ports_are_told_of_when_the_driver_is_ready),
    UNIT_TEST(virtio_5_3_6_2_1_no_port_is_added_twice_nor_past_their_number),
    UNIT_TEST(virtio_5_3_6_2_1_no_port_is_removed),
    UNIT_TEST(virtio_5_3_6_2_a_port_is_introduced_when_the_driver_has_taken_it),
    UNIT_TEST(virtio_5_3_6_2_a_size_is_told_to_a_driver_that_wants_one),
    UNIT_TEST(virtio_5_3_6_2_open_says_whether_somebody_is_at_the_other_end),
    UNIT_TEST(messages_for_which_there_is_no_buffer_do_not_pile_up),
    UNIT_TEST(a_conversation_with_the_manager_begins_and_ends_with_its_port),
    {NULL, NULL},
};
