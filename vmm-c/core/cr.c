/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Control registers. The guest owns the bits that it may change freely; a change of the others
 * exits and comes here.
 *
 * CR0: NE must stay set in VMX operation (SDM 3, 24.8); CD and NW would turn the machine's caches
 * off, so the guest sees what it wrote and the processor never does. CR4: all bits that CPUID does
 * not offer are kept at 0; setting one is a general protection fault, as on a processor without it.
 */
#include "makatea/guest_memory.h"
#include "makatea/registers.h"

/** CR0: bits that exist (SDM 3, 2.5): PE MP EM TS ET NE WP AM NW CD PG. */
#define CR0_KNOWN UINT64_C(0xe005003f)
/** CR0: not write-through. */
#define CR0_NW UINT64_C(0x20000000)
/** CR0: caches disabled. */
#define CR0_CD UINT64_C(0x40000000)
/** CR0: task switched. */
#define CR0_TS UINT64_C(0x8)
/** CR0: what the guest reads of the bits that the monitor keeps is in the shadow. */
#define CR0_KEPT (MK_CR0_NE | CR0_NW | CR0_CD | ~CR0_KNOWN)
/** CR0: what LMSW writes: PE, MP, EM, TS (SDM 2, LMSW). */
#define CR0_LMSW UINT64_C(0xf)
/**
 * CR4: what the guest may set (SDM 3, 2.5): VME PVI TSD DE PSE PAE PGE PCE OSFXSR OSXMMEXCPT
 * FSGSBASE SMEP SMAP. Not: MCE, UMIP, LA57, VMXE, SMXE, PCIDE, OSXSAVE, PKE, CET.
 */
#define CR4_FREE UINT64_C(0x3107bf)
/** Page directory pointers of PAE paging. */
#define ENTRIES_PAE 4
/** Page directory pointers: reserved bits under PAE: 2:1, 8:5, and from 52 on (SDM 3, 4.4.1). */
#define PDPTE_RESERVED UINT64_C(0xfff00000000001e6)
/** CS: the code segment is 64-bit. */
#define RIGHTS_LONG UINT64_C(0x2000)

/* Exit qualification (SDM 3, table 28-3). */
#define CR_NUMBER(q) ((q)&0xf)                 /**< Which register. */
#define CR_KIND(q) ((q) >> 4 & 3)              /**< What is done. */
#define CR_GPR(q) ((uint32_t)((q) >> 8 & 0xf)) /**< General register. */
#define CR_LMSW(q) ((q) >> 16 & 0xffff)        /**< Source of LMSW. */
/** What is done to a control register. */
enum cr_kind {
    CR_TO,       /**< MOV to it. */
    CR_FROM,     /**< MOV from it. */
    CR_CLTS,     /**< CLTS. */
    CR_LMSW_WORD /**< LMSW. */
};

/**
 * Reads a field.
 * @param vm the VM
 * @param field encoding
 * @return its value
 */
static uint64_t get(struct mk_vm *vm, uint32_t field)
{
    uint64_t value = 0;
    mk_platform_vmcs_read(vm->platform, field, &value);
    return value;
}

/**
 * Writes a field.
 * @param vm the VM
 * @param field encoding
 * @param value value
 */
static void set(struct mk_vm *vm, uint32_t field, uint64_t value)
{
    mk_platform_vmcs_write(vm->platform, field, value, (uint64_t *)0);
}

enum mk_status mk_cr_start(struct mk_vm *vm)
{
    const uint64_t values[][2] = {
        {MK_VMCS_CR0_MASK, CR0_KEPT},
        {MK_VMCS_CR0_SHADOW, MK_CR0_NE},
        {MK_VMCS_CR4_MASK, ~CR4_FREE},
        {MK_VMCS_CR4_SHADOW, 0},
    };
    for (uint32_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        enum mk_status status = mk_platform_vmcs_write(vm->platform, (uint32_t)values[i][0],
                                                       values[i][1], (uint64_t *)0);
        if (status != MK_OK) {
            return status;
        }
    }
    return MK_OK;
}

/**
 * Loads the four page directory pointers of PAE paging, which the processor keeps in registers.
 * @param vm the VM
 * @param cr3 their address
 * @return whether they are valid
 */
static bool load_pdptes(struct mk_vm *vm, uint64_t cr3)
{
    uint64_t entries[ENTRIES_PAE];
    if (mk_guest_read(vm, cr3 & UINT64_C(0xffffffe0), entries, sizeof(entries)) != MK_OK) {
        return false;
    }
    for (uint32_t i = 0; i < ENTRIES_PAE; i++) {
        if ((entries[i] & 1) != 0 && (entries[i] & PDPTE_RESERVED) != 0) {
            return false;
        }
    }
    for (uint32_t i = 0; i < ENTRIES_PAE; i++) {
        set(vm, MK_VMCS_GUEST_PDPTE0 + 2 * i, entries[i]);
    }
    return true;
}

/**
 * Turns paging on or off: long mode goes with it (SDM 3, 10.8.5).
 * @param vm the VM
 * @param on whether it is turned on
 * @return whether the guest may
 */
static bool switch_paging(struct mk_vm *vm, bool on)
{
    uint64_t efer = get(vm, MK_VMCS_GUEST_EFER);
    uint64_t cr4 = get(vm, MK_VMCS_GUEST_CR4);
    uint64_t entry = get(vm, MK_VMCS_ENTRY_CONTROLS);
    bool code64 = (get(vm, MK_VMCS_GUEST_CS_RIGHTS) & RIGHTS_LONG) != 0;
    if (!on) {
        if ((efer & MK_EFER_LMA) != 0 && code64) {
            return false;
        }
        set(vm, MK_VMCS_GUEST_EFER, efer & ~MK_EFER_LMA);
        set(vm, MK_VMCS_ENTRY_CONTROLS, entry & ~(uint64_t)MK_ENTRY_CTL_LONG_MODE);
        return true;
    }
    if ((efer & MK_EFER_LME) != 0) {
        if ((cr4 & MK_CR4_PAE) == 0 || code64) {
            return false;
        }
        set(vm, MK_VMCS_GUEST_EFER, efer | MK_EFER_LMA);
        set(vm, MK_VMCS_ENTRY_CONTROLS, entry | MK_ENTRY_CTL_LONG_MODE);
        return true;
    }
    return (cr4 & MK_CR4_PAE) == 0 || load_pdptes(vm, get(vm, MK_VMCS_GUEST_CR3));
}

/**
 * Writes CR0 for the guest (SDM 2, MOV control registers).
 * @param vm the VM
 * @param value value
 * @return whether the guest may
 */
static bool write_cr0(struct mk_vm *vm, uint64_t value)
{
    uint64_t old = get(vm, MK_VMCS_GUEST_CR0);
    if (value >> 32 != 0 || ((value & MK_CR0_PG) != 0 && (value & MK_CR0_PE) == 0) ||
        ((value & CR0_NW) != 0 && (value & CR0_CD) == 0)) {
        return false;
    }
    value = (value & CR0_KNOWN) | MK_CR0_ET;
    if (((old ^ value) & MK_CR0_PG) != 0 && !switch_paging(vm, (value & MK_CR0_PG) != 0)) {
        return false;
    }
    set(vm, MK_VMCS_CR0_SHADOW, value);
    set(vm, MK_VMCS_GUEST_CR0, (value & ~(CR0_NW | CR0_CD)) | MK_CR0_NE);
    return true;
}

/**
 * MOV to a control register.
 * @param vm the VM
 * @param number register
 * @param value value
 * @return whether the guest may
 */
static bool move_to(struct mk_vm *vm, uint64_t number, uint64_t value)
{
    switch (number) {
    case 0:
        return write_cr0(vm, value);
    case 3:
        set(vm, MK_VMCS_GUEST_CR3, value);
        return true;
    case 8:
        return mk_lapic_cr8_write(&vm->machine.chip.lapic, value);
    default:
        /* CR4 exits only when a bit is set that does not exist */
        return false;
    }
}

void mk_cr_access(struct mk_vm *vm, const struct mk_exit *exit)
{
    uint64_t q = exit->qualification;
    uint64_t cr0 = get(vm, MK_VMCS_GUEST_CR0);
    uint64_t shadow = get(vm, MK_VMCS_CR0_SHADOW);
    uint64_t seen = (cr0 & ~CR0_KEPT) | (shadow & CR0_KEPT);
    bool good = true;
    if (CR_KIND(q) == CR_TO) {
        good = move_to(vm, CR_NUMBER(q), mk_gpr_get(vm, CR_GPR(q)));
    } else if (CR_KIND(q) == CR_FROM) {
        uint64_t value = exit->cr3;
        if (CR_NUMBER(q) == 8) {
            value = mk_lapic_cr8_read(&vm->machine.chip.lapic);
        }
        mk_gpr_set(vm, CR_GPR(q), value);
    } else if (CR_KIND(q) == CR_CLTS) {
        good = write_cr0(vm, seen & ~CR0_TS);
    } else {
        /* LMSW can set PE but not clear it (SDM 2, LMSW) */
        good = write_cr0(vm, (seen & ~(CR0_LMSW & ~MK_CR0_PE)) | (CR_LMSW(q) & CR0_LMSW));
    }
    if (good) {
        mk_exit_skip(vm, exit);
    } else {
        mk_event_exception(vm, MK_VECTOR_GP, true, 0);
    }
}
