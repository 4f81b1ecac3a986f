/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Attacks by interrupts.
 */
#include "guest.h"

/** ICR: to itself. */
#define TO_SELF 0x40000
/** ICR: the NMI, which goes to a destination only (SDM 3, table 11-4). */
#define NMI 0x400

void software_interrupt_storm(void)
{
    for (uint32_t i = 0; i < 1000; i++) {
        __asm__ volatile("int $0x30; int $0xff; int $0x80" ::: "memory");
    }
    guest_check(guest_interrupts == 3000);
}

void self_ipi_storm(void)
{
    for (uint32_t i = 0; i < 10; i++) {
        for (uint32_t vector = 0; vector < 256; vector++) {
            wrmsr(MSR_X2APIC + 0x3f, vector);
            wrmsr(MSR_X2APIC + 0x30, guest_random() & ~UINT64_C(0xfff32700) & 0xffffffff);
        }
        interrupts_on();
        __asm__ volatile("nop");
        interrupts_off();
    }
    guest_check(guest_interrupts >= 10 * 240);
}

void xapic_ipi_storm(void)
{
    wrmsr(MSR_APIC_BASE, LAPIC | 0x100);
    wrmsr(MSR_APIC_BASE, LAPIC | 0x100 | APIC_ON);
    write32(LAPIC + 0xf0, 0x1ff);
    for (uint32_t i = 0; i < 600; i++) {
        write32(LAPIC + 0x310, (uint32_t)guest_random());
        write32(LAPIC + 0x300, i % 2 == 0 ? (uint32_t)guest_random() : TO_SELF | (i & 0xff));
        write32(LAPIC + 0xb0, 0);
        write32(LAPIC + 0x80, (uint32_t)guest_random());
    }
    write32(LAPIC + 0x80, 0);
    interrupts_on();
    __asm__ volatile("nop");
    interrupts_off();
    guest_check(guest_interrupts > 0);
}

void nmi_storm(void)
{
    for (uint32_t i = 0; i < 3000; i++) {
        wrmsr(MSR_X2APIC + 0x30, NMI);
    }
    guest_check(guest_nmis > 2900);
}

void timer_of_period_1(void)
{
    wrmsr(MSR_X2APIC + 0x3e, 0xb);             /* divide by 1 */
    wrmsr(MSR_X2APIC + 0x32, 0x20000 | TIMER); /* periodic */
    guest_enough = 1000;
    wrmsr(MSR_X2APIC + 0x38, 1);
    interrupts_on();
    while (guest_interrupts < guest_enough) {
        guest_random();
    }
    interrupts_off();
}

void deadlines_in_the_past(void)
{
    interrupts_on();
    for (uint32_t i = 0; i < 2000; i++) {
        wrmsr(MSR_DEADLINE, i % 2 == 0 ? 1 : rdtsc() + i % 64);
    }
    interrupts_off();
    guest_check(guest_interrupts >= 1000);
}

void apic_mode_flips(void)
{
    interrupts_on();
    for (uint32_t i = 0; i < 400; i++) {
        wrmsr(MSR_X2APIC + 0x3f, 0x40 + i % 64);
        wrmsr(MSR_DEADLINE, rdtsc() + 1000);
        wrmsr(MSR_APIC_BASE, LAPIC | 0x100 | (guest_random() & (APIC_ON | APIC_X2)));
        wrmsr(MSR_APIC_BASE, guest_random());
        write32(LAPIC + 0xf0, 0x1ff);
        write32(LAPIC + 0x300, TO_SELF | 0x50);
        wrmsr(MSR_X2APIC + 0xf, 0x1ff);
    }
    interrupts_off();
    guest_check(guest_interrupts > 0);
}

void level_interrupt_storm(void)
{
    write32(IOAPIC, 0x10 + 2 * 4);
    write32(IOAPIC + 0x10, 0x8000 | 0x41);
    out8(0x3fc, 8); /* OUT2 lets the interrupt out (TL16C550, modem control) */
    out8(0x3f9, 2); /* transmitter empty: it always is */
    guest_enough = 2000;
    interrupts_on();
    while (guest_interrupts < guest_enough) {
        guest_random();
    }
    interrupts_off();
}

void clock_places(void)
{
    static const uint64_t places[] = {
        0,          NOTHING - 4, NOTHING - 31, NOTHING,           LAPIC,    UINT64_C(0xfffffffc),
        UINT64_MAX, 0x380000,    0x380000 - 4, UINT64_C(1) << 63, 0x1fffff, ECAM};
    static const uint32_t numbers[] = {0x11, 0x12, 0x4b564d00, 0x4b564d01};
    for (uint32_t i = 0; i < 2000; i++) {
        uint64_t place = places[i % 12] | (guest_random() & 1);
        if (place < GUEST_RAM && place < 0x300000) {
            place += 0x380000; /* not over the guest itself */
        }
        wrmsr(numbers[guest_random() >> 9 & 3], place);
    }
}
