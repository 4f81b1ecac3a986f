/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A guest that starts in 64-bit mode.
 */
#include "makatea/long_mode.h"

#include "makatea/vmx.h"

/** Segment rights (SDM 3, 25.4.1): present, code, readable, accessed, 64-bit, 4 KiB units. */
#define RIGHTS_CODE UINT64_C(0xa09b)
/** Present, data, writable, accessed, 32-bit, 4 KiB units. */
#define RIGHTS_DATA UINT64_C(0xc093)
/** Present, busy 64-bit TSS. */
#define RIGHTS_TSS UINT64_C(0x008b)
/** Not usable. */
#define RIGHTS_NONE UINT64_C(0x10000)
/** Limit of a flat segment. */
#define LIMIT_FLAT UINT64_C(0xffffffff)
/** Limit of a TSS without an I/O map (SDM 3, 8.7). */
#define LIMIT_TSS UINT64_C(0x67)
/** Control registers at start. */
#define START_CR0 (MK_CR0_PG | MK_CR0_WP | MK_CR0_NE | MK_CR0_ET | MK_CR0_PE)
/** Extended features at start. */
#define START_EFER (MK_EFER_LMA | MK_EFER_LME | MK_EFER_SCE)
/** IA32_PAT after reset (SDM 3, 12.12.4). */
#define RESET_PAT UINT64_C(0x0007040600070406)
/** DR7 after reset (SDM 3, table 10-1). */
#define RESET_DR7 UINT64_C(0x400)

/** Table entry: present and writable (SDM 3, 4.5.4). */
#define ENTRY_TABLE UINT64_C(0x3)
/** Table entry of a 2 MiB page. */
#define ENTRY_PAGE UINT64_C(0x83)
/** Bytes of a table. */
#define TABLE_BYTES UINT64_C(4096)
/** Size of a large page, log2. */
#define LARGE_BITS 21

const struct mk_field_value mk_long_mode_state[] = {
    {MK_VMCS_GUEST_ES_SELECTOR, MK_LONG_MODE_DATA},
    {MK_VMCS_GUEST_CS_SELECTOR, MK_LONG_MODE_CODE},
    {MK_VMCS_GUEST_SS_SELECTOR, MK_LONG_MODE_DATA},
    {MK_VMCS_GUEST_DS_SELECTOR, MK_LONG_MODE_DATA},
    {MK_VMCS_GUEST_FS_SELECTOR, MK_LONG_MODE_DATA},
    {MK_VMCS_GUEST_GS_SELECTOR, MK_LONG_MODE_DATA},
    {MK_VMCS_GUEST_LDTR_SELECTOR, 0},
    {MK_VMCS_GUEST_TR_SELECTOR, 0},
    {MK_VMCS_GUEST_ES_LIMIT, LIMIT_FLAT},
    {MK_VMCS_GUEST_ES_LIMIT + 2, LIMIT_FLAT},
    {MK_VMCS_GUEST_ES_LIMIT + 4, LIMIT_FLAT},
    {MK_VMCS_GUEST_ES_LIMIT + 6, LIMIT_FLAT},
    {MK_VMCS_GUEST_ES_LIMIT + 8, LIMIT_FLAT},
    {MK_VMCS_GUEST_ES_LIMIT + 10, LIMIT_FLAT},
    {MK_VMCS_GUEST_LDTR_LIMIT, 0},
    {MK_VMCS_GUEST_TR_LIMIT, LIMIT_TSS},
    {MK_VMCS_GUEST_ES_RIGHTS, RIGHTS_DATA},
    {MK_VMCS_GUEST_ES_RIGHTS + 2, RIGHTS_CODE},
    {MK_VMCS_GUEST_ES_RIGHTS + 4, RIGHTS_DATA},
    {MK_VMCS_GUEST_ES_RIGHTS + 6, RIGHTS_DATA},
    {MK_VMCS_GUEST_ES_RIGHTS + 8, RIGHTS_DATA},
    {MK_VMCS_GUEST_ES_RIGHTS + 10, RIGHTS_DATA},
    {MK_VMCS_GUEST_LDTR_RIGHTS, RIGHTS_NONE},
    {MK_VMCS_GUEST_TR_RIGHTS, RIGHTS_TSS},
    {MK_VMCS_GUEST_EFER, START_EFER},
    {MK_VMCS_GUEST_PAT, RESET_PAT},
    {MK_VMCS_GUEST_DR7, RESET_DR7},
    {MK_VMCS_GUEST_RFLAGS, MK_RFLAGS_ONE},
    {MK_VMCS_GUEST_INTERRUPTIBILITY, 0},
    {MK_VMCS_GUEST_ACTIVITY, 0},
    {MK_VMCS_GUEST_CR0, START_CR0},
    {MK_VMCS_GUEST_CR4, MK_CR4_PAE},
    {MK_VMCS_ENTRY_CONTROLS,
     MK_ENTRY_CTL_LONG_MODE | MK_ENTRY_CTL_LOAD_EFER | MK_ENTRY_CTL_LOAD_PAT},
};

const size_t mk_long_mode_state_count = sizeof(mk_long_mode_state) / sizeof(mk_long_mode_state[0]);

/** Number of page directories: the first 4 GiB. */
#define DIRECTORIES 4

void mk_long_mode_table(uint64_t *table, uint32_t number, uint64_t gpa)
{
    for (uint64_t i = 0; i < MK_LONG_MODE_ENTRIES; i++) {
        table[i] = 0;
        if (number == 0 && i == 0) {
            table[i] = (gpa + TABLE_BYTES) | ENTRY_TABLE;
        } else if (number == 1 && i < DIRECTORIES) {
            table[i] = (gpa + (2 + i) * TABLE_BYTES) | ENTRY_TABLE;
        } else if (number > 1) {
            table[i] =
                ((number - UINT64_C(2)) * MK_LONG_MODE_ENTRIES + i) << LARGE_BITS | ENTRY_PAGE;
        }
    }
}
