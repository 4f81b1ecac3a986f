/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The healthy guest: works, sleeps to deadlines, and looks that its registers stay its own.
 */
#include "guest.h"

/** Rounds of work between sleeps. */
#define ROUNDS 8
/** Ticks of a sleep. */
#define SLEEP 20000
/** Registers that the monitor or the kernel must switch: FS base, GS base, kernel GS base, LSTAR.
 */
static const uint32_t kept[] = {0xc0000100, 0xc0000101, 0xc0000102, 0xc0000082};

/** What it has done. */
static volatile struct guest_progress *const progress = (void *)GUEST_PROGRESS;

/** Does a round of work in registers; returns whether they are as they must be. */
static bool work(void)
{
    uint64_t sum = 0;
    uint64_t vector;
    uint64_t count = 5000;
    __asm__ volatile("movq %3, %%xmm7\n"
                     "movq %4, %%r8\n"
                     "movq %4, %%r15\n"
                     "1: addq %2, %0\n"
                     "addq %%r8, %0\n"
                     "subq %%r15, %0\n"
                     "decq %2\n"
                     "jnz 1b\n"
                     "movq %%xmm7, %1"
                     : "+&r"(sum), "=&r"(vector), "+&r"(count)
                     : "r"(UINT64_C(0x5ec0dd)), "r"(UINT64_C(0x123456789abcdef))
                     : "r8", "r15", "cc");
    return sum == UINT64_C(5000) * 5001 / 2 && vector == 0x5ec0dd;
}

/** Sleeps to a deadline; returns whether it was not woken before. */
static bool sleep(void)
{
    uint64_t before = guest_interrupts;
    uint64_t deadline = guest_deadline(SLEEP);
    while (guest_interrupts == before) {
        __asm__ volatile("sti; hlt; cli" ::: "memory");
    }
    uint64_t now = rdtsc();
    if (now > deadline && now - deadline > progress->latest) {
        progress->latest = now - deadline;
    }
    progress->sleeps++;
    return now >= deadline;
}

void guest_healthy(void)
{
    for (uint32_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
        wrmsr(kept[i], 0x10000 + i);
    }
    while (progress->stop == 0) {
        for (uint32_t i = 0; i < ROUNDS; i++) {
            progress->mistakes += work() ? 0 : 1;
            progress->rounds++;
        }
        progress->mistakes += sleep() ? 0 : 1;
        for (uint32_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
            progress->mistakes += rdmsr(kept[i]) == 0x10000 + i ? 0 : 1;
        }
        progress->mistakes += guest_exceptions == 0 && guest_nmis == 0 ? 0 : 1;
    }
    guest_check(progress->mistakes == 0 && progress->rounds > ROUNDS);
}
