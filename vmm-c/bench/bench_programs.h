/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The programs of an image: each image brings this table.
 */
#ifndef MAKATEA_BENCH_PROGRAMS_H
#define MAKATEA_BENCH_PROGRAMS_H

#include <sel4/sel4.h>
#include <stddef.h>

/** Most programs in an image. */
#define BENCH_PROGRAMS_MAX 4

/** The programs' main functions. */
extern void (*const bench_programs[])(const seL4_BootInfo *info);

/** How many. */
extern const size_t bench_program_count;

#endif
