/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What is typed: to the selected VM, behind the escape key, in the menu. What the menu can not do
 * itself the lifecycle manager does: the line is sent to it, and its answer is shown.
 */
#include "components/console_parts.h"
#include "link/stream.h"
#include "makatea/text.h"

/** Keys that leave the menu or delete in it. */
enum key {
    KEY_INTERRUPT = 0x03, /**< Ctrl-C: leaves. */
    KEY_BACKSPACE = 0x08, /**< Deletes. */
    KEY_ESCAPE = 0x1b,    /**< Leaves. */
    KEY_DELETE = 0x7f     /**< Deletes. */
};

/**
 * Sends a character.
 * @param context the console
 * @param byte the character
 */
static void put(void *context, char byte)
{
    const char text[] = {byte, '\0'};
    mk_console_text(context, text);
}

/**
 * Selects a VM and shows its last lines.
 * @param console the console
 * @param row which
 */
static void select(struct mk_console *console, uint32_t row)
{
    struct mk_console_vm *vm = &console->vms[row];
    console->selected = row;
    vm->told = false;
    console->keys = MK_CONSOLE_KEYS_VM;
    mk_console_begin_own(console);
    mk_console_name(console, vm);
    mk_console_text(console, vm->kept_bytes == 0 ? " has said nothing yet" : ", its last lines:");
    mk_console_end_own(console);
    mk_console_show_kept(console, vm);
    mk_console_begin_own(console);
    mk_console_text(console, "you are connected with ");
    mk_console_name(console, vm);
    mk_console_end_own(console);
    if (vm->line.length > 0) {
        mk_console_show(console, vm);
    }
}

/**
 * Writes a row of the list of VMs: number, name, and what is known of it.
 * @param console the console
 * @param row which
 * @param state what is known, with a zero byte at its end
 */
static void say_row(struct mk_console *console, uint32_t row, const char *state)
{
    const struct mk_text number = {.put = put, .context = console};
    mk_console_begin_own(console);
    mk_console_text(console, row == console->selected ? "> " : "  ");
    mk_text_decimal(&number, row + 1);
    mk_console_text(console, " ");
    mk_console_name(console, &console->vms[row]);
    mk_console_text(console, state);
    mk_console_end_own(console);
}

/**
 * Sends a line to the lifecycle manager. Nobody answers a line that it can not take whole.
 * @param console the console
 * @param line the line
 * @param bytes its length
 * @return whether it was sent
 */
static bool ask(struct mk_console *console, const char *line, uint32_t bytes)
{
    if (!console->has_menu || !mk_link_update(&console->menu) ||
        mk_link_room(&console->menu) <= bytes) {
        return false;
    }
    mk_stream_put(&console->menu, line, bytes);
    mk_stream_put(&console->menu, "\n", 1);
    return true;
}

/** Lists the VMs; their states come from the lifecycle manager. @param console the console */
static void list(struct mk_console *console)
{
    if (ask(console, "status", sizeof("status") - 1)) {
        return;
    }
    for (uint32_t i = 0; i < console->config->port_count; i++) {
        if (console->out_count > MK_CONSOLE_OUT / 2) {
            mk_console_say(console, "and more");
            break;
        }
        say_row(console, i, "");
    }
    mk_console_say(console, "the lifecycle manager does not answer: states are not known");
}

/** Says what can be typed. @param console the console */
static void help(struct mk_console *console)
{
    mk_console_say(console, "NUMBER or NAME selects; start, stop, restart, status NAME; list; "
                            "Enter leaves");
}

/** Opens the menu. @param console the console */
static void open_menu(struct mk_console *console)
{
    console->keys = MK_CONSOLE_KEYS_MENU;
    console->typed_count = 0;
    help(console);
    list(console);
}

/**
 * Finds a VM by number or name.
 * @param console the console
 * @param text what was typed
 * @param bytes its length
 * @return its row, or #MK_CONSOLE_NOBODY
 */
static uint32_t find(const struct mk_console *console, const char *text, uint32_t bytes)
{
    uint64_t number = 0;
    bool digits = bytes != 0;
    for (uint32_t i = 0; i < bytes; i++) {
        digits = digits && text[i] >= '0' && text[i] <= '9' && number < UINT32_MAX;
        number = digits ? number * 10 + (uint64_t)(text[i] - '0') : 0;
    }
    if (digits && number >= 1 && number <= console->config->port_count) {
        return (uint32_t)number - 1;
    }
    for (uint32_t i = 0; i < console->config->port_count; i++) {
        if (mk_text_is(text, bytes, console->vms[i].port->vm)) {
            return i;
        }
    }
    return MK_CONSOLE_NOBODY;
}

/** Carries out the line that was typed in the menu. @param console the console */
static void command(struct mk_console *console)
{
    uint32_t bytes = console->typed_count;
    uint32_t row = find(console, console->typed, bytes);
    console->typed_count = 0;
    mk_console_text(console, "\r\n");
    console->writer = MK_CONSOLE_NOBODY;
    if (bytes == 0) {
        console->keys = MK_CONSOLE_KEYS_VM;
    } else if (row != MK_CONSOLE_NOBODY) {
        select(console, row);
    } else if (mk_text_is(console->typed, bytes, "list")) {
        list(console);
    } else if (mk_text_is(console->typed, bytes, "help")) {
        help(console);
    } else if (!ask(console, console->typed, bytes)) {
        mk_console_say(console, "the lifecycle manager does not answer");
    }
}

/**
 * Deals with a byte that is typed in the menu.
 * @param console the console
 * @param byte the byte
 */
static void menu_key(struct mk_console *console, uint8_t byte)
{
    bool was_open = console->writer == MK_CONSOLE_MENU;
    if (byte == '\r' || byte == '\n') {
        command(console);
    } else if (byte == KEY_INTERRUPT || byte == KEY_ESCAPE || byte == console->config->escape) {
        mk_console_break(console);
        console->keys = MK_CONSOLE_KEYS_VM;
    } else if ((byte == KEY_BACKSPACE || byte == KEY_DELETE) && console->typed_count > 0) {
        console->typed_count--;
        mk_console_text(console, was_open ? "\b \b" : "");
    } else if (byte >= ' ' && byte < 0x7f && console->typed_count < MK_CONSOLE_TYPED) {
        const char text[2] = {(char)byte, '\0'};
        console->typed[console->typed_count++] = (char)byte;
        mk_console_text(console, was_open ? text : "");
    }
}

/**
 * Types a byte to the selected VM.
 * @param console the console
 * @param byte the byte
 */
static void type(struct mk_console *console, uint8_t byte)
{
    struct mk_console_vm *vm = &console->vms[console->selected];
    if (console->selected >= console->config->port_count || mk_stream_put(&vm->link, &byte, 1)) {
        return;
    }
    if (vm->link.up) {
        mk_console_text(console, "\a"); /* it has not read what was typed before */
    } else if (!vm->told) {
        vm->told = true;
        mk_console_begin_own(console);
        mk_console_text(console, "nobody takes what is typed for ");
        mk_console_name(console, vm);
        mk_console_end_own(console);
    }
}

/**
 * Deals with the byte after the escape key.
 * @param console the console
 * @param byte the byte
 */
static void escaped_key(struct mk_console *console, uint8_t byte)
{
    uint32_t count = console->config->port_count;
    console->keys = MK_CONSOLE_KEYS_VM;
    if (byte == console->config->escape) {
        type(console, byte);
    } else if (byte >= '1' && byte <= '9' && (uint32_t)(byte - '1') < count) {
        select(console, (uint32_t)(byte - '1'));
    } else if ((byte == 'n' || byte == 'p') && count > 0) {
        select(console, (console->selected + (byte == 'n' ? 1 : count - 1)) % count);
    } else if (byte == 'm') {
        open_menu(console);
    } else {
        mk_console_say(console, "escape key, then: 1 to 9, n, p: select a VM; m: menu; "
                                "escape key: itself");
    }
}

void mk_console_key(struct mk_console *console, uint8_t byte)
{
    switch (console->keys) {
    case MK_CONSOLE_KEYS_MENU:
        menu_key(console, byte);
        break;
    case MK_CONSOLE_KEYS_ESCAPED:
        escaped_key(console, byte);
        break;
    default:
        if (byte == console->config->escape) {
            console->keys = MK_CONSOLE_KEYS_ESCAPED;
        } else {
            type(console, byte);
        }
        break;
    }
}

/** Shows a line of the lifecycle manager's answer. @param console the console */
static void show_answer(struct mk_console *console)
{
    uint32_t bytes = 0;
    bool found = false;
    console->answer[console->answer_count] = '\0';
    while (bytes < console->answer_count && console->answer[bytes] != ' ') {
        bytes++;
    }
    for (uint32_t i = 0; i < console->config->port_count; i++) {
        if (mk_text_is(console->answer, bytes, console->vms[i].port->vm)) {
            say_row(console, i, console->answer + bytes);
            found = true;
        }
    }
    if (!found && !mk_text_is(console->answer, console->answer_count, "ok")) {
        mk_console_say(console, console->answer);
    }
    console->answer_count = 0;
}

void mk_console_answers(struct mk_console *console)
{
    char byte = 0;
    while (console->has_menu && console->out_count <= MK_CONSOLE_LOW &&
           mk_stream_get(&console->menu, &byte, 1) == 1) {
        if (byte == '\n') {
            show_answer(console);
        } else if (byte >= ' ' && byte < 0x7f && console->answer_count < MK_CONSOLE_ANSWER - 1) {
            console->answer[console->answer_count++] = byte;
        }
    }
}

void mk_console_prompt(struct mk_console *console)
{
    if (console->writer == MK_CONSOLE_MENU) {
        return;
    }
    mk_console_break(console);
    mk_console_text(console, console->config->name);
    mk_console_text(console, "> ");
    for (uint32_t i = 0; i < console->typed_count; i++) {
        const char text[2] = {console->typed[i], '\0'};
        mk_console_text(console, text);
    }
    console->writer = MK_CONSOLE_MENU;
}
