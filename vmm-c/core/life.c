/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The life of a monitor.
 */
#include "makatea/life.h"

#include "makatea/guest_memory.h"
#include "makatea/passthrough.h"

/** How long the console is waited for, in parts of a second, and how often. */
#define PATIENCE_HZ 50
/** How often: for a second in all. */
#define PATIENCE 50

/** What each state is called in the line at an end; the others have none. */
static const char *const ends[MK_CONTROL_STATES] = {[MK_CONTROL_OFF] = "off",
                                                    [MK_CONTROL_CRASHED] = "crashed",
                                                    [MK_CONTROL_REFUSED] = "refused",
                                                    [MK_CONTROL_STOPPED] = "stopped"};

/**
 * Waits for a signal, but not for ever.
 * @param vm the VM
 */
static void wait_a_moment(struct mk_vm *vm)
{
    uint64_t moment = mk_platform_tsc_hz(vm->platform) / PATIENCE_HZ;
    if (mk_platform_alarm(vm->platform, mk_platform_now(vm->platform) + moment) == MK_OK) {
        vm->events |= mk_platform_wait(vm->platform);
    }
}

/**
 * Sends a byte of the monitor's own to the console; one that takes nothing for long loses it.
 * @param vm the VM
 * @param byte the byte
 */
static void say_byte(struct mk_vm *vm, uint8_t byte)
{
    struct mk_line *line = mk_machine_console(vm);
    if (line == (struct mk_line *)0) {
        mk_platform_console(vm->platform, byte);
        return;
    }
    uint32_t tries = vm->console_lost ? PATIENCE : 0;
    bool sent = mk_line_put(line, byte);
    while (!sent && tries++ < PATIENCE) {
        wait_a_moment(vm);
        sent = mk_line_put(line, byte);
    }
    vm->console_lost = !sent;
}

/**
 * Sends a character of the monitor's own.
 * @param context the VM
 * @param byte the character
 */
static void say(void *context, char byte)
{
    if (byte == '\n') {
        say_byte(context, '\r');
    }
    say_byte(context, (uint8_t)byte);
}

/**
 * Writes a line about the VM, after the one in which its guest was.
 * @param vm the VM
 * @param text what follows its name
 * @param more what follows that
 */
static void say_line(struct mk_vm *vm, const char *text, const char *more)
{
    const struct mk_line *line = mk_machine_console(vm);
    if (line != (const struct mk_line *)0 && line->last != 0 && line->last != '\n') {
        mk_text_string(&vm->console, "\n");
    }
    mk_vm_begin_line(vm, text);
    mk_text_string(&vm->console, more);
    mk_text_string(&vm->console, "\n");
}

/**
 * Connects with the lifecycle manager, if there is one.
 * @param vm the VM
 */
static void connect(struct mk_vm *vm)
{
    const struct mk_resources *r = &vm->config->resources;
    uint32_t channel = mk_channel_of(r, MK_CHANNEL_LIFECYCLE);
    const struct mk_port *port = mk_platform_port(vm->platform, channel);
    vm->control.connected = port != (const struct mk_port *)0;
    if (!vm->control.connected) {
        return;
    }
    const struct mk_port words = mk_port_part(port, 0, MK_CONTROL_TEXT);
    const struct mk_port text =
        mk_port_part(port, MK_CONTROL_TEXT, port->tx_bytes - MK_CONTROL_TEXT);
    vm->control.event = UINT64_C(1) << r->channels[channel].event;
    mk_words_start(&vm->control.words, &words);
    mk_line_start(&vm->control.text, &text);
}

/**
 * Tells the lifecycle manager how the VM is.
 * @param vm the VM
 * @param state its state
 */
static void tell(struct mk_vm *vm, enum mk_control_state state)
{
    const uint64_t out[MK_WORDS] = {[MK_CONTROL_STATE] = (uint64_t)state,
                                    [MK_CONTROL_DONE] = vm->control.done,
                                    [MK_CONTROL_LIVES] = vm->control.lives};
    if (vm->control.connected) {
        mk_words_write(&vm->control.words, out);
    }
}

/**
 * Takes the lifecycle manager's command, if there is a new one.
 * @param vm the VM
 * @return what to do
 */
static enum mk_control_verb take_command(struct mk_vm *vm)
{
    mk_words_update(&vm->control.words);
    const uint64_t *in = vm->control.words.in;
    if (in[MK_CONTROL_NUMBER] == 0 || in[MK_CONTROL_NUMBER] == vm->control.done) {
        return MK_CONTROL_NOTHING;
    }
    vm->control.done = in[MK_CONTROL_NUMBER];
    return in[MK_CONTROL_VERB] == MK_CONTROL_START  ? MK_CONTROL_START
           : in[MK_CONTROL_VERB] == MK_CONTROL_STOP ? MK_CONTROL_STOP
                                                    : MK_CONTROL_NOTHING;
}

void mk_control_notice(struct mk_vm *vm, uint64_t events)
{
    if (!vm->control.connected || (events & vm->control.event) == 0) {
        return;
    }
    uint64_t done = vm->control.done;
    if (take_command(vm) == MK_CONTROL_STOP) {
        vm->end = MK_END_STOPPED;
    } else if (vm->control.done != done) {
        tell(vm, MK_CONTROL_RUNNING);
    }
}

/**
 * Waits until the VM is to be started. A VM that does not run is stopped already.
 * @param vm the VM
 * @param state its state
 */
static void wait_for_start(struct mk_vm *vm, enum mk_control_state state)
{
    tell(vm, state);
    while (vm->control.connected) {
        uint64_t done = vm->control.done;
        if (take_command(vm) == MK_CONTROL_START) {
            return;
        }
        if (vm->control.done != done) {
            tell(vm, state = state == MK_CONTROL_REFUSED ? state : MK_CONTROL_STOPPED);
        } else {
            vm->events |= mk_platform_wait(vm->platform);
        }
    }
}

/**
 * Connects the machine's channels, and waits until the console is there: what is said before that
 * is lost.
 * @param vm the VM
 */
static void connect_machine(struct mk_vm *vm)
{
    mk_machine_connect(vm);
    struct mk_line *line = mk_machine_console(vm);
    for (int i = 0; i < PATIENCE && line != (struct mk_line *)0 && !mk_link_update(&line->link);
         i++) {
        wait_a_moment(vm);
    }
}

/**
 * Connects the machine's channels anew, once the console has taken what was said before.
 * @param vm the VM
 */
static void reconnect_machine(struct mk_vm *vm)
{
    struct mk_line *line = mk_machine_console(vm);
    for (int i = 0; i < PATIENCE && line != (struct mk_line *)0 && !mk_line_drained(line); i++) {
        wait_a_moment(vm);
    }
    connect_machine(vm);
}

/**
 * Boots the VM and runs it, again after each reset of its own.
 * @param vm the VM
 * @return how it ended
 */
static enum mk_control_state run(struct mk_vm *vm)
{
    for (bool again = false;; again = true) {
        if (again) {
            reconnect_machine(vm);
        }
        if (mk_vm_boot(vm) != MK_OK) {
            mk_passthrough_stop(vm);
            return MK_CONTROL_CRASHED;
        }
        tell(vm, MK_CONTROL_RUNNING);
        mk_vm_run(vm);
        mk_passthrough_stop(vm); /* before its memory is anybody else's */
        if (vm->end != MK_END_RESET) {
            return vm->end == MK_END_OFF       ? MK_CONTROL_OFF
                   : vm->end == MK_END_STOPPED ? MK_CONTROL_STOPPED
                                               : MK_CONTROL_CRASHED;
        }
        say_line(vm, ": reset", "");
    }
}

/**
 * One life of the VM, and what comes after it: nothing of the guest stays.
 * @param vm the VM
 * @param hooks the system below
 * @return how it ended
 */
static enum mk_control_state live(struct mk_vm *vm, const struct mk_life_hooks *hooks)
{
    vm->control.lives++;
    enum mk_control_state state = run(vm);
    mk_machine_disconnect(vm);
    if (hooks->report != (void (*)(struct mk_vm *))0) {
        hooks->report(vm);
    }
    if (vm->mapped && mk_guest_clear(vm) == MK_OK) {
        vm->clean = true;
    }
    say_line(vm, state == MK_CONTROL_STOPPED ? ": " : ": ended: ", ends[state]);
    return state;
}

void mk_life_run(struct mk_vm *vm, const struct mk_life_hooks *hooks)
{
    vm->console = (struct mk_text){.put = say, .context = vm};
    vm->events = UINT64_MAX;
    connect_machine(vm);
    connect(vm);
    const char *why = hooks->prepare(vm);
    enum mk_control_state state = MK_CONTROL_STOPPED;
    if (why != (const char *)0 || !mk_cpu_check(vm)) {
        state = MK_CONTROL_REFUSED;
        say_line(vm, ": ended: ", why == (const char *)0 ? ends[state] : why);
    }
    for (bool first = true; first || vm->control.connected; first = false) {
        wait_for_start(vm, state);
        if (state == MK_CONTROL_REFUSED) {
            continue; /* asked in vain; the state is told again */
        }
        if (!first) {
            reconnect_machine(vm);
            say_line(vm, ": starts again", "");
        }
        state = live(vm, hooks);
    }
}
