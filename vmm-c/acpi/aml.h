/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A writer of ACPI machine language (ACPI 6.5, 20): what of the DSDT is always the same is a table
 * of tokens, what depends on the plan are calls.
 *
 * It writes what ASL compilers write: shortest integers and package lengths. Once there is no room,
 * or things are not nested as they should be, nothing more is written and mk_aml::full stays set.
 */
#ifndef MAKATEA_ACPI_AML_H
#define MAKATEA_ACPI_AML_H

#include <stdbool.h>
#include <stdint.h>

/** How deep things can be nested. */
#define MK_AML_DEPTH 8

/** A writer. */
struct mk_aml {
    uint8_t *to;                 /**< Where it writes. */
    uint64_t room;               /**< How much may be written. */
    uint64_t used;               /**< How much is written. */
    uint64_t open[MK_AML_DEPTH]; /**< Where the lengths of what is open will stand. */
    uint32_t depth;              /**< How many are open. */
    bool full;                   /**< Not all could be written. */
};

/** Opcodes (ACPI 6.5, 20.3). Those above 0xff have the extension prefix 0x5B. */
enum mk_aml_op {
    AML_ZERO = 0x00,               /**< ZeroOp. */
    AML_ONE = 0x01,                /**< OneOp. */
    AML_NAME = 0x08,               /**< NameOp. */
    AML_BYTE = 0x0a,               /**< BytePrefix. */
    AML_WORD = 0x0b,               /**< WordPrefix. */
    AML_DWORD = 0x0c,              /**< DWordPrefix. */
    AML_STRING = 0x0d,             /**< StringPrefix. */
    AML_QWORD = 0x0e,              /**< QWordPrefix. */
    AML_SCOPE = 0x10,              /**< ScopeOp. */
    AML_BUFFER = 0x11,             /**< BufferOp. */
    AML_PACKAGE = 0x12,            /**< PackageOp. */
    AML_METHOD = 0x14,             /**< MethodOp. */
    AML_LOCAL0 = 0x60,             /**< Local0Op. */
    AML_ARG0 = 0x68,               /**< Arg0Op. */
    AML_ARG1 = 0x69,               /**< Arg1Op. */
    AML_ARG2 = 0x6a,               /**< Arg2Op. */
    AML_ARG3 = 0x6b,               /**< Arg3Op. */
    AML_STORE = 0x70,              /**< StoreOp. */
    AML_AND = 0x7b,                /**< AndOp. */
    AML_OR = 0x7d,                 /**< OrOp. */
    AML_NOTIFY = 0x86,             /**< NotifyOp. */
    AML_CREATE_DWORD_FIELD = 0x8a, /**< CreateDWordFieldOp. */
    AML_NOT = 0x92,                /**< LnotOp. */
    AML_EQUAL = 0x93,              /**< LequalOp. */
    AML_IF = 0xa0,                 /**< IfOp. */
    AML_ELSE = 0xa1,               /**< ElseOp. */
    AML_RETURN = 0xa4,             /**< ReturnOp. */
    AML_OPERATION_REGION = 0x5b80, /**< OpRegionOp. */
    AML_FIELD = 0x5b81,            /**< FieldOp. */
    AML_DEVICE = 0x5b82            /**< DeviceOp. */
};

/** What a token stands for. */
enum mk_aml_kind {
    AML_END,   /**< End of the table. */
    AML_OP,    /**< Opcode `value`. */
    AML_OPEN,  /**< Opcode `value`, and a length that the matching #AML_CLOSE fills in. */
    AML_CLOSE, /**< End of what was opened last. */
    AML_SEG,   /**< Name `text` of up to four characters. */
    AML_INT,   /**< Integer `value`. */
    AML_RAW,   /**< Byte `value`: flags and counts that are no terms. */
    AML_EISA,  /**< Identifier `text`, as `PNP0A08`, as an integer (ACPI 6.5, 19.6.37). */
    AML_TEXT,  /**< String `text`. */
    AML_DATA   /**< The bytes `text`, `value` of them. */
};

/** A token. */
struct mk_aml_token {
    enum mk_aml_kind kind; /**< What it stands for. */
    uint64_t value;        /**< Number. */
    const char *text;      /**< Text. */
};

/**
 * Writes a byte.
 * @param aml writer
 * @param byte the byte
 */
void mk_aml_byte(struct mk_aml *aml, uint8_t byte);

/**
 * Writes the bytes of a number, the lowest first.
 * @param aml writer
 * @param value number
 * @param bytes how many
 */
void mk_aml_number(struct mk_aml *aml, uint64_t value, uint32_t bytes);

/**
 * Writes an opcode.
 * @param aml writer
 * @param op opcode
 */
void mk_aml_op(struct mk_aml *aml, uint64_t op);

/**
 * Writes an opcode that has a package length.
 * @param aml writer
 * @param op opcode
 */
void mk_aml_open(struct mk_aml *aml, uint64_t op);

/**
 * Ends what was opened last and fills in its length.
 * @param aml writer
 */
void mk_aml_close(struct mk_aml *aml);

/**
 * Writes a name, filled up with underlines (ACPI 6.5, 20.2.2).
 * @param aml writer
 * @param name up to four characters
 */
void mk_aml_name(struct mk_aml *aml, const char *name);

/**
 * Writes a name that ends in hexadecimal digits.
 * @param aml writer
 * @param prefix first characters
 * @param value number
 * @param digits how many digits; of a larger number the last ones
 */
void mk_aml_numbered_name(struct mk_aml *aml, const char *prefix, uint32_t value, uint32_t digits);

/**
 * Writes an integer in its shortest form (ACPI 6.5, 20.2.3).
 * @param aml writer
 * @param value integer
 */
void mk_aml_int(struct mk_aml *aml, uint64_t value);

/**
 * Writes `Name(name, value)`.
 * @param aml writer
 * @param name name
 * @param value integer
 */
void mk_aml_named_int(struct mk_aml *aml, const char *name, uint64_t value);

/**
 * Writes tokens.
 * @param aml writer
 * @param tokens table that ends with #AML_END
 */
void mk_aml_write(struct mk_aml *aml, const struct mk_aml_token *tokens);

/**
 * Begins `Name(_CRS, ResourceTemplate() {`.
 * @param aml writer
 */
void mk_aml_open_resources(struct mk_aml *aml);

/**
 * Ends it: end tag, size and length.
 * @param aml writer
 */
void mk_aml_close_resources(struct mk_aml *aml);

#endif
