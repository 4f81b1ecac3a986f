/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What a guest's serial ports carry: characters to a console and to another VM, and when these are
 * told of them.
 */
#include <string.h>

#include "life_fixture.h"
#include "link/stream.h"

static void send_both_ways(void)
{
    struct mk_line *line = &life.vm->machine.lines[1];
    char got[8] = {0};
    UNIT_CHECK(mk_line_put(line, 'a') && mk_line_put(line, 'b'));
    UNIT_CHECK(mk_stream_get(&life.cable, got, 8) == 2 && strcmp(got, "ab") == 0);
    UNIT_CHECK(mk_stream_put(&life.cable, "xyz", 3) == 3);
    UNIT_CHECK(mk_stream_put(&life.console, "keys", 4) == 4);
}

static void arrived(void)
{
    const struct mk_uart *com1 = &life.vm->machine.serial[0];
    const struct mk_uart *com2 = &life.vm->machine.serial[1];
    /* without FIFOs a port takes one character; the others stay on the line */
    UNIT_CHECK(com2->rx.count == 1 && com2->rx.bytes[com2->rx.head] == 'x');
    UNIT_CHECK(com1->rx.count == 1 && com1->rx.bytes[com1->rx.head] == 'k');
}

static void characters_arrive_at_the_port_of_their_channel(struct mk_vm *vm)
{
    static void (*const steps[])(void) = {life_start, send_both_ways, arrived, NULL};
    life_live(vm, life_halts, 3, steps, life_prepare);
}

/** Characters of the guest that its peer has no room for stay in the port, and are sent when there
 * is room; when the peer is gone they are, too. */
static void fill_the_cable(void)
{
    struct mk_uart *com2 = &life.vm->machine.serial[1];
    for (int i = 0; i < 6000; i++) {
        mk_uart_ops.write(com2, 0, 0, 1, 'f');
    }
    UNIT_CHECK(com2->tx.count == 1); /* THR is full */
}

static void read_the_cable(void)
{
    char got[4096];
    UNIT_CHECK(mk_stream_get(&life.cable, got, sizeof(got)) == PARTS_BYTES - MK_LINK_HEADER_BYTES);
}

static void sent_the_rest(void)
{
    UNIT_CHECK(life.vm->machine.serial[1].tx.count == 0);
    mk_link_update(&life.cable);
    UNIT_CHECK(mk_link_ready(&life.cable) == 1);
}

static void peer_goes(void)
{
    mk_link_stop(&life.cable);
}

static void nothing_waits(void)
{
    UNIT_CHECK(life.vm->machine.serial[1].tx.count == 0);
}

static void full_peer_is_waited_for_and_a_gone_one_is_not(struct mk_vm *vm)
{
    static void (*const steps[])(void) = {
        life_start,     fill_the_cable, read_the_cable, sent_the_rest,
        fill_the_cable, peer_goes,      nothing_waits,  NULL};
    life_live(vm, life_halts, 3, steps, life_prepare);
}

/** Signals to the console, and exits before the last one. */
static uint32_t console_signals;
static uint32_t exits_before_signal;
/** Characters that the console had after the first one. */
static uint64_t first_told;

/** A console that reads all there is at each signal, and counts them. */
static void listen_and_count(void *context)
{
    console_signals++;
    exits_before_signal = life.vm->platform->scripted;
    (void)context;
    life_listen_to_the_end();
    first_told = console_signals == 1 ? life.said_bytes : first_told;
}

/** The guest prints characters, one OUT each. */
static void print(const char *characters, uint32_t times)
{
    for (uint32_t i = 0; i < times; i++) {
        for (const char *c = characters; *c != '\0'; c++) {
            mk_uart_ops.write(&life.vm->machine.serial[0], 0, 0, 1, (uint8_t)*c);
        }
    }
}

static void count_from_now(void)
{
    mk_machine_console(life.vm)->link.port.signal = listen_and_count;
    life_listen_to_the_end();
    life.said_bytes = 0;
    console_signals = 0;
}

static void print_1000_characters(void)
{
    count_from_now();
    print("0123456789012345678901234567890123456789012345678\n", 20);
    UNIT_CHECK(console_signals == 20 && life.said_bytes == 1000);
}

static void req_061_a_line_of_text_costs_one_signal(struct mk_vm *vm)
{
    static void (*const steps[])(void) = {life_start, print_1000_characters, NULL};
    life_live(vm, life_halts, 3, steps, life_prepare);
}

static void print_prompt(void)
{
    count_from_now();
    print("~ # ", 1);
    UNIT_CHECK(console_signals == 0 && life.said_bytes == 0);
}

static void prompt_was_told(void)
{
    UNIT_CHECK(console_signals == 1 && strcmp(life.said, "~ # ") == 0);
}

static void req_061_a_prompt_is_told_when_the_guest_halts(struct mk_vm *vm)
{
    static void (*const steps[])(void) = {life_start, print_prompt, prompt_was_told, NULL};
    life_live(vm, life_halts, 3, steps, life_prepare);
}

/** A guest that echoes a key, runs on without end, and is at the end of its turn. */
static const struct mk_exit spins[] = {
    {.kind = MK_RETURN_EXIT, .reason = MK_EXIT_HLT, .length = 1, .rflags = 0x202},
    {.kind = MK_RETURN_EXIT, .reason = MK_EXIT_CPUID, .length = 2},
    {.kind = MK_RETURN_EXIT, .reason = MK_EXIT_PREEMPTION_TIMER},
    {.kind = MK_RETURN_EXIT, .reason = MK_EXIT_CPUID, .length = 2},
    {.kind = MK_RETURN_EXIT, .reason = MK_EXIT_HLT, .length = 1, .rflags = 0x202}};

static void print_echo(void)
{
    print_prompt();
    unit_interrupt(life.vm);
    life.vm->platform->entry_ticks = (life.vm->turn.end - life.vm->platform->now) / 2 + 1;
}

static void echo_was_told_at_the_end_of_the_turn(void)
{
    prompt_was_told();
    UNIT_CHECK(exits_before_signal == 3);
}

static void req_061_an_echo_is_told_in_a_turn_where_the_guest_spins(struct mk_vm *vm)
{
    static void (*const steps[])(void) = {life_start, print_echo,
                                          echo_was_told_at_the_end_of_the_turn, NULL};
    life_live(vm, spins, MK_COUNT(spins), steps, life_prepare);
}

static void print_last_words(void)
{
    print_prompt();
    unit_interrupt(life.vm);
}

static void last_words_were_told(void)
{
    UNIT_CHECK(strstr(life.said, "~ # \r\nmakatea: unit stopped: triple fault") != NULL);
    UNIT_CHECK(strstr(life.said, "ended: crashed\r\n") != NULL);
}

static void req_061_the_last_words_of_a_guest_that_crashes_are_told(struct mk_vm *vm)
{
    static void (*const steps[])(void) = {life_start, print_last_words, last_words_were_told, NULL};
    life_live(vm, life_halts, 1, steps, life_prepare);
}

static void print_and_turn_off(void)
{
    print_last_words();
    life.vm->machine.power.request = MK_POWER_REQUEST_OFF;
}

static void was_told_before_anything_else(void)
{
    UNIT_CHECK(first_told == 4 && strncmp(life.said, "~ # \r\nmakatea", 13) == 0);
}

/** What follows an end may take long: devices are reset, memory is filled with zeros. */
static void req_061_a_guest_that_ends_is_told_before_it_is_cleared_away(struct mk_vm *vm)
{
    static void (*const steps[])(void) = {life_start, print_and_turn_off,
                                          was_told_before_anything_else, NULL};
    life_live(vm, spins, 2, steps, life_prepare);
}

static void print_without_end(void)
{
    mk_link_update(&life.console);
    UNIT_CHECK(!mk_link_want_data(&life.console));
    life.parts.signals[LIFE_CONSOLE] = 0;
    print("x", PARTS_BYTES - MK_LINK_HEADER_BYTES);
    UNIT_CHECK(life.parts.signals[LIFE_CONSOLE] == 0);
    print("x", 1000);
    UNIT_CHECK(life.parts.signals[LIFE_CONSOLE] == 1);
}

static void req_061_a_full_line_is_told_once(struct mk_vm *vm)
{
    static void (*const steps[])(void) = {life_start, print_without_end, NULL};
    life_live(vm, life_halts, 3, steps, life_prepare);
}

static void send_one_by_one(void)
{
    char got[2];
    struct mk_line *line = &life.vm->machine.lines[1];
    for (int i = 0; i < 10; i++) {
        UNIT_CHECK(!mk_link_want_data(&life.cable));
        life.parts.signals[LIFE_CABLE] = 0;
        UNIT_CHECK(mk_line_put(line, 'a') && life.parts.signals[LIFE_CABLE] == 1);
        UNIT_CHECK(mk_stream_get(&life.cable, got, 1) == 1);
    }
}

/** At the other end of a cable is a machine, which may wait for each character. */
static void characters_for_another_vm_are_told_at_once(struct mk_vm *vm)
{
    static void (*const steps[])(void) = {life_start, send_one_by_one, NULL};
    life_live(vm, life_halts, 3, steps, life_prepare);
}

static void grow_deaf(void)
{
    life.deaf = true;
    mk_link_update(&life.console);
    UNIT_CHECK(mk_link_update(&life.vm->machine.lines[0].link));
    uint8_t byte = '.';
    while (mk_stream_put(&life.vm->machine.lines[0].link, &byte, 1) == 1) {
        continue;
    }
}

/** A console that takes nothing loses the monitor's words, but does not stop the monitor. */
static void deaf_console_does_not_hold_up_a_stop(struct mk_vm *vm)
{
    static void (*const steps[])(void) = {life_start, grow_deaf, life_stop, life_stopped, NULL};
    life_live(vm, life_halts, 3, steps, life_prepare);
}

const struct unit_test unit_life_lines[] = {
    UNIT_TEST(characters_arrive_at_the_port_of_their_channel),
    UNIT_TEST(full_peer_is_waited_for_and_a_gone_one_is_not),
    UNIT_TEST(req_061_a_line_of_text_costs_one_signal),
    UNIT_TEST(req_061_a_prompt_is_told_when_the_guest_halts),
    UNIT_TEST(req_061_an_echo_is_told_in_a_turn_where_the_guest_spins),
    UNIT_TEST(req_061_the_last_words_of_a_guest_that_crashes_are_told),
    UNIT_TEST(req_061_a_guest_that_ends_is_told_before_it_is_cleared_away),
    UNIT_TEST(req_061_a_full_line_is_told_once),
    UNIT_TEST(characters_for_another_vm_are_told_at_once),
    UNIT_TEST(deaf_console_does_not_hold_up_a_stop),
    {NULL, NULL},
};
