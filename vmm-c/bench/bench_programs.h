/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The programs of an image: each image brings these functions.
 */
#ifndef MAKATEA_BENCH_PROGRAMS_H
#define MAKATEA_BENCH_PROGRAMS_H

#include <sel4/sel4.h>
#include <stddef.h>

/** Most programs in an image. */
#define BENCH_PROGRAMS_MAX 5
/** Slot of the first program's notification, in every program; those of the others follow. It
 * stands for what an initialiser gives to components that talk to each other. */
#define BENCH_PEER_SLOT 80

/**
 * Says how many programs there are.
 * @return 1 to #BENCH_PROGRAMS_MAX
 */
size_t bench_program_count(void);

/**
 * Says how much untyped memory a program needs.
 * @param program its number
 * @return bytes; 0 for all that is left
 */
uint64_t bench_program_memory(size_t program);

/**
 * A program. When this returns, its thread stops.
 * @param program its number
 * @param info what it is told at start
 */
void bench_program_run(size_t program, const seL4_BootInfo *info);

#endif
