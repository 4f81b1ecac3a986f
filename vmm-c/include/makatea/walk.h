/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * From a linear address to a guest-physical one, through the guest's own page tables (SDM 3,
 * chapter 4): paging off, 32-bit, PAE and 4-level paging.
 *
 * A walk changes nothing; the accessed and dirty flags that it owes are kept in the result and
 * written by mk_walk_commit() once all addresses of an instruction are known to be good.
 *
 * One difference from the processor: PAE's four page-directory-pointer entries are read from
 * memory, not from the registers that MOV to CR3 filled (SDM 3, 4.4.1). A guest that changes them
 * without writing CR3 sees the change early.
 */
#ifndef MAKATEA_WALK_H
#define MAKATEA_WALK_H

#include "makatea/cpu.h"

/** Most table entries of a walk. */
#define MK_WALK_LEVELS 4

/** What is to be done at an address; 0 is a read. */
enum mk_access {
    MK_ACCESS_READ = 0,  /**< Read data. */
    MK_ACCESS_WRITE = 1, /**< Write data. */
    MK_ACCESS_FETCH = 2, /**< Fetch an instruction. */
    MK_ACCESS_IMPLICIT =
        4 /**< The processor's own, of the TSS: supervisor at any CPL (SDM 3, 4.6). */
};

/** What came of a walk. */
enum mk_walk_result {
    MK_WALK_GOOD,  /**< There is a guest-physical address. */
    MK_WALK_FAULT, /**< The guest gets a page fault. */
    MK_WALK_BROKEN /**< A table is not in memory, or the guest's paging mode is none of the four. */
};

/** A table entry that is to be written back. */
struct mk_walk_update {
    uint64_t gpa;   /**< Where it is. */
    uint64_t value; /**< With accessed and dirty flags. */
};

/** A walk. */
struct mk_walk {
    uint64_t gpa;                                 /**< Guest-physical address. */
    uint32_t entry_bytes;                         /**< Size of table entries: 4 or 8. */
    uint32_t updates;                             /**< Entries to be written back. */
    struct mk_walk_update update[MK_WALK_LEVELS]; /**< Those. */
};

/**
 * Walks the page tables for a byte.
 * @param cpu the processor
 * @param ops how memory is reached
 * @param linear linear address, canonical
 * @param access enum mk_access bits
 * @param walk receives the walk
 * @param fault receives the page fault
 * @return what came of it
 */
enum mk_walk_result mk_walk(const struct mk_cpu *cpu, const struct mk_cpu_ops *ops, uint64_t linear,
                            uint32_t access, struct mk_walk *walk, struct mk_fault *fault);

/**
 * Writes the accessed and dirty flags of a walk.
 * @param ops how memory is reached
 * @param walk a good walk
 * @return false when a table is not in memory that can be written
 */
bool mk_walk_commit(const struct mk_cpu_ops *ops, const struct mk_walk *walk);

#endif
