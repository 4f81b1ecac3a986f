/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Attacks that end the VM: what the processor itself needs stands in a device, or the guest wants
 * its end.
 */
#include "guest.h"

/** Loads an IDT that is a device's registers. */
static void idt_in_device(void)
{
    const struct guest_table table = {0xfff, IOAPIC};
    __asm__ volatile("lidt %0" ::"m"(table));
}

void tables_in_device(void)
{
    __asm__ volatile("movq %0, %%cr3" ::"r"(LAPIC) : "memory");
    guest_check(false);
}

void code_in_device(void)
{
    __asm__ volatile("jmp *%0" ::"r"(LAPIC));
    guest_check(false);
}

void descriptors_in_device(void)
{
    const struct guest_table table = {0xfff, LAPIC};
    __asm__ volatile("lgdt %0; movw %w1, %%ds" ::"m"(table), "r"(0x18));
    guest_check(false);
}

void stack_in_device(void)
{
    __asm__ volatile("movq %0, %%rsp; pushq %%rax" ::"r"(LAPIC + 0xf00));
    guest_check(false);
}

void vector_load_from_device(void)
{
    __asm__ volatile("movaps (%0), %%xmm0" ::"r"(LAPIC));
    guest_check(false);
}

void locked_exchange_with_device(void)
{
    __asm__ volatile("lock cmpxchg16b (%0)" ::"r"(LAPIC), "a"(0), "b"(0), "c"(0), "d"(0)
                     : "memory", "cc");
    guest_check(false);
}

void software_interrupt_through_device(void)
{
    idt_in_device();
    __asm__ volatile("int $0x20" ::: "memory");
    guest_check(false);
}

void exception_through_device(void)
{
    idt_in_device();
    __asm__ volatile("ud2" ::: "memory");
    guest_check(false);
}

void interrupt_through_device(void)
{
    idt_in_device();
    guest_deadline(1000);
    interrupts_on();
    for (;;) {
        guest_random();
    }
}

void exception_onto_device_stack(void)
{
    __asm__ volatile("movq %0, %%rsp; ud2" ::"r"(LAPIC + 0xf00));
    guest_check(false);
}

void exception_with_task_state_in_device(void)
{
    /* a TSS at the local APIC's address, of 68H bytes (SDM 3, 8.2.3); the handler wants its IST1 */
    guest_gdt[4] = UINT64_C(0xfe00890000000067) | (LAPIC & 0xffffff) << 16;
    guest_gdt[5] = 0;
    guest_idt[2 * 6] |= UINT64_C(1) << 32;
    __asm__ volatile("ltr %w0; ud2" ::"r"(0x20) : "memory");
    guest_check(false);
}

void halt_with_interrupts_off(void)
{
    __asm__ volatile("cli; hlt");
    guest_check(false);
}

void triple_fault(void)
{
    guest_end(0);
}

void reset_by_pci_port(void)
{
    out8(0xcf9, 0x06);
    guest_check(false);
}

void reset_by_keyboard(void)
{
    out8(0x64, 0xfe);
    guest_check(false);
}

void power_off(void)
{
    out8(0x600, 5 << 2 | 1 << 5); /* sleep type S5, sleep enable (ACPI 6.5, 4.8.3.7) */
    guest_check(false);
}
