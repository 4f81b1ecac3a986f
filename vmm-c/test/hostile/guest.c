/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The guests' common part: interrupts and exceptions, and which guest it is.
 */
#include "guest.h"

/** First vector that is only used by interrupts here; the local APIC takes it (SDM 3, 11.5.2). */
#define EXCEPTIONS 16
/** A gate: present, interrupt gate, 64-bit code segment 10H (SDM 3, 6.14.1). */
#define GATE UINT64_C(0x00008e0000100000)

volatile uint64_t guest_recover;
volatile uint64_t guest_escape;
volatile uint64_t guest_exceptions;
volatile uint64_t guest_interrupts;
volatile uint64_t guest_nmis;
volatile uint64_t guest_enough;
uint64_t guest_idt[512] __attribute__((aligned(4096)));

/** What guest_random() goes on with. */
static uint64_t seed = 88172645463325252U;

void guest_main(uint32_t number);
void guest_trap(struct guest_frame *frame);

/** Guests by number. */
static void (*const guests[GUEST_NUMBERS])(void) = {
    [GUEST_HEALTHY] = guest_healthy,
#define ATTACK(function, end) [GUEST_##function] = function,
#include "attacks.h"
#undef ATTACK
};

void guest_check(bool good)
{
    if (!good) {
        guest_end(0xbad);
    }
}

uint64_t guest_random(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

uint64_t guest_deadline(uint64_t ticks)
{
    uint64_t deadline = rdtsc() + ticks;
    wrmsr(MSR_DEADLINE, deadline);
    return deadline;
}

/** Ends an interrupt, in whatever mode the local APIC is. */
static void end_of_interrupt(void)
{
    if ((rdmsr(MSR_APIC_BASE) & APIC_X2) != 0) {
        wrmsr(MSR_X2APIC + 0xb, 0);
    } else {
        write32(LAPIC + 0xb0, 0);
    }
}

/** Deals with an interrupt. */
static void interrupt(struct guest_frame *frame)
{
    uint64_t recover = guest_recover;
    guest_interrupts++;
    if (guest_enough != 0 && guest_interrupts >= guest_enough) {
        /* a storm that leaves no time for anything else ends here: serial port and timer masked */
        write32(IOAPIC, 0x10 + 2 * 4);
        write32(IOAPIC + 0x10, 0x10000);
        wrmsr(MSR_X2APIC + 0x32, 0x10000);
    }
    end_of_interrupt();
    guest_recover = recover;
    if (guest_escape != 0 && frame->vector == TIMER) {
        frame->rip = guest_escape;
        guest_escape = 0;
    }
}

void guest_trap(struct guest_frame *frame)
{
    if (frame->vector >= EXCEPTIONS) {
        interrupt(frame);
    } else if (frame->vector == 2) {
        guest_nmis++;
    } else {
        guest_exceptions++;
        if (frame->vector == 1 || frame->vector == 3) {
            return;
        }
        guest_check(guest_recover != 0);
        frame->rip = guest_recover;
        guest_recover = 0;
    }
}

/** Makes the IDT. */
static void make_idt(void)
{
    const struct guest_table table = {sizeof(guest_idt) - 1, (uint64_t)guest_idt};
    for (uint64_t i = 0; i < 256; i++) {
        uint64_t entry = (uint64_t)guest_entries + 16 * i;
        guest_idt[2 * i] = (entry & 0xffff) | GATE | (entry & 0xffff0000) << 32;
        guest_idt[2 * i + 1] = entry >> 32;
    }
    __asm__ volatile("lidt %0" ::"m"(table));
}

void guest_main(uint32_t number)
{
    make_idt();
    guest_check(number < GUEST_NUMBERS);
    wrmsr(MSR_APIC_BASE, LAPIC | 0x100 | APIC_ON | APIC_X2);
    wrmsr(MSR_X2APIC + 0xf, 0x1ff);            /* enabled by software (SDM 3, 11.9) */
    wrmsr(MSR_X2APIC + 0x32, 0x40000 | TIMER); /* timer: deadlines (SDM 3, 11.5.4.1) */
    guests[number]();
    guest_end(GUEST_SOUND);
}
