/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A monitor under a lifecycle manager.
 */
#include "life_fixture.h"

#include <setjmp.h>

#include "bootable.h"
#include "link/stream.h"

static const enum mk_channel_kind kinds[] = {MK_CHANNEL_LIFECYCLE, MK_CHANNEL_CONSOLE,
                                             MK_CHANNEL_SERIAL};
static const struct mk_serial serial[] = {{"com1", 0x3f8, 4, LIFE_CONSOLE},
                                          {"com2", 0x2f8, 3, LIFE_CABLE}};
static const struct mk_gsi gsis[] = {{3, false, false, "com2"}, {4, false, false, "com1"}};
struct life life;
static struct mk_vm_config config;
/** What happens at each wait of the monitor, in turn; a null pointer ends the test. */
static void (*const *next_step)(void);
static jmp_buf end_of_test;

void life_listen(void)
{
    life.said_bytes += mk_stream_get(&life.console, life.said + life.said_bytes,
                                     sizeof(life.said) - 1 - life.said_bytes);
    life.said[life.said_bytes] = '\0';
}

/** Gives a command. */
static void command(enum mk_control_verb verb)
{
    const uint64_t out[MK_WORDS] = {
        [MK_CONTROL_VERB] = (uint64_t)verb, [MK_CONTROL_NUMBER] = ++life.number};
    mk_words_write(&life.manager, out);
}

enum mk_control_state life_state(void)
{
    mk_words_update(&life.manager);
    return (enum mk_control_state)life.manager.in[MK_CONTROL_STATE];
}

/** Plays the rest of the system: the console reads, then the test's next step. A signal to the
 * monitor has all bits. */
static void play(struct mk_platform *p)
{
    if (!life.deaf) {
        life_listen();
    }
    mk_link_update(&life.cable);
    if (life_state() == MK_CONTROL_UNKNOWN || p->alarm > p->now) {
        p->badge = UINT64_MAX; /* the monitor waits for the console, not for us */
        return;
    }
    if (*next_step == NULL) {
        longjmp(end_of_test, 1);
    }
    (*next_step++)();
    p->badge = UINT64_MAX;
}

const char *life_prepare(struct mk_vm *vm)
{
    (void)vm;
    return NULL;
}

void life_live(struct mk_vm *vm, const struct mk_exit *script, uint32_t length,
               void (*const *steps)(void), const char *(*prepare)(struct mk_vm *))
{
    static struct mk_life_hooks hooks;
    hooks.prepare = prepare;
    parts_make(&life.parts, kinds, 3);
    bootable(vm, &config);
    config.resources = life.parts.resources;
    config.serial = serial;
    config.serial_count = 2;
    config.gsis = gsis;
    config.gsi_count = 2;
    vm->platform->ports = life.parts.ports;
    vm->platform->port_count = 3;
    vm->platform->script = script;
    vm->platform->script_length = length;
    vm->platform->on_wait = play;
    life.vm = vm;
    next_step = steps;
    life.number = 100;
    life.said_bytes = 0;
    life.deaf = false;
    const struct mk_port words = mk_port_part(&life.parts.far[LIFE_CONTROL], 0, MK_CONTROL_TEXT);
    const struct mk_port other =
        mk_port_part(&life.parts.far[LIFE_CONTROL], MK_CONTROL_TEXT, PARTS_BYTES - MK_CONTROL_TEXT);
    mk_words_start(&life.manager, &words);
    mk_link_start(&life.text, &other);
    mk_link_start(&life.console, &life.parts.far[LIFE_CONSOLE]);
    mk_link_start(&life.cable, &life.parts.far[LIFE_CABLE]);
    if (setjmp(end_of_test) == 0) {
        mk_life_run(vm, &hooks);
        UNIT_CHECK(false); /* a monitor with a manager lives for ever */
    }
    UNIT_CHECK(*next_step == NULL);
}

const struct mk_exit life_halts[3] = {
    {.kind = MK_RETURN_EXIT, .reason = MK_EXIT_HLT, .length = 1, .rflags = 0x202},
    {.kind = MK_RETURN_EXIT, .reason = MK_EXIT_HLT, .length = 1, .rflags = 0x202},
    {.kind = MK_RETURN_EXIT, .reason = MK_EXIT_HLT, .length = 1, .rflags = 0x202}};

void life_start(void)
{
    command(MK_CONTROL_START);
}

void life_stop(void)
{
    command(MK_CONTROL_STOP);
}

void life_stopped(void)
{
    UNIT_CHECK(life_state() == MK_CONTROL_STOPPED &&
               life.manager.in[MK_CONTROL_DONE] == life.number);
}

void life_listen_to_the_end(void)
{
    uint64_t before;
    do {
        before = life.said_bytes;
        life_listen();
    } while (life.said_bytes != before);
}
