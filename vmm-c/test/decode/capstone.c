/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Compares the decoder with an independent one, Debian's libcapstone: length, operation, sizes,
 * repetition and the address expression of each instruction that we say we know. What capstone
 * does not know we must not know. All prefixes, opcodes, ModRM and SIB bytes in the three code
 * sizes, then random bytes. Argued differences stand in differs_by_argument().
 */
#include <capstone/capstone.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "makatea/cpu.h"
#include "makatea/decode.h"
#include "names.h"
#include "random.h"

/** Random byte strings for each code size. */
#define RANDOM_STRINGS 1000000

/** Capstone's handle for each of our code sizes. */
static csh handles[3];
/** Room for its answer. */
static cs_insn *insn;
/** Instructions compared, known to us, different for a reason, different for none. */
static unsigned long compared, known, argued, wrong;
/**
 * Whether a register operand is the same.
 * @param in ours
 * @param op capstone's
 * @param number our register
 * @param bytes our size
 * @return whether
 */
static bool same_register(const struct mk_instruction *in, const cs_x86_op *op, uint8_t number,
                          uint32_t bytes)
{
    uint8_t theirs = 0;
    bool high = false;
    uint32_t size = op->type == X86_OP_REG ? general_of(op->reg, &theirs, &high) : 0;
    bool our_high = bytes == 1 && !in->has_rex && number >= 4 && number < 8;
    return size == bytes && theirs == number && high == our_high;
}

/**
 * Whether a memory operand is the same.
 * @param in ours
 * @param size size of code
 * @param op capstone's
 * @return whether
 */
static bool same_memory(const struct mk_instruction *in, enum mk_code_size size,
                        const cs_x86_op *op)
{
    uint64_t mask = UINT64_MAX >> (64 - 8 * in->bytes_of_address);
    x86_reg index = register_of(in->index, in->bytes_of_address);
    bool same = op->type == X86_OP_MEM && op->size == in->bytes_of_source &&
                op->mem.base == register_of(in->base, in->bytes_of_address) &&
                (((uint64_t)op->mem.disp ^ in->displacement) & mask) == 0;
    /* An index that is no register is EIZ or RIZ there. */
    bool no_index = op->mem.index == X86_REG_INVALID || op->mem.index == X86_REG_EIZ ||
                    op->mem.index == X86_REG_RIZ;
    same = same &&
           (index == X86_REG_INVALID ? no_index
                                     : op->mem.index == index && op->mem.scale == 1 << in->scale);
    static const x86_reg segments[] = {X86_REG_ES, X86_REG_CS, X86_REG_SS,
                                       X86_REG_DS, X86_REG_FS, X86_REG_GS};
    /* Capstone names a segment where there is a prefix. In 64-bit mode it names null prefixes too,
       even behind FS or GS, which they do not undo: tried on a processor. */
    x86_reg theirs = op->mem.segment;
    bool is_null = size == MK_CODE_64 && theirs != X86_REG_FS && theirs != X86_REG_GS &&
                   (theirs != X86_REG_INVALID || in->segment < MK_FS);
    return same && (theirs == segments[in->segment] || is_null ||
                    (theirs == X86_REG_INVALID && in->segment < MK_FS));
}

/**
 * Whether the operands are the same.
 * @param in ours
 * @param size size of code
 * @param x86 capstone's
 * @return whether
 */
static bool same_operands(const struct mk_instruction *in, enum mk_code_size size,
                          const cs_x86 *x86)
{
    bool rm_first = in->form != MK_FORM_REG_RM && in->form != MK_FORM_ACC_OFF;
    const cs_x86_op *rm = &x86->operands[rm_first ? 0 : 1];
    const cs_x86_op *other = &x86->operands[rm_first ? 1 : 0];
    bool same = in->has_memory ? same_memory(in, size, rm)
                               : same_register(in, rm, in->rm, in->bytes_of_source);
    if (in->form == MK_FORM_RM) {
        return same;
    }
    if (in->form == MK_FORM_RM_IMM) {
        uint64_t mask = UINT64_MAX >> (64 - 8 * in->bytes_of_operand);
        return same && other->type == X86_OP_IMM &&
               (((uint64_t)other->imm ^ in->immediate) & mask) == 0;
    }
    return same && same_register(in, other, in->reg, in->bytes_of_operand);
}

/**
 * Whether a string instruction is the same.
 * @param in ours
 * @param size size of code
 * @param x86 capstone's
 * @return whether
 */
static bool same_string(const struct mk_instruction *in, enum mk_code_size size, const cs_x86 *x86)
{
    bool same = x86->addr_size == in->bytes_of_address;
    for (uint8_t i = 0; i < x86->op_count; i++) {
        const cs_x86_op *op = &x86->operands[i];
        bool is_port = op->type == X86_OP_REG && op->reg == X86_REG_DX;
        same = same && (is_port || op->size == in->bytes_of_operand);
        if (op->type == X86_OP_MEM &&
            op->mem.base == register_of(MK_GPR_RSI, in->bytes_of_address)) {
            struct mk_instruction source = *in;
            source.base = MK_GPR_RSI;
            same = same && same_memory(&source, size, op);
        }
    }
    return same;
}

/**
 * Differences that are not mistakes of ours.
 * @param in ours
 * @param valid capstone knows it
 * @return whether it is one
 */
static bool differs_by_argument(const struct mk_instruction *in, bool valid)
{
    /* MOVSXD without REX.W has a destination of 32 or 16 bits (SDM 2, MOVSX); capstone 4 prints
       one of 64. The comparison with the processor (native.c) shows who is right. */
    bool is_movsxd = valid && insn->id == X86_INS_MOVSXD && in->bytes_of_operand != 8;
    /* Capstone 4 forgets 66 beside F2 or F3; REP MOVSW is no MOVSD (native.c again). */
    bool is_rep_66 = valid && in->form == MK_FORM_STRING && in->repeat != MK_REPEAT_NONE &&
                     in->bytes_of_operand == 2;
    /* With REX.W it prints INSW or OUTSW; they have 32 bits then (SDM 2, INS), as objdump says. */
    bool is_port_w = valid && in->has_rex && in->bytes_of_operand == 4 &&
                     (in->operation == MK_OP_INS || in->operation == MK_OP_OUTS);
    return (is_movsxd || is_rep_66 || is_port_w) && insn->size == in->length &&
           operation_of(insn->id) == in->operation;
}

/**
 * Prints a difference.
 * @param in ours
 * @param size size of code
 * @param result what we say
 * @param valid capstone knows it
 */
static void print_difference(const struct mk_instruction *in, enum mk_code_size size,
                             enum mk_decode_result result, bool valid)
{
    if (wrong++ >= 40) {
        return;
    }
    printf("%d-bit:", 16 << size);
    for (uint32_t i = 0; i < MK_INSTRUCTION_BYTES; i++) {
        printf(" %02x", in->bytes[i]);
    }
    printf(": result %d, length %u, operation %u, form %u, sizes %u %u %u; capstone: ", result,
           in->length, in->operation, in->form, in->bytes_of_operand, in->bytes_of_source,
           in->bytes_of_address);
    printf(valid ? "%u %s %s\n" : "invalid\n", insn->size, insn->mnemonic, insn->op_str);
}

/**
 * Compares one instruction.
 * @param bytes 15 bytes
 * @param size size of code
 * @return whether we know it
 */
static bool compare(const uint8_t *bytes, enum mk_code_size size)
{
    struct mk_instruction in = {.fetched = MK_INSTRUCTION_BYTES};
    const uint8_t *code = bytes;
    size_t left = MK_INSTRUCTION_BYTES;
    uint64_t address = 0;
    memcpy(in.bytes, bytes, MK_INSTRUCTION_BYTES);
    enum mk_decode_result result = mk_decode(&in, size);
    compared++;
    if (result != MK_DECODE_GOOD) {
        return false;
    }
    known++;
    bool valid = cs_disasm_iter(handles[size], &code, &left, &address, insn);
    const cs_x86 *x86 = &insn->detail->x86;
    bool same = valid && insn->size == in.length && operation_of(insn->id) == in.operation;
    if (same) {
        same =
            in.form == MK_FORM_STRING ? same_string(&in, size, x86) : same_operands(&in, size, x86);
    }
    if (!same && differs_by_argument(&in, valid)) {
        argued++;
    } else if (!same) {
        print_difference(&in, size, result, valid);
    }
    return true;
}

/**
 * Compares an opcode behind prefixes with all ModRM bytes, and some or all SIB bytes.
 * @param prefix prefixes and 0F, if any
 * @param count how many
 * @param opcode opcode
 * @param size size of code
 * @param stride every how manieth SIB byte
 */
static void compare_opcode(const uint8_t *prefix, uint32_t count, uint8_t opcode,
                           enum mk_code_size size, uint32_t stride)
{
    uint8_t bytes[MK_INSTRUCTION_BYTES];
    for (uint32_t i = 0; i < MK_INSTRUCTION_BYTES; i++) {
        bytes[i] = (uint8_t)(next_random() >> 20);
    }
    memcpy(bytes, prefix, count);
    bytes[count] = opcode;
    for (uint32_t modrm = 0; modrm < 256; modrm++) {
        bytes[count + 1] = (uint8_t)modrm;
        bool has_sib = (modrm & 7) == 4 && modrm < 0xc0;
        uint32_t sib = (uint32_t)(next_random() >> 30) % stride;
        do {
            bytes[count + 2] = (uint8_t)sib;
            if (!compare(bytes, size)) {
                break;
            }
            sib += stride;
        } while (has_sib && sib < 256);
    }
}

/**
 * Compares all opcodes behind all prefixes of a code size.
 * @param size size of code
 */
static void compare_all(enum mk_code_size size)
{
    static const char *const legacy[] = {"",     "\x66", "\x67",     "\x66\x67", "\xf0",
                                         "\xf2", "\xf3", "\xf3\x66", "\xf2\x67", "\x26",
                                         "\x2e", "\x36", "\x3e",     "\x64",     "\x65"};
    for (size_t i = 0; i < sizeof(legacy) / sizeof(legacy[0]); i++) {
        for (uint32_t rex = 0x3f; rex < (size == MK_CODE_64 ? 0x50U : 0x40U); rex++) {
            uint8_t prefix[MK_INSTRUCTION_BYTES] = {0};
            uint32_t count = (uint32_t)strlen(legacy[i]);
            memcpy(prefix, legacy[i], count);
            if (rex >= 0x40) {
                prefix[count++] = (uint8_t)rex;
            }
            uint32_t stride = i == 0 && rex <= 0x40 ? 1 : 37;
            for (uint32_t opcode = 0; opcode < 256; opcode++) {
                compare_opcode(prefix, count, (uint8_t)opcode, size, stride);
            }
            prefix[count] = 0x0f;
            for (uint32_t opcode = 0; opcode < 256; opcode++) {
                compare_opcode(prefix, count + 1, (uint8_t)opcode, size, stride);
            }
        }
    }
}

/**
 * Compares random bytes. Half of them begin with prefixes.
 * @param size size of code
 */
static void compare_random(enum mk_code_size size)
{
    static const uint8_t prefixes[] = {0x66, 0x67, 0xf0, 0xf2, 0xf3, 0x26, 0x2e, 0x36,
                                       0x3e, 0x64, 0x65, 0x40, 0x48, 0x4f, 0x0f, 0x41};
    for (uint32_t i = 0; i < RANDOM_STRINGS; i++) {
        uint8_t bytes[16];
        uint64_t words[2] = {next_random(), next_random()};
        memcpy(bytes, words, sizeof(bytes));
        uint64_t choice = next_random() >> 8;
        for (uint32_t at = 0; (choice & 1) != 0 && at < MK_INSTRUCTION_BYTES; at++) {
            bytes[at] = prefixes[choice >> 1 & 15];
            choice >>= 5;
        }
        compare(bytes, size);
    }
}

/**
 * Compares all.
 * @return 0 when there is no difference without an argument
 */
int main(void)
{
    static const cs_mode modes[] = {CS_MODE_16, CS_MODE_32, CS_MODE_64};
    for (int size = MK_CODE_16; size <= MK_CODE_64; size++) {
        if (cs_open(CS_ARCH_X86, modes[size], &handles[size]) != CS_ERR_OK) {
            printf("decode: capstone does not open\n");
            return 1;
        }
        cs_option(handles[size], CS_OPT_DETAIL, CS_OPT_ON);
        insn = cs_malloc(handles[size]);
        compare_all((enum mk_code_size)size);
        compare_random((enum mk_code_size)size);
        cs_free(insn, 1);
        cs_close(&handles[size]);
    }
    printf("decode: %lu byte strings, %lu known and compared, %lu argued differences, %lu wrong\n",
           compared, known, argued, wrong);
    return wrong == 0 ? 0 : 1;
}
