/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Tests of the decoder, and of arithmetic by a few known values. All encodings are compared with
 * another decoder in test/decode.
 */
#include "makatea/decode.h"

#include <string.h>

#include "makatea/emulate_parts.h"
#include "unit.h"

/** The last instruction. */
static struct mk_instruction in;

static enum mk_decode_result decode(enum mk_code_size size, const char *bytes, uint8_t count)
{
    in = (struct mk_instruction){.fetched = count};
    memcpy(in.bytes, bytes, count);
    return mk_decode(&in, size);
}

/** Decodes a literal. */
#define DECODE(size, code) decode((size), (code), sizeof(code) - 1)

/** Whether the address of the last instruction is base + (index << scale) + displacement. */
static bool has_address(uint8_t base, uint8_t index, uint8_t scale, uint64_t displacement)
{
    return in.has_memory && in.base == base && in.index == index && in.scale == scale &&
           in.displacement == displacement;
}

static void sdm2_table_2_1_addresses_of_16_bits(struct mk_vm *vm)
{
    (void)vm;
    UNIT_CHECK(DECODE(MK_CODE_16, "\x8a\x42\xfe") == MK_DECODE_GOOD);
    UNIT_CHECK(has_address(MK_GPR_RBP, MK_GPR_RSI, 0, (uint64_t)-2) && in.segment == MK_SS);
    UNIT_CHECK(DECODE(MK_CODE_16, "\x8a\x06\x34\x12") == MK_DECODE_GOOD);
    UNIT_CHECK(has_address(MK_NO_REGISTER, MK_NO_REGISTER, 0, 0x1234) && in.segment == MK_DS);
    UNIT_CHECK(DECODE(MK_CODE_32, "\x67\x66\x8b\x85\x00\x01") == MK_DECODE_GOOD);
    UNIT_CHECK(has_address(MK_GPR_RDI, MK_NO_REGISTER, 0, 0x100) && in.bytes_of_operand == 2);
}

static void sdm2_tables_2_2_and_2_3_sib_and_displacement(struct mk_vm *vm)
{
    (void)vm;
    UNIT_CHECK(DECODE(MK_CODE_32, "\x8b\x44\x8b\x10") == MK_DECODE_GOOD && in.length == 4);
    UNIT_CHECK(has_address(MK_GPR_RBX, MK_GPR_RCX, 2, 0x10));
    UNIT_CHECK(DECODE(MK_CODE_32, "\x8b\x05\x00\x00\xe0\xfe") == MK_DECODE_GOOD);
    UNIT_CHECK(in.base == MK_NO_REGISTER && (uint32_t)in.displacement == 0xfee00000);
    UNIT_CHECK(DECODE(MK_CODE_64, "\x8b\x05\x00\x01\x00\x00") == MK_DECODE_GOOD);
    UNIT_CHECK(has_address(MK_BASE_RIP, MK_NO_REGISTER, 0, 0x100));
    UNIT_CHECK(DECODE(MK_CODE_64, "\x8b\x04\x25\x00\x01\x00\x00") == MK_DECODE_GOOD);
    UNIT_CHECK(has_address(MK_NO_REGISTER, MK_NO_REGISTER, 0, 0x100));
    UNIT_CHECK(DECODE(MK_CODE_64, "\x47\x8b\x6c\xa5\x00") == MK_DECODE_GOOD);
    UNIT_CHECK(has_address(13, 12, 2, 0) && in.reg == 13 && in.segment == MK_DS);
    UNIT_CHECK(DECODE(MK_CODE_64, "\x8b\x04\x24") == MK_DECODE_GOOD && in.segment == MK_SS);
}

static void sdm2_2_2_1_rex_counts_only_before_the_opcode(struct mk_vm *vm)
{
    (void)vm;
    UNIT_CHECK(DECODE(MK_CODE_64, "\x66\x48\x8b\x03") == MK_DECODE_GOOD && in.has_rex);
    UNIT_CHECK(in.bytes_of_operand == 8);
    UNIT_CHECK(DECODE(MK_CODE_64, "\x48\x66\x8b\x03") == MK_DECODE_GOOD && !in.has_rex);
    UNIT_CHECK(in.bytes_of_operand == 2);
    UNIT_CHECK(DECODE(MK_CODE_32, "\x48\x8b\x03") == MK_DECODE_UNKNOWN); /* DEC EAX */
}

static void offsets_and_immediates_have_their_sizes(struct mk_vm *vm)
{
    (void)vm;
    UNIT_CHECK(DECODE(MK_CODE_64, "\xa1\x01\x02\x03\x04\x05\x06\x07\x08") == MK_DECODE_GOOD);
    UNIT_CHECK(in.displacement == UINT64_C(0x0807060504030201) && in.length == 9);
    UNIT_CHECK(DECODE(MK_CODE_64, "\x48\x81\x0b\x00\x00\x00\x80") == MK_DECODE_GOOD);
    UNIT_CHECK(in.immediate == UINT64_C(0xffffffff80000000) && in.operation == MK_OP_OR);
    UNIT_CHECK(DECODE(MK_CODE_32, "\x66\x81\x3b\x34\x12") == MK_DECODE_GOOD);
    UNIT_CHECK(in.immediate == 0x1234 && in.operation == MK_OP_CMP && in.length == 5);
}

static void what_ends_too_early_is_short_at_every_length(struct mk_vm *vm)
{
    static const char codes[] = "\xf0\x65\x48\x81\x84\x8b\x01\x02\x03\x04\x05\x06\x07\x08";
    (void)vm;
    for (uint8_t count = 0; count < 14; count++) {
        UNIT_CHECK(decode(MK_CODE_64, codes, count) == MK_DECODE_SHORT && in.length == 0);
    }
    UNIT_CHECK(decode(MK_CODE_64, codes, 14) == MK_DECODE_GOOD && in.length == 14);
    UNIT_CHECK(DECODE(MK_CODE_64, "\x0f") == MK_DECODE_SHORT);
    UNIT_CHECK(DECODE(MK_CODE_64, "\x0f\xb6") == MK_DECODE_SHORT);
    UNIT_CHECK(DECODE(MK_CODE_64, "\xa1\x01\x02\x03\x04\x05\x06\x07") == MK_DECODE_SHORT);
}

static void sdm1_3_4_3_1_status_flags_of_arithmetic(struct mk_vm *vm)
{
    static const struct {
        uint8_t operation, bytes;
        uint64_t a, b, flags, result, flags_after;
    } rows[] = {
        {MK_OP_ADD, 1, 0xff, 1, 0, 0, 0x55},                       /* CF AF ZF PF */
        {MK_OP_ADD, 8, INT64_MAX, 1, 0, UINT64_C(1) << 63, 0x894}, /* OF SF AF PF */
        {MK_OP_ADC, 2, 0xffff, 0, 1, 0, 0x55},
        {MK_OP_SUB, 4, 0, 1, 0, 0xffffffff, 0x95}, /* CF SF AF PF */
        {MK_OP_SBB, 1, 0x80, 0x7f, 1, 0, 0x854},   /* OF ZF AF PF */
        {MK_OP_CMP, 8, 5, 5, 1, 0, 0x44},
        {MK_OP_AND, 4, 0xf0, 0x0f, 0x801, 0, 0x44},
        {MK_OP_XOR, 1, 0x80, 1, 0x801, 0x81, 0x84},
        {MK_OP_OR, 2, 0x100, 0, 1, 0x100, 0x4},
        {MK_OP_INC, 1, 0x7f, 0, 1, 0x80, 0x891}, /* CF is kept */
        {MK_OP_DEC, 1, 0, 0, 0, 0xff, 0x94},
    };
    (void)vm;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint64_t flags = rows[i].flags | MK_CPU_FLAG_DF;
        UNIT_CHECK(mk_alu(rows[i].operation, rows[i].a, rows[i].b, rows[i].bytes, &flags) ==
                   rows[i].result);
        UNIT_CHECK(flags == (rows[i].flags_after | MK_CPU_FLAG_DF));
    }
}

const struct unit_test unit_decode[] = {UNIT_TEST(sdm2_table_2_1_addresses_of_16_bits),
                                        UNIT_TEST(sdm2_tables_2_2_and_2_3_sib_and_displacement),
                                        UNIT_TEST(sdm2_2_2_1_rex_counts_only_before_the_opcode),
                                        UNIT_TEST(offsets_and_immediates_have_their_sizes),
                                        UNIT_TEST(what_ends_too_early_is_short_at_every_length),
                                        UNIT_TEST(sdm1_3_4_3_1_status_flags_of_arithmetic),
                                        {NULL, NULL}};
