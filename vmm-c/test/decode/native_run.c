/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Runs one instruction on the processor.
 */
#define _GNU_SOURCE
#include "native.h"

#include <string.h>
#include <sys/mman.h>

/** What stands before the instruction. */
extern const uint8_t native_before[];
/** Its end. */
extern const uint8_t native_before_end[];
/** What stands behind it. */
extern const uint8_t native_behind[];
/** Its end. */
extern const uint8_t native_behind_end[];

uint64_t native_offset(void)
{
    return (uint64_t)(native_before_end - native_before);
}

/**
 * Maps a page.
 * @param address where
 * @param protection rights
 * @return whether it worked
 */
static bool map_page(uint64_t address, int protection)
{
    void *wanted = (void *)address;
    return mmap(wanted, 4096, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1,
                0) == wanted;
}

bool native_prepare(void)
{
    return map_page(NATIVE_CODE, PROT_READ | PROT_WRITE | PROT_EXEC) &&
           map_page(NATIVE_STATE, PROT_READ | PROT_WRITE);
}

void native_load(const struct mk_cpu *cpu, const uint8_t *code, uint32_t bytes)
{
    struct native_state *state = (struct native_state *)NATIVE_STATE;
    uint8_t *at = (uint8_t *)NATIVE_CODE;
    memcpy(state->gpr, cpu->gpr, sizeof(state->gpr));
    state->rflags = cpu->rflags;
    memcpy(at, native_before, native_offset());
    memcpy(at + native_offset(), code, bytes);
    memcpy(at + native_offset() + bytes, native_behind,
           (size_t)(native_behind_end - native_behind));
}

void native_run(void)
{
    ((void (*)(void))NATIVE_CODE)();
}
