/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The console multiplexer: start, rounds, turns.
 */
#include "components/console_parts.h"
#include "link/stream.h"

/** An incomplete line is shown when it has not changed for 1/50 s. */
#define PATIENCE_HZ 50
/** Bytes of a VM that are looked at together. */
#define CHUNK 64
/** How many of these make a turn, at most: a full line of ASCII. */
#define CHUNKS (MK_TEXT_LINE / CHUNK)
/** Bytes that are typed and dealt with in a round. */
#define KEYS 16

/**
 * Finds the channels that are no VM's.
 * @param console the console
 */
static void connect_services(struct mk_console *console)
{
    const struct mk_resources *r = console->c->resources;
    uint32_t timer = mk_channel_of(r, MK_CHANNEL_TIMER);
    uint32_t menu = mk_channel_of(r, MK_CHANNEL_LIFECYCLE);
    console->has_alarm = timer != MK_NONE;
    console->has_menu = menu != MK_NONE;
    if (console->has_alarm) {
        mk_alarm_start(&console->alarm, &console->c->ports[timer]);
    }
    if (console->has_menu) {
        mk_link_start(&console->menu, &console->c->ports[menu]);
    }
}

void mk_console_start(struct mk_console *console, struct mk_component *c,
                      const struct mk_console_config *config, struct mk_console_vm *vms)
{
    console->c = c;
    console->config = config;
    console->vms = vms;
    console->com = (struct mk_com){.c = c, .range = 0, .irq = 0};
    console->out_first = 0;
    console->out_count = 0;
    console->writer = MK_CONSOLE_NOBODY;
    console->turn = 0;
    console->selected = 0;
    console->keys = MK_CONSOLE_KEYS_VM;
    console->typed_count = 0;
    console->answer_count = 0;
    for (uint32_t i = 0; i < config->port_count; i++) {
        vms[i] = (struct mk_console_vm){.port = &config->ports[i], .look = true};
        mk_link_start(&vms[i].link, &c->ports[config->ports[i].channel]);
    }
    connect_services(console);
    mk_com_start(&console->com, config->baud);
}

/**
 * Takes a part of a VM's output, up to the end of a line.
 * @param console the console
 * @param vm the VM
 * @return whether more of the same line may be there
 */
static bool take(struct mk_console *console, struct mk_console_vm *vm)
{
    uint8_t bytes[CHUNK];
    if (!mk_link_update(&vm->link) ||
        (mk_link_ready(&vm->link) == 0 && !mk_link_want_data(&vm->link))) {
        vm->look = false;
        return false;
    }
    uint64_t ready = mk_link_ready(&vm->link);
    uint32_t count = ready < CHUNK ? (uint32_t)ready : CHUNK;
    uint32_t line = 0;
    mk_link_read(&vm->link, 0, bytes, count);
    while (line < count && bytes[line] != '\n') {
        line++;
    }
    bool complete = line < count;
    count = complete ? line + 1 : count;
    if (!mk_link_consume(&vm->link, count)) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        mk_console_obey(console, vm, mk_vt_take(&vm->vt, bytes[i]));
    }
    vm->changed = mk_component_now(console->c);
    return !complete;
}

/**
 * A VM's turn: a line, or as much of one as there is.
 * @param console the console
 * @param vm the VM
 */
static void turn(struct mk_console *console, struct mk_console_vm *vm)
{
    mk_link_update(&vm->link);
    if (vm->peer != vm->link.peer) {
        /* Another life of its monitor: what the last one left unfinished stays so. */
        vm->peer = vm->link.peer;
        vm->vt = (struct mk_vt){.state = MK_VT_GROUND};
        if (vm->line.length > 0) {
            mk_console_end_line(console, vm);
        }
    }
    uint32_t chunks = 0;
    while (chunks < CHUNKS && take(console, vm)) {
        chunks++;
    }
    /* At the beginning of its line it is most often about to end it, and shows the same text. */
    if (console->writer == (uint32_t)(vm - console->vms) &&
        (vm->behind || (vm->astray && vm->line.cursor != 0))) {
        mk_console_show(console, vm);
    }
}

/**
 * Gives turns to VMs while the transmitter keeps up.
 * @param console the console
 */
static void turns(struct mk_console *console)
{
    uint32_t count = console->config->port_count;
    for (uint32_t i = 0; i < count && console->out_count <= MK_CONSOLE_LOW; i++) {
        struct mk_console_vm *vm = &console->vms[console->turn];
        console->turn = (console->turn + 1) % count;
        if (vm->look) {
            turn(console, vm);
        }
    }
}

/**
 * Whether a VM's incomplete line may be shown: a selected VM's in any case, others' only where no
 * line is open that somebody works at. One that was shown and had to make way does so only when
 * nobody has to make way for it, or two of them would take turns for ever; and with names not at
 * all before it has changed, for it still stands above.
 * @param console the console
 * @param row which VM
 * @return whether
 */
static bool may_show(const struct mk_console *console, uint32_t row)
{
    const bool stands = console->config->output == MK_CONSOLE_PREFIX && !console->vms[row].news;
    if (console->keys == MK_CONSOLE_KEYS_MENU) {
        return false;
    }
    if (row == console->selected || console->writer == row) {
        return true;
    }
    return console->writer == MK_CONSOLE_NOBODY
               ? !stands
               : console->writer != console->selected && console->vms[row].news;
}

/**
 * Shows incomplete lines that have not changed for long enough.
 * @param console the console
 * @return when to look again, a TSC value; UINT64_MAX for never
 */
static uint64_t show_quiet(struct mk_console *console)
{
    uint64_t now = mk_component_now(console->c);
    uint64_t next = UINT64_MAX;
    uint64_t patience = console->has_alarm ? mk_alarm_hz(&console->alarm) / PATIENCE_HZ : 0;
    for (uint32_t i = 0; i < console->config->port_count; i++) {
        struct mk_console_vm *vm = &console->vms[i];
        if (vm->line.length == 0 || !vm->behind || vm->look || !may_show(console, i) ||
            console->out_count > MK_CONSOLE_LOW) {
            continue; /* an interrupt brings us back when the transmitter has room */
        }
        if (now - vm->changed >= patience) {
            mk_console_show(console, vm);
        } else {
            next = vm->changed + patience < next ? vm->changed + patience : next;
        }
    }
    return next;
}

/**
 * Opens the line again that somebody works at: the menu's, or the selected VM's.
 * @param console the console
 */
static void reopen(struct mk_console *console)
{
    struct mk_console_vm *vm = &console->vms[console->selected];
    if (console->keys == MK_CONSOLE_KEYS_MENU) {
        mk_console_prompt(console);
    } else if (console->writer == MK_CONSOLE_NOBODY && console->config->port_count > 0 &&
               vm->shown && vm->line.length > 0) {
        mk_console_show(console, vm);
    }
}

/**
 * Hands bytes to the transmitter, when it is empty.
 * @param console the console
 */
static void transmit(struct mk_console *console)
{
    if (console->out_count == 0 || !mk_com_empty(&console->com)) {
        return;
    }
    for (uint32_t i = 0; i < MK_COM_FIFO && console->out_count > 0; i++) {
        mk_com_put(&console->com, console->out[console->out_first]);
        console->out_first = (console->out_first + 1) % MK_CONSOLE_OUT;
        console->out_count--;
    }
}

/**
 * Whether there is room for what a key brings about.
 * @param console the console
 * @return whether
 */
static bool takes_keys(const struct mk_console *console)
{
    return console->out_count < MK_CONSOLE_OUT / 4;
}

bool mk_console_round(struct mk_console *console, uint64_t events)
{
    const struct mk_channel *channels = console->c->resources->channels;
    bool more = false;
    for (uint32_t i = 0; i < console->config->port_count; i++) {
        struct mk_console_vm *vm = &console->vms[i];
        vm->look = vm->look || (events >> channels[vm->port->channel].event & 1) != 0;
    }
    int32_t byte = 0;
    for (uint32_t i = 0; i < KEYS && takes_keys(console) && byte >= 0; i++) {
        byte = mk_com_get(&console->com);
        if (byte >= 0) {
            mk_console_key(console, (uint8_t)byte);
        }
    }
    mk_console_answers(console);
    turns(console);
    uint64_t next = show_quiet(console);
    if (next != UINT64_MAX) {
        mk_alarm_set(&console->alarm, next);
    }
    if (console->out_count <= MK_CONSOLE_LOW) {
        reopen(console);
    }
    transmit(console);
    for (uint32_t i = 0; i < console->config->port_count; i++) {
        more = more || (console->vms[i].look && console->out_count <= MK_CONSOLE_LOW);
    }
    return mk_com_listen(&console->com, takes_keys(console), console->out_count > 0) || more;
}

void mk_console_run(struct mk_console *console, struct mk_component *c,
                    const struct mk_console_config *config, struct mk_console_vm *vms)
{
    uint64_t events = c->resources->event_mask;
    mk_console_start(console, c, config, vms);
    for (;;) {
        bool more = mk_console_round(console, events);
        events = more ? mk_component_poll(c) : mk_component_wait(c);
    }
}
