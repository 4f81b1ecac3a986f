/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The waist on libsel4: what a monitor is given, and its state.
 */
#ifndef MAKATEA_PLATFORM_SEL4_PLATFORM_H
#define MAKATEA_PLATFORM_SEL4_PLATFORM_H

#include <sel4/sel4.h>
/* needs what sel4.h defines */
#include <sel4/arch/vmenter.h>

#include "makatea/platform.h"

/** Most frames of a VM in this implementation, which has a table of them. */
#define MK_SEL4_FRAMES 64

/** State. Slots are named for what they hold. */
struct mk_platform {
    seL4_CPtr tcb;                    /**< The monitor's thread. */
    seL4_CPtr cnode;                  /**< Its CNode. */
    seL4_CPtr vspace;                 /**< Its address space. */
    seL4_CPtr asid_pool;              /**< ASID pool for the EPT. */
    seL4_CPtr untyped;                /**< Memory for objects. */
    seL4_CPtr notification;           /**< Bound notification. */
    seL4_CPtr next;                   /**< Next empty slot. */
    seL4_CPtr last;                   /**< One past the last one. */
    seL4_CPtr vcpu;                   /**< VCPU. */
    seL4_CPtr ept;                    /**< Root of the EPT. */
    seL4_CPtr console;                /**< Right to the ports of COM1. */
    seL4_CPtr timer_ports;            /**< Right to the ports of the interval timer. */
    seL4_CPtr timer_irq;              /**< Its interrupt. */
    uint64_t tsc_hz;                  /**< Speed of the TSC. */
    uint64_t window;                  /**< Where frames are seen, one after the other. */
    uint32_t frame_count;             /**< Frames that exist. */
    bool mapped[MK_SEL4_FRAMES];      /**< Which ones are mapped. */
    seL4_CPtr frames[MK_SEL4_FRAMES]; /**< Frames of 2 MiB. */
};

/**
 * Makes VCPU and EPT and binds them to the thread.
 * @param p the state, with the slots that the monitor is given
 * @return #MK_OK or what is wrong
 */
enum mk_status mk_sel4_start(struct mk_platform *p);

/**
 * Makes an object in the next empty slot.
 * @param p the state
 * @param type type
 * @param slot receives the slot
 * @return #MK_OK or #MK_NO_MEMORY
 */
enum mk_status mk_sel4_make(struct mk_platform *p, seL4_Word type, seL4_CPtr *slot);

/**
 * Measures the TSC with the interval timer.
 * @param p the state, with timer ports, interrupt and notification
 */
void mk_sel4_measure_tsc(struct mk_platform *p);

#endif
