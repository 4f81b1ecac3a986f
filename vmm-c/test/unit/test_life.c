/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The life of a monitor under a lifecycle manager.
 */
#include <string.h>

#include "life_fixture.h"
#include "link/stream.h"
#include "makatea/guest_memory.h"

/** Where a secret of the guest is. */
#define SECRET UINT64_C(0x3f0000)
/** The secret. */
#define CANARY UINT64_C(0x5ec2e7c0ffee5ec2)

static void not_started(void)
{
    UNIT_CHECK(life_state() == MK_CONTROL_STOPPED && life.vm->platform->entries == 0);
    UNIT_CHECK(life.manager.in[MK_CONTROL_LIVES] == 0);
}

static void runs(void)
{
    UNIT_CHECK(life_state() == MK_CONTROL_RUNNING &&
               life.manager.in[MK_CONTROL_DONE] == life.number);
}

static void vm_waits_for_the_command_and_stops_by_command(struct mk_vm *vm)
{
    static void (*const steps[])(void) = {not_started,  life_start, runs, life_stop,
                                          life_stopped, life_start, runs, life_stop,
                                          life_stopped, NULL};
    life_live(vm, life_halts, 3, steps, life_prepare);
    UNIT_CHECK(vm->platform->entries == 2 && life.manager.in[MK_CONTROL_LIVES] == 2);
    UNIT_CHECK(strstr(life.said, "makatea: unit: stopped\r\n") != NULL);
    UNIT_CHECK(strstr(life.said, "makatea: unit: starts again\r\n") != NULL);
}

static void commands_to_do_what_is_done_change_nothing(struct mk_vm *vm)
{
    static void (*const steps[])(void) = {life_stop,  life_stopped, life_start, runs,
                                          life_start, runs,         life_stop,  life_stopped,
                                          life_stop,  life_stopped, NULL};
    life_live(vm, life_halts, 3, steps, life_prepare);
    UNIT_CHECK(vm->platform->entries == 1 && life.manager.in[MK_CONTROL_LIVES] == 1);
}

static void has_crashed(void)
{
    UNIT_CHECK(life_state() == MK_CONTROL_CRASHED);
    UNIT_CHECK(strstr(life.said, "triple fault") != NULL &&
               strstr(life.said, "makatea: unit: ended: crashed\r\n") != NULL);
}

static void vm_that_crashes_says_so_and_starts_again(struct mk_vm *vm)
{
    static void (*const steps[])(void) = {life_start, has_crashed,  life_start, has_crashed,
                                          life_stop,  life_stopped, NULL};
    life_live(vm, NULL, 0, steps, life_prepare);
    UNIT_CHECK(life.manager.in[MK_CONTROL_LIVES] == 2);
}

static void plant_canary(void)
{
    const uint64_t canary = CANARY;
    UNIT_CHECK(mk_guest_write(life.vm, SECRET, &canary, sizeof(canary)) == MK_OK);
    /* and on its way to the other VM, which has not read it */
    UNIT_CHECK(mk_line_put(&life.vm->machine.lines[LIFE_CABLE - LIFE_CONSOLE], (uint8_t)CANARY));
}

static void canary_is_gone(void)
{
    uint64_t value = CANARY;
    UNIT_CHECK(mk_guest_read(life.vm, SECRET, &value, sizeof(value)) == MK_OK && value == 0);
    for (uint32_t i = MK_LINK_HEADER_BYTES; i < PARTS_BYTES; i++) {
        UNIT_CHECK(life.parts.regions[0][LIFE_CABLE][i] == 0);
    }
    UNIT_CHECK(!mk_link_update(&life.cable));
}

/** REQ-M02: after a stop, before any new start, neither memory nor the pages of a link have
 * anything of the guest. */
static void canary_does_not_survive_a_stop(struct mk_vm *vm)
{
    static void (*const steps[])(void) = {life_start, plant_canary, life_stop, canary_is_gone,
                                          NULL};
    life_live(vm, life_halts, 3, steps, life_prepare);
}

/** Whether the end was heard of, and was heard of too early. */
static bool heard_end;

/** A signal to the console: it reads at once, and looks when it hears of the end. */
static void hear_of_the_end(void *context)
{
    uint64_t value = CANARY;
    (void)context;
    life_listen_to_the_end();
    if (!heard_end && strstr(life.said, "makatea: unit: stopped") != NULL) {
        heard_end = true;
        UNIT_CHECK(mk_guest_read(life.vm, SECRET, &value, sizeof(value)) == MK_OK && value == 0);
    }
}

static void plant_canary_and_listen(void)
{
    heard_end = false;
    mk_machine_console(life.vm)->link.port.signal = hear_of_the_end;
    hear_of_the_end(NULL);
    plant_canary();
}

/** Whoever reads that a VM is life_stopped may rely on it. */
static void end_is_said_when_nothing_of_the_guest_is_left(struct mk_vm *vm)
{
    static void (*const steps[])(void) = {life_start, plant_canary_and_listen, life_stop,
                                          life_stopped, NULL};
    life_live(vm, life_halts, 3, steps, life_prepare);
    UNIT_CHECK(heard_end);
}

static void refused(void)
{
    UNIT_CHECK(life_state() == MK_CONTROL_REFUSED &&
               life.manager.in[MK_CONTROL_DONE] == life.number);
}

static void refused_at_first(void)
{
    UNIT_CHECK(life_state() == MK_CONTROL_REFUSED);
    UNIT_CHECK(strstr(life.said, "makatea: unit: ended: too little of everything") != NULL);
}

static const char *prepare_in_vain(struct mk_vm *vm)
{
    (void)vm;
    return "too little of everything";
}

static void vm_that_can_not_run_says_so_and_never_starts(struct mk_vm *vm)
{
    static void (*const steps[])(void) = {refused_at_first, life_start, refused,
                                          life_stop,        refused,    NULL};
    life_live(vm, NULL, 0, steps, prepare_in_vain);
    UNIT_CHECK(vm->platform->entries == 0);
}

/** Requests of the guest and answers go over the text half. */
static void ask(void)
{
    char got[8] = {0};
    mk_link_update(&life.text);
    UNIT_CHECK(mk_line_put(&life.vm->control.text, 'q'));
    UNIT_CHECK(mk_stream_get(&life.text, got, 8) == 1 && got[0] == 'q');
    UNIT_CHECK(mk_stream_put(&life.text, "a", 1) == 1 &&
               mk_line_get(&life.vm->control.text) == 'a');
}

static void requests_of_the_guest_reach_the_manager(struct mk_vm *vm)
{
    static void (*const steps[])(void) = {life_start, ask, NULL};
    life_live(vm, life_halts, 3, steps, life_prepare);
}

const struct unit_test unit_life[] = {UNIT_TEST(vm_waits_for_the_command_and_stops_by_command),
                                      UNIT_TEST(commands_to_do_what_is_done_change_nothing),
                                      UNIT_TEST(vm_that_crashes_says_so_and_starts_again),
                                      UNIT_TEST(canary_does_not_survive_a_stop),
                                      UNIT_TEST(end_is_said_when_nothing_of_the_guest_is_left),
                                      UNIT_TEST(vm_that_can_not_run_says_so_and_never_starts),
                                      UNIT_TEST(requests_of_the_guest_reach_the_manager),
                                      {NULL, NULL}};
