/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The lifecycle manager: requests and answers. One request is dealt with at a time; the next one is
 * read when its answer is sent, so an asker that does not read its answers only holds up itself.
 */
#include "components/lifecycle.h"
#include "link/stream.h"
#include "makatea/text.h"

/** Bytes of requests that are looked at in a round. */
#define ROUND 128

/** What each state is called. */
static const char *const names[MK_CONTROL_STATES] = {"gone",    "stopped", "running", "off",
                                                     "crashed", "refused", "dead"};

/**
 * Adds text to the line that is to be sent.
 * @param asker who asked
 * @param text text; what does not fit is left out
 */
static void add(struct mk_lifecycle_asker *asker, const char *text)
{
    for (; *text != '\0' && asker->answer_count < MK_LIFECYCLE_ANSWER - 1; text++) {
        asker->answer[asker->answer_count++] = *text;
    }
}

/**
 * Sends what is left of the line.
 * @param asker who asked
 * @return whether all of it is sent
 */
static bool send(struct mk_lifecycle_asker *asker)
{
    asker->answer_sent += (uint32_t)mk_stream_put(&asker->link, asker->answer + asker->answer_sent,
                                                  asker->answer_count - asker->answer_sent);
    if (asker->answer_sent < asker->answer_count) {
        return false;
    }
    asker->answer_count = 0;
    asker->answer_sent = 0;
    return true;
}

/**
 * Says the state of a VM.
 * @param l the manager
 * @param asker who asked
 * @param row which VM
 */
static void say_state(const struct mk_lifecycle *l, struct mk_lifecycle_asker *asker, uint32_t row)
{
    const struct mk_lifecycle_state *vm = &l->vms[row];
    enum mk_control_state state = mk_lifecycle_reported(vm);
    bool runs = state == MK_CONTROL_RUNNING;
    add(asker, l->config->vms[row].name);
    add(asker, " ");
    add(asker, names[state]);
    if (state != MK_CONTROL_UNKNOWN && state != MK_CONTROL_REFUSED && state != MK_CONTROL_DEAD) {
        add(asker, runs && vm->again     ? ", restarts"
                   : runs && !vm->wanted ? ", stops"
                   : !runs && vm->wanted ? ", starts"
                                         : "");
    }
    add(asker, "\n");
}

/**
 * Takes a word of a request.
 * @param text the request, with a zero byte at its end; moved past the word
 * @param bytes receives the word's length
 * @return its first character
 */
static const char *word(const char **text, uint32_t *bytes)
{
    while (**text == ' ') {
        (*text)++;
    }
    const char *first = *text;
    for (*bytes = 0; **text != '\0' && **text != ' '; (*text)++) {
        (*bytes)++;
    }
    return first;
}

/**
 * Finds a VM that the asker may control.
 * @param l the manager
 * @param client the asker's plan
 * @param name name
 * @param bytes its length
 * @return row of the VM, or MK_NONE
 */
static uint32_t find(const struct mk_lifecycle *l, const struct mk_lifecycle_client *client,
                     const char *name, uint32_t bytes)
{
    for (uint32_t i = 0; i < client->vm_count; i++) {
        if (mk_text_is(name, bytes, l->config->vms[client->vms[i]].name)) {
            return client->vms[i];
        }
    }
    return MK_NONE;
}

/**
 * Notes what is asked for about a VM.
 * @param vm the VM
 * @param verb first character of what is asked
 * @param bytes its length
 * @return whether there is such a verb
 */
static bool note(struct mk_lifecycle_state *vm, const char *verb, uint32_t bytes)
{
    bool start = mk_text_is(verb, bytes, "start");
    bool restart = mk_text_is(verb, bytes, "restart");
    if (!start && !restart && !mk_text_is(verb, bytes, "stop")) {
        return false;
    }
    vm->wanted = start || restart;
    vm->again = restart;
    vm->not_before = 0;
    vm->failures = 0;
    if (!start || mk_lifecycle_reported(vm) != MK_CONTROL_RUNNING) {
        vm->judged =
            vm->words.in[MK_CONTROL_LIVES]; /* what the policy says about its end is over */
    }
    return true;
}

/**
 * Carries out a request.
 * @param l the manager
 * @param row who asks
 */
static void carry_out(struct mk_lifecycle *l, uint32_t row)
{
    struct mk_lifecycle_asker *asker = &l->askers[row];
    const char *text = asker->request;
    uint32_t verb_bytes = 0;
    uint32_t name_bytes = 0;
    uint32_t rest = 0;
    const char *verb = word(&text, &verb_bytes);
    const char *name = word(&text, &name_bytes);
    word(&text, &rest);
    bool status = mk_text_is(verb, verb_bytes, "status");
    uint32_t vm = find(l, &l->config->clients[row], name, name_bytes);
    if (status && name_bytes == 0) {
        asker->listing = true;
        asker->next = 0;
        return;
    }
    if (vm == MK_NONE && name_bytes != 0 && rest == 0 && !asker->too_long) {
        add(asker, "error: no such VM, or it is not yours to control\n");
        return;
    }
    bool good = vm != MK_NONE && rest == 0 && !asker->too_long &&
                (status || note(&l->vms[vm], verb, verb_bytes));
    if (good && status) {
        say_state(l, asker, vm);
    }
    add(asker, good ? "ok\n" : "error: one of: status, status VM, start VM, stop VM, restart VM\n");
}

/**
 * Adds a number to the line that is to be sent.
 * @param asker who is told
 * @param value number
 */
static void add_hex(struct mk_lifecycle_asker *asker, uint64_t value)
{
    uint32_t shift = 60;
    while (shift > 0 && value >> shift == 0) {
        shift -= 4;
    }
    add(asker, "0x");
    for (;; shift -= 4) {
        const char digit[2] = {"0123456789abcdef"[value >> shift & 0xf], '\0'};
        add(asker, digit);
        if (shift == 0) {
            return;
        }
    }
}

/**
 * Tells of the next death that the asker does not know of, if it may control the VM.
 * @param l the manager
 * @param row who is told
 */
static void tell_death(struct mk_lifecycle *l, uint32_t row)
{
    struct mk_lifecycle_asker *asker = &l->askers[row];
    const struct mk_lifecycle_client *client = &l->config->clients[row];
    asker->deaths++;
    for (uint32_t i = 0; i < client->vm_count; i++) {
        const struct mk_lifecycle_state *vm = &l->vms[client->vms[i]];
        if (vm->death == asker->deaths) {
            add(asker, l->config->vms[client->vms[i]].name);
            add(asker, " dead: its monitor faulted (kind ");
            add_hex(asker, vm->fault.kind);
            add(asker, ") at ");
            add_hex(asker, vm->fault.ip);
            add(asker, ", address ");
            add_hex(asker, vm->fault.address);
            add(asker, "\n");
        }
    }
}

/**
 * Goes on with a list of states.
 * @param l the manager
 * @param row who asks
 */
static void go_on_listing(struct mk_lifecycle *l, uint32_t row)
{
    struct mk_lifecycle_asker *asker = &l->askers[row];
    const struct mk_lifecycle_client *client = &l->config->clients[row];
    if (asker->next < client->vm_count) {
        say_state(l, asker, client->vms[asker->next++]);
    } else {
        add(asker, "ok\n");
        asker->listing = false;
    }
}

/**
 * Takes a byte of a request.
 * @param l the manager
 * @param row who asks
 * @param byte the byte
 */
static void take(struct mk_lifecycle *l, uint32_t row, char byte)
{
    struct mk_lifecycle_asker *asker = &l->askers[row];
    if (byte == '\n' || byte == '\r') {
        asker->request[asker->request_count] = '\0';
        if (asker->request_count > 0 || asker->too_long) {
            carry_out(l, row);
        }
        asker->request_count = 0;
        asker->too_long = false;
    } else if (asker->request_count < MK_LIFECYCLE_REQUEST - 1) {
        asker->request[asker->request_count++] = (char)(byte == '\0' ? '?' : byte);
    } else {
        asker->too_long = true;
    }
}

bool mk_lifecycle_serve(struct mk_lifecycle *l, uint32_t row)
{
    struct mk_lifecycle_asker *asker = &l->askers[row];
    char byte = 0;
    mk_link_update(&asker->link);
    if (asker->peer != asker->link.peer) {
        asker->peer = asker->link.peer;
        asker->request_count = 0;
        asker->too_long = false;
        asker->answer_count = 0;
        asker->answer_sent = 0;
        asker->listing = false;
    }
    for (uint32_t i = 0; i < ROUND; i++) {
        if (!send(asker)) {
            return false; /* a signal comes when there is room */
        }
        if (asker->listing) {
            go_on_listing(l, row);
        } else if (asker->deaths < l->deaths) {
            tell_death(l, row);
        } else if (mk_stream_get(&asker->link, &byte, 1) == 1) {
            take(l, row, byte);
        } else {
            return false;
        }
    }
    return true;
}
