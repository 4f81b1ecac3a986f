/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The console multiplexer: what a terminal shows of several VMs.
 */
#include <stdio.h>
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

static void each_line_stands_behind_its_name(struct mk_vm *vm)
{
    (void)vm;
    console_make(&f, MK_CONSOLE_PREFIX, CONSOLE_VMS);
    console_print(&f, 0, "one\r\n");
    console_print(&f, 1, "two\r\n");
    console_print(&f, 2, "three\r\n");
    UNIT_CHECK(row_is(3, "web: one") && row_is(2, "db: two") && row_is(1, "log/com2: three"));
    UNIT_CHECK(f.screen.strange == 0);
}

static void each_line_has_its_colour(struct mk_vm *vm)
{
    (void)vm;
    console_make(&f, MK_CONSOLE_COLOUR, 2);
    console_print(&f, 0, "one\r\n");
    console_print(&f, 1, "two\r\n");
    UNIT_CHECK(row_is(2, "one") && row_is(1, "two"));
    UNIT_CHECK(f.screen.rows[0].colour[0] == 32 && f.screen.rows[0].colour[2] == 32);
    UNIT_CHECK(f.screen.rows[1].colour[0] == 33 && f.screen.colour == 0);
}

static void single_vm_has_neither_name_nor_colour(struct mk_vm *vm)
{
    (void)vm;
    console_make(&f, MK_CONSOLE_COLOUR, 1);
    console_print(&f, 0, "~ # ");
    console_wait(&f);
    UNIT_CHECK(row_is(0, "~ # ") && f.screen.rows[0].colour[0] == 0);
}

/** A line that is not complete is shown after a moment, and other lines come above it. */
static void prompt_stays_below_the_lines_of_others(struct mk_vm *vm)
{
    (void)vm;
    console_make(&f, MK_CONSOLE_COLOUR, 2);
    console_print(&f, 0, "web # ");
    UNIT_CHECK(row_is(0, ""));
    console_wait(&f);
    UNIT_CHECK(row_is(0, "web # "));
    console_print(&f, 1, "db is up\r\n");
    UNIT_CHECK(row_is(1, "db is up") && row_is(0, "web # "));
    console_print(&f, 0, "ls");
    UNIT_CHECK(row_is(0, "web # ls"));
}

/** With names a prompt of a VM that nobody works at stands once in the log, not again below each
 * line of the others; when it has changed it is shown as it is then. */
static void prompt_of_a_vm_that_is_not_selected_stands_once_in_a_log(struct mk_vm *vm)
{
    (void)vm;
    console_make(&f, MK_CONSOLE_PREFIX, CONSOLE_VMS);
    console_print(&f, 1, "db # ");
    console_wait(&f);
    UNIT_CHECK(row_is(0, "db: db # "));
    for (int i = 0; i < 3; i++) {
        console_print(&f, 0, "tick\r\n");
        console_wait(&f);
    }
    UNIT_CHECK(row_is(4, "db: db # ") && row_is(3, "web: tick") && row_is(2, "web: tick") &&
               row_is(1, "web: tick") && row_is(0, ""));
    console_print(&f, 1, "ls");
    console_wait(&f);
    UNIT_CHECK(row_is(0, "db: db # ls"));
    console_print(&f, 0, "tick\r\n");
    console_print(&f, 1, "\r\n");
    UNIT_CHECK(row_is(1, "db: db # ls") && row_is(0, ""));
}

/** Where nobody works at a line, two prompts do not push each other away again and again. */
static void prompts_of_two_other_vms_come_to_rest(struct mk_vm *vm)
{
    (void)vm;
    console_make(&f, MK_CONSOLE_COLOUR, CONSOLE_VMS);
    console_print(&f, 1, "db # ");
    console_print(&f, 2, "log # ");
    for (int i = 0; i < 5; i++) {
        console_wait(&f);
    }
    UNIT_CHECK(row_is(0, "log # "));
    uint64_t before = f.screen.taken;
    for (int i = 0; i < 50; i++) {
        console_wait(&f);
    }
    UNIT_CHECK(f.screen.taken == before);
    console_print(&f, 1, "ls"); /* what is new is shown, though */
    console_wait(&f);
    UNIT_CHECK(row_is(0, "db # ls"));
    console_print(&f, 0, "web # ");
    console_wait(&f);
    UNIT_CHECK(row_is(0, "web # "));
}

/** Of a VM that is not selected an incomplete line does not disturb whoever types. */
static void prompt_of_another_vm_waits(struct mk_vm *vm)
{
    (void)vm;
    console_make(&f, MK_CONSOLE_COLOUR, 2);
    console_print(&f, 0, "web # ");
    console_wait(&f);
    console_print(&f, 1, "db # ");
    console_wait(&f);
    UNIT_CHECK(row_is(0, "web # "));
    console_type(&f, CONSOLE_ESCAPE "2");
    UNIT_CHECK(row_is(0, "db # "));
}

/** Two incomplete lines of VMs that are not selected do not take turns for ever. */
static void prompts_come_to_rest_when_a_third_vm_is_selected(struct mk_vm *vm)
{
    (void)vm;
    console_make(&f, MK_CONSOLE_COLOUR, 3);
    console_print(&f, 0, "web # ");
    console_print(&f, 2, "log # ");
    console_type(&f, CONSOLE_ESCAPE "2");
    console_print(&f, 1, "db is up\r\n");
    console_wait(&f);
    UNIT_CHECK(row_is(0, "log # ") || row_is(0, "web # "));
    console_print(&f, 0, "x");
    console_wait(&f);
    UNIT_CHECK(row_is(0, "web # x"));
}

/** Halves of lines that come alternately are put together: no row has bytes of two VMs. */
static void lines_are_never_torn_into_one_another(struct mk_vm *vm)
{
    char text[64];
    (void)vm;
    console_make(&f, MK_CONSOLE_COLOUR, CONSOLE_VMS);
    for (int i = 0; i < 40; i++) {
        for (uint32_t v = 0; v < CONSOLE_VMS; v++) {
            snprintf(text, sizeof(text), "%c begins ", 'A' + (int)v);
            console_print(&f, v, text);
            if (i % 3 == 0) {
                console_wait(&f);
            }
        }
        for (uint32_t v = 0; v < CONSOLE_VMS; v++) {
            snprintf(text, sizeof(text), "%c ends %d\r\n", 'A' + (int)v, i);
            console_print(&f, v, text);
        }
        for (uint32_t v = 0; v < CONSOLE_VMS; v++) {
            snprintf(text, sizeof(text), "%c begins %c ends %d", 'A' + (int)v, 'A' + (int)v, i);
            UNIT_CHECK(screen_has(&f.screen, text));
        }
    }
    for (uint32_t r = 0; r < SCREEN_ROWS && r < f.screen.row; r++) {
        const struct screen_row *row = &f.screen.rows[r];
        for (uint32_t c = 1; c < row->length; c++) {
            UNIT_CHECK(row->colour[c] == row->colour[0]);
        }
    }
}

/** While one VM floods, each line of another one comes after one line of it at most, besides what
 * waits for the transmitter already. */
static void flood_of_one_vm_starves_nobody(struct mk_vm *vm)
{
    char flood[1024];
    (void)vm;
    console_make(&f, MK_CONSOLE_PREFIX, 2);
    memset(flood, 'x', sizeof(flood));
    for (uint32_t i = 15; i < sizeof(flood); i += 16) {
        flood[i] = '\n';
    }
    for (int i = 0; i < 20; i++) {
        while (mk_stream_put(&f.far[0], flood, sizeof(flood)) > 0) {
            continue;
        }
        uint64_t before = f.screen.row;
        mk_stream_put(&f.far[1], "alive\n", 6);
        int rounds = 0;
        while (!row_is(1, "db: alive") && rounds++ < 200) {
            mk_console_round(&f.console, f.parts.resources.event_mask);
        }
        /* 512 bytes and a turn's worth, with names, by 20 bytes a row */
        UNIT_CHECK(row_is(1, "db: alive") && f.screen.row - before < 60);
    }
}

/** A transmitter that takes nothing stops the VMs and loses nothing; what is typed still counts. */
static void slow_line_loses_nothing(struct mk_vm *vm)
{
    char text[32];
    (void)vm;
    console_make(&f, MK_CONSOLE_PREFIX, 2);
    f.slow = true;
    uint64_t sent = 0;
    for (int i = 0; i < 1000; i++) {
        snprintf(text, sizeof(text), "%04d line\n", i % 10000);
        if (mk_link_update(&f.far[0]) && mk_link_room(&f.far[0]) >= 10) {
            sent += mk_stream_put(&f.far[0], text, 10);
        }
        mk_console_round(&f.console, f.parts.resources.event_mask);
    }
    UNIT_CHECK(sent > 0 && sent < 6000);
    console_type(&f, "hello");
    console_heard(&f.far[0], text);
    UNIT_CHECK(strcmp(text, "hello") == 0);
    f.slow = false;
    console_settle(&f);
    snprintf(text, sizeof(text), "web: %04d line", (int)(sent / 10) - 1);
    UNIT_CHECK(row_is(1, text) && f.screen.row == sent / 10);
}

/** A guest that takes the beginning of its row to be the terminal's does not get there. */
static void name_can_not_be_overwritten(struct mk_vm *vm)
{
    static const char *const attempts[] = {
        "\rdb: forged\n",
        "a\b\b\b\b\b\b\b\bdb: forged\n",
        "a\x1b[99Ddb: forged\n",
        "\x1b[2K\x1b[1Gdb: forged\n",
        "a\xcc\x81\xcc\x81\xcc\x81\b\b\b\bdb: forged\n", /* marks that take no column */
        "\xe4\xb8\x80\bdb: forged\n",                    /* a character of two columns */
        "\x1b[1Adb: forged\n",
        "\x1bMdb: forged\n",
        "\x1b[s\x1b[udb: forged\n",
    };
    (void)vm;
    for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++) {
        for (int at_once = 0; at_once < 2; at_once++) {
            console_make(&f, MK_CONSOLE_PREFIX, 2);
            for (const char *c = attempts[i]; at_once == 0 && *c != '\0'; c++) {
                const char one[2] = {*c, '\0'};
                console_print(&f, 0, one);
                console_wait(&f);
            }
            if (at_once != 0) {
                console_print(&f, 0, attempts[i]);
            }
            UNIT_CHECK(strncmp(screen_row(&f.screen, 1), "web: ", 5) == 0);
            UNIT_CHECK(!screen_has(&f.screen, "db: forged") && f.screen.strange == 0);
        }
    }
}

/** Lines that are longer than a row go on in another one, with its name. */
static void line_without_end_is_broken_into_pieces(struct mk_vm *vm)
{
    (void)vm;
    console_make(&f, MK_CONSOLE_PREFIX, 2);
    for (int i = 0; i < 1000; i++) {
        console_print(&f, 1, "y");
    }
    UNIT_CHECK(f.screen.row == 1000 / MK_TEXT_LINE);
    UNIT_CHECK(strncmp(screen_row(&f.screen, 1), "db: yyy", 7) == 0);
    UNIT_CHECK(strlen(screen_row(&f.screen, 1)) == MK_TEXT_LINE + 4);
}

/** Progress that is written over itself, and a shell that deletes, look as on a terminal. */
static void line_is_edited_in_place(struct mk_vm *vm)
{
    (void)vm;
    console_make(&f, MK_CONSOLE_COLOUR, 2);
    console_print(&f, 0, "10 %");
    console_wait(&f);
    console_print(&f, 0, "\r20 %");
    UNIT_CHECK(row_is(0, "20 %"));
    console_print(&f, 0, "\r\x1b[K# lx");
    console_print(&f, 0, "\b \bs");
    UNIT_CHECK(row_is(0, "# ls"));
    console_print(&f, 0, "\x1b[2D\x1b[JLS\r\n");
    UNIT_CHECK(row_is(1, "# LS") && row_is(0, "") && f.screen.strange == 0);
}

/** When a monitor starts anew its unfinished line and sequence are over. */
static void new_life_of_a_vm_begins_with_a_new_line(struct mk_vm *vm)
{
    (void)vm;
    console_make(&f, MK_CONSOLE_PREFIX, 2);
    console_print(&f, 0, "half a li\x1b[3");
    console_wait(&f);
    mk_link_start(&f.far[0], &f.parts.far[0]);
    console_settle(&f);
    mk_link_update(&f.far[0]);
    console_print(&f, 0, "1Hello\r\n");
    UNIT_CHECK(row_is(2, "web: half a li") && row_is(1, "web: 1Hello"));
}

const struct unit_test unit_console[] = {
    UNIT_TEST(each_line_stands_behind_its_name),
    UNIT_TEST(each_line_has_its_colour),
    UNIT_TEST(single_vm_has_neither_name_nor_colour),
    UNIT_TEST(prompt_stays_below_the_lines_of_others),
    UNIT_TEST(prompt_of_another_vm_waits),
    UNIT_TEST(prompt_of_a_vm_that_is_not_selected_stands_once_in_a_log),
    UNIT_TEST(prompts_of_two_other_vms_come_to_rest),
    UNIT_TEST(prompts_come_to_rest_when_a_third_vm_is_selected),
    UNIT_TEST(lines_are_never_torn_into_one_another),
    UNIT_TEST(flood_of_one_vm_starves_nobody),
    UNIT_TEST(slow_line_loses_nothing),
    UNIT_TEST(name_can_not_be_overwritten),
    UNIT_TEST(line_without_end_is_broken_into_pieces),
    UNIT_TEST(line_is_edited_in_place),
    UNIT_TEST(new_life_of_a_vm_begins_with_a_new_line),
    {NULL, NULL}};
