/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The programs of an image: each image brings these functions.
 */
#ifndef MAKATEA_BENCH_PROGRAMS_H
#define MAKATEA_BENCH_PROGRAMS_H

#include <sel4/sel4.h>
#include <stddef.h>

/** Slot of the first program's notification, in every program; those of the others follow. It
 * stands for what an initialiser gives to components that talk to each other. Below is room for the
 * slots of a plan. */
#define BENCH_PEER_SLOT 8192

/**
 * Says how many programs there are.
 * @return 1 or more; as many as memory has room for
 */
size_t bench_program_count(void);

/**
 * Says how much untyped memory a program needs.
 * @param program its number
 * @return bytes; UINT64_MAX for all that is left
 */
uint64_t bench_program_memory(size_t program);

/**
 * Says how urgent a program is: of those that can run the highest does.
 * @param program its number
 * @return its priority
 */
uint8_t bench_program_priority(size_t program);

/**
 * A program. When this returns, its thread stops.
 * @param program its number
 * @param info what it is told at start
 */
void bench_program_run(size_t program, const seL4_BootInfo *info);

/**
 * Writes a byte to the serial port, like seL4's debug output; not when a program has the port.
 * @param byte the byte
 */
void bench_debug(uint8_t byte);

/**
 * Ends the machine when the serial port has sent everything and stayed quiet.
 * @param ticks how long, in ticks of the TSC
 */
void bench_finish(uint64_t ticks);

#endif
