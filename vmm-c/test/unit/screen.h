/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A terminal that shows a console: rows of characters with their colours. It obeys what a terminal
 * obeys (ECMA-48) and counts what a console must never send.
 */
#ifndef MAKATEA_TEST_SCREEN_H
#define MAKATEA_TEST_SCREEN_H

#include <stdbool.h>
#include <stdint.h>

/** Rows that are kept, the oldest are forgotten; characters of a row. */
#define SCREEN_ROWS 64
#define SCREEN_COLUMNS 512

/** A row. */
struct screen_row {
    char text[SCREEN_COLUMNS];      /**< Columns. */
    uint8_t colour[SCREEN_COLUMNS]; /**< SGR number of each. */
    uint32_t length;                /**< How many. */
};

/** A terminal. All zero at the beginning. */
struct screen {
    struct screen_row rows[SCREEN_ROWS]; /**< Rows; the cursor is in `row`. */
    uint64_t row;                        /**< Number of the row, from 0. */
    uint32_t column;                     /**< Column of the cursor. */
    uint8_t colour;                      /**< SGR number in force. */
    uint32_t strange;                    /**< What a console must not send. */
    uint32_t bells;                      /**< Bells. */
    uint64_t taken;                      /**< Bytes that came. */
    char sequence[16];                   /**< Control sequence so far. */
    uint32_t sequence_count;             /**< Its length. */
};

/**
 * Takes a byte.
 * @param s the terminal
 * @param byte the byte
 */
void screen_take(struct screen *s, uint8_t byte);

/**
 * A row.
 * @param s the terminal
 * @param back 0: that of the cursor, 1: the one above
 * @return its text
 */
const char *screen_row(struct screen *s, uint32_t back);

/**
 * Whether a row with a text was shown, of those that are kept.
 * @param s the terminal
 * @param text the whole row
 * @return whether
 */
bool screen_has(struct screen *s, const char *text);

#endif
