/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Guest memory that changes: once a test has asked for it, every byte that mk_guest_read() has read
 * is another one afterwards, but for page tables, of which each walk reads its own entries. The
 * linker puts this before the core's function (`--wrap`).
 */
#ifndef UNIT_READS_H
#define UNIT_READS_H

#include "makatea/vm.h"

/** Where the page tables of the tests are. */
#define READS_TABLES 0x1000
/** Their end. */
#define READS_TABLES_END 0x7000
/** Reads that are kept. */
#define READS_LOG 32

/** A read. */
struct reads_row {
    uint64_t gpa;   /**< Guest-physical address. */
    uint64_t bytes; /**< How many. */
};

/** What was read since reads_watch(). */
struct reads {
    struct reads_row log[READS_LOG]; /**< The first reads. */
    uint32_t count;                  /**< How many there were. */
};

/**
 * Begins to watch, and to change what is read.
 * @param vm the VM; a null pointer ends it
 * @param reads receives the reads
 */
void reads_watch(struct mk_vm *vm, struct reads *reads);

#endif
