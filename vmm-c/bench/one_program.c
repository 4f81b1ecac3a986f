/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * An image with one program.
 */
#include "bench_programs.h"
#include "platform/sel4/root.h"

void (*const bench_programs[])(const seL4_BootInfo *info) = {mk_root_main};

const size_t bench_program_count = 1;
