/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Text without a C library.
 */
#include "makatea/text.h"

/** Digits of a 64-bit number in the smallest base that is used, with room to spare. */
#define DIGITS_MAX 20

void mk_text_string(const struct mk_text *text, const char *string)
{
    for (; *string != '\0'; string++) {
        text->put(text->context, *string);
    }
}

/**
 * Writes a number.
 * @param text where to
 * @param value the number
 * @param base 10 or 16
 */
static void write_number(const struct mk_text *text, uint64_t value, uint64_t base)
{
    char digits[DIGITS_MAX];
    unsigned int count = 0;
    do {
        digits[count++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0);
    while (count > 0) {
        text->put(text->context, digits[--count]);
    }
}

void mk_text_hex(const struct mk_text *text, uint64_t value)
{
    mk_text_string(text, "0x");
    write_number(text, value, 16);
}

void mk_text_decimal(const struct mk_text *text, uint64_t value)
{
    write_number(text, value, 10);
}

void mk_text_pair(const struct mk_text *text, const char *name, uint64_t value)
{
    mk_text_string(text, name);
    mk_text_string(text, "=");
    mk_text_hex(text, value);
    mk_text_string(text, " ");
}

bool mk_text_is(const char *word, uint32_t bytes, const char *text)
{
    uint32_t i = 0;
    while (i < bytes && text[i] != '\0' && word[i] == text[i]) {
        i++;
    }
    return i == bytes && text[i] == '\0';
}
