/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Writing text without a C library: strings and numbers, a character at a time.
 */
#ifndef MAKATEA_TEXT_H
#define MAKATEA_TEXT_H

#include <stdint.h>

/** Where text goes. */
struct mk_text {
    void (*put)(void *context, char byte); /**< Takes one character. */
    void *context;                         /**< Handed to `put`. */
};

/**
 * Writes a string.
 * @param text where to
 * @param string what, with a zero byte at its end
 */
void mk_text_string(const struct mk_text *text, const char *string);

/**
 * Writes a number in hexadecimal, with 0x and without leading zeros.
 * @param text where to
 * @param value the number
 */
void mk_text_hex(const struct mk_text *text, uint64_t value);

/**
 * Writes a number in decimal.
 * @param text where to
 * @param value the number
 */
void mk_text_decimal(const struct mk_text *text, uint64_t value);

/**
 * Writes a name, an equals sign, a hexadecimal number and a space.
 * @param text where to
 * @param name the name
 * @param value the number
 */
void mk_text_pair(const struct mk_text *text, const char *name, uint64_t value);

#endif
