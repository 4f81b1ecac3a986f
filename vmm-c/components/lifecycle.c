/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The lifecycle manager: what each VM is to do.
 */
#include "components/lifecycle.h"

/** Longest pause before a restart, and the life that makes pauses begin anew, in seconds. */
#define LONGEST 60
/** Failures after which the pause does not grow any more. */
#define DOUBLINGS 6

enum mk_control_state mk_lifecycle_reported(const struct mk_lifecycle_state *vm)
{
    uint64_t state = vm->words.in[MK_CONTROL_STATE];
    if (vm->death != 0) {
        return MK_CONTROL_DEAD;
    }
    return state < MK_CONTROL_DEAD ? (enum mk_control_state)state : MK_CONTROL_UNKNOWN;
}

/**
 * Whether a channel is a VM's; else it is a console's.
 * @param config the plan
 * @param channel its number
 * @return whether
 */
static bool is_vm(const struct mk_lifecycle_config *config, uint32_t channel)
{
    for (uint32_t i = 0; i < config->vm_count; i++) {
        if (config->vms[i].channel == channel) {
            return true;
        }
    }
    return false;
}

void mk_lifecycle_start(struct mk_lifecycle *l, struct mk_component *c,
                        const struct mk_lifecycle_config *config, struct mk_lifecycle_state *vms,
                        struct mk_lifecycle_asker *askers)
{
    *l = (struct mk_lifecycle){.c = c, .config = config, .vms = vms, .askers = askers};
    for (uint32_t i = 0; i < config->vm_count; i++) {
        const struct mk_port words =
            mk_port_part(&c->ports[config->vms[i].channel], 0, MK_CONTROL_TEXT);
        vms[i] = (struct mk_lifecycle_state){.wanted = config->vms[i].start == MK_START_AUTO,
                                             .number = mk_component_now(c)};
        mk_words_start(&vms[i].words, &words);
    }
    for (uint32_t i = 0; i < config->client_count; i++) {
        uint32_t channel = config->clients[i].channel;
        struct mk_port text = c->ports[channel];
        if (is_vm(config, channel)) {
            text = mk_port_part(&text, MK_CONTROL_TEXT, text.tx_bytes - MK_CONTROL_TEXT);
        }
        askers[i] = (struct mk_lifecycle_asker){.next = 0};
        mk_link_start(&askers[i].link, &text);
    }
    uint32_t timer = mk_channel_of(c->resources, MK_CHANNEL_TIMER);
    l->has_alarm = timer != MK_NONE;
    if (l->has_alarm) {
        mk_alarm_start(&l->alarm, &c->ports[timer]);
    }
}

/**
 * Gives a command. Numbers begin with the time of the start, so that a monitor does not take them
 * for those of an earlier manager.
 * @param vm the VM
 * @param verb what to do
 */
static void command(struct mk_lifecycle_state *vm, enum mk_control_verb verb)
{
    vm->number++;
    const uint64_t out[MK_WORDS] = {
        [MK_CONTROL_VERB] = (uint64_t)verb, [MK_CONTROL_NUMBER] = vm->number};
    mk_words_write(&vm->words, out);
}

/**
 * Whether a monitor has carried out all commands.
 * @param vm the VM
 * @return whether
 */
static bool is_idle(const struct mk_lifecycle_state *vm)
{
    return !vm->words.said || vm->words.in[MK_CONTROL_DONE] == vm->number;
}

/**
 * Judges the end of a life: is the VM to start again, and when?
 * @param vm the VM
 * @param plan its plan
 * @param now TSC value
 * @param hz ticks in a second; 0: not known
 */
static void judge(struct mk_lifecycle_state *vm, const struct mk_lifecycle_vm *plan, uint64_t now,
                  uint64_t hz)
{
    bool crashed = mk_lifecycle_reported(vm) == MK_CONTROL_CRASHED;
    vm->judged = vm->words.in[MK_CONTROL_LIVES];
    vm->wanted =
        plan->restart == MK_RESTART_ALWAYS || (plan->restart == MK_RESTART_ON_CRASH && crashed);
    if (now - vm->began >= hz * LONGEST) {
        vm->failures = 0;
    }
    uint64_t seconds = UINT64_C(1) << vm->failures;
    vm->not_before = now + hz * (seconds < LONGEST ? seconds : LONGEST);
    vm->failures += vm->failures < DOUBLINGS ? 1 : 0;
}

/**
 * Does for a VM what has to be done.
 * @param l the manager
 * @param row which VM
 * @param now TSC value
 * @return when to look again, a TSC value; UINT64_MAX: after a signal
 */
static uint64_t manage(struct mk_lifecycle *l, uint32_t row, uint64_t now)
{
    struct mk_lifecycle_state *vm = &l->vms[row];
    mk_words_update(&vm->words);
    enum mk_control_state state = mk_lifecycle_reported(vm);
    if (vm->lives != vm->words.in[MK_CONTROL_LIVES]) {
        vm->lives = vm->words.in[MK_CONTROL_LIVES];
        vm->began = now;
    }
    if (state == MK_CONTROL_UNKNOWN || state == MK_CONTROL_REFUSED || state == MK_CONTROL_DEAD ||
        !is_idle(vm)) {
        return UINT64_MAX;
    }
    if (state == MK_CONTROL_RUNNING) {
        if (!vm->wanted || vm->again) {
            command(vm, MK_CONTROL_STOP);
        }
        return UINT64_MAX;
    }
    if (vm->again) {
        vm->again = false;
        vm->judged = vm->lives;
    }
    if (state != MK_CONTROL_STOPPED && vm->judged != vm->lives) {
        judge(vm, &l->config->vms[row], now, l->has_alarm ? mk_alarm_hz(&l->alarm) : 0);
    }
    if (!vm->wanted || vm->not_before > now) {
        return vm->wanted ? vm->not_before : UINT64_MAX;
    }
    command(vm, MK_CONTROL_START);
    return UINT64_MAX;
}

bool mk_lifecycle_round(struct mk_lifecycle *l)
{
    bool more = false;
    uint64_t next = UINT64_MAX;
    for (uint32_t i = 0; i < l->config->client_count; i++) {
        more = mk_lifecycle_serve(l, i) || more;
    }
    uint64_t now = mk_component_now(l->c);
    for (uint32_t i = 0; i < l->config->vm_count; i++) {
        uint64_t at = manage(l, i, now);
        next = at < next ? at : next;
    }
    if (next != UINT64_MAX && l->has_alarm) {
        mk_alarm_set(&l->alarm, next);
    }
    return more;
}

void mk_lifecycle_fault(struct mk_lifecycle *l, uint64_t row, const struct mk_fault *fault)
{
    if (row < l->config->vm_count && l->vms[row].death == 0) {
        l->vms[row].death = ++l->deaths;
        l->vms[row].fault = *fault;
    }
}

bool mk_lifecycle_at_rest(const struct mk_lifecycle *l)
{
    uint32_t ended = 0;
    for (uint32_t i = 0; i < l->config->vm_count; i++) {
        const struct mk_lifecycle_state *vm = &l->vms[i];
        enum mk_control_state state = mk_lifecycle_reported(vm);
        if (state == MK_CONTROL_UNKNOWN || state == MK_CONTROL_RUNNING || !is_idle(vm) ||
            (vm->wanted && state != MK_CONTROL_REFUSED) ||
            (state == MK_CONTROL_STOPPED && vm->words.in[MK_CONTROL_LIVES] != 0)) {
            return false;
        }
        ended += state != MK_CONTROL_STOPPED;
    }
    return ended > 0;
}

void mk_lifecycle_run(struct mk_component *c, const struct mk_lifecycle_config *config,
                      struct mk_lifecycle_state *vms, struct mk_lifecycle_asker *askers)
{
    struct mk_lifecycle l;
    mk_lifecycle_start(&l, c, config, vms, askers);
    for (;;) {
        uint64_t events = mk_lifecycle_round(&l) ? 0 : mk_component_wait(c);
        if ((events & MK_COMPONENT_FAULT) != 0) {
            mk_lifecycle_fault(&l, events & MK_COMPONENT_FAULT_NUMBER, &c->fault);
        }
    }
}
