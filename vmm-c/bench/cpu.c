/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Bench: descriptor tables, interrupt controllers, the tick, ports and interrupt handlers.
 */
#include "bench.h"
#include "bench_programs.h"

/** Registers of the local APIC (SDM 3, 11.4.1). */
#define LAPIC UINT64_C(0xfee00000)
/** Registers of the I/O APIC (Intel 82093AA, 3.1). */
#define IOAPIC UINT64_C(0xfec00000)
/** Inputs of the I/O APIC. */
#define PINS 24
/** Length of a tick, as on seL4 by default. */
#define TICK_MS 2
/** Clock of the interval timer. */
#define PIT_HZ 1193182
/** Masked, in an I/O APIC's entry. */
#define MASKED UINT32_C(0x10000)
/** Ports of the machine. */
#define PORTS 65536

/** Segments: null, code, data, TSS. */
uint64_t bench_gdt[5] = {0, UINT64_C(0x00af9b000000ffff), UINT64_C(0x00cf93000000ffff), 0, 0};

/** Interrupt entries, 16 bytes each. */
extern uint8_t bench_entries[];

/** Task-state segment: VMX wants one (SDM 3, 26.2.3). */
static uint8_t tss[104] __attribute__((aligned(16)));

/** Gates. */
static uint64_t idt[512] __attribute__((aligned(16)));

/** An interrupt that a program has. */
struct irq {
    bool used;              /**< Somebody has it. */
    uint8_t pin;            /**< Input of the I/O APIC. */
    uint32_t entry;         /**< Low half of its entry, not masked. */
    struct notification *n; /**< What it signals. */
    uint64_t badge;         /**< With which badge. */
};

/** All of them. */
static struct irq irqs[BENCH_IRQS];

/** Ports that somebody has, a bit each. */
static uint8_t ports_taken[PORTS / 8];

/**
 * A register of the local APIC.
 * @param offset which
 * @return it
 */
static volatile uint32_t *lapic(uint32_t offset)
{
    return (volatile uint32_t *)(LAPIC + offset);
}

/**
 * Writes a register of the I/O APIC.
 * @param index which
 * @param value value
 */
static void ioapic_write(uint32_t index, uint32_t value)
{
    *(volatile uint32_t *)IOAPIC = index;
    *(volatile uint32_t *)(IOAPIC + 0x10) = value;
}

/**
 * Writes a character to the serial port.
 * @param byte the character
 */
static void say_byte(char byte)
{
    while ((bench_in(0x3fd) & 0x20) == 0) {
        /* Waits. */
    }
    bench_out(0x3f8, (uint8_t)byte);
}

void bench_say(const char *text, uint64_t value)
{
    for (; *text != '\0'; text++) {
        say_byte(*text);
    }
    for (int shift = 60; shift >= 0; shift -= 4) {
        say_byte("0123456789abcdef"[value >> shift & 15]);
    }
    say_byte('\n');
}

void bench_debug(uint8_t byte)
{
    if ((ports_taken[0x3f8 / 8] & 1) == 0) {
        say_byte((char)byte);
    }
}

void bench_irq(uint8_t vector)
{
    if (vector == BENCH_SPURIOUS_VECTOR) {
        return;
    }
    if (vector >= BENCH_IRQ_VECTOR && vector < BENCH_IRQ_VECTOR + BENCH_IRQS) {
        struct irq *irq = &irqs[vector - BENCH_IRQ_VECTOR];
        ioapic_write(0x10 + 2 * (uint32_t)irq->pin, irq->entry | MASKED);
        if (irq->n != NULL) {
            bench_signal(irq->n, irq->badge);
        }
    }
    *lapic(0xb0) = 0;
}

void bench_interrupt(uint64_t vector, uint64_t rip, uint64_t address);

/**
 * Called by the interrupt entries.
 * @param vector vector
 * @param rip where it happened
 * @param address CR2
 */
void bench_interrupt(uint64_t vector, uint64_t rip, uint64_t address)
{
    if (vector < 32) {
        bench_say("bench: exception ", vector);
        bench_say("  at ", rip);
        bench_say("  address ", address);
        for (;;) {
            __asm__ volatile("cli; hlt");
        }
    }
    bench_irq((uint8_t)vector);
    if (bench_urgent) {
        bench_preempt();
    }
}

/** Lets the local APIC's timer tick, measured by the interval timer's channel 2. */
static void start_tick(void)
{
    const uint32_t count = PIT_HZ * TICK_MS / 1000;
    *lapic(0x3e0) = 3;
    bench_out(0x61, (uint8_t)((bench_in(0x61) & 0xfc) | 1));
    bench_out(0x43, 0xb0);
    bench_out(0x42, (uint8_t)count);
    bench_out(0x42, (uint8_t)(count >> 8));
    *lapic(0x380) = UINT32_MAX;
    while ((bench_in(0x61) & 0x20) == 0) {
        /* Waits. */
    }
    uint32_t ticks = UINT32_MAX - *lapic(0x390);
    *lapic(0x320) = 0x20000 | BENCH_TICK_VECTOR;
    *lapic(0x380) = ticks;
}

/** Sets COM1 up as firmware would: 115200 baud, 8 data bits (16550, line control register). */
static void start_serial(void)
{
    bench_out(0x3fb, 0x83);
    bench_out(0x3f8, 1);
    bench_out(0x3f9, 0);
    bench_out(0x3fb, 0x03);
}

void bench_cpu_init(void)
{
    start_serial();
    uint64_t base = (uint64_t)tss;
    bench_gdt[3] = 103 | (base & 0xffffff) << 16 | UINT64_C(0x89) << 40 | (base >> 24 & 0xff) << 56;
    bench_gdt[4] = base >> 32;
    for (uint64_t i = 0; i < 256; i++) {
        uint64_t to = (uint64_t)bench_entries + 16 * i;
        idt[2 * i] =
            (to & 0xffff) | UINT64_C(8) << 16 | UINT64_C(0x8e00) << 32 | (to >> 16 & 0xffff) << 48;
        idt[2 * i + 1] = to >> 32;
    }
    const struct {
        uint16_t limit; /**< Limit. */
        uint64_t base;  /**< Base. */
    } __attribute__((packed)) gdtr = {sizeof(bench_gdt) - 1, (uint64_t)bench_gdt},
                              idtr = {sizeof(idt) - 1, (uint64_t)idt};
    __asm__ volatile("lgdt %0; lidt %1; ltr %w2" ::"m"(gdtr), "m"(idtr), "r"(24));
    bench_out(0x21, 0xff);
    bench_out(0xa1, 0xff);
    bench_wrmsr(0x1b, bench_rdmsr(0x1b) | 0x800);
    *lapic(0xf0) = 0x100 | BENCH_SPURIOUS_VECTOR;
    for (uint32_t pin = 0; pin < PINS; pin++) {
        ioapic_write(0x10 + 2 * pin, MASKED);
        ioapic_write(0x11 + 2 * pin, 0);
    }
    start_tick();
}

seL4_Error seL4_X86_IOPortControl_Issue(seL4_CPtr control, seL4_Word first, seL4_Word last,
                                        seL4_CPtr root, seL4_Word index, uint8_t depth)
{
    struct cap *to = bench_slot(index);
    (void)root;
    (void)depth;
    first &= 0xffff;
    last &= 0xffff;
    if (bench_slot(control)->type != CAP_PORT_CONTROL) {
        return bench_wrong(bench_slot(control));
    }
    if (last < first) {
        return seL4_InvalidArgument;
    }
    for (seL4_Word port = first; port <= last; port++) {
        if ((ports_taken[port / 8] >> port % 8 & 1) != 0) {
            return seL4_RevokeFirst;
        }
    }
    if (to->type != CAP_NULL) {
        return seL4_DeleteFirst;
    }
    for (seL4_Word port = first; port <= last; port++) {
        ports_taken[port / 8] |= (uint8_t)(1 << port % 8);
    }
    *to = (struct cap){.type = CAP_PORTS, .object = first, .extra = last};
    return seL4_NoError;
}

/**
 * Checks an access to a port.
 * @param ports right to ports
 * @param port which
 * @param bytes size
 * @return error value
 */
static seL4_Error check_port(seL4_CPtr ports, seL4_Word port, unsigned int bytes)
{
    const struct cap *cap = bench_slot(ports);
    if (cap->type != CAP_PORTS) {
        return bench_wrong(cap);
    }
    return port < cap->object || port + bytes - 1 > cap->extra ? seL4_IllegalOperation
                                                               : seL4_NoError;
}

/** Defines reading and writing of ports of one size: bits, instruction suffix, register name. */
#define PORT_ACCESS(bits, suffix, reg)                                                             \
    seL4_X86_IOPort_In##bits##_t seL4_X86_IOPort_In##bits(seL4_CPtr ports, uint16_t port)          \
    {                                                                                              \
        seL4_X86_IOPort_In##bits##_t r = {.error = (int)check_port(ports, port, (bits) / 8)};      \
        if (r.error == 0) {                                                                        \
            __asm__ volatile("in" suffix " %1, %" reg "0" : "=a"(r.result) : "Nd"(port));          \
        }                                                                                          \
        return r;                                                                                  \
    }                                                                                              \
    seL4_Error seL4_X86_IOPort_Out##bits(seL4_CPtr ports, seL4_Word port, seL4_Word value)         \
    {                                                                                              \
        seL4_Error error = check_port(ports, port & 0xffff, (bits) / 8);                           \
        if (error == seL4_NoError) {                                                               \
            __asm__ volatile("out" suffix " %" reg "0, %1" ::"a"((uint##bits##_t)value),           \
                             "Nd"((uint16_t)port));                                                \
        }                                                                                          \
        return error;                                                                              \
    }
PORT_ACCESS(8, "b", "b")
PORT_ACCESS(16, "w", "w")
PORT_ACCESS(32, "l", "k")

seL4_Error seL4_IRQControl_GetIOAPIC(seL4_CPtr control, seL4_CPtr root, seL4_Word index,
                                     uint8_t depth, seL4_Word ioapic, seL4_Word pin,
                                     seL4_Word level, seL4_Word polarity, seL4_Word vector)
{
    struct cap *to = bench_slot(index);
    (void)root;
    (void)depth;
    if (bench_slot(control)->type != CAP_IRQ_CONTROL) {
        return bench_wrong(bench_slot(control));
    }
    if (vector >= BENCH_IRQS) {
        return seL4_RangeError;
    }
    if (irqs[vector].used) {
        return seL4_RevokeFirst;
    }
    if (to->type != CAP_NULL) {
        return seL4_DeleteFirst;
    }
    if (ioapic != 0 || pin >= PINS || level > 1 || polarity > 1) {
        return seL4_RangeError;
    }
    uint32_t entry =
        (uint32_t)(vector + BENCH_IRQ_VECTOR) | (uint32_t)polarity << 13 | (uint32_t)level << 15;
    irqs[vector] = (struct irq){.used = true, .pin = (uint8_t)pin, .entry = entry};
    ioapic_write(0x10 + 2 * (uint32_t)pin, entry);
    *to = (struct cap){.type = CAP_IRQ_HANDLER, .object = vector};
    return seL4_NoError;
}

seL4_Error seL4_IRQHandler_SetNotification(seL4_CPtr handler, seL4_CPtr notification)
{
    const struct cap *h = bench_slot(handler);
    const struct cap *n = bench_slot(notification);
    if (h->type != CAP_IRQ_HANDLER) {
        return bench_wrong(h);
    }
    if (n->type != CAP_NOTIFICATION || n->read_only) {
        return seL4_InvalidCapability;
    }
    bench_lock();
    irqs[h->object].n = (struct notification *)n->object;
    irqs[h->object].badge = n->extra;
    bench_unlock();
    return seL4_NoError;
}

seL4_Error seL4_IRQHandler_Ack(seL4_CPtr handler)
{
    const struct cap *h = bench_slot(handler);
    if (h->type != CAP_IRQ_HANDLER) {
        return bench_wrong(h);
    }
    bench_lock();
    ioapic_write(0x10 + 2 * (uint32_t)irqs[h->object].pin, irqs[h->object].entry);
    bench_unlock();
    return seL4_NoError;
}
