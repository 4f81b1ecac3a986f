/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The console multiplexer: what is typed, and the menu.
 */
#include <string.h>

#include "console_fixture.h"
#include "link/stream.h"
#include "unit.h"

static struct console_fixture f;

/** Whether a row of the terminal is a text. */
static bool row_is(uint32_t back, const char *text)
{
    return strcmp(screen_row(&f.screen, back), text) == 0;
}

/** Whether a VM, or the lifecycle manager, got a text. */
static bool heard(struct mk_link *link, const char *text)
{
    char got[64];
    console_heard(link, got);
    return strcmp(got, text) == 0;
}

/** Lets the lifecycle manager answer. */
static void answer(const char *text)
{
    mk_stream_put(&f.lifecycle, text, strlen(text));
    console_settle(&f);
}

static void typing_reaches_the_selected_vm_only(struct mk_vm *vm)
{
    (void)vm;
    console_make(&f, MK_CONSOLE_COLOUR, CONSOLE_VMS);
    console_type(&f, "ls\r");
    UNIT_CHECK(heard(&f.far[0], "ls\r") && heard(&f.far[1], ""));
    console_type(&f, CONSOLE_ESCAPE "2uname\r");
    UNIT_CHECK(heard(&f.far[1], "uname\r") && heard(&f.far[0], ""));
    console_type(&f, CONSOLE_ESCAPE "nx" CONSOLE_ESCAPE "ny" CONSOLE_ESCAPE "pz");
    UNIT_CHECK(heard(&f.far[2], "xz") && heard(&f.far[0], "y") && heard(&f.far[1], ""));
}

static void escape_key_twice_is_typed(struct mk_vm *vm)
{
    (void)vm;
    console_make(&f, MK_CONSOLE_COLOUR, 2);
    console_type(&f, "a" CONSOLE_ESCAPE CONSOLE_ESCAPE "b");
    UNIT_CHECK(heard(&f.far[0], "a" CONSOLE_ESCAPE "b"));
}

static void unknown_key_after_the_escape_key_is_explained(struct mk_vm *vm)
{
    (void)vm;
    console_make(&f, MK_CONSOLE_COLOUR, 2);
    console_type(&f, CONSOLE_ESCAPE "9" CONSOLE_ESCAPE "z");
    UNIT_CHECK(strncmp(screen_row(&f.screen, 1), "-- escape key, then: ", 21) == 0);
    UNIT_CHECK(f.screen.row == 2 && heard(&f.far[0], ""));
}

/** Whoever switches to a VM sees its last lines, however much others wrote since. */
static void last_lines_are_shown_to_who_switches(struct mk_vm *vm)
{
    (void)vm;
    console_make(&f, MK_CONSOLE_PREFIX, 2);
    console_print(&f, 1, "first\nsecond\n");
    for (int i = 0; i < 200; i++) {
        console_print(&f, 0, "noise\n");
    }
    console_type(&f, CONSOLE_ESCAPE "2");
    UNIT_CHECK(row_is(4, "-- db, its last lines:") && row_is(3, "db: first") &&
               row_is(2, "db: second") && row_is(1, "-- you are connected with db"));
}

/** What is kept of a VM is bounded, and no line of it is cut. */
static void kept_lines_are_whole(struct mk_vm *vm)
{
    char text[202] = {0};
    (void)vm;
    console_make(&f, MK_CONSOLE_PREFIX, 2);
    memset(text, 'k', 200);
    for (int i = 0; i < 40; i++) {
        text[0] = (char)('A' + i % 26);
        text[199] = '\n';
        console_print(&f, 1, text);
    }
    f.screen.row = 0;
    memset(f.screen.rows, 0, sizeof(f.screen.rows));
    console_type(&f, CONSOLE_ESCAPE "2");
    uint32_t whole = 0;
    for (uint32_t i = 2; i < f.screen.row; i++) {
        UNIT_CHECK(strlen(screen_row(&f.screen, i)) == 4 + 199);
        whole++;
    }
    UNIT_CHECK(whole >= 8 && whole <= MK_CONSOLE_KEPT / 200);
}

static void menu_lists_vms_and_their_states(struct mk_vm *vm)
{
    (void)vm;
    console_make(&f, MK_CONSOLE_COLOUR, 2);
    console_type(&f, CONSOLE_ESCAPE "m");
    UNIT_CHECK(heard(&f.lifecycle, "status\n") && row_is(0, "front> "));
    answer("web running\ndb stopped\nok\n");
    UNIT_CHECK(row_is(2, "-- > 1 web running") && row_is(1, "--   2 db stopped"));
    UNIT_CHECK(row_is(0, "front> "));
}

static void menu_selects_by_number_and_by_name(struct mk_vm *vm)
{
    (void)vm;
    console_make(&f, MK_CONSOLE_COLOUR, CONSOLE_VMS);
    console_type(&f, CONSOLE_ESCAPE "m2\rx");
    UNIT_CHECK(heard(&f.far[1], "x"));
    console_type(&f, CONSOLE_ESCAPE "mlog\ry");
    UNIT_CHECK(heard(&f.far[2], "y"));
    console_type(&f, CONSOLE_ESCAPE "mwebb\x7f\rz");
    UNIT_CHECK(heard(&f.far[0], "z"));
}

static void menu_sends_commands_to_the_lifecycle_manager(struct mk_vm *vm)
{
    (void)vm;
    console_make(&f, MK_CONSOLE_COLOUR, 2);
    console_type(&f, CONSOLE_ESCAPE "mrestart db\r");
    UNIT_CHECK(heard(&f.lifecycle, "status\nrestart db\n"));
    answer("web running\ndb running\nok\nok\n");
    console_type(&f, "stop nobody\r");
    answer("error: no such VM\n");
    UNIT_CHECK(row_is(1, "-- error: no such VM") && row_is(0, "front> "));
    UNIT_CHECK(heard(&f.far[0], ""));
}

static void menu_is_left_by_enter_and_by_the_escape_key(struct mk_vm *vm)
{
    static const char *const ways[] = {"\r", "\x1b", "\x03", CONSOLE_ESCAPE};
    (void)vm;
    for (size_t i = 0; i < 4; i++) {
        console_make(&f, MK_CONSOLE_COLOUR, 2);
        console_print(&f, 0, "# ");
        console_wait(&f);
        console_type(&f, CONSOLE_ESCAPE "m");
        console_type(&f, ways[i]);
        console_type(&f, "q");
        UNIT_CHECK(heard(&f.far[0], "q") && row_is(0, "# "));
    }
}

/** Lines of VMs come above the menu's prompt with what was typed; nothing a guest writes gets into
 * the menu's line. */
static void guests_can_not_write_into_the_menu(struct mk_vm *vm)
{
    (void)vm;
    console_make(&f, MK_CONSOLE_COLOUR, 2);
    console_type(&f, CONSOLE_ESCAPE "mstop d");
    console_print(&f, 0, "\x1b[1A\x1b[31m\x1b]0;title\amischief\r\n");
    console_print(&f, 1, "half");
    console_wait(&f);
    UNIT_CHECK(row_is(1, "mischief") && row_is(0, "front> stop d") && f.screen.strange == 0);
    UNIT_CHECK(f.screen.rows[f.screen.row % SCREEN_ROWS].colour[0] == 0);
    console_type(&f, "b\r");
    UNIT_CHECK(heard(&f.lifecycle, "status\nstop db\n"));
}

static void menu_works_without_a_lifecycle_manager(struct mk_vm *vm)
{
    (void)vm;
    console_make(&f, MK_CONSOLE_COLOUR, 2);
    mk_link_stop(&f.lifecycle);
    console_type(&f, CONSOLE_ESCAPE "m");
    UNIT_CHECK(screen_has(&f.screen, "-- > 1 web") && screen_has(&f.screen, "--   2 db"));
    console_type(&f, "stop db\r");
    UNIT_CHECK(row_is(1, "-- the lifecycle manager does not answer"));
}

/** A VM that is not there is told once; one that does not read gets as much as its channel holds,
 * then the bell rings. */
static void typing_for_nobody_is_told(struct mk_vm *vm)
{
    (void)vm;
    console_make(&f, MK_CONSOLE_COLOUR, 2);
    mk_link_stop(&f.far[0]);
    console_type(&f, "abc");
    UNIT_CHECK(row_is(1, "-- nobody takes what is typed for web") && f.screen.row == 1);
    console_type(&f, CONSOLE_ESCAPE "2");
    for (uint32_t i = 0; i < PARTS_BYTES - MK_LINK_HEADER_BYTES; i++) {
        console_type(&f, "x");
    }
    UNIT_CHECK(f.screen.bells == 0);
    console_type(&f, "x");
    UNIT_CHECK(f.screen.bells == 1);
}

const struct unit_test unit_console_menu[] = {
    UNIT_TEST(typing_reaches_the_selected_vm_only),
    UNIT_TEST(escape_key_twice_is_typed),
    UNIT_TEST(unknown_key_after_the_escape_key_is_explained),
    UNIT_TEST(last_lines_are_shown_to_who_switches),
    UNIT_TEST(kept_lines_are_whole),
    UNIT_TEST(menu_lists_vms_and_their_states),
    UNIT_TEST(menu_selects_by_number_and_by_name),
    UNIT_TEST(menu_sends_commands_to_the_lifecycle_manager),
    UNIT_TEST(menu_is_left_by_enter_and_by_the_escape_key),
    UNIT_TEST(guests_can_not_write_into_the_menu),
    UNIT_TEST(menu_works_without_a_lifecycle_manager),
    UNIT_TEST(typing_for_nobody_is_told),
    {NULL, NULL}};
