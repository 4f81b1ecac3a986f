/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A guest that starts in 64-bit mode: the processor state and the tables that it needs.
 */
#ifndef MAKATEA_LONG_MODE_H
#define MAKATEA_LONG_MODE_H

#include <stddef.h>
#include <stdint.h>

/** Bytes of the identity map: a PML4, a PDPT and one page directory (SDM 3, 4.5). */
#define MK_LONG_MODE_TABLE_BYTES 12288

/** Selector of the flat 64-bit code segment. */
#define MK_LONG_MODE_CODE 0x08

/** Selector of the flat data segment. */
#define MK_LONG_MODE_DATA 0x10

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
 * Builds page tables that map the first GiB to itself in pages of 2 MiB.
 * @param tables room for #MK_LONG_MODE_TABLE_BYTES bytes
 * @param gpa guest-physical address of that room, a multiple of 4096
 */
void mk_long_mode_tables(uint64_t *tables, uint64_t gpa);

#endif
