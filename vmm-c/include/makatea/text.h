/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Text without a C library: strings and numbers are written a character at a time, words compared.
 */
#ifndef MAKATEA_TEXT_H
#define MAKATEA_TEXT_H

#include <stdbool.h>
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

/**
 * Says whether a word is a text.
 * @param word its first character
 * @param bytes its length
 * @param text the text, with a zero byte at its end
 * @return whether
 */
bool mk_text_is(const char *word, uint32_t bytes, const char *text);

#endif
