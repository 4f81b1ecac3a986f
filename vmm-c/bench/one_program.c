/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * An image with one program.
 */
#include "bench_programs.h"
#include "platform/sel4/root.h"

size_t bench_program_count(void)
{
    return 1;
}

uint64_t bench_program_memory(size_t program)
{
    (void)program;
    return UINT64_MAX;
}

uint8_t bench_program_priority(size_t program)
{
    (void)program;
    return 0;
}

void bench_program_run(size_t program, const seL4_BootInfo *info)
{
    (void)program;
    mk_root_main(info);
}
