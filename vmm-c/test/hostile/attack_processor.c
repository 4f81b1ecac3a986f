/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Attacks by what the processor itself has: MSRs, control and debug registers, instructions that do
 * not exist, exceptions.
 */
#include "guest.h"

/** Exits of a storm. */
#define STORM 30000

/** Executes something that must raise an exception. */
#define MUST_FAULT(code)                                                                           \
    do {                                                                                           \
        uint64_t before = guest_exceptions;                                                        \
        ATTEMPT(code, ::"a"(0), "b"(0), "c"(0), "d"(0) : "memory", "cc");                          \
        guest_check(guest_exceptions == before + 1);                                               \
    } while (0)

void calm(void)
{
    interrupts_on();
    for (uint32_t i = 0; i < 100; i++) {
        uint64_t before = guest_random();
        for (uint32_t j = 0; j < 10000; j++) {
            guest_random();
        }
        guest_check(guest_random() != before);
    }
}

void reserved_msrs(void)
{
    static const uint32_t first[] = {0, 0xc0000000, 0x40000000, 0x4b564d00, 0xc0010000};
    static const uint32_t count[] = {0x1000, 0x200, 0x100, 0x100, 0x100};
    for (uint32_t i = 0; i < sizeof(first) / sizeof(first[0]); i++) {
        for (uint32_t j = 0; j < count[i]; j++) {
            rdmsr(first[i] + j);
            wrmsr(first[i] + j, (j & 1) != 0 ? UINT64_MAX : guest_random());
        }
    }
    for (uint32_t i = 0; i < 1000; i++) {
        uint32_t number = (uint32_t)guest_random();
        rdmsr(number);
        wrmsr(number, guest_random());
    }
    guest_check(guest_exceptions > 10000);
}

void control_registers(void)
{
    uint64_t cr0;
    uint64_t cr3;
    uint64_t cr4;
    __asm__ volatile("movq %%cr0, %0; movq %%cr3, %1; movq %%cr4, %2"
                     : "=r"(cr0), "=r"(cr3), "=r"(cr4));
    for (uint32_t i = 0; i < 300; i++) {
        /* most bits as they are, else nearly all is refused at once */
        uint64_t junk = guest_random() & guest_random() & guest_random();
        ATTEMPT("movq %0, %%cr0", ::"r"(cr0 ^ (i % 2 == 0 ? junk & 0xffffffff : junk)) : "memory");
        ATTEMPT("movq %0, %%cr4", ::"r"(cr4 ^ (i % 2 == 0 ? junk & 0x3fffff : junk)) : "memory");
        ATTEMPT("movq %0, %%cr8", ::"r"(junk >> (i % 64)) : "memory");
        ATTEMPT("movq %0, %%cr3", ::"r"(cr3 | (junk & 0xfff0000000000000)) : "memory");
        ATTEMPT("lmsw %w0", ::"r"(junk) : "memory");
        ATTEMPT("clts", ::: "memory");
        ATTEMPT("movq %%cr8, %0; movq %%cr0, %0", : "=r"(junk)::"memory");
        __asm__ volatile("movq %0, %%cr0; movq %1, %%cr4; movq %2, %%cr3" ::"r"(cr0), "r"(cr4),
                         "r"(cr3)
                         : "memory");
    }
    guest_check(guest_exceptions > 300);
}

void debug_registers(void)
{
    uint64_t junk = 0;
    for (uint32_t i = 0; i < 300; i++) {
        ATTEMPT("movq %0, %%dr0", ::"r"(guest_random()) : "memory");
        ATTEMPT("movq %0, %%dr3", ::"r"((uint64_t)guest_entries) : "memory");
        ATTEMPT("movq %0, %%dr7", ::"r"(guest_random()) : "memory");
        ATTEMPT("movq %0, %%dr7", ::"r"(UINT64_C(0xffffffff)) : "memory");
        ATTEMPT("movq %0, %%dr6", ::"r"(guest_random() >> (i % 64)) : "memory");
        ATTEMPT("movq %%dr6, %0", : "=r"(junk)::"memory");
        ATTEMPT("movq %0, %%db5", ::"r"(junk) : "memory");
        ATTEMPT("movq %%db4, %0", : "=r"(junk)::"memory");
    }
}

void single_steps(void)
{
    uint64_t before = guest_exceptions;
    for (uint32_t i = 0; i < 50; i++) {
        uint64_t rcx = 20;
        uint64_t rdi = LAPIC + 0x80;
        uint32_t eax = 0;
        /* over instructions that exit, and each round of a string */
        __asm__ volatile("pushfq; orq $0x100, (%%rsp); popfq\n"
                         "cpuid\n"
                         "movq $20, %%rcx\n"
                         "rep stosb\n"
                         "movw $0x80, %%dx\n"
                         "outb %%al, %%dx\n"
                         "movw %%ss, %%ax; movw %%ax, %%ss; cpuid\n"
                         ".byte 0xf1\n" /* INT1 */
                         "int3\n"
                         "pushfq; andq $~0x100, (%%rsp); popfq"
                         : "+a"(eax), "+c"(rcx), "+D"(rdi)::"rbx", "rdx", "memory", "cc");
    }
    guest_check(guest_exceptions - before > 1000);
}

void undefined_instructions(void)
{
    for (uint32_t i = 0; i < 100; i++) {
        uint64_t room[2] = {0, 0};
        MUST_FAULT("vmcall");
        MUST_FAULT("vmlaunch");
        MUST_FAULT("vmresume");
        MUST_FAULT("vmxoff");
        MUST_FAULT("vmread %%rax, %%rcx");
        MUST_FAULT("vmwrite %%rax, %%rcx");
        ATTEMPT("vmxon (%0)", ::"r"(room) : "memory", "cc");
        ATTEMPT("vmptrld (%0)", ::"r"(room) : "memory", "cc");
        ATTEMPT("vmclear (%0)", ::"r"(room) : "memory", "cc");
        ATTEMPT("vmptrst (%0)", ::"r"(room) : "memory", "cc");
        ATTEMPT("invept (%0), %%rax", ::"r"(room), "a"(1) : "memory", "cc");
        ATTEMPT("invvpid (%0), %%rax", ::"r"(room), "a"(1) : "memory", "cc");
        MUST_FAULT("vmfunc");
        MUST_FAULT("xsetbv");
        MUST_FAULT("xgetbv");
        MUST_FAULT("monitor");
        MUST_FAULT("mwait");
        MUST_FAULT("rdpmc");
        MUST_FAULT("getsec");
        MUST_FAULT("rsm");
        MUST_FAULT("ud2");
        MUST_FAULT(".byte 0xf0, 0x90"); /* LOCK NOP */
        __asm__ volatile("wbinvd; invd" ::: "memory");
    }
}

void cpuid_storm(void)
{
    for (uint32_t i = 0; i < STORM; i++) {
        uint32_t eax = i % 2 == 0 ? i : 0x40000000 + i % 16;
        uint32_t ecx = i;
        __asm__ volatile("cpuid" : "+a"(eax), "+c"(ecx)::"ebx", "edx");
    }
}
