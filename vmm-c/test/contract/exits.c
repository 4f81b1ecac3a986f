/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Contract: VM exits. Every piece of guest code runs once, to its first exit.
 */
#include "contract.h"
#include "makatea/long_mode.h"
#include "makatea/vmx.h"

/** All of the primary controls that make an instruction exit. */
#define PRIMARY                                                                                    \
    (MK_PRIMARY_HLT | MK_PRIMARY_INVLPG | MK_PRIMARY_MWAIT | MK_PRIMARY_RDPMC | MK_PRIMARY_RDTSC | \
     MK_PRIMARY_CR3_LOAD | MK_PRIMARY_CR8_LOAD | MK_PRIMARY_CR8_STORE | MK_PRIMARY_MOV_DR |        \
     MK_PRIMARY_MONITOR | MK_PRIMARY_PAUSE)

/** All of the secondary controls that make an instruction exit, or exist. */
#define SECONDARY                                                                                  \
    (MK_SECONDARY_DESCRIPTOR_TABLE | MK_SECONDARY_RDTSCP | MK_SECONDARY_WBINVD |                   \
     MK_SECONDARY_UNRESTRICTED | MK_SECONDARY_RDRAND | MK_SECONDARY_INVPCID | MK_SECONDARY_RDSEED)

/** Exceptions that exit: #DE, #BP, #UD, #PF. */
#define EXCEPTIONS UINT64_C(0x4049)

/** Bits of CR0 that the host owns: TS and MP. TS is shown as set. */
#define CR0_OWNED UINT64_C(0xa)
/** Bits of CR4 that the host owns: PGE. */
#define CR4_OWNED UINT64_C(0x80)
/** CR4.OSXSAVE, for XSETBV (SDM 3, 2.5). */
#define CR4_OSXSAVE UINT64_C(0x40000)

/**
 * Compares two strings.
 * @param a one
 * @param b the other
 * @return whether they are equal
 */
static bool same(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

uint64_t contract_prepare(struct contract *c, const char *name)
{
    static const seL4_VCPUContext zero;
    uint64_t offset = 0;
    for (uint64_t i = 0; i < mk_guest_piece_count; i++) {
        if (same(mk_guest_pieces[i].name, name)) {
            offset = mk_guest_pieces[i].offset;
        }
    }
    for (size_t i = 0; i < mk_long_mode_state_count; i++) {
        contract_write(c, mk_long_mode_state[i].field, mk_long_mode_state[i].value);
    }
    contract_write(c, MK_VMCS_GUEST_CR4, MK_CR4_PAE | CR4_OSXSAVE);
    contract_write(c, MK_VMCS_GUEST_CR3, GPA_TABLES);
    contract_write(c, MK_VMCS_GUEST_GDTR_BASE, GPA_GDT);
    contract_write(c, MK_VMCS_GUEST_GDTR_LIMIT, 0x1f);
    contract_write(c, MK_VMCS_GUEST_IDTR_BASE, GPA_IDT);
    contract_write(c, MK_VMCS_GUEST_IDTR_LIMIT, 0);
    contract_write(c, MK_VMCS_GUEST_RSP, GPA_STACK);
    contract_write(c, MK_VMCS_EXCEPTION_BITMAP, 0);
    contract_write(c, MK_VMCS_CR0_MASK, CR0_OWNED);
    contract_write(c, MK_VMCS_CR0_SHADOW, 8);
    contract_write(c, MK_VMCS_CR4_MASK, CR4_OWNED);
    contract_write(c, MK_VMCS_CR4_SHADOW, 0);
    contract_write(c, MK_VMCS_PIN_CONTROLS, 0);
    contract_write(c, MK_VMCS_SECONDARY_CONTROLS, MK_SECONDARY_UNRESTRICTED);
    contract_write(c, MK_VMCS_EXIT_CONTROLS, 0);
    seL4_X86_VCPU_WriteRegisters(c->vcpu, (seL4_VCPUContext *)&zero);
    return GPA_CODE + offset;
}

seL4_Word contract_enter(uint64_t rip, uint64_t primary, uint64_t event, seL4_Word *badge)
{
    seL4_SetMR(SEL4_VMENTER_CALL_EIP_MR, rip);
    seL4_SetMR(SEL4_VMENTER_CALL_CONTROL_PPC_MR, primary);
    seL4_SetMR(SEL4_VMENTER_CALL_INTERRUPT_INFO_MR, event);
    return seL4_VMEnter(badge);
}

void contract_exit(struct contract *c, const char *name, seL4_Word result)
{
    const struct mk_text *log = &c->log;
    mk_text_string(log, "| ");
    mk_text_string(log, name);
    mk_text_string(log, result == SEL4_VMENTER_RESULT_FAULT ? ": exit " : ": notified ");
    uint64_t event = seL4_GetMR(SEL4_VMENTER_CALL_INTERRUPT_INFO_MR);
    uint64_t rip = seL4_GetMR(SEL4_VMENTER_CALL_EIP_MR);
    mk_text_pair(log, "rip", rip);
    mk_text_pair(log, "primary", seL4_GetMR(SEL4_VMENTER_CALL_CONTROL_PPC_MR));
    mk_text_pair(log, "event", event);
    if (result == SEL4_VMENTER_RESULT_FAULT) {
        uint64_t reason = seL4_GetMR(SEL4_VMENTER_FAULT_REASON_MR);
        mk_text_string(log, "reason=");
        mk_text_decimal(log, reason);
        mk_text_string(log, " ");
        mk_text_pair(log, "qual", seL4_GetMR(SEL4_VMENTER_FAULT_QUALIFICATION_MR));
        mk_text_pair(log, "len", seL4_GetMR(SEL4_VMENTER_FAULT_INSTRUCTION_LEN_MR));
        mk_text_pair(log, "rflags", seL4_GetMR(SEL4_VMENTER_FAULT_RFLAGS_MR));
        mk_text_pair(log, "int", seL4_GetMR(SEL4_VMENTER_FAULT_GUEST_INT_MR));
        mk_text_pair(log, "cr3", seL4_GetMR(SEL4_VMENTER_FAULT_CR3_MR));
        mk_text_pair(log, "rax", seL4_GetMR(SEL4_VMENTER_FAULT_EAX));
        mk_text_pair(log, "rcx", seL4_GetMR(SEL4_VMENTER_FAULT_ECX));
        if (reason == MK_EXIT_EPT_VIOLATION) {
            mk_text_pair(log, "gpa", seL4_GetMR(SEL4_VMENTER_FAULT_GUEST_PHYSICAL_MR));
        }
    }
    mk_text_string(log, "\n");
}

/**
 * Prints fields that tell more about an exit.
 * @param c the program
 * @param reason exit reason
 */
static void show_more(struct contract *c, uint64_t reason)
{
    mk_text_string(&c->log, "|   ");
    mk_text_pair(&c->log, "rsp", contract_read(c, MK_VMCS_GUEST_RSP));
    mk_text_pair(&c->log, "vectoring", contract_read(c, MK_VMCS_IDT_VECTORING));
    if (reason == MK_EXIT_EXCEPTION) {
        mk_text_pair(&c->log, "event", contract_read(c, MK_VMCS_EXIT_EVENT));
        mk_text_pair(&c->log, "code", contract_read(c, MK_VMCS_EXIT_ERROR_CODE));
    } else if (reason == MK_EXIT_EPT_VIOLATION) {
        mk_text_pair(&c->log, "linear", contract_read(c, MK_VMCS_GUEST_LINEAR));
    } else {
        mk_text_pair(&c->log, "information", contract_read(c, MK_VMCS_EXIT_INFORMATION));
    }
    mk_text_string(&c->log, "\n");
}

/**
 * Runs a piece with everything switched to exit.
 * @param c the program
 * @param name the piece
 */
static void run(struct contract *c, const char *name)
{
    uint64_t rip = contract_prepare(c, name);
    bool wants_read_cr3 = same(name, "registers");
    contract_write(c, MK_VMCS_EXCEPTION_BITMAP, same(name, "triple_fault") ? 0 : EXCEPTIONS);
    contract_write(c, MK_VMCS_SECONDARY_CONTROLS, SECONDARY);
    seL4_Word result =
        contract_enter(rip, PRIMARY | (wants_read_cr3 ? MK_PRIMARY_CR3_STORE : 0), 0, NULL);
    contract_exit(c, name, result);
    show_more(c, seL4_GetMR(SEL4_VMENTER_FAULT_REASON_MR));
}

/** Page tables that the guest needs: the first GiB is enough for it. */
#define TABLES 3

/**
 * Copies code and tables into guest memory.
 */
static void load_guest(void)
{
    uint8_t *memory = (uint8_t *)WINDOW;
    uint64_t *gdt = (uint64_t *)(WINDOW + GPA_GDT);
    for (size_t i = 0; i < (size_t)(mk_guest_code_end - mk_guest_code); i++) {
        memory[GPA_CODE + i] = mk_guest_code[i];
    }
    for (uint32_t i = 0; i < TABLES; i++) {
        mk_long_mode_table((uint64_t *)(WINDOW + GPA_TABLES) + (size_t)i * MK_LONG_MODE_ENTRIES, i,
                           GPA_TABLES);
    }
    gdt[MK_LONG_MODE_CODE / 8] = UINT64_C(0x00af9b000000ffff);
    gdt[MK_LONG_MODE_DATA / 8] = UINT64_C(0x00cf93000000ffff);
}

/**
 * Hands 15 registers over and gets them back.
 * @param c the program
 */
static void registers(struct contract *c)
{
    seL4_VCPUContext regs = {0x100, 0x200, 0x300, 0x400, 0x500, 0x600, 0x700, 0x800,
                             0x900, 0xa00, 0xb00, 0xc00, 0xd00, 0xe00, 0xf00};
    uint64_t rip = contract_prepare(c, "registers");
    contract_result(c, "WriteRegisters", seL4_X86_VCPU_WriteRegisters(c->vcpu, &regs));
    contract_enter(rip, PRIMARY, 0, NULL);
    mk_text_string(&c->log, "| registers: ");
    for (int i = SEL4_VMENTER_FAULT_EAX; i < SEL4_VMENTER_NUM_FAULT_MSGS; i++) {
        mk_text_hex(&c->log, seL4_GetMR(i));
        mk_text_string(&c->log, " ");
    }
    mk_text_string(&c->log, "\n");
}

void contract_exits(struct contract *c)
{
    load_guest();
    for (uint64_t i = 0; i < mk_guest_piece_count; i++) {
        const char *name = mk_guest_pieces[i].name;
        if (same(name, "spin") || same(name, "handler") || same(name, "handler_iret")) {
            continue;
        }
        run(c, name);
    }
    registers(c);
    contract_result(c, "guest ports: enable",
                    seL4_X86_VCPU_EnableIOPort(c->vcpu, c->timer_ports, 0x40, 0x43));
    run(c, "in_timer");
    contract_result(c, "guest ports: disable", seL4_X86_VCPU_DisableIOPort(c->vcpu, 0x40, 0x43));
    run(c, "in_timer");
}
