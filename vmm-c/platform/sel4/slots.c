/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Showing what a component holds.
 */
#include "platform/sel4/slots.h"

#include <sel4/sel4.h>

#if defined(MK_SHOW_SLOTS) && defined(CONFIG_DEBUG_BUILD) && defined(CONFIG_PRINTING)

#include "makatea/text.h"

/**
 * Writes a character.
 * @param context not used
 * @param byte the character
 */
static void put(void *context, char byte)
{
    (void)context;
    seL4_DebugPutChar(byte);
}

void mk_sel4_show_slots(const struct mk_resources *r)
{
    const struct mk_text out = {.put = put};
    const uint64_t count = UINT64_C(1) << r->cnode_bits;
    for (uint64_t first = 0, next; first < count; first = next) {
        uint64_t kind = seL4_DebugCapIdentify(first);
        for (next = first + 1; next < count && seL4_DebugCapIdentify(next) == kind;) {
            next++;
        }
        if (kind == 0) {
            continue;
        }
        mk_text_string(&out, "makatea: slots ");
        mk_text_string(&out, r->component);
        mk_text_string(&out, " ");
        mk_text_decimal(&out, first);
        mk_text_string(&out, " ");
        mk_text_decimal(&out, next - 1);
        mk_text_string(&out, " ");
        mk_text_decimal(&out, kind);
        mk_text_string(&out, "\n");
    }
    mk_text_string(&out, "makatea: slots ");
    mk_text_string(&out, r->component);
    mk_text_string(&out, " end\n");
}

#else

void mk_sel4_show_slots(const struct mk_resources *r)
{
    (void)r;
}

#endif
