/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A line of a console that is being written.
 */
#include "components/text_line.h"

/** Distance of tabulator stops. */
#define TAB 8

/**
 * Writes a character where the cursor is.
 * @param line the line, not full
 * @param code the character
 */
static void write(struct mk_text_line *line, uint32_t code)
{
    line->cells[line->cursor++] = code;
    line->length = line->length < line->cursor ? line->cursor : line->length;
}

bool mk_text_line_apply(struct mk_text_line *line, struct mk_vt_op op)
{
    uint32_t right = line->length - line->cursor;
    switch (op.kind) {
    case MK_VT_CHARACTER:
        write(line, op.value);
        break;
    case MK_VT_TAB:
        do {
            write(line, ' ');
        } while (line->cursor % TAB != 0);
        break;
    case MK_VT_LEFT:
        line->cursor -= op.value < line->cursor ? op.value : line->cursor;
        break;
    case MK_VT_RIGHT:
        line->cursor += op.value < right ? op.value : right;
        break;
    case MK_VT_ERASE:
        line->length = line->cursor;
        break;
    default:
        break;
    }
    return line->cursor == MK_TEXT_LINE;
}

uint32_t mk_text_encode(uint32_t code, uint8_t *to)
{
    if (code < 0x80) {
        to[0] = (uint8_t)code;
        return 1;
    }
    uint32_t more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    static const uint8_t first[] = {0, 0xc0, 0xe0, 0xf0};
    to[0] = (uint8_t)(first[more] | code >> (6 * more));
    for (uint32_t i = 1; i <= more; i++) {
        to[i] = (uint8_t)(0x80 | (code >> (6 * (more - i)) & 0x3f));
    }
    return more + 1;
}
