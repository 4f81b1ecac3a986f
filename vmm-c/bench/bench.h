/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The bench from within: what its files share.
 *
 * One processor, one address space, everything in ring 0. Interrupts are off in here and on in the
 * programs. It shows the boundary between guest and monitor, not the one between monitors.
 */
#ifndef MAKATEA_BENCH_H
#define MAKATEA_BENCH_H

#include <sel4/sel4.h>
#include <stddef.h>

/** Slots of a program. */
#define BENCH_SLOTS 16384
/** Bytes of a program's stack. */
#define BENCH_STACK 65536
/** Message registers of a program. */
#define BENCH_MESSAGE 64
/** Pieces of untyped memory of a program, and the slot of the first. */
#define BENCH_UNTYPED 64
/** Its slot. */
#define BENCH_UNTYPED_SLOT 16
/** Physical memory that is mapped one to one (boot.S). */
#define BENCH_IDENTITY (UINT64_C(16) << 30)
/** First vector that a program may have, and how many. */
#define BENCH_IRQ_VECTOR 0x30
/** Number of them, as on seL4. */
#define BENCH_IRQS 108
/** Vector of the host's tick. */
#define BENCH_TICK_VECTOR 0x9d
/** Vector of spurious interrupts. */
#define BENCH_SPURIOUS_VECTOR 0xff

/** What a slot holds. */
enum cap_type {
    CAP_NULL,         /**< Nothing. */
    CAP_UNTYPED,      /**< bits: size; extra: bytes that are gone. */
    CAP_TCB,          /**< The program's thread. */
    CAP_CNODE,        /**< Its slots. */
    CAP_NOTIFICATION, /**< extra: badge. */
    CAP_FRAME,        /**< bits: 12 or 21; extra: where it is mapped. */
    CAP_TABLE,        /**< Table of an address space; bits: level, 4 is the root. */
    CAP_EPT,          /**< Table of an EPT; bits: level. */
    CAP_VCPU,         /**< VCPU. */
    CAP_ASID_POOL,    /**< ASID pool. */
    CAP_IRQ_CONTROL,  /**< Right to make interrupt handlers. */
    CAP_IRQ_HANDLER,  /**< object: number of the interrupt. */
    CAP_PORT_CONTROL, /**< Right to make rights to ports. */
    CAP_PORTS         /**< object: first port; extra: last port. */
};

/** A slot. */
struct cap {
    enum cap_type type; /**< What it holds. */
    uint8_t bits;       /**< By type. */
    bool read_only;     /**< The right to write is missing. */
    bool ept;           /**< A frame that is mapped is so in an EPT. */
    uint64_t root;      /**< Root that it is mapped under; a root: itself, once it has an ASID. */
    uint64_t object;    /**< Physical address, or by type. */
    uint64_t extra;     /**< By type. */
};

/** A notification. */
struct notification {
    bool active;           /**< It was signalled. */
    uint64_t badge;        /**< All badges since, or'd together. */
    struct thread *waiter; /**< Who waits. */
};

struct vcpu;

/** A program. */
struct thread {
    uint8_t bytes[BENCH_STACK];      /**< Its stack. */
    uint64_t stack;                  /**< Its stack pointer while it does not run. */
    uint8_t priority;                /**< How urgent it is. */
    struct notification own;         /**< A notification to which all programs have a capability. */
    bool blocked;                    /**< It waits, or has stopped. */
    bool ended;                      /**< It has stopped for good. */
    uint64_t message[BENCH_MESSAGE]; /**< Message registers. */
    struct notification *bound;      /**< Its bound notification. */
    struct vcpu *vcpu;               /**< Its VCPU. */
    uint64_t ept;                    /**< Root of its EPT, 0 for none. */
    seL4_BootInfo info;              /**< What it was told. */
    struct cap slots[BENCH_SLOTS];   /**< Its slots. */
};

/** The program that runs. */
extern struct thread *bench_current;

/** A more urgent one can run. */
extern bool bench_urgent;

/** Host's page tables. */
extern uint64_t bench_pml4[];

/** Turns interrupts off. */
static inline void bench_lock(void)
{
    __asm__ volatile("cli" ::: "memory");
}

/** Turns them on again. */
static inline void bench_unlock(void)
{
    __asm__ volatile("sti" ::: "memory");
}

/**
 * Reads an MSR.
 * @param number which
 * @return its value
 */
static inline uint64_t bench_rdmsr(uint32_t number)
{
    uint32_t low;
    uint32_t high;
    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(number));
    return (uint64_t)high << 32 | low;
}

/**
 * Writes an MSR.
 * @param number which
 * @param value value
 */
static inline void bench_wrmsr(uint32_t number, uint64_t value)
{
    __asm__ volatile("wrmsr" ::"a"((uint32_t)value), "d"((uint32_t)(value >> 32)), "c"(number));
}

/**
 * Writes a port.
 * @param port which
 * @param value value
 */
static inline void bench_out(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" ::"a"(value), "Nd"(port));
}

/**
 * Reads a port.
 * @param port which
 * @return its value
 */
static inline uint8_t bench_in(uint16_t port)
{
    uint8_t value;
    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

/**
 * Looks a slot of the current program up.
 * @param slot number
 * @return the slot; an empty one when there is no such slot
 */
struct cap *bench_slot(seL4_CPtr slot);

/**
 * Says what calling the wrong object is answered with.
 * @param cap what was called
 * @return error value: an empty slot is told from an object that can not do it
 */
seL4_Error bench_wrong(const struct cap *cap);

/**
 * Removes the mapping of a frame or of a table, if it has one.
 * @param cap the frame or table
 */
void bench_unmap(struct cap *cap);

/**
 * Signals a notification.
 * @param n the notification
 * @param badge badge
 */
void bench_signal(struct notification *n, uint64_t badge);

/** Gives the processor to the most urgent program that can run, in turn, or waits for an interrupt.
 */
void bench_schedule(void);

/** Gives the processor to a more urgent program. */
void bench_preempt(void);

/**
 * Deals with an interrupt of the machine. The tick is one that nothing follows from: programs of
 * the same priority give each other the processor by themselves, as on a kernel whose time slices
 * are long (core/turn.c).
 * @param vector its vector
 */
void bench_irq(uint8_t vector);

/** Sets descriptor tables, interrupt controllers and the tick up. */
void bench_cpu_init(void);

/**
 * Learns which memory the machine has.
 * @param multiboot address of the information that the boot loader left
 */
void bench_memory_init(const uint32_t *multiboot);

/**
 * Gives a program untyped memory.
 * @param to the program
 * @param bytes how much, rounded up to 2 MiB; UINT64_MAX for all that is left
 * @return whether there was as much
 */
bool bench_memory_give(struct thread *to, uint64_t bytes);

/**
 * Takes memory for the bench itself, full of zeros, before any is given away.
 * @param bytes how much
 * @return where; a null pointer when there is not as much in one piece
 */
void *bench_memory_take(uint64_t bytes);

/** Sets VMX up, if the processor has it. */
void bench_vmx_init(void);

/**
 * Makes a VCPU in zeroed memory.
 * @param vcpu where
 */
void bench_vcpu_init(struct vcpu *vcpu);

/**
 * Takes a VCPU from its thread.
 * @param vcpu the VCPU
 */
void bench_vcpu_forget(struct vcpu *vcpu);

/** Forgets translations of EPTs. */
void bench_invept(void);

/**
 * Writes a line of the bench's own to the serial port.
 * @param text the line
 * @param value a number at its end
 */
void bench_say(const char *text, uint64_t value);

#endif
