/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What a guest writes to its console, reduced to what can not harm others: characters, and moves
 * and erasures within the guest's own line. Everything else that a terminal would obey (ECMA-48) is
 * recognised as far as to skip it: colours, the cursor, titles, character sets, requests that the
 * terminal would answer with typing.
 */
#ifndef MAKATEA_COMPONENTS_VT_H
#define MAKATEA_COMPONENTS_VT_H

#include <stdbool.h>
#include <stdint.h>

/** What is to be done. */
enum mk_vt_kind {
    MK_VT_NOTHING,   /**< Nothing. */
    MK_VT_CHARACTER, /**< Write a character; `value` is its code point, never a control. */
    MK_VT_NEWLINE,   /**< The line is complete. */
    MK_VT_TAB,       /**< To the next tabulator stop. */
    MK_VT_LEFT,      /**< To the left by `value`; UINT32_MAX: to the beginning of the line. */
    MK_VT_RIGHT,     /**< To the right by `value`. */
    MK_VT_ERASE      /**< Erase from the cursor to the end of the line. */
};

/** An operation. */
struct mk_vt_op {
    enum mk_vt_kind kind; /**< What. */
    uint32_t value;       /**< By kind. */
};

/** Where in a control sequence the guest is. */
enum mk_vt_state {
    MK_VT_GROUND,       /**< In none. */
    MK_VT_ESCAPE,       /**< After ESC. */
    MK_VT_INTERMEDIATE, /**< In an escape sequence with intermediate bytes. */
    MK_VT_CSI,          /**< In a control sequence. */
    MK_VT_STRING,       /**< In a string: OSC, DCS, SOS, PM or APC. */
    MK_VT_STRING_ESCAPE /**< After ESC in a string. */
};

/** The filter of one guest. All zero at the beginning. */
struct mk_vt {
    enum mk_vt_state state; /**< Where it is. */
    bool strange;           /**< The control sequence is none that is obeyed. */
    uint32_t number;        /**< Its parameter. */
    uint32_t code;          /**< Bits of a character that came already (UTF-8). */
    uint32_t least;         /**< Smallest code point that may be written as long as this one. */
    uint32_t missing;       /**< Bytes of it that are still to come. */
};

/**
 * Takes a byte.
 * @param vt the filter
 * @param byte the byte
 * @return what is to be done
 */
struct mk_vt_op mk_vt_take(struct mk_vt *vt, uint8_t byte);

#endif
