/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Contract: events that are injected at entry, windows, failed entries.
 */
#include "contract.h"
#include "makatea/long_mode.h"
#include "makatea/vmx.h"

/** External interrupt that is injected. */
#define VECTOR 0x21
/** General protection. */
#define VECTOR_GP 13
/** Gate: present, interrupt gate (SDM 3, 6.14.1). */
#define GATE UINT64_C(0x8e00)
/** Limit of an IDT with 64 gates. */
#define IDT_LIMIT 0x3ff

/**
 * Puts a gate into the guest's IDT.
 * @param vector its vector
 * @param address handler
 */
static void set_gate(unsigned int vector, uint64_t address)
{
    uint64_t *gate = (uint64_t *)(WINDOW + GPA_IDT + 16 * (uint64_t)vector);
    gate[0] = (address & 0xffff) | (uint64_t)MK_LONG_MODE_CODE << 16 | GATE << 32 |
              (address & 0xffff0000) << 32;
    gate[1] = address >> 32;
}

/**
 * Enters once with an event and prints what came of it.
 * @param c the program
 * @param what description
 * @param event entry interruption information
 * @param rflags guest's flags
 * @param primary primary controls
 */
static void inject(struct contract *c, const char *what, uint64_t event, uint64_t rflags,
                   uint64_t primary)
{
    uint64_t rip = contract_prepare(c, "sti_nop");
    contract_write(c, MK_VMCS_GUEST_IDTR_LIMIT, IDT_LIMIT);
    contract_write(c, MK_VMCS_GUEST_RFLAGS, rflags);
    contract_write(c, MK_VMCS_ENTRY_ERROR_CODE, 0x18);
    contract_exit(c, what, contract_enter(rip, primary | MK_PRIMARY_HLT, event, NULL));
    mk_text_string(&c->log, "|   ");
    mk_text_pair(&c->log, "rsp", contract_read(c, MK_VMCS_GUEST_RSP));
    mk_text_pair(&c->log, "activity", contract_read(c, MK_VMCS_GUEST_ACTIVITY));
    mk_text_pair(&c->log, "entry event", contract_read(c, MK_VMCS_ENTRY_EVENT));
    mk_text_string(&c->log, "\n");
}

/**
 * An EPT violation while an interrupt is delivered.
 * @param c the program
 */
static void vectoring(struct contract *c)
{
    uint64_t rip = contract_prepare(c, "sti_nop");
    contract_write(c, MK_VMCS_GUEST_IDTR_BASE, 0x900000);
    contract_write(c, MK_VMCS_GUEST_IDTR_LIMIT, IDT_LIMIT);
    contract_write(c, MK_VMCS_GUEST_RFLAGS, MK_RFLAGS_ONE | MK_RFLAGS_IF);
    contract_exit(c, "interrupt, IDT not mapped",
                  contract_enter(rip, MK_PRIMARY_HLT, MK_EVENT_VALID | VECTOR, NULL));
    mk_text_string(&c->log, "|   ");
    mk_text_pair(&c->log, "vectoring", contract_read(c, MK_VMCS_IDT_VECTORING));
    mk_text_string(&c->log, "\n");
}

void contract_events(struct contract *c)
{
    const uint64_t on = MK_RFLAGS_ONE | MK_RFLAGS_IF;
    uint64_t handler = contract_prepare(c, "handler");
    set_gate(2, handler);
    set_gate(VECTOR_GP, handler);
    set_gate(VECTOR, handler);
    set_gate(VECTOR + 1, contract_prepare(c, "handler_iret"));
    inject(c, "no event", 0, on, 0);
    inject(c, "interrupt", MK_EVENT_VALID | VECTOR, on, 0);
    inject(c, "interrupt and back", MK_EVENT_VALID | (VECTOR + 1), on, 0);
    inject(c, "interrupt, IF clear", MK_EVENT_VALID | VECTOR, MK_RFLAGS_ONE, 0);
    inject(c, "NMI", MK_EVENT_VALID | MK_EVENT_NMI | 2, on, 0);
    inject(c, "#GP", MK_EVENT_VALID | MK_EVENT_EXCEPTION | MK_EVENT_ERROR_CODE | VECTOR_GP, on, 0);
    inject(c, "flags without bit 1", 0, MK_RFLAGS_IF, 0);
    inject(c, "interrupt window", 0, MK_RFLAGS_ONE, MK_PRIMARY_INTERRUPT_WINDOW);
    inject(c, "interrupt window, open", 0, on, MK_PRIMARY_INTERRUPT_WINDOW);
    inject(c, "NMI window", 0, on, MK_PRIMARY_NMI_WINDOW);
    vectoring(c);
    inject(c, "after all that", 0, on, 0);
}
