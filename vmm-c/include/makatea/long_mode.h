/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A guest that starts in 64-bit mode: the processor state and the tables that it needs.
 */
#ifndef MAKATEA_LONG_MODE_H
#define MAKATEA_LONG_MODE_H

#include <stddef.h>
#include <stdint.h>

/** Tables of the identity map: a PML4, a PDPT and four page directories (SDM 3, 4.5). */
#define MK_LONG_MODE_TABLES 6

/** Entries of a table. */
#define MK_LONG_MODE_ENTRIES 512

/** Selector of the flat 64-bit code segment; Linux' boot protocol wants this one. */
#define MK_LONG_MODE_CODE 0x10

/** Selector of the flat data segment; the same. */
#define MK_LONG_MODE_DATA 0x18

/** A VMCS field and what to write there. */
struct mk_field_value {
    uint32_t field; /**< Encoding of the field. */
    uint64_t value; /**< Value. */
};

/** Guest state for ring 0 in 64-bit mode, but CR3, RIP, RSP, GDTR and IDTR (SDM 3, 26.3.1). */
extern const struct mk_field_value mk_long_mode_state[];

/** Rows of mk_long_mode_state. */
extern const size_t mk_long_mode_state_count;

/**
 * Builds one of the page tables that map the first 4 GiB to themselves in pages of 2 MiB.
 * @param table room for #MK_LONG_MODE_ENTRIES entries
 * @param number which one, below #MK_LONG_MODE_TABLES; they follow one another in memory
 * @param gpa guest-physical address of the first one, a multiple of 4096
 */
void mk_long_mode_table(uint64_t *table, uint32_t number, uint64_t gpa);

#endif
