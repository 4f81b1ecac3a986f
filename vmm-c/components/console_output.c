/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The console's output: which line is open, and how it is written. All moves begin at the
 * terminal's left edge, for only there it is certain where the cursor is: how wide the terminal
 * takes a guest's characters to be is not known.
 */
#include "components/console_parts.h"

/** Lines that are shown of a VM that is switched to. */
#define KEPT_LINES 10
/** Colours by number (ECMA-48, SGR): the bright ones after the others. */
static const char *const colours[] = {"32", "33", "36", "35", "34", "31",
                                      "92", "93", "96", "95", "94", "91"};

/**
 * Sends a byte. There is room: a turn begins only when there is much of it.
 * @param console the console
 * @param byte the byte
 */
static void send(struct mk_console *console, uint8_t byte)
{
    if (console->out_count < MK_CONSOLE_OUT) {
        console->out[(console->out_first + console->out_count) % MK_CONSOLE_OUT] = byte;
        console->out_count++;
    }
}

void mk_console_text(struct mk_console *console, const char *text)
{
    for (; *text != '\0'; text++) {
        send(console, (uint8_t)*text);
    }
}

/**
 * Sends a character.
 * @param console the console
 * @param code its code point
 */
static void send_character(struct mk_console *console, uint32_t code)
{
    uint8_t bytes[MK_TEXT_BYTES];
    uint32_t count = mk_text_encode(code, bytes);
    for (uint32_t i = 0; i < count; i++) {
        send(console, bytes[i]);
    }
}

/**
 * Whether VMs are told apart: not where there is one only.
 * @param console the console
 * @param how by what
 * @return whether, by this
 */
static bool tells_by(const struct mk_console *console, enum mk_console_output how)
{
    return console->config->port_count > 1 && console->config->output == how;
}

void mk_console_name(struct mk_console *console, const struct mk_console_vm *vm)
{
    const char *port = vm->port->port;
    mk_console_text(console, vm->port->vm);
    if (port[0] != '\0' && port[3] != '1') { /* com2 to com4 */
        mk_console_text(console, "/");
        mk_console_text(console, port);
    }
}

/**
 * Begins a line of a VM, at the left edge.
 * @param console the console
 * @param vm the VM
 */
static void begin(struct mk_console *console, const struct mk_console_vm *vm)
{
    const uint32_t count = sizeof(colours) / sizeof(colours[0]);
    if (tells_by(console, MK_CONSOLE_COLOUR)) {
        mk_console_text(console, "\x1b[");
        mk_console_text(console, colours[vm->port->colour % count]);
        mk_console_text(console, "m");
    }
    if (tells_by(console, MK_CONSOLE_PREFIX)) {
        mk_console_name(console, vm);
        mk_console_text(console, ": ");
    }
}

/**
 * Ends a VM's colour.
 * @param console the console
 */
static void end(struct mk_console *console)
{
    if (tells_by(console, MK_CONSOLE_COLOUR)) {
        mk_console_text(console, "\x1b[0m");
    }
}

void mk_console_break(struct mk_console *console)
{
    if (console->writer == MK_CONSOLE_NOBODY) {
        return;
    }
    end(console);
    /* The line is written again later. On a screen it is erased here (EL); in a log it stays. */
    mk_console_text(console, tells_by(console, MK_CONSOLE_PREFIX) ? "\r\n" : "\r\x1b[K");
    if (console->writer < console->config->port_count) {
        console->vms[console->writer].behind = true;
    }
    console->writer = MK_CONSOLE_NOBODY;
}

void mk_console_begin_own(struct mk_console *console)
{
    mk_console_break(console);
    mk_console_text(console, console->config->output == MK_CONSOLE_COLOUR ? "\x1b[0;1m-- " : "-- ");
}

void mk_console_end_own(struct mk_console *console)
{
    mk_console_text(console, console->config->output == MK_CONSOLE_COLOUR ? "\x1b[0m\r\n" : "\r\n");
}

void mk_console_say(struct mk_console *console, const char *text)
{
    mk_console_begin_own(console);
    mk_console_text(console, text);
    mk_console_end_own(console);
}

/**
 * Writes a part of a line, from the left edge.
 * @param console the console
 * @param vm the VM
 * @param count how many characters
 */
static void write_cells(struct mk_console *console, const struct mk_console_vm *vm, uint32_t count)
{
    begin(console, vm);
    for (uint32_t i = 0; i < count; i++) {
        send_character(console, vm->line.cells[i]);
    }
}

void mk_console_show(struct mk_console *console, struct mk_console_vm *vm)
{
    uint32_t row = (uint32_t)(vm - console->vms);
    bool open = console->writer == row;
    if (!open) {
        mk_console_break(console);
        console->writer = row;
        write_cells(console, vm, vm->line.length);
    } else if (vm->behind) {
        mk_console_text(console, "\r");
        write_cells(console, vm, vm->line.length);
        mk_console_text(console, "\x1b[K");
    }
    if (!open || vm->behind || vm->astray) {
        if (vm->line.cursor < vm->line.length) {
            mk_console_text(console, "\r");
            write_cells(console, vm, vm->line.cursor);
        }
    }
    vm->behind = false;
    vm->news = false;
    vm->astray = false;
    vm->shown = true;
}

/**
 * Keeps a line that is complete.
 * @param vm the VM
 */
static void keep(struct mk_console_vm *vm)
{
    uint8_t bytes[MK_TEXT_BYTES];
    for (uint32_t i = 0; i <= vm->line.length; i++) {
        uint32_t count =
            mk_text_encode(i < vm->line.length ? vm->line.cells[i] : (uint32_t)'\n', bytes);
        for (uint32_t j = 0; j < count; j++) {
            vm->kept[vm->kept_bytes++ % MK_CONSOLE_KEPT] = bytes[j];
        }
    }
}

void mk_console_end_line(struct mk_console *console, struct mk_console_vm *vm)
{
    vm->line.cursor = vm->line.length; /* where it is does not matter any more */
    vm->astray = false;
    mk_console_show(console, vm);
    end(console);
    mk_console_text(console, "\r\n");
    console->writer = MK_CONSOLE_NOBODY;
    keep(vm);
    vm->line.length = 0;
    vm->line.cursor = 0;
    vm->behind = false;
    vm->news = false;
    vm->shown = false;
}

void mk_console_show_kept(struct mk_console *console, const struct mk_console_vm *vm)
{
    uint64_t oldest = vm->kept_bytes < MK_CONSOLE_KEPT ? 0 : vm->kept_bytes - MK_CONSOLE_KEPT;
    uint64_t at = vm->kept_bytes;
    bool whole = oldest == 0;
    for (uint32_t lines = 0; at > oldest; at--) {
        if (vm->kept[(at - 1) % MK_CONSOLE_KEPT] == '\n' && lines++ == KEPT_LINES) {
            whole = true;
            break;
        }
    }
    /* What is left of a line whose beginning is overwritten is left out. */
    while (!whole && at < vm->kept_bytes) {
        whole = vm->kept[at++ % MK_CONSOLE_KEPT] == '\n';
    }
    for (bool first = true; at < vm->kept_bytes; at++) {
        uint8_t byte = vm->kept[at % MK_CONSOLE_KEPT];
        if (first) {
            begin(console, vm);
        }
        first = byte == '\n';
        if (first) {
            end(console);
            mk_console_text(console, "\r\n");
        } else {
            send(console, byte);
        }
    }
}

/**
 * Whether the terminal takes a character for one column in any case.
 * @param code the character
 * @return whether
 */
static bool is_plain(uint32_t code)
{
    return code >= ' ' && code < 0x7f;
}

/**
 * Shows an operation on the open line at once, when that is easy; else mk_console_show() has to.
 * @param console the console
 * @param vm the VM, whose line is open and as the terminal shows it
 * @param before the cursor before
 * @param length the length before
 * @param op the operation
 */
static void follow(struct mk_console *console, struct mk_console_vm *vm, uint32_t before,
                   uint32_t length, struct mk_vt_op op)
{
    const struct mk_text_line *line = &vm->line;
    bool plain = true;
    switch (op.kind) {
    case MK_VT_CHARACTER:
    case MK_VT_TAB:
        for (uint32_t i = before; i < line->cursor; i++) {
            send_character(console, line->cells[i]);
            plain = plain && is_plain(line->cells[i]);
        }
        vm->behind = before < length && !plain;
        break;
    case MK_VT_ERASE:
        mk_console_text(console, "\x1b[K");
        break;
    default:
        if (op.kind == MK_VT_LEFT && before - line->cursor == 1 &&
            is_plain(line->cells[line->cursor])) {
            mk_console_text(console, "\b");
        } else {
            vm->astray = before != line->cursor;
        }
        break;
    }
}

void mk_console_obey(struct mk_console *console, struct mk_console_vm *vm, struct mk_vt_op op)
{
    uint32_t before = vm->line.cursor;
    uint32_t length = vm->line.length;
    if (op.kind == MK_VT_NEWLINE) {
        mk_console_end_line(console, vm);
        return;
    }
    if (op.kind == MK_VT_NOTHING) {
        return;
    }
    bool full = mk_text_line_apply(&vm->line, op);
    bool open = console->writer == (uint32_t)(vm - console->vms);
    if (open && !vm->behind && !vm->astray) {
        follow(console, vm, before, length, op);
    } else if (!open || (op.kind != MK_VT_LEFT && op.kind != MK_VT_RIGHT)) {
        vm->behind = true;
        vm->news = true;
    }
    if (full) {
        mk_console_end_line(console, vm);
    }
}
