/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What the guests of this test share: the processor's instructions, and their own handlers.
 */
#ifndef TEST_HOSTILE_GUEST_H
#define TEST_HOSTILE_GUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "layout.h"

/** Registers of the local APIC. */
#define LAPIC UINT64_C(0xfee00000)
/** Registers of the I/O APIC. */
#define IOAPIC UINT64_C(0xfec00000)
/** Configuration space of PCI, one bus. */
#define ECAM UINT64_C(0xb0000000)
/** Window of BARs. */
#define BARS UINT64_C(0xc0000000)
/** The first address behind the guest's memory: nothing is there. */
#define NOTHING UINT64_C(GUEST_RAM)

/** MSR of the local APIC's address and mode. */
#define MSR_APIC_BASE 0x1b
/** Its bit: x2APIC mode. */
#define APIC_X2 0x400
/** Its bit: enabled. */
#define APIC_ON 0x800
/** First MSR of the local APIC. */
#define MSR_X2APIC 0x800
/** MSR of the deadline. */
#define MSR_DEADLINE 0x6e0
/** Vector of the timer. */
#define TIMER 0x20
/** Flag: interrupts are on. */
#define FLAG_IF 0x200
/** Flag: single step. */
#define FLAG_TF 0x100

/** Instructions that may raise an exception: the guest then goes on behind them. */
#define ATTEMPT(code, ...)                                                                         \
    __asm__ volatile("movq $9f, guest_recover(%%rip)\n" code                                       \
                     "\n9: movq $0, guest_recover(%%rip)" __VA_ARGS__)

/** What a handler finds on the stack. */
struct guest_frame {
    uint64_t vector; /**< Vector. */
    uint64_t code;   /**< Error code. */
    uint64_t rip;    /**< Where it happened. */
    uint64_t cs;     /**< CS. */
    uint64_t rflags; /**< RFLAGS. */
    uint64_t rsp;    /**< RSP. */
    uint64_t ss;     /**< SS. */
};

/** Operand of LGDT and LIDT. */
struct guest_table {
    uint16_t limit; /**< Size less 1. */
    uint64_t base;  /**< Address. */
} __attribute__((packed));

/** Where an exception goes on; 0: it is a mistake. */
extern volatile uint64_t guest_recover;
/** Where the timer's interrupt goes on; 0: where it came. */
extern volatile uint64_t guest_escape;
/** Exceptions so far. */
extern volatile uint64_t guest_exceptions;
/** Interrupts so far. */
extern volatile uint64_t guest_interrupts;
/** NMIs so far. */
extern volatile uint64_t guest_nmis;
/** Interrupts after which the handler masks where they come from; 0: never. */
extern volatile uint64_t guest_enough;
/** IDT: 256 gates of 16 bytes. */
extern uint64_t guest_idt[512];
/** GDT, with room for a TSS in its last two entries. */
extern uint64_t guest_gdt[6];
/** Handlers' entries, 16 bytes each. */
extern const uint8_t guest_entries[];

/** Ends the guest. */
__attribute__((noreturn)) void guest_end(uint64_t rbx);

/** Says that something must be so; else the guest ends. */
void guest_check(bool good);

/** A number that looks like chance, but is the same in each run. */
uint64_t guest_random(void);

/** Sets the timer to a deadline, so many ticks from now; returns the deadline. */
uint64_t guest_deadline(uint64_t ticks);

/** The life of the healthy guest. */
void guest_healthy(void);

/** An attack. */
#define ATTACK(function, end) void function(void);
#include "attacks.h"
#undef ATTACK

static inline uint64_t rdtsc(void)
{
    uint32_t low;
    uint32_t high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

/** Reads an MSR; all ones when there is none. */
static inline uint64_t rdmsr(uint32_t number)
{
    uint32_t low = UINT32_MAX;
    uint32_t high = UINT32_MAX;
    ATTEMPT("rdmsr", : "+a"(low), "+d"(high) : "c"(number) : "memory");
    return (uint64_t)high << 32 | low;
}

/** Writes an MSR, or nothing happens. */
static inline void wrmsr(uint32_t number, uint64_t value)
{
    ATTEMPT("wrmsr", ::"c"(number), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)) : "memory");
}

static inline void out8(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" ::"a"(value), "d"(port));
}

static inline void out32(uint16_t port, uint32_t value)
{
    __asm__ volatile("outl %0, %1" ::"a"(value), "d"(port));
}

static inline void write32(uint64_t address, uint32_t value)
{
    __asm__ volatile("movl %0, (%1)" ::"r"(value), "r"(address) : "memory");
}

static inline void interrupts_on(void)
{
    __asm__ volatile("sti" ::: "memory");
}

static inline void interrupts_off(void)
{
    __asm__ volatile("cli" ::: "memory");
}

#endif
