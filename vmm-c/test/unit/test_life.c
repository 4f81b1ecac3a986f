/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The life of a monitor under a lifecycle manager, and its lines to a console and to another VM.
 */
#include <setjmp.h>
#include <string.h>

#include "bootable.h"
#include "link/stream.h"
#include "makatea/guest_memory.h"
#include "makatea/life.h"
#include "parts.h"
#include "unit.h"

/** Channels by number. */
enum {
    CONTROL, /**< Lifecycle manager. */
    CONSOLE, /**< Console. */
    CABLE    /**< Null-modem cable to another VM. */
};

static const enum mk_channel_kind kinds[] = {MK_CHANNEL_LIFECYCLE, MK_CHANNEL_CONSOLE,
                                             MK_CHANNEL_SERIAL};
static const struct mk_serial serial[] = {{"com1", 0x3f8, 4, CONSOLE}, {"com2", 0x2f8, 3, CABLE}};
static const struct mk_gsi gsis[] = {{3, false, false, "com2"}, {4, false, false, "com1"}};
/** Where a secret of the guest is. */
#define SECRET UINT64_C(0x3f0000)
/** The secret. */
#define CANARY UINT64_C(0x5ec2e7c0ffee5ec2)

static struct parts parts;
static struct mk_vm *life_vm;
static struct mk_vm_config config;
/** The far ends. */
static struct mk_words manager;
static struct mk_link text;
static struct mk_link console;
static struct mk_link cable;
static uint64_t number;
/** What the console got. */
static char said[8192];
static uint64_t said_bytes;
/** What happens at each wait of the monitor, in turn; a null pointer ends the test. */
static void (*const *next_step)(void);
static jmp_buf end_of_test;
static bool deaf;

/** Reads what the console gets. */
static void listen(void)
{
    said_bytes += mk_stream_get(&console, said + said_bytes, sizeof(said) - 1 - said_bytes);
    said[said_bytes] = '\0';
}

/** Gives a command. */
static void command(enum mk_control_verb verb)
{
    const uint64_t out[MK_WORDS] = {
        [MK_CONTROL_VERB] = (uint64_t)verb, [MK_CONTROL_NUMBER] = ++number};
    mk_words_write(&manager, out);
}

/** Says what the monitor reports. */
static enum mk_control_state state(void)
{
    mk_words_update(&manager);
    return (enum mk_control_state)manager.in[MK_CONTROL_STATE];
}

/** Plays the rest of the system: the console reads, then the test's next step. A signal to the
 * monitor has all bits. */
static void play(struct mk_platform *p)
{
    if (!deaf) {
        listen();
    }
    mk_link_update(&cable);
    if (state() == MK_CONTROL_UNKNOWN || p->alarm > p->now) {
        p->badge = UINT64_MAX; /* the monitor waits for the console, not for us */
        return;
    }
    if (*next_step == NULL) {
        longjmp(end_of_test, 1);
    }
    (*next_step++)();
    p->badge = UINT64_MAX;
}

static const char *prepare_nothing(struct mk_vm *vm)
{
    (void)vm;
    return NULL;
}

static const char *prepare_in_vain(struct mk_vm *vm)
{
    (void)vm;
    return "too little of everything";
}

/** Lives through a test's steps. */
static void live(struct mk_vm *vm, const struct mk_exit *script, uint32_t length,
                 void (*const *steps)(void), const char *(*prepare)(struct mk_vm *))
{
    static struct mk_life_hooks hooks;
    hooks.prepare = prepare;
    parts_make(&parts, kinds, 3);
    bootable(vm, &config);
    config.resources = parts.resources;
    config.serial = serial;
    config.serial_count = 2;
    config.gsis = gsis;
    config.gsi_count = 2;
    vm->platform->ports = parts.ports;
    vm->platform->port_count = 3;
    vm->platform->script = script;
    vm->platform->script_length = length;
    vm->platform->on_wait = play;
    life_vm = vm;
    next_step = steps;
    number = 100;
    said_bytes = 0;
    deaf = false;
    const struct mk_port words = mk_port_part(&parts.far[CONTROL], 0, MK_CONTROL_TEXT);
    const struct mk_port other =
        mk_port_part(&parts.far[CONTROL], MK_CONTROL_TEXT, PARTS_BYTES - MK_CONTROL_TEXT);
    mk_words_start(&manager, &words);
    mk_link_start(&text, &other);
    mk_link_start(&console, &parts.far[CONSOLE]);
    mk_link_start(&cable, &parts.far[CABLE]);
    if (setjmp(end_of_test) == 0) {
        mk_life_run(vm, &hooks);
        UNIT_CHECK(false); /* a monitor with a manager lives for ever */
    }
    UNIT_CHECK(*next_step == NULL);
}

/** A guest that halts: three lives of one exit each. */
static const struct mk_exit halts[] = {
    {.kind = MK_RETURN_EXIT, .reason = MK_EXIT_HLT, .length = 1, .rflags = 0x202},
    {.kind = MK_RETURN_EXIT, .reason = MK_EXIT_HLT, .length = 1, .rflags = 0x202},
    {.kind = MK_RETURN_EXIT, .reason = MK_EXIT_HLT, .length = 1, .rflags = 0x202}};

static void start(void)
{
    command(MK_CONTROL_START);
}

static void stop(void)
{
    command(MK_CONTROL_STOP);
}

static void not_started(void)
{
    UNIT_CHECK(state() == MK_CONTROL_STOPPED && life_vm->platform->entries == 0);
    UNIT_CHECK(manager.in[MK_CONTROL_LIVES] == 0);
}

static void runs(void)
{
    UNIT_CHECK(state() == MK_CONTROL_RUNNING && manager.in[MK_CONTROL_DONE] == number);
}

static void stopped(void)
{
    UNIT_CHECK(state() == MK_CONTROL_STOPPED && manager.in[MK_CONTROL_DONE] == number);
}

static void vm_waits_for_the_command_and_stops_by_command(struct mk_vm *vm)
{
    static void (*const steps[])(void) = {not_started, start, runs, stop,    stopped,
                                          start,       runs,  stop, stopped, NULL};
    live(vm, halts, 3, steps, prepare_nothing);
    UNIT_CHECK(vm->platform->entries == 2 && manager.in[MK_CONTROL_LIVES] == 2);
    UNIT_CHECK(strstr(said, "makatea: unit: stopped\r\n") != NULL);
    UNIT_CHECK(strstr(said, "makatea: unit: starts again\r\n") != NULL);
}

static void commands_to_do_what_is_done_change_nothing(struct mk_vm *vm)
{
    static void (*const steps[])(void) = {stop, stopped, start, runs,    start, runs,
                                          stop, stopped, stop,  stopped, NULL};
    live(vm, halts, 3, steps, prepare_nothing);
    UNIT_CHECK(vm->platform->entries == 1 && manager.in[MK_CONTROL_LIVES] == 1);
}

static void has_crashed(void)
{
    UNIT_CHECK(state() == MK_CONTROL_CRASHED);
    UNIT_CHECK(strstr(said, "triple fault") != NULL &&
               strstr(said, "makatea: unit: ended: crashed\r\n") != NULL);
}

static void vm_that_crashes_says_so_and_starts_again(struct mk_vm *vm)
{
    static void (*const steps[])(void) = {start, has_crashed, start, has_crashed,
                                          stop,  stopped,     NULL};
    live(vm, NULL, 0, steps, prepare_nothing);
    UNIT_CHECK(manager.in[MK_CONTROL_LIVES] == 2);
}

static void plant_canary(void)
{
    const uint64_t canary = CANARY;
    UNIT_CHECK(mk_guest_write(life_vm, SECRET, &canary, sizeof(canary)) == MK_OK);
    /* and on its way to the other VM, which has not read it */
    UNIT_CHECK(mk_line_put(&life_vm->machine.lines[CABLE - CONSOLE], (uint8_t)CANARY));
}

static void canary_is_gone(void)
{
    uint64_t value = CANARY;
    UNIT_CHECK(mk_guest_read(life_vm, SECRET, &value, sizeof(value)) == MK_OK && value == 0);
    for (uint32_t i = MK_LINK_HEADER_BYTES; i < PARTS_BYTES; i++) {
        UNIT_CHECK(parts.regions[0][CABLE][i] == 0);
    }
    UNIT_CHECK(!mk_link_update(&cable));
}

/** REQ-M02: after a stop, before any new start, neither memory nor the pages of a link have
 * anything of the guest. */
static void canary_does_not_survive_a_stop(struct mk_vm *vm)
{
    static void (*const steps[])(void) = {start, plant_canary, stop, canary_is_gone, NULL};
    live(vm, halts, 3, steps, prepare_nothing);
}

/** Whether the end was heard of, and was heard of too early. */
static bool heard_end;

/** A signal to the console: it listens at once, until there is nothing, and wants to be told more.
 */
static void listen_at_once(void *context)
{
    uint64_t value = CANARY;
    uint64_t before;
    (void)context;
    do {
        before = said_bytes;
        listen();
    } while (said_bytes != before);
    if (!heard_end && strstr(said, "makatea: unit: stopped") != NULL) {
        heard_end = true;
        UNIT_CHECK(mk_guest_read(life_vm, SECRET, &value, sizeof(value)) == MK_OK && value == 0);
    }
}

static void plant_canary_and_listen(void)
{
    heard_end = false;
    mk_machine_console(life_vm)->link.port.signal = listen_at_once;
    listen_at_once(NULL);
    plant_canary();
}

/** Whoever reads that a VM is stopped may rely on it. */
static void end_is_said_when_nothing_of_the_guest_is_left(struct mk_vm *vm)
{
    static void (*const steps[])(void) = {start, plant_canary_and_listen, stop, stopped, NULL};
    live(vm, halts, 3, steps, prepare_nothing);
    UNIT_CHECK(heard_end);
}

static void refused(void)
{
    UNIT_CHECK(state() == MK_CONTROL_REFUSED && manager.in[MK_CONTROL_DONE] == number);
}

static void refused_at_first(void)
{
    UNIT_CHECK(state() == MK_CONTROL_REFUSED);
    UNIT_CHECK(strstr(said, "makatea: unit: ended: too little of everything") != NULL);
}

static void vm_that_can_not_run_says_so_and_never_starts(struct mk_vm *vm)
{
    static void (*const steps[])(void) = {refused_at_first, start, refused, stop, refused, NULL};
    live(vm, NULL, 0, steps, prepare_in_vain);
    UNIT_CHECK(vm->platform->entries == 0);
}

static void send_both_ways(void)
{
    struct mk_line *line = &life_vm->machine.lines[1];
    char got[8] = {0};
    UNIT_CHECK(mk_line_put(line, 'a') && mk_line_put(line, 'b'));
    UNIT_CHECK(mk_stream_get(&cable, got, 8) == 2 && strcmp(got, "ab") == 0);
    UNIT_CHECK(mk_stream_put(&cable, "xyz", 3) == 3);
    UNIT_CHECK(mk_stream_put(&console, "keys", 4) == 4);
}

static void arrived(void)
{
    const struct mk_uart *com1 = &life_vm->machine.serial[0];
    const struct mk_uart *com2 = &life_vm->machine.serial[1];
    /* without FIFOs a port takes one character; the others stay on the line */
    UNIT_CHECK(com2->rx.count == 1 && com2->rx.bytes[com2->rx.head] == 'x');
    UNIT_CHECK(com1->rx.count == 1 && com1->rx.bytes[com1->rx.head] == 'k');
}

static void characters_arrive_at_the_port_of_their_channel(struct mk_vm *vm)
{
    static void (*const steps[])(void) = {start, send_both_ways, arrived, NULL};
    live(vm, halts, 3, steps, prepare_nothing);
}

/** Characters of the guest that its peer has no room for stay in the port, and are sent when there
 * is room; when the peer is gone they are, too. */
static void fill_the_cable(void)
{
    struct mk_uart *com2 = &life_vm->machine.serial[1];
    for (int i = 0; i < 6000; i++) {
        mk_uart_ops.write(com2, 0, 0, 1, 'f');
    }
    UNIT_CHECK(com2->tx.count == 1); /* THR is full */
}

static void read_the_cable(void)
{
    char got[4096];
    UNIT_CHECK(mk_stream_get(&cable, got, sizeof(got)) == PARTS_BYTES - MK_LINK_HEADER_BYTES);
}

static void sent_the_rest(void)
{
    UNIT_CHECK(life_vm->machine.serial[1].tx.count == 0);
    mk_link_update(&cable);
    UNIT_CHECK(mk_link_ready(&cable) == 1);
}

static void peer_goes(void)
{
    mk_link_stop(&cable);
}

static void nothing_waits(void)
{
    UNIT_CHECK(life_vm->machine.serial[1].tx.count == 0);
}

static void full_peer_is_waited_for_and_a_gone_one_is_not(struct mk_vm *vm)
{
    static void (*const steps[])(void) = {
        start,          fill_the_cable, read_the_cable, sent_the_rest,
        fill_the_cable, peer_goes,      nothing_waits,  NULL};
    live(vm, halts, 3, steps, prepare_nothing);
}

static void grow_deaf(void)
{
    deaf = true;
    mk_link_update(&console);
    UNIT_CHECK(mk_link_update(&life_vm->machine.lines[0].link));
    uint8_t byte = '.';
    while (mk_stream_put(&life_vm->machine.lines[0].link, &byte, 1) == 1) {
        continue;
    }
}

/** A console that takes nothing loses the monitor's words, but does not stop the monitor. */
static void deaf_console_does_not_hold_up_a_stop(struct mk_vm *vm)
{
    static void (*const steps[])(void) = {start, grow_deaf, stop, stopped, NULL};
    live(vm, halts, 3, steps, prepare_nothing);
}

/** Requests of the guest and answers go over the text half. */
static void ask(void)
{
    char got[8] = {0};
    mk_link_update(&text);
    UNIT_CHECK(mk_line_put(&life_vm->control.text, 'q'));
    UNIT_CHECK(mk_stream_get(&text, got, 8) == 1 && got[0] == 'q');
    UNIT_CHECK(mk_stream_put(&text, "a", 1) == 1 && mk_line_get(&life_vm->control.text) == 'a');
}

static void requests_of_the_guest_reach_the_manager(struct mk_vm *vm)
{
    static void (*const steps[])(void) = {start, ask, NULL};
    live(vm, halts, 3, steps, prepare_nothing);
}

const struct unit_test unit_life[] = {UNIT_TEST(vm_waits_for_the_command_and_stops_by_command),
                                      UNIT_TEST(commands_to_do_what_is_done_change_nothing),
                                      UNIT_TEST(vm_that_crashes_says_so_and_starts_again),
                                      UNIT_TEST(canary_does_not_survive_a_stop),
                                      UNIT_TEST(end_is_said_when_nothing_of_the_guest_is_left),
                                      UNIT_TEST(vm_that_can_not_run_says_so_and_never_starts),
                                      UNIT_TEST(characters_arrive_at_the_port_of_their_channel),
                                      UNIT_TEST(full_peer_is_waited_for_and_a_gone_one_is_not),
                                      UNIT_TEST(deaf_console_does_not_hold_up_a_stop),
                                      UNIT_TEST(requests_of_the_guest_reach_the_manager),
                                      {NULL, NULL}};
