/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What of a guest's output reaches a terminal. Names of control functions are those of ECMA-48.
 */
#include <string.h>

#include "components/text_line.h"
#include "unit.h"

/** Filters a text and shows what is left: characters, and operations as capital letters in <>. */
static const char *left_of(const char *text)
{
    static char shown[512];
    struct mk_vt vt = {.state = MK_VT_GROUND};
    uint32_t at = 0;
    for (; *text != '\0' && at < sizeof(shown) - 8; text++) {
        struct mk_vt_op op = mk_vt_take(&vt, (uint8_t)*text);
        if (op.kind == MK_VT_CHARACTER) {
            at += mk_text_encode(op.value, (uint8_t *)shown + at);
        } else if (op.kind != MK_VT_NOTHING) {
            shown[at++] = '<';
            shown[at++] = "NCWTLRE"[op.kind];
            shown[at++] = (char)(op.value < 10 ? '0' + op.value : '*');
            shown[at++] = '>';
        }
    }
    shown[at] = '\0';
    return shown;
}

/** Whether two texts are the same. */
static bool same(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

static void text_and_moves_in_the_line_stay(struct mk_vm *vm)
{
    (void)vm;
    UNIT_CHECK(same(left_of("a b~\n"), "a b~<W0>"));
    UNIT_CHECK(same(left_of("a\r\nb"), "a<L*><W0>b"));
    UNIT_CHECK(same(left_of("a\b \b\t"), "a<L1> <L1><T0>"));
    UNIT_CHECK(same(left_of("\x1b[D\x1b[3D\x1b[C\x1b[2C"), "<L1><L3><R1><R2>"));
    UNIT_CHECK(same(left_of("\x1b[K\x1b[0K\x1b[J"), "<E0><E0><E0>"));
}

static void colours_titles_and_the_cursor_are_left_out(struct mk_vm *vm)
{
    (void)vm;
    UNIT_CHECK(same(left_of("a\x1b[31mb\x1b[0;1;44mc\x1b[m"), "abc"));       /* SGR */
    UNIT_CHECK(same(left_of("a\x1b]0;title\ab\x1b]2;title\x1b\\c"), "abc")); /* OSC */
    UNIT_CHECK(same(left_of("a\x1b[2J\x1b[H\x1b[10;10Hb\x1b[A"), "ab"));     /* ED, CUP, CUU */
    UNIT_CHECK(same(left_of("a\x1b[?25l\x1b[?1049h\x1b[5;10rb"), "ab"));     /* DECTCEM, DECSTBM */
    UNIT_CHECK(same(left_of("a\x1b"
                            "cb\x1b(0c\x1b"
                            "7\x1b"
                            "8d"),
                    "abcd")); /* RIS, SCS, DECSC */
    UNIT_CHECK(same(left_of("a\x1bPq#0\x1b\\b\x1b_x\x1b\\c\x1b^y\x1b\\d"), "abcd")); /* DCS ... */
    UNIT_CHECK(same(left_of("a\x0e\x0f\x11\x13\x05\x07\x7f"
                            "b"),
                    "ab"));
    UNIT_CHECK(same(left_of("a\x1b[>4;2m\x1b[!p\x1b[=1ub"), "ab"));
}

static void requests_that_a_terminal_would_answer_are_left_out(struct mk_vm *vm)
{
    (void)vm;
    UNIT_CHECK(same(left_of("a\x1b[6n\x1b[c\x1b[>c\x1b[5n\x1bZ\x1b[21t"
                            "b"),
                    "ab")); /* CPR, DA, DSR, DECID, report of the title */
}

/** Controls of eight bits do no harm as bytes nor as UTF-8 (C1, ISO 8859-1 and Unicode). */
static void controls_of_eight_bits_are_no_controls(struct mk_vm *vm)
{
    (void)vm;
    UNIT_CHECK(same(left_of("a\x9b"
                            "31mb"),
                    "a?31mb"));
    UNIT_CHECK(same(left_of("a\xc2\x9b"
                            "31mb"),
                    "a?31mb"));
    UNIT_CHECK(same(left_of("\xe2\x80\xae"
                            "x\xe2\x80\xa8"),
                    "?x?")); /* turns, ends a line */
}

/** UTF-8 passes where it is well-formed (Unicode 15, table 3-7). */
static void characters_that_are_well_formed_pass(struct mk_vm *vm)
{
    (void)vm;
    UNIT_CHECK(same(left_of("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"),
                    "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"));
    UNIT_CHECK(same(left_of("\xc0\x80\xff\xfe\x80"), "?????"));
    UNIT_CHECK(same(left_of("\xe0\x80\x80\xed\xa0\x80\xf4\x90\x80\x80"), "???"));
    UNIT_CHECK(same(left_of("\xe2\x82"
                            "a\xc3\nb"),
                    "a<W0>b")); /* cut off */
}

/** A sequence that never ends hides the rest of its line only. */
static void sequence_that_never_ends_ends_with_the_line(struct mk_vm *vm)
{
    (void)vm;
    UNIT_CHECK(same(left_of("a\x1b]0;never\nb\x1b[12\nc\x1bP\x1b\nd"), "a<W0>b<W0>c<W0>d"));
    UNIT_CHECK(same(left_of("a\x1b[1\x18"
                            "b\x1b]\x1a"
                            "c"),
                    "abc")); /* CAN, SUB */
}

/** A number in a sequence is bounded. */
static void number_without_end_is_bounded(struct mk_vm *vm)
{
    struct mk_vt vt = {.state = MK_VT_GROUND};
    (void)vm;
    mk_vt_take(&vt, 0x1b);
    mk_vt_take(&vt, '[');
    for (int i = 0; i < 100; i++) {
        UNIT_CHECK(mk_vt_take(&vt, '9').kind == MK_VT_NOTHING);
    }
    struct mk_vt_op op = mk_vt_take(&vt, 'C');
    UNIT_CHECK(op.kind == MK_VT_RIGHT && op.value == 10000);
}

const struct unit_test unit_vt[] = {UNIT_TEST(text_and_moves_in_the_line_stay),
                                    UNIT_TEST(colours_titles_and_the_cursor_are_left_out),
                                    UNIT_TEST(requests_that_a_terminal_would_answer_are_left_out),
                                    UNIT_TEST(controls_of_eight_bits_are_no_controls),
                                    UNIT_TEST(characters_that_are_well_formed_pass),
                                    UNIT_TEST(sequence_that_never_ends_ends_with_the_line),
                                    UNIT_TEST(number_without_end_is_bounded),
                                    {NULL, NULL}};
