/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The lifecycle manager: policy, permissions, requests.
 */
#include "components/lifecycle.h"

#include <stdio.h>
#include <string.h>

#include "link/stream.h"
#include "parts.h"
#include "unit.h"

/** Ticks of the played TSC in a second. */
#define HZ UINT64_C(1000)

/** Channels: three VMs, a console, the time source. */
static const enum mk_channel_kind kinds[] = {MK_CHANNEL_LIFECYCLE, MK_CHANNEL_LIFECYCLE,
                                             MK_CHANNEL_LIFECYCLE, MK_CHANNEL_LIFECYCLE,
                                             MK_CHANNEL_TIMER};
static const struct mk_lifecycle_vm vms[] = {{"web", 0, MK_START_AUTO, MK_RESTART_NEVER},
                                             {"db", 1, MK_START_MANUAL, MK_RESTART_ON_CRASH},
                                             {"log", 2, MK_START_AUTO, MK_RESTART_ALWAYS}};
/** web controls db; the console all. */
static const uint32_t of_web[] = {1};
static const uint32_t of_console[] = {0, 1, 2};
static const struct mk_lifecycle_client clients[] = {{"web", 0, of_web, 1},
                                                     {"front", 3, of_console, 3}};
static struct parts parts;
static const struct mk_lifecycle_config config = {
    .vms = vms, .vm_count = 3, .clients = clients, .client_count = 2};
static struct mk_lifecycle l;
static struct mk_lifecycle_state states[3];
static struct mk_lifecycle_asker askers[2];
/** The other ends. */
static struct mk_words monitors[3];
static uint64_t lives[3];
static struct mk_link texts[2];
static struct mk_words time_source;

/** Lets the manager work until it waits. */
static void settle(void)
{
    do {
        parts.host.events = 0;
        while (mk_lifecycle_round(&l)) {
            continue;
        }
    } while (parts.host.events != 0);
}

/** A monitor says how its VM is. */
static void report(uint32_t vm, enum mk_control_state state)
{
    mk_words_update(&monitors[vm]);
    const uint64_t out[MK_WORDS] = {
        [MK_CONTROL_STATE] = (uint64_t)state,
        [MK_CONTROL_DONE] = monitors[vm].in[MK_CONTROL_NUMBER],
        [MK_CONTROL_LIVES] = lives[vm],
    };
    mk_words_write(&monitors[vm], out);
    settle();
}

/** What a monitor is to do that it has not done. */
static enum mk_control_verb told(uint32_t vm)
{
    mk_words_update(&monitors[vm]);
    return monitors[vm].in[MK_CONTROL_NUMBER] == monitors[vm].out[MK_CONTROL_DONE]
               ? MK_CONTROL_NOTHING
               : (enum mk_control_verb)monitors[vm].in[MK_CONTROL_VERB];
}

/** A monitor starts its VM, as it was told. */
static void obey_start(uint32_t vm)
{
    UNIT_CHECK(told(vm) == MK_CONTROL_START);
    lives[vm]++;
    report(vm, MK_CONTROL_RUNNING);
}

/** Asks, and gives the answer. */
static const char *ask(uint32_t asker, const char *text)
{
    static char got[1024];
    mk_link_update(&texts[asker]);
    mk_stream_put(&texts[asker], text, strlen(text));
    settle();
    got[mk_stream_get(&texts[asker], got, sizeof(got) - 1)] = '\0';
    return got;
}

/** Whether an answer is a text. */
static bool answers(uint32_t asker, const char *request, const char *answer)
{
    return strcmp(ask(asker, request), answer) == 0;
}

/** Starts the manager; the monitors are there, and their VMs do not run. */
static void start(void)
{
    const uint64_t hz[MK_WORDS] = {[MK_ALARM_TSC_HZ] = HZ};
    parts_make(&parts, kinds, 5);
    parts.host.step = 0;
    parts.host.now = 1000 * HZ;
    mk_lifecycle_start(&l, &parts.component, &config, states, askers);
    mk_words_start(&time_source, &parts.far[4]);
    mk_words_write(&time_source, hz);
    for (uint32_t i = 0; i < 3; i++) {
        const struct mk_port words = mk_port_part(&parts.far[i], 0, MK_CONTROL_TEXT);
        mk_words_start(&monitors[i], &words);
        lives[i] = 0;
        report(i, MK_CONTROL_STOPPED);
    }
    const struct mk_port text =
        mk_port_part(&parts.far[0], MK_CONTROL_TEXT, PARTS_BYTES - MK_CONTROL_TEXT);
    mk_link_start(&texts[0], &text);
    mk_link_start(&texts[1], &parts.far[3]);
    settle();
}

/** Starts what starts by itself. */
static void start_all(void)
{
    start();
    obey_start(0);
    obey_start(2);
}

static void vms_start_by_themselves_when_the_plan_says_so(struct mk_vm *vm)
{
    (void)vm;
    start();
    UNIT_CHECK(told(0) == MK_CONTROL_START && told(1) == MK_CONTROL_NOTHING &&
               told(2) == MK_CONTROL_START);
    obey_start(0);
    UNIT_CHECK(told(0) == MK_CONTROL_NOTHING);
}

static void vm_that_never_restarts_stays_off(struct mk_vm *vm)
{
    static const enum mk_control_state ends[] = {MK_CONTROL_OFF, MK_CONTROL_CRASHED};
    (void)vm;
    for (int i = 0; i < 2; i++) {
        start_all();
        report(0, ends[i]);
        parts.host.now += 1000 * HZ;
        settle();
        UNIT_CHECK(told(0) == MK_CONTROL_NOTHING);
        UNIT_CHECK(answers(1, "start web\n", "ok\n"));
        obey_start(0);
    }
}

static void vm_restarts_on_crash_but_not_after_a_shutdown(struct mk_vm *vm)
{
    (void)vm;
    start_all();
    UNIT_CHECK(answers(1, "start db\n", "ok\n"));
    obey_start(1);
    report(1, MK_CONTROL_CRASHED);
    UNIT_CHECK(told(1) == MK_CONTROL_NOTHING); /* not at once */
    UNIT_CHECK(answers(1, "status db\n", "db crashed, starts\nok\n"));
    parts.host.now += HZ;
    settle();
    obey_start(1);
    report(1, MK_CONTROL_OFF);
    parts.host.now += 1000 * HZ;
    settle();
    UNIT_CHECK(told(1) == MK_CONTROL_NOTHING);
}

/** Pauses before restarts double up to a minute, and begin anew after a life of a minute. */
static void restarts_come_ever_later_but_within_a_minute(struct mk_vm *vm)
{
    static const uint64_t pauses[] = {1, 2, 4, 8, 16, 32, 60, 60, 60};
    (void)vm;
    start_all();
    for (size_t i = 0; i < sizeof(pauses) / sizeof(pauses[0]); i++) {
        report(2, i % 2 == 0 ? MK_CONTROL_CRASHED : MK_CONTROL_OFF);
        mk_words_update(&time_source);
        UNIT_CHECK(time_source.in[MK_ALARM_DEADLINE] == parts.host.now + pauses[i] * HZ);
        parts.host.now += pauses[i] * HZ - 1;
        settle();
        UNIT_CHECK(told(2) == MK_CONTROL_NOTHING);
        parts.host.now += 1;
        settle();
        obey_start(2);
    }
    parts.host.now += 60 * HZ;
    report(2, MK_CONTROL_OFF);
    mk_words_update(&time_source);
    UNIT_CHECK(time_source.in[MK_ALARM_DEADLINE] == parts.host.now + HZ);
}

static void vm_that_is_stopped_does_not_start_by_itself(struct mk_vm *vm)
{
    (void)vm;
    start_all();
    UNIT_CHECK(answers(1, "stop log\n", "ok\n") && told(2) == MK_CONTROL_STOP);
    UNIT_CHECK(answers(1, "status log\n", "log running, stops\nok\n"));
    report(2, MK_CONTROL_STOPPED);
    parts.host.now += 1000 * HZ;
    settle();
    UNIT_CHECK(told(2) == MK_CONTROL_NOTHING);
    UNIT_CHECK(answers(1, "status log\n", "log stopped\nok\n"));
}

/** It crashes before the command arrives: it was to be stopped, so it stays. */
static void vm_that_crashes_while_it_is_stopped_stays_down(struct mk_vm *vm)
{
    (void)vm;
    start_all();
    UNIT_CHECK(answers(1, "stop log\n", "ok\n"));
    report(2, MK_CONTROL_CRASHED);
    parts.host.now += 1000 * HZ;
    settle();
    UNIT_CHECK(told(2) == MK_CONTROL_NOTHING);
}

static void restart_stops_and_starts(struct mk_vm *vm)
{
    (void)vm;
    start_all();
    UNIT_CHECK(answers(1, "restart web\n", "ok\n") && told(0) == MK_CONTROL_STOP);
    UNIT_CHECK(answers(1, "status web\n", "web running, restarts\nok\n"));
    report(0, MK_CONTROL_STOPPED);
    obey_start(0);
    UNIT_CHECK(answers(1, "status web\n", "web running\nok\n"));
    report(0, MK_CONTROL_OFF); /* the policy counts again */
    parts.host.now += 1000 * HZ;
    settle();
    UNIT_CHECK(told(0) == MK_CONTROL_NOTHING);
}

static void vm_controls_those_that_the_plan_gives_it_and_no_others(struct mk_vm *vm)
{
    static const char *const refused[] = {"start web\n",  "stop log\n",    "restart web\n",
                                          "status log\n", "stop nobody\n", "stop d\n",
                                          "stop dbb\n"};
    (void)vm;
    start_all();
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        UNIT_CHECK(answers(0, refused[i], "error: no such VM, or it is not yours to control\n"));
    }
    UNIT_CHECK(told(0) == MK_CONTROL_NOTHING && told(2) == MK_CONTROL_NOTHING);
    UNIT_CHECK(answers(0, "status\n", "db stopped\nok\n"));
    UNIT_CHECK(answers(0, "start db\n", "ok\n") && told(1) == MK_CONTROL_START);
}

static void status_lists_what_the_asker_controls(struct mk_vm *vm)
{
    (void)vm;
    start_all();
    UNIT_CHECK(answers(1, "status\n", "web running\ndb stopped\nlog running\nok\n"));
    mk_link_stop(&monitors[0].link);
    settle();
    UNIT_CHECK(answers(1, "status\n", "web gone\ndb stopped\nlog running\nok\n"));
}

static void request_that_makes_no_sense_is_refused(struct mk_vm *vm)
{
    static const char *const requests[] = {"start\n", "fly db\n", "start db now\n", "  x  \n",
                                           "STOP db\n"};
    char text[300];
    (void)vm;
    start_all();
    for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
        UNIT_CHECK(strncmp(ask(1, requests[i]), "error: one of: ", 15) == 0);
    }
    memset(text, 'x', sizeof(text));
    memcpy(text, "stop db ", 8);
    memcpy(text + 280, "\nstatus db\n", 12);
    UNIT_CHECK(strstr(ask(1, text), "error: one of") != NULL);
    UNIT_CHECK(told(1) == MK_CONTROL_NOTHING);
    UNIT_CHECK(answers(1, "\n\r\n \rstatus  db \n",
                       "error: one of: status, status VM, start VM, stop VM, restart VM\n"
                       "db stopped\nok\n"));
}

/** Who asks without end and reads nothing holds up nobody but itself. */
static void asker_that_does_not_read_waits(struct mk_vm *vm)
{
    char request[] = "status\n";
    (void)vm;
    start_all();
    for (int i = 0; i < 5000; i++) {
        mk_stream_put(&texts[1], request, sizeof(request) - 1);
        settle();
    }
    UNIT_CHECK(askers[1].answer_count <= MK_LIFECYCLE_ANSWER);
    UNIT_CHECK(answers(0, "start db\n", "ok\n"));
    obey_start(1);
    char got[128];
    uint32_t lines = 0;
    for (uint64_t n; (n = mk_stream_get(&texts[1], got, sizeof(got))) > 0; settle()) {
        for (uint64_t i = 0; i < n; i++) {
            lines += got[i] == '\n';
        }
    }
    UNIT_CHECK(lines % 4 == 0 && lines > 8); /* whole answers */
}

/** A manager that starts anew is obeyed though its numbers begin again. */
static void manager_that_starts_anew_is_heard(struct mk_vm *vm)
{
    (void)vm;
    start_all();
    uint64_t before = monitors[0].in[MK_CONTROL_NUMBER];
    parts.host.now += HZ;
    mk_lifecycle_start(&l, &parts.component, &config, states, askers);
    for (uint32_t i = 0; i < 3; i++) {
        mk_words_update(&monitors[i]);
    }
    mk_words_update(&time_source);
    settle();
    mk_link_update(&texts[1]);
    UNIT_CHECK(answers(1, "stop web\n", "ok\n"));
    UNIT_CHECK(told(0) == MK_CONTROL_STOP && monitors[0].in[MK_CONTROL_NUMBER] > before);
}

static void system_is_at_rest_when_all_that_ran_has_ended(struct mk_vm *vm)
{
    (void)vm;
    start_all();
    UNIT_CHECK(!mk_lifecycle_at_rest(&l));
    report(0, MK_CONTROL_OFF);
    UNIT_CHECK(!mk_lifecycle_at_rest(&l)); /* log runs */
    report(2, MK_CONTROL_CRASHED);
    UNIT_CHECK(!mk_lifecycle_at_rest(&l)); /* and will start again */
    UNIT_CHECK(answers(1, "stop log\n", "ok\n"));
    UNIT_CHECK(mk_lifecycle_at_rest(&l));
    UNIT_CHECK(answers(1, "start db\n", "ok\n"));
    UNIT_CHECK(!mk_lifecycle_at_rest(&l));
    obey_start(1);
    UNIT_CHECK(answers(1, "stop db\n", "ok\n"));
    report(1, MK_CONTROL_STOPPED);
    UNIT_CHECK(!mk_lifecycle_at_rest(&l)); /* somebody stopped it, and may start it */
}

/** A monitor whose program faulted: its VM stays dead, those who may control it hear of it, once.
 */
static void monitor_that_faults_stays_dead_and_is_reported(struct mk_vm *vm)
{
    const struct mk_fault fault = {.kind = 5, .ip = 0x401abc, .address = 0};
    (void)vm;
    start_all();
    mk_lifecycle_fault(&l, 2, &fault);
    settle();
    UNIT_CHECK(
        answers(1, "", "log dead: its monitor faulted (kind 0x5) at 0x401abc, address 0x0\n"));
    UNIT_CHECK(answers(0, "", "")); /* web may not control it, and hears nothing */
    UNIT_CHECK(answers(1, "status log\nstart log\n", "log dead\nok\nok\n"));
    UNIT_CHECK(told(2) == MK_CONTROL_NOTHING);
    UNIT_CHECK(answers(1, "status web\n", "web running\nok\n"));
    UNIT_CHECK(answers(1, "stop web\n", "ok\n") && told(0) == MK_CONTROL_STOP);
}

/** A number that no VM has changes nothing. */
static void fault_of_nobody_is_ignored(struct mk_vm *vm)
{
    const struct mk_fault fault = {.kind = 5};
    (void)vm;
    start_all();
    mk_lifecycle_fault(&l, 3, &fault);
    mk_lifecycle_fault(&l, UINT64_MAX, &fault);
    settle();
    UNIT_CHECK(answers(1, "", ""));
}

const struct unit_test unit_lifecycle[] = {
    UNIT_TEST(monitor_that_faults_stays_dead_and_is_reported),
    UNIT_TEST(fault_of_nobody_is_ignored),
    UNIT_TEST(vms_start_by_themselves_when_the_plan_says_so),
    UNIT_TEST(vm_that_never_restarts_stays_off),
    UNIT_TEST(vm_restarts_on_crash_but_not_after_a_shutdown),
    UNIT_TEST(restarts_come_ever_later_but_within_a_minute),
    UNIT_TEST(vm_that_is_stopped_does_not_start_by_itself),
    UNIT_TEST(vm_that_crashes_while_it_is_stopped_stays_down),
    UNIT_TEST(restart_stops_and_starts),
    UNIT_TEST(vm_controls_those_that_the_plan_gives_it_and_no_others),
    UNIT_TEST(status_lists_what_the_asker_controls),
    UNIT_TEST(request_that_makes_no_sense_is_refused),
    UNIT_TEST(asker_that_does_not_read_waits),
    UNIT_TEST(manager_that_starts_anew_is_heard),
    UNIT_TEST(system_is_at_rest_when_all_that_ran_has_ended),
    {NULL, NULL}};
