/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The console multiplexer from within.
 */
#ifndef MAKATEA_COMPONENTS_CONSOLE_PARTS_H
#define MAKATEA_COMPONENTS_CONSOLE_PARTS_H

#include "components/console.h"

/** While more bytes than this wait for the transmitter, no VM has its turn: what is typed and its
 * echo are not behind a flood. */
#define MK_CONSOLE_LOW 512

/**
 * Sends text.
 * @param console the console
 * @param text text
 */
void mk_console_text(struct mk_console *console, const char *text);

/**
 * Begins a line of the console's own.
 * @param console the console
 */
void mk_console_begin_own(struct mk_console *console);

/** Ends it. @param console the console */
void mk_console_end_own(struct mk_console *console);

/**
 * Writes a line of the console's own.
 * @param console the console
 * @param text the line
 */
void mk_console_say(struct mk_console *console, const char *text);

/**
 * Writes the name of a VM's port.
 * @param console the console
 * @param vm the VM
 */
void mk_console_name(struct mk_console *console, const struct mk_console_vm *vm);

/**
 * Closes the open line: it will be written again.
 * @param console the console
 */
void mk_console_break(struct mk_console *console);

/**
 * Shows a VM's incomplete line, as it is.
 * @param console the console
 * @param vm the VM
 */
void mk_console_show(struct mk_console *console, struct mk_console_vm *vm);

/**
 * Ends a VM's line, complete or not.
 * @param console the console
 * @param vm the VM
 */
void mk_console_end_line(struct mk_console *console, struct mk_console_vm *vm);

/**
 * Carries out what a VM's guest wants.
 * @param console the console
 * @param vm the VM
 * @param op the operation
 */
void mk_console_obey(struct mk_console *console, struct mk_console_vm *vm, struct mk_vt_op op);

/**
 * Shows the last lines of a VM.
 * @param console the console
 * @param vm the VM
 */
void mk_console_show_kept(struct mk_console *console, const struct mk_console_vm *vm);

/**
 * Deals with a byte that was typed.
 * @param console the console
 * @param byte the byte
 */
void mk_console_key(struct mk_console *console, uint8_t byte);

/**
 * Shows what the lifecycle manager answers.
 * @param console the console
 */
void mk_console_answers(struct mk_console *console);

/**
 * Writes the menu's prompt and what was typed.
 * @param console the console
 */
void mk_console_prompt(struct mk_console *console);

#endif
