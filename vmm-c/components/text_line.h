/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A line of a console that is being written: its characters, and where the cursor is in it.
 */
#ifndef MAKATEA_COMPONENTS_TEXT_LINE_H
#define MAKATEA_COMPONENTS_TEXT_LINE_H

#include "components/vt.h"

/** Characters of a line. What is longer goes on in another line. */
#define MK_TEXT_LINE 256
/** Bytes of a character, at most (UTF-8). */
#define MK_TEXT_BYTES 4

/** A line. All zero when it is empty. */
struct mk_text_line {
    uint32_t cells[MK_TEXT_LINE]; /**< Characters. */
    uint32_t length;              /**< How many. */
    uint32_t cursor;              /**< Index of the next one to be written, at most `length`. */
};

/**
 * Carries out an operation other than #MK_VT_NEWLINE.
 * @param line the line, not full
 * @param op the operation
 * @return whether the line is now full, so that another one has to follow
 */
bool mk_text_line_apply(struct mk_text_line *line, struct mk_vt_op op);

/**
 * Writes a character as UTF-8.
 * @param code its code point
 * @param to room for #MK_TEXT_BYTES
 * @return how many bytes
 */
uint32_t mk_text_encode(uint32_t code, uint8_t *to);

#endif
