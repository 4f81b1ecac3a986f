/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The contract program: it makes every invocation that the monitor relies on, provokes every error
 * that it relies on, and prints what came back. On seL4 its log is the measure; on the bench it
 * must be the same.
 *
 * It prints nothing that depends on where memory is or how long something took.
 */
#ifndef MAKATEA_TEST_CONTRACT_H
#define MAKATEA_TEST_CONTRACT_H

#include <sel4/sel4.h>
/* needs what sel4.h defines */
#include <sel4/arch/vmenter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "makatea/text.h"

/** Depth of a slot's address: all bits of a capability pointer. */
#define SLOT_DEPTH 64

/** Where guest frame 0 is seen by the contract program. */
#define WINDOW UINT64_C(0x8000000000)

/** Guest-physical addresses within frame 0. */
enum contract_gpa {
    GPA_TABLES = 0x1000, /**< Identity map. */
    GPA_GDT = 0x4000,    /**< GDT. */
    GPA_IDT = 0x5000,    /**< IDT. */
    GPA_DATA = 0x7000,   /**< Data; empty IDTR contents from 0x7100. */
    GPA_STACK = 0xa000,  /**< Top of the stack. */
    GPA_CODE = 0x10000   /**< The pieces of guest code. */
};

/** A piece of guest code. */
struct contract_piece {
    const char *name; /**< Name. */
    uint64_t offset;  /**< Where it begins, from mk_guest_code. */
};

/** Guest code. */
extern const uint8_t mk_guest_code[];
/** Its end. */
extern const uint8_t mk_guest_code_end[];
/** The pieces. */
extern const struct contract_piece mk_guest_pieces[];
/** How many pieces. */
extern const uint64_t mk_guest_piece_count;

/** What the program knows. Slots are named for what was put there. */
struct contract {
    struct mk_text log;     /**< The log. */
    seL4_CPtr untyped;      /**< Untyped memory to make objects from. */
    seL4_CPtr next;         /**< Next empty slot. */
    seL4_CPtr console;      /**< Ports 0x3f8 to 0x3ff. */
    seL4_CPtr vcpu;         /**< The VCPU. */
    seL4_CPtr ept;          /**< Root of the EPT. */
    seL4_CPtr frames[3];    /**< Two frames of 2 MiB, then one of 4 KiB. */
    seL4_CPtr notification; /**< Bound notification. */
    seL4_CPtr badged[2];    /**< Capabilities to it with badges 1 and 2^40. */
    seL4_CPtr timer_ports;  /**< Ports of the interval timer, 0x40 to 0x43. */
    seL4_CPtr timer_irq;    /**< Its interrupt. */
};

/**
 * Prints one line: what was tried and which error came back.
 * @param c the program
 * @param what what was tried
 * @param error what came back
 */
void contract_result(struct contract *c, const char *what, seL4_Word error);

/**
 * Makes an object in the next empty slot, or stops the program.
 * @param c the program
 * @param type type of the object
 * @param bits size, where the type has no fixed one
 * @return its slot
 */
seL4_CPtr contract_make(struct contract *c, seL4_Word type, seL4_Word bits);

/**
 * Reads a field that may be read.
 * @param c the program
 * @param field encoding
 * @return its value, all ones when it was refused
 */
seL4_Word contract_read(struct contract *c, uint32_t field);

/**
 * Writes a field that may be written.
 * @param c the program
 * @param field encoding
 * @param value value
 * @return what the kernel says it wrote
 */
seL4_Word contract_write(struct contract *c, uint32_t field, uint64_t value);

/**
 * Prepares a run of a piece of guest code: fresh state, all registers zero.
 * @param c the program
 * @param name the piece
 * @return its guest-physical address
 */
uint64_t contract_prepare(struct contract *c, const char *name);

/**
 * Enters the guest.
 * @param rip where it goes on
 * @param primary primary controls
 * @param event entry interruption information
 * @param badge receives the badge of a notification
 * @return what VMEnter returned
 */
seL4_Word contract_enter(uint64_t rip, uint64_t primary, uint64_t event, seL4_Word *badge);

/**
 * Prints the message of an exit.
 * @param c the program
 * @param name what ran
 * @param result what VMEnter returned
 */
void contract_exit(struct contract *c, const char *name, seL4_Word result);

/**
 * Objects, slots and paging.
 * @param c the program
 */
void contract_objects(struct contract *c);

/**
 * VMCS fields and MSRs.
 * @param c the program
 */
void contract_fields(struct contract *c);

/**
 * Notifications, ports and interrupts.
 * @param c the program
 */
void contract_signals(struct contract *c);

/**
 * Exits, one for each piece of guest code.
 * @param c the program
 */
void contract_exits(struct contract *c);

/**
 * Events that are injected.
 * @param c the program
 */
void contract_events(struct contract *c);

/**
 * Notifications while the guest runs, and deadlines.
 * @param c the program
 */
void contract_time(struct contract *c);

/**
 * Deletes the program's rights to make, map and copy, and tries what is refused then.
 * @param c the program
 * @param untyped slots of all untyped memory
 */
void contract_seal(struct contract *c, seL4_SlotRegion untyped);

#endif
