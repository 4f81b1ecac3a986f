/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A small guest: it says its name, which its command line has, and answers each line that is typed
 * at its first serial port. Meanwhile it is halted. Four lines are commands: `off`; `fault`, which
 * ends it by a triple fault; `keep` fills memory that it does not use with a canary; `look` says
 * how many words there are not zero. So who starts it anew can see whether anything was left
 * behind.
 *
 * It knows the machine that monitors offer, with 16 MiB at least: no tables are read.
 */
#include <stdbool.h>
#include <stdint.h>

#include "makatea/power.h"
#include "makatea/uart16550_registers.h"

/** First port of COM1. */
#define COM1 0x3f8
/** Its input of the I/O APIC. */
#define COM1_PIN 4
/** Vector of its interrupt. */
#define COM1_VECTOR 0x30
/** Registers of the I/O APIC: number and value. */
#define IOAPIC UINT64_C(0xfec00000)
/** Its first redirection entry (82093AA data sheet, 3.2.4). */
#define IOAPIC_ENTRIES 0x10
/** MSR of the local APIC's address and mode; its bits: enabled, x2APIC (SDM 3, 11.12.1). */
#define MSR_APIC_BASE 0x1b
/** Enabled, in x2APIC mode. */
#define APIC_X2 0xc00
/** MSRs of the local APIC in that mode (SDM 3, table 11-6). */
#define MSR_APIC_ID 0x802
/** End of interrupt. */
#define MSR_APIC_EOI 0x80b
/** Spurious vector; bit 8 enables. */
#define MSR_APIC_SPURIOUS 0x80f
/** Where the zero page has the command line's address. */
#define ZERO_PAGE_CMDLINE 0x228
/** SLP_EN: what is written beside it is done (ACPI 6.5, 4.8.3.7). */
#define SLEEP_ENABLE 0x20
/** Memory behind the guest itself and all that its monitor wrote for it. */
#define UNUSED_START UINT64_C(0x200000)
/** End of that: 16 MiB. */
#define UNUSED_END UINT64_C(0x1000000)
/** What `keep` writes. */
#define CANARY UINT64_C(0x5ec2e7c0ffee5ec2)
/** Longest line and name. */
#define LINE 80
/** Gates of the IDT, up to the one that is used. */
#define GATES (COM1_VECTOR + 1)
/** A gate: present, interrupt gate (SDM 3, 6.14.1). */
#define GATE UINT64_C(0x00008e0000000000)

/** Operand of LIDT. */
struct table {
    uint16_t limit; /**< Size less 1. */
    uint64_t base;  /**< Address. */
} __attribute__((packed));

/** IDT. */
static uint64_t idt[2 * GATES];
/** What was typed and not yet looked at. */
static volatile uint8_t typed[256];
/** How much was ever typed; the numbers wrap as the ring does. */
static volatile uint8_t typed_in;
/** How much of it was looked at. */
static uint8_t typed_out;
/** Its name, behind `name=`. */
static char name[LINE];

void small_interrupt_entry(void);
void small_interrupt(void);
__attribute__((noreturn)) void small_main(const uint8_t *zero_page);

static uint8_t in8(uint16_t port)
{
    uint8_t value;
    __asm__ volatile("inb %1, %0" : "=a"(value) : "d"(port));
    return value;
}

static void out8(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" ::"a"(value), "d"(port));
}

static void wrmsr(uint32_t number, uint64_t value)
{
    __asm__ volatile("wrmsr" ::"c"(number), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)));
}

static uint64_t rdmsr(uint32_t number)
{
    uint32_t low;
    uint32_t high;
    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(number));
    return (uint64_t)high << 32 | low;
}

/** Writes a register of the I/O APIC. */
static void ioapic_write(uint32_t number, uint32_t value)
{
    *(volatile uint32_t *)IOAPIC = number;
    *(volatile uint32_t *)(IOAPIC + 0x10) = value;
}

void small_interrupt(void)
{
    while ((in8(COM1 + MK_UART_REG_LSR) & MK_UART_LSR_READY) != 0) {
        typed[typed_in] = in8(COM1 + MK_UART_REG_DATA);
        typed_in++;
    }
    wrmsr(MSR_APIC_EOI, 0);
}

static void print(const char *text)
{
    for (; *text != '\0'; text++) {
        while ((in8(COM1 + MK_UART_REG_LSR) & MK_UART_LSR_TX_EMPTY) == 0) {
            /* The port is slower. */
        }
        out8(COM1 + MK_UART_REG_DATA, (uint8_t)*text);
    }
}

/** Lets what comes at COM1 raise an interrupt. */
static void set_up(void)
{
    const struct table table = {sizeof(idt) - 1, (uint64_t)idt};
    uint64_t entry = (uint64_t)small_interrupt_entry;
    uint16_t cs;
    __asm__("mov %%cs, %0" : "=r"(cs));
    idt[2 * COM1_VECTOR] =
        (entry & 0xffff) | (uint64_t)cs << 16 | GATE | (entry & 0xffff0000) << 32;
    idt[2 * COM1_VECTOR + 1] = entry >> 32;
    __asm__ volatile("lidt %0" ::"m"(table));
    wrmsr(MSR_APIC_BASE, rdmsr(MSR_APIC_BASE) | APIC_X2);
    wrmsr(MSR_APIC_SPURIOUS, 0x1ff);
    ioapic_write(IOAPIC_ENTRIES + 2 * COM1_PIN + 1, (uint32_t)rdmsr(MSR_APIC_ID) << 24);
    ioapic_write(IOAPIC_ENTRIES + 2 * COM1_PIN, COM1_VECTOR);
    out8(COM1 + MK_UART_REG_MCR, MK_UART_MCR_DTR | MK_UART_MCR_RTS | MK_UART_MCR_OUT2);
    out8(COM1 + MK_UART_REG_IER, MK_UART_IER_RECEIVED);
}

/** Waits for a character that was typed. */
static uint8_t next(void)
{
    __asm__ volatile("cli" ::: "memory");
    while (typed_in == typed_out) {
        __asm__ volatile("sti; hlt; cli" ::: "memory"); /* STI's shadow reaches HLT */
    }
    __asm__ volatile("sti" ::: "memory");
    return typed[typed_out++];
}

/** Reads a line; what does not fit is left out. */
static void read_line(char line[LINE])
{
    uint32_t length = 0;
    for (uint8_t c = next(); c != '\r' && c != '\n'; c = next()) {
        if (length < LINE - 1) {
            line[length++] = (char)c;
        }
    }
    line[length] = '\0';
}

/** What follows the beginning of a text; a null pointer when it begins otherwise. */
static const char *after(const char *text, const char *beginning)
{
    for (; *beginning != '\0'; text++, beginning++) {
        if (*text != *beginning) {
            return (const char *)0;
        }
    }
    return text;
}

/** Whether a line is a command. */
static bool is(const char *line, const char *command)
{
    const char *rest = after(line, command);
    return rest != (const char *)0 && *rest == '\0';
}

/** Takes the name from the command line. */
static void take_name(const char *cmdline)
{
    const char *from = (const char *)0;
    for (; *cmdline != '\0' && from == (const char *)0; cmdline++) {
        from = after(cmdline, "name=");
    }
    for (uint32_t i = 0; from != (const char *)0 && i < LINE - 1 && from[i] > ' '; i++) {
        name[i] = from[i];
    }
}

/** Ends by a triple fault: an invalid opcode without any handler. */
__attribute__((noreturn)) static void fault(void)
{
    const struct table none = {0, 0};
    __asm__ volatile("lidt %0; ud2" ::"m"(none));
    __builtin_unreachable();
}

/** Fills the unused memory. */
static void keep(void)
{
    for (uint64_t at = UNUSED_START; at < UNUSED_END; at += sizeof(uint64_t)) {
        *(volatile uint64_t *)at = CANARY;
    }
}

/** Says how many words of the unused memory are not zero. */
static void look(void)
{
    char digits[] = "       0 words are not zero\r\n";
    uint32_t found = 0;
    for (uint64_t at = UNUSED_START; at < UNUSED_END; at += sizeof(uint64_t)) {
        found += *(volatile uint64_t *)at != 0 ? 1 : 0;
    }
    for (uint32_t i = 8; found != 0; found /= 10) {
        digits[--i] = (char)('0' + found % 10);
    }
    print(name);
    print(":");
    print(digits);
}

void small_main(const uint8_t *zero_page)
{
    char line[LINE];
    take_name((const char *)(uint64_t) * (const uint32_t *)(zero_page + ZERO_PAGE_CMDLINE));
    set_up();
    print(name);
    print(" is here\r\n");
    for (;;) {
        read_line(line);
        if (is(line, "fault")) {
            fault();
        }
        if (is(line, "off")) {
            out8(MK_POWER_PORT + MK_POWER_SLEEP_CONTROL, SLEEP_ENABLE | MK_POWER_S5 << 2);
        }
        if (is(line, "keep")) {
            keep();
        }
        if (is(line, "look")) {
            look();
        }
        print(name);
        print(" heard ");
        print(line);
        print("\r\n");
    }
}
