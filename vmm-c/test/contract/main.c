/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The contract program's start and its log.
 */
#include "contract.h"
#include "platform/sel4/root.h"

/** Least size of the untyped memory that is used, log2. */
#define UNTYPED_BITS 24

/** Line status register of a 16550: transmitter empty. */
#define LINE_STATUS 0x3fd
/** Its bit. */
#define TRANSMITTER_EMPTY 0x20

/**
 * Puts a character on the serial port.
 * @param context the program
 * @param byte the character
 */
static void put(void *context, char byte)
{
    const struct contract *c = context;
    while ((seL4_X86_IOPort_In8(c->console, LINE_STATUS).result & TRANSMITTER_EMPTY) == 0) {
        continue;
    }
    seL4_X86_IOPort_Out8(c->console, 0x3f8, (uint8_t)byte);
}

void contract_result(struct contract *c, const char *what, seL4_Word error)
{
    mk_text_string(&c->log, "| ");
    mk_text_string(&c->log, what);
    mk_text_string(&c->log, ": ");
    mk_text_decimal(&c->log, error);
    mk_text_string(&c->log, "\n");
}

seL4_CPtr contract_make(struct contract *c, seL4_Word type, seL4_Word bits)
{
    seL4_Error error =
        seL4_Untyped_Retype(c->untyped, type, bits, seL4_CapInitThreadCNode, 0, 0, c->next, 1);
    if (error != seL4_NoError) {
        contract_result(c, "FATAL retype", error);
        seL4_TCB_Suspend(seL4_CapInitThreadTCB);
    }
    return c->next++;
}

/**
 * Finds untyped memory.
 * @param info boot information
 * @return slot of the first one that is big enough and not a device's, 0 for none
 */
static seL4_CPtr find_untyped(const seL4_BootInfo *info)
{
    for (seL4_SlotPos i = 0; i < info->untyped.end - info->untyped.start; i++) {
        const seL4_UntypedDesc *entry = &info->untypedList[i];
        if (!entry->isDevice && entry->sizeBits >= UNTYPED_BITS) {
            return info->untyped.start + i;
        }
    }
    return 0;
}

void mk_root_main(const seL4_BootInfo *info)
{
    struct contract c = {.untyped = find_untyped(info), .next = info->empty.start};
    c.console = c.next++;
    c.log.put = put;
    c.log.context = &c;
    seL4_X86_IOPortControl_Issue(seL4_CapIOPortControl, 0x3f8, 0x3ff, seL4_CapInitThreadCNode,
                                 c.console, SLOT_DEPTH);
    mk_text_string(&c.log, "\n| makatea contract 1\n");
    contract_objects(&c);
    contract_signals(&c);
    contract_fields(&c);
    contract_exits(&c);
    contract_events(&c);
    contract_time(&c);
    contract_seal(&c, info->untyped);
    mk_text_string(&c.log, "| end of contract\n");
}
