/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Showing what a component holds.
 */
#include "platform/sel4/slots.h"

#include <sel4/sel4.h>

#if defined(MK_SHOW_SLOTS) && defined(CONFIG_DEBUG_BUILD) && defined(CONFIG_PRINTING)

/**
 * Writes a blank and a number.
 * @param out where to
 * @param number the number
 */
static void put_number(const struct mk_text *out, uint64_t number)
{
    mk_text_string(out, " ");
    mk_text_decimal(out, number);
}

void mk_sel4_show_slots(const struct mk_resources *r, const struct mk_text *out)
{
    const uint64_t count = UINT64_C(1) << r->cnode_bits;
    uint64_t lines = 0;
    for (uint64_t first = 0, next; first < count; first = next) {
        uint64_t kind = seL4_DebugCapIdentify(first);
        for (next = first + 1; next < count && seL4_DebugCapIdentify(next) == kind;) {
            next++;
        }
        if (kind == 0) {
            continue;
        }
        mk_text_string(out, "makatea: slots ");
        mk_text_string(out, r->component);
        put_number(out, first);
        put_number(out, next - 1);
        put_number(out, kind);
        mk_text_string(out, "\n");
        lines++;
    }
    mk_text_string(out, "makatea: slots ");
    mk_text_string(out, r->component);
    mk_text_string(out, " end");
    put_number(out, lines);
    mk_text_string(out, "\n");
}

#else

void mk_sel4_show_slots(const struct mk_resources *r, const struct mk_text *out)
{
    (void)r;
    (void)out;
}

#endif
