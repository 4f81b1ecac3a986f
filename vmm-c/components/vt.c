/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The filter of what a guest writes. Names of control functions are those of ECMA-48.
 */
#include "components/vt.h"

/** ESC. */
#define ESC 0x1b
/** BEL, which ends an OSC of xterm. */
#define BEL 0x07
/** CAN and SUB, which end any sequence. */
#define CAN 0x18
/** SUB. */
#define SUB 0x1a
/** Most of a parameter: no line is longer. */
#define NUMBER_MOST 10000
/** In place of what is no character. */
#define UNKNOWN '?'

/** Nothing to be done. */
static const struct mk_vt_op nothing = {MK_VT_NOTHING, 0};

/**
 * Takes a control character.
 * @param vt the filter
 * @param byte the character
 * @return what is to be done
 */
static struct mk_vt_op control(struct mk_vt *vt, uint8_t byte)
{
    switch (byte) {
    case '\n':
    case '\v':
    case '\f':
        return (struct mk_vt_op){MK_VT_NEWLINE, 0};
    case '\r':
        return (struct mk_vt_op){MK_VT_LEFT, UINT32_MAX};
    case '\b':
        return (struct mk_vt_op){MK_VT_LEFT, 1};
    case '\t':
        return (struct mk_vt_op){MK_VT_TAB, 0};
    case ESC:
        vt->state = MK_VT_ESCAPE;
        return nothing;
    default:
        return nothing;
    }
}

/**
 * Takes the first byte of a character outside ASCII (Unicode 15, table 3-7).
 * @param vt the filter
 * @param byte the byte, 0x80 or more
 * @return what is to be done
 */
static struct mk_vt_op begin_character(struct mk_vt *vt, uint8_t byte)
{
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    uint32_t missing = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1;
    if (byte < 0xc2 || byte > 0xf4) {
        return (struct mk_vt_op){MK_VT_CHARACTER, UNKNOWN};
    }
    vt->missing = missing;
    vt->least = least[missing];
    vt->code = byte & (0x3fU >> missing);
    return nothing;
}

/**
 * Takes a following byte of a character.
 * @param vt the filter, with bytes missing
 * @param byte the byte, 0x80 to 0xbf
 * @return what is to be done
 */
static struct mk_vt_op go_on_character(struct mk_vt *vt, uint8_t byte)
{
    vt->code = vt->code << 6 | (byte & 0x3fU);
    vt->missing--;
    if (vt->missing > 0) {
        return nothing;
    }
    /* 0x80 to 0x9f are controls (C1), which some terminals obey in this form, too; 0x2028 ff. and
     * 0x202a ff. end lines and turn their direction. */
    uint32_t code = vt->code;
    bool good = code >= vt->least && code >= 0xa0 && code <= 0x10ffff &&
                (code < 0xd800 || code > 0xdfff) && (code < 0x2028 || code > 0x202e) &&
                (code < 0x2066 || code > 0x2069);
    return (struct mk_vt_op){MK_VT_CHARACTER, good ? code : UNKNOWN};
}

/**
 * Takes a byte outside of sequences.
 * @param vt the filter
 * @param byte the byte
 * @return what is to be done
 */
static struct mk_vt_op ground(struct mk_vt *vt, uint8_t byte)
{
    if (vt->missing > 0 && (byte & 0xc0) == 0x80) {
        return go_on_character(vt, byte);
    }
    vt->missing = 0; /* a character that was cut off is left out */
    if (byte < 0x20 || byte == 0x7f) {
        return control(vt, byte);
    }
    return byte < 0x80 ? (struct mk_vt_op){MK_VT_CHARACTER, byte} : begin_character(vt, byte);
}

/**
 * Takes a byte after ESC.
 * @param vt the filter
 * @param byte the byte
 * @return nothing
 */
static struct mk_vt_op escape(struct mk_vt *vt, uint8_t byte)
{
    switch (byte) {
    case '[':
        vt->state = MK_VT_CSI;
        vt->strange = false;
        vt->number = 0;
        break;
    case ']':
    case 'P':
    case 'X':
    case '^':
    case '_':
        vt->state = MK_VT_STRING;
        break;
    default:
        vt->state = byte >= 0x20 && byte < 0x30 ? MK_VT_INTERMEDIATE : MK_VT_GROUND;
        break;
    }
    return nothing;
}

/**
 * Obeys a control sequence, if it stays in the line.
 * @param vt the filter
 * @param last its last byte
 * @return what is to be done
 */
static struct mk_vt_op obey(const struct mk_vt *vt, uint8_t last)
{
    uint32_t number = vt->number == 0 ? 1 : vt->number;
    if (vt->strange) {
        return nothing;
    }
    switch (last) {
    case 'C': /* CUF */
        return (struct mk_vt_op){MK_VT_RIGHT, number};
    case 'D': /* CUB */
        return (struct mk_vt_op){MK_VT_LEFT, number};
    case 'J': /* ED, of which only the rest of the line is the guest's */
    case 'K': /* EL */
        return vt->number == 0 ? (struct mk_vt_op){MK_VT_ERASE, 0} : nothing;
    default:
        return nothing;
    }
}

/**
 * Takes a byte of a control sequence.
 * @param vt the filter
 * @param byte the byte
 * @return what is to be done
 */
static struct mk_vt_op csi(struct mk_vt *vt, uint8_t byte)
{
    if (byte >= 0x40 && byte < 0x7f) {
        vt->state = MK_VT_GROUND;
        return obey(vt, byte);
    }
    if (byte >= '0' && byte <= '9') {
        vt->number = vt->number * 10 + (byte - '0');
        vt->number = vt->number < NUMBER_MOST ? vt->number : NUMBER_MOST;
    } else {
        vt->strange = true;
    }
    return nothing;
}

struct mk_vt_op mk_vt_take(struct mk_vt *vt, uint8_t byte)
{
    if (vt->state == MK_VT_GROUND) {
        return ground(vt, byte);
    }
    /* A string that never ends would hide the guest's output for good, so a new line ends it. */
    if (byte == CAN || byte == SUB || byte == '\n' || byte == '\r') {
        vt->state = MK_VT_GROUND;
        return ground(vt, byte);
    }
    if (byte == ESC) {
        vt->state = vt->state == MK_VT_STRING ? MK_VT_STRING_ESCAPE : MK_VT_ESCAPE;
        return nothing;
    }
    switch (vt->state) {
    case MK_VT_ESCAPE:
        return escape(vt, byte);
    case MK_VT_CSI:
        return csi(vt, byte);
    case MK_VT_INTERMEDIATE:
        vt->state = byte < 0x30 ? MK_VT_INTERMEDIATE : MK_VT_GROUND;
        return nothing;
    case MK_VT_STRING_ESCAPE:
        return byte == '\\' ? (vt->state = MK_VT_GROUND, nothing) : escape(vt, byte);
    default:
        vt->state = byte == BEL ? MK_VT_GROUND : MK_VT_STRING;
        return nothing;
    }
}
