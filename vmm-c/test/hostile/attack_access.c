/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Attacks by accesses: memory, configuration space, ports, strings.
 */
#include "guest.h"

/** A page that is free for strings. */
#define SPARE 0x380000
/** Virtual address at which the top of the physical address space is mapped: behind 4 GiB. */
#define TOP UINT64_C(0x100000000)

/** Addresses, and how many bytes from there are tried. */
struct window {
    uint64_t first; /**< First address. */
    uint64_t bytes; /**< Size. */
};

/** Where no memory is, and edges of it. */
static const struct window windows[] = {
    {LAPIC, 0x1000},           {IOAPIC, 0x100},     {ECAM, 0x100000}, {BARS, 0x10000},
    {NOTHING, 0x10000000},     {NOTHING - 16, 32},  {LAPIC - 16, 32}, {IOAPIC - 16, 32},
    {ECAM + 0x100000 - 8, 16}, {0xfffff000, 0xff8}, {TOP, 0x1000},    {TOP + 0x3ffff000, 0xff8},
};

/** Reads or writes, any size, any address. */
static void touch(uint64_t address)
{
    uint64_t value = guest_random();
    switch (guest_random() >> 20 & 15) {
    case 0:
        __asm__ volatile("movb (%1), %b0" : "=q"(value) : "r"(address) : "memory");
        break;
    case 1:
        __asm__ volatile("movw (%1), %w0" : "=r"(value) : "r"(address) : "memory");
        break;
    case 2:
        __asm__ volatile("movl (%1), %k0" : "=r"(value) : "r"(address) : "memory");
        break;
    case 3:
        __asm__ volatile("movq (%1), %0" : "=r"(value) : "r"(address) : "memory");
        break;
    case 4:
        __asm__ volatile("movb %b0, (%1)" ::"q"(value), "r"(address) : "memory");
        break;
    case 5:
        __asm__ volatile("movw %w0, (%1)" ::"r"(value), "r"(address) : "memory");
        break;
    case 6:
        __asm__ volatile("movl %k0, (%1)" ::"r"(value), "r"(address) : "memory");
        break;
    case 7:
        __asm__ volatile("movq %0, (%1)" ::"r"(value), "r"(address) : "memory");
        break;
    case 8:
        __asm__ volatile("lock orq %0, (%1)" ::"r"(value), "r"(address) : "memory", "cc");
        break;
    case 9:
        __asm__ volatile("xchgl %k0, (%1)" : "+r"(value) : "r"(address) : "memory");
        break;
    default:
        write32(address & ~UINT64_C(3), (uint32_t)value);
        break;
    }
}

/** Maps the last GiB of the physical address space behind 4 GiB (SDM 3, 4.5.4). */
static void map_top(void)
{
    uint64_t *pdpt = (uint64_t *)(GUEST_TABLES + 0x1000);
    uint32_t bits;
    __asm__ volatile("cpuid" : "=a"(bits) : "a"(0x80000008) : "ebx", "ecx", "edx");
    bits &= 0xff;
    pdpt[4] = ((UINT64_C(1) << bits) - 0x40000000) | 0x83;
}

void wild_memory(void)
{
    map_top();
    interrupts_on();
    for (uint32_t i = 0; i < 1500; i++) {
        const struct window *w = &windows[guest_random() % (sizeof(windows) / sizeof(windows[0]))];
        touch(w->first + guest_random() % w->bytes);
    }
    interrupts_off();
}

void wild_configuration(void)
{
    for (uint32_t i = 0; i < 1500; i++) {
        uint32_t place = (uint32_t)guest_random();
        if ((place & 1) != 0) {
            /* the two devices that exist, and the whole bus now and then */
            touch(ECAM + (place >> 8 & ((place & 0xe) != 0 ? 0xffff : 0xfffff)));
        } else {
            out32(0xcf8, place | 0x80000000);
            out32(0xcfc, (uint32_t)guest_random());
        }
        touch(BARS + guest_random() % 0x10000);
    }
}

/** Whether a write to a port might end the VM, which is another attack's matter. */
static bool ends(uint32_t port)
{
    return (port + 4 > 0x600 && port < 0x610) || (port + 4 > 0x64 && port <= 0x64) ||
           (port + 4 > 0xcf9 && port <= 0xcf9);
}

void wild_ports(void)
{
    uint32_t value = 0;
    for (uint32_t i = 0; i < 0x1000 + 1000; i++) {
        uint32_t port = i < 0x1000 ? i : (uint16_t)guest_random();
        __asm__ volatile("inb %w1, %b0" : "=a"(value) : "d"(port));
        if (i >= 0x1000) {
            __asm__ volatile("inw %w1, %w0" : "=a"(value) : "d"(port));
            __asm__ volatile("inl %w1, %0" : "=a"(value) : "d"(port));
        }
        value = (uint32_t)guest_random();
        if (!ends(port)) {
            __asm__ volatile("outb %b0, %w1" ::"a"(value), "d"(port));
        }
        if (i >= 0x1000 && !ends(port)) {
            __asm__ volatile("outw %w0, %w1" ::"a"(value), "d"(port));
            __asm__ volatile("outl %0, %w1" ::"a"(value), "d"(port));
        }
    }
}

/** How often a string is begun again when the timer came before its first round. */
#define TRIES 20
/** A string instruction with RCX of all ones, which the timer ends. */
#define ENDLESS(code, source, destination)                                                         \
    do {                                                                                           \
        uint64_t rcx = UINT64_MAX;                                                                 \
        uint64_t rsi = (source);                                                                   \
        uint64_t rdi = (destination);                                                              \
        for (uint32_t i = 0; i < TRIES && rcx == UINT64_MAX; i++) {                                \
            guest_deadline(100000);                                                                \
            __asm__ volatile("movq $9f, guest_escape(%%rip)\nsti; nop\n" code "\n9: cli; cld"      \
                             : "+c"(rcx), "+S"(rsi), "+D"(rdi)                                     \
                             : "d"(0x3f8), "a"(0)                                                  \
                             : "memory", "cc");                                                    \
        }                                                                                          \
        guest_check(guest_escape == 0 && rcx != 0 && rcx != UINT64_MAX);                           \
    } while (0)

void endless_strings(void)
{
    ENDLESS("rep insb", 0, NOTHING);
    ENDLESS("rep insl", 0, NOTHING - 1);
    ENDLESS("rep outsb", 0, 0);
    ENDLESS("rep outsl", NOTHING - 1, 0);
    ENDLESS("rep movsb", LAPIC, NOTHING);
    ENDLESS("rep movsq", ECAM, NOTHING);
    ENDLESS("rep stosl", 0, BARS);
    ENDLESS("rep stosq", 0, NOTHING + 3);
    ENDLESS("std; rep movsl", NOTHING + 0x4000000, NOTHING + 0x8000000);
    ENDLESS("repe cmpsb", NOTHING, NOTHING + 7);
    ENDLESS("rep lodsb", NOTHING, 0);
}

void string_into_unmapped_page(void)
{
    uint64_t *directory = (uint64_t *)(GUEST_TABLES + 0x2000);
    uint64_t rcx = UINT64_MAX;
    uint64_t rdi = UINT64_C(0x400000) - 3;
    directory[2] = 0;
    __asm__ volatile("invlpg (%0)" ::"r"(UINT64_C(0x400000)) : "memory");
    __asm__ volatile("rep insb" : "+c"(rcx), "+D"(rdi) : "d"(0x3f8) : "memory");
    guest_check(false);
}
