/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Contract: which VMCS fields and MSRs may be read and written, and what is made of the values.
 */
#include "contract.h"
#include "makatea/vmx.h"

/** Indexes that are tried in each group of fields (SDM 3, B: no field has a higher one). */
#define INDEXES 32

seL4_Word contract_read(struct contract *c, uint32_t field)
{
    seL4_X86_VCPU_ReadVMCS_t r = seL4_X86_VCPU_ReadVMCS(c->vcpu, field);
    return r.error == seL4_NoError ? r.value : ~(seL4_Word)0;
}

seL4_Word contract_write(struct contract *c, uint32_t field, uint64_t value)
{
    seL4_X86_VCPU_WriteVMCS_t r = seL4_X86_VCPU_WriteVMCS(c->vcpu, field, value);
    return r.error == seL4_NoError ? r.written : ~(seL4_Word)0;
}

/**
 * Tries one field: reads it, writes back what was read.
 * @param c the program
 * @param field encoding
 * @param read receives the error of the read
 * @param write receives the error of the write
 */
static void try_field(struct contract *c, uint32_t field, seL4_Word *read, seL4_Word *write)
{
    seL4_X86_VCPU_ReadVMCS_t r = seL4_X86_VCPU_ReadVMCS(c->vcpu, field);
    seL4_X86_VCPU_WriteVMCS_t w =
        seL4_X86_VCPU_WriteVMCS(c->vcpu, field, r.error == seL4_NoError ? r.value : 0);
    *read = (seL4_Word)r.error;
    *write = (seL4_Word)w.error;
}

/**
 * Tries all encodings of a width and a type (SDM 3, 25.11.2) with both access types.
 * @param c the program
 * @param group encoding with index 0
 */
static void sweep(struct contract *c, uint32_t group)
{
    uint64_t can_read = 0;
    uint64_t can_write = 0;
    uint64_t errors = 0;
    for (uint32_t bit = 0; bit < 2 * INDEXES; bit++) {
        seL4_Word read;
        seL4_Word write;
        try_field(c, group + bit, &read, &write);
        can_read |= (uint64_t)(read == seL4_NoError) << bit;
        can_write |= (uint64_t)(write == seL4_NoError) << bit;
        errors |= (UINT64_C(1) << read) | (UINT64_C(1) << write);
    }
    mk_text_string(&c->log, "| fields ");
    mk_text_hex(&c->log, group);
    mk_text_pair(&c->log, ": read", can_read);
    mk_text_pair(&c->log, "write", can_write);
    mk_text_pair(&c->log, "errors", errors);
    mk_text_string(&c->log, "\n");
}

/**
 * Prints a field.
 * @param c the program
 * @param what its name
 * @param value its value
 */
static void show(struct contract *c, const char *what, uint64_t value)
{
    mk_text_string(&c->log, "| ");
    mk_text_pair(&c->log, what, value);
    mk_text_string(&c->log, "\n");
}

/**
 * Control words and control registers: fresh, with all bits, with no bits.
 * @param c the program
 */
static void masks(struct contract *c)
{
    static const struct {
        const char *name; /**< Name of the field. */
        uint32_t field;   /**< Encoding. */
    } rows[] = {
        {"pin", MK_VMCS_PIN_CONTROLS},
        {"primary", MK_VMCS_PRIMARY_CONTROLS},
        {"secondary", MK_VMCS_SECONDARY_CONTROLS},
        {"entry", MK_VMCS_ENTRY_CONTROLS},
        {"exit", MK_VMCS_EXIT_CONTROLS},
        {"cr0", MK_VMCS_GUEST_CR0},
        {"cr4", MK_VMCS_GUEST_CR4},
        {"cr0 mask", MK_VMCS_CR0_MASK},
        {"exceptions", MK_VMCS_EXCEPTION_BITMAP},
    };
    for (uint32_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint64_t fresh = contract_read(c, rows[i].field);
        mk_text_string(&c->log, "| ");
        mk_text_string(&c->log, rows[i].name);
        mk_text_pair(&c->log, ": fresh", fresh);
        mk_text_pair(&c->log, "of all ones", contract_write(c, rows[i].field, UINT32_MAX));
        mk_text_pair(&c->log, "read", contract_read(c, rows[i].field));
        mk_text_pair(&c->log, "of zeros", contract_write(c, rows[i].field, 0));
        mk_text_pair(&c->log, "read", contract_read(c, rows[i].field));
        mk_text_string(&c->log, "\n");
        contract_write(c, rows[i].field, fresh);
    }
}

/**
 * MSRs.
 * @param c the program
 */
static void msrs(struct contract *c)
{
    static const uint32_t rows[] = {MK_MSR_LSTAR,           MK_MSR_STAR,         MK_MSR_CSTAR,
                                    MK_MSR_FMASK,           MK_MSR_EFER,         MK_MSR_PAT,
                                    MK_MSR_APIC_BASE,       MK_MSR_TSC_DEADLINE, MK_MSR_VMX_BASIC,
                                    MK_MSR_FEATURE_CONTROL, UINT32_C(0xc0000103)};
    for (uint32_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        seL4_X86_VCPU_ReadMSR_t fresh = seL4_X86_VCPU_ReadMSR(c->vcpu, rows[i]);
        seL4_X86_VCPU_WriteMSR_t w = seL4_X86_VCPU_WriteMSR(c->vcpu, rows[i], 0x1000 + i);
        seL4_X86_VCPU_ReadMSR_t r = seL4_X86_VCPU_ReadMSR(c->vcpu, rows[i]);
        mk_text_string(&c->log, "| msr ");
        mk_text_hex(&c->log, rows[i]);
        mk_text_pair(&c->log, ": read", (uint64_t)fresh.error);
        mk_text_pair(&c->log, "write", (uint64_t)w.error);
        if (r.error == seL4_NoError) {
            mk_text_pair(&c->log, "fresh", fresh.value);
            mk_text_pair(&c->log, "then", r.value);
        }
        mk_text_string(&c->log, "\n");
    }
    seL4_X86_VCPU_ReadMSR_t misc = seL4_X86_VCPU_ReadMSR(c->vcpu, MK_MSR_VMX_MISC);
    contract_result(c, "msr VMX_MISC: read", (seL4_Word)misc.error);
    show(c, "VMX_MISC", misc.value);
    contract_result(c, "msr VMX_MISC: write",
                    (seL4_Word)seL4_X86_VCPU_WriteMSR(c->vcpu, MK_MSR_VMX_MISC, 0).error);
}

void contract_fields(struct contract *c)
{
    masks(c);
    for (uint32_t width = 0; width < 4; width++) {
        for (uint32_t type = 0; type < 4; type++) {
            sweep(c, width << 13 | type << 10);
        }
    }
    contract_result(c, "field: beyond all encodings",
                    (seL4_Word)seL4_X86_VCPU_ReadVMCS(c->vcpu, 0x8000).error);
    contract_result(c, "field: of a frame",
                    (seL4_Word)seL4_X86_VCPU_ReadVMCS(c->frames[0], MK_VMCS_GUEST_RIP).error);
    contract_result(c, "field: of an empty slot",
                    (seL4_Word)seL4_X86_VCPU_WriteVMCS(c->next, MK_VMCS_GUEST_RIP, 0).error);
    contract_result(c, "TSC offset: write",
                    (seL4_Word)seL4_X86_VCPU_WriteVMCS(c->vcpu, MK_VMCS_TSC_OFFSET, 0).error);
    contract_result(c, "entry length: write",
                    (seL4_Word)seL4_X86_VCPU_WriteVMCS(c->vcpu, MK_VMCS_ENTRY_LENGTH, 0).error);
    contract_result(c, "qualification: read",
                    (seL4_Word)seL4_X86_VCPU_ReadVMCS(c->vcpu, MK_VMCS_QUALIFICATION).error);
    msrs(c);
}
