/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The writer of ACPI machine language.
 */
#include "acpi/aml.h"

/** Prefix of two-byte opcodes (ACPI 6.5, 20.3). */
#define EXTENSION 0x5b

void mk_aml_byte(struct mk_aml *aml, uint8_t byte)
{
    if (aml->full || aml->used >= aml->room) {
        aml->full = true;
        return;
    }
    aml->to[aml->used++] = byte;
}

void mk_aml_number(struct mk_aml *aml, uint64_t value, uint32_t bytes)
{
    for (uint32_t i = 0; i < bytes; i++) {
        mk_aml_byte(aml, (uint8_t)(value >> (8 * i)));
    }
}

void mk_aml_op(struct mk_aml *aml, uint64_t op)
{
    if (op > UINT8_MAX) {
        mk_aml_byte(aml, EXTENSION);
    }
    mk_aml_byte(aml, (uint8_t)op);
}

void mk_aml_open(struct mk_aml *aml, uint64_t op)
{
    mk_aml_op(aml, op);
    if (aml->depth >= MK_AML_DEPTH) {
        aml->full = true;
        return;
    }
    aml->open[aml->depth++] = aml->used;
}

/**
 * Makes room in what is written.
 * @param aml writer
 * @param at where
 * @param bytes how much
 * @return whether there is room
 */
static bool insert(struct mk_aml *aml, uint64_t at, uint64_t bytes)
{
    if (aml->full || bytes > aml->room - aml->used) {
        aml->full = true;
        return false;
    }
    for (uint64_t i = aml->used; i > at; i--) {
        aml->to[i - 1 + bytes] = aml->to[i - 1];
    }
    aml->used += bytes;
    return true;
}

void mk_aml_close(struct mk_aml *aml)
{
    if (aml->full || aml->depth == 0) {
        aml->full = true;
        return;
    }
    uint64_t at = aml->open[--aml->depth];
    uint64_t length = aml->used - at;
    /* PkgLength counts itself: 6 bits in one byte, else 4 bits and 8 in each of up to three more
     * (ACPI 6.5, 20.2.4). */
    uint32_t more = length + 1 <= 0x3f      ? 0
                    : length + 2 <= 0xfff   ? 1
                    : length + 3 <= 0xfffff ? 2
                                            : 3;
    length += 1 + more;
    if (length > 0xfffffff || !insert(aml, at, 1 + more)) {
        aml->full = true;
        return;
    }
    aml->to[at] = more == 0 ? (uint8_t)length : (uint8_t)(more << 6 | (length & 0xf));
    for (uint32_t i = 0; i < more; i++) {
        aml->to[at + 1 + i] = (uint8_t)(length >> (4 + 8 * i));
    }
}

void mk_aml_name(struct mk_aml *aml, const char *name)
{
    bool ended = false;
    for (uint32_t i = 0; i < 4; i++) {
        ended = ended || name[i] == '\0';
        mk_aml_byte(aml, ended ? (uint8_t)'_' : (uint8_t)name[i]);
    }
}

void mk_aml_numbered_name(struct mk_aml *aml, const char *prefix, uint32_t value, uint32_t digits)
{
    for (const char *p = prefix; *p != '\0'; p++) {
        mk_aml_byte(aml, (uint8_t)*p);
    }
    for (uint32_t i = digits; i > 0; i--) {
        mk_aml_byte(aml, (uint8_t) "0123456789ABCDEF"[value >> (4 * (i - 1)) & 0xf]);
    }
}

/**
 * Says how many bytes an integer takes after its prefix.
 * @param value integer
 * @return 0 for Zero and One, else 1, 2, 4 or 8
 */
static uint32_t int_bytes(uint64_t value)
{
    return value <= 1            ? 0
           : value <= UINT8_MAX  ? 1
           : value <= UINT16_MAX ? 2
           : value <= UINT32_MAX ? 4
                                 : 8;
}

void mk_aml_int(struct mk_aml *aml, uint64_t value)
{
    static const uint8_t prefixes[] = {
        [1] = AML_BYTE, [2] = AML_WORD, [4] = AML_DWORD, [8] = AML_QWORD};
    uint32_t bytes = int_bytes(value);
    mk_aml_byte(aml, bytes == 0 ? (uint8_t)value : prefixes[bytes]);
    mk_aml_number(aml, value, bytes);
}

void mk_aml_named_int(struct mk_aml *aml, const char *name, uint64_t value)
{
    mk_aml_op(aml, AML_NAME);
    mk_aml_name(aml, name);
    mk_aml_int(aml, value);
}

/**
 * Says what a hexadecimal digit means.
 * @param digit the digit
 * @return its value
 */
static uint32_t hex(char digit)
{
    return (uint32_t)(digit <= '9' ? digit - '0' : digit - 'A' + 10);
}

/**
 * Writes an EISA identifier: three letters of 5 bits and four digits of 4, the highest byte first.
 * @param aml writer
 * @param id seven characters
 */
static void eisa_id(struct mk_aml *aml, const char *id)
{
    uint32_t value = 0;
    for (uint32_t i = 0; i < 3; i++) {
        value = value << 5 | (uint32_t)(id[i] - '@');
    }
    for (uint32_t i = 3; i < 7; i++) {
        value = value << 4 | hex(id[i]);
    }
    mk_aml_byte(aml, AML_DWORD);
    for (uint32_t i = 0; i < 4; i++) {
        mk_aml_byte(aml, (uint8_t)(value >> (24 - 8 * i)));
    }
}

/**
 * Writes a token.
 * @param aml writer
 * @param token the token
 */
static void write_token(struct mk_aml *aml, const struct mk_aml_token *token)
{
    switch (token->kind) {
    case AML_OP:
        mk_aml_op(aml, token->value);
        break;
    case AML_OPEN:
        mk_aml_open(aml, token->value);
        break;
    case AML_CLOSE:
        mk_aml_close(aml);
        break;
    case AML_SEG:
        mk_aml_name(aml, token->text);
        break;
    case AML_INT:
        mk_aml_int(aml, token->value);
        break;
    case AML_RAW:
        mk_aml_byte(aml, (uint8_t)token->value);
        break;
    case AML_EISA:
        eisa_id(aml, token->text);
        break;
    case AML_TEXT:
        mk_aml_byte(aml, AML_STRING);
        mk_aml_numbered_name(aml, token->text, 0, 0);
        mk_aml_byte(aml, 0);
        break;
    case AML_DATA:
        for (uint64_t i = 0; i < token->value; i++) {
            mk_aml_byte(aml, (uint8_t)token->text[i]);
        }
        break;
    case AML_END:
        break;
    }
}

void mk_aml_write(struct mk_aml *aml, const struct mk_aml_token *tokens)
{
    for (const struct mk_aml_token *t = tokens; t->kind != AML_END; t++) {
        write_token(aml, t);
    }
}

void mk_aml_open_resources(struct mk_aml *aml)
{
    mk_aml_op(aml, AML_NAME);
    mk_aml_name(aml, "_CRS");
    mk_aml_open(aml, AML_BUFFER);
}

void mk_aml_close_resources(struct mk_aml *aml)
{
    /* End tag; checksum 0 means that there is none (ACPI 6.5, 6.4.2.9). */
    mk_aml_byte(aml, 0x79);
    mk_aml_byte(aml, 0);
    if (aml->full || aml->depth == 0) {
        aml->full = true;
        return;
    }
    uint64_t at = aml->open[aml->depth - 1];
    uint64_t size = aml->used - at;
    /* The size of a buffer is an integer before its bytes. */
    if (insert(aml, at, 1 + int_bytes(size))) {
        struct mk_aml gap = {.to = aml->to + at, .room = 1 + int_bytes(size)};
        mk_aml_int(&gap, size);
    }
    mk_aml_close(aml);
}
