/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Inside the local APIC: its registers (SDM 3, table 11-1 and 30.1.1), and the functions that its
 * parts call of each other.
 */
#ifndef MAKATEA_LAPIC_PAGE_H
#define MAKATEA_LAPIC_PAGE_H

#include "makatea/lapic.h"

#define MK_LAPIC_ID 0x020          /**< APIC id. */
#define MK_LAPIC_VERSION 0x030     /**< Version. */
#define MK_LAPIC_TPR 0x080         /**< Task priority. */
#define MK_LAPIC_APR 0x090         /**< Arbitration priority. */
#define MK_LAPIC_PPR 0x0a0         /**< Processor priority. */
#define MK_LAPIC_EOI 0x0b0         /**< End of interrupt. */
#define MK_LAPIC_RRD 0x0c0         /**< Remote read. */
#define MK_LAPIC_LDR 0x0d0         /**< Logical destination. */
#define MK_LAPIC_DFR 0x0e0         /**< Destination format. */
#define MK_LAPIC_SVR 0x0f0         /**< Spurious interrupt vector. */
#define MK_LAPIC_ISR 0x100         /**< In service, eight registers. */
#define MK_LAPIC_TMR 0x180         /**< Trigger mode, eight registers. */
#define MK_LAPIC_IRR 0x200         /**< Requested, eight registers. */
#define MK_LAPIC_ESR 0x280         /**< Error status. */
#define MK_LAPIC_ICR 0x300         /**< Interrupt command. */
#define MK_LAPIC_ICR_X2_HIGH 0x304 /**< Its destination in x2APIC mode. */
#define MK_LAPIC_ICR_HIGH 0x310    /**< Its destination in xAPIC mode. */
#define MK_LAPIC_LVT_TIMER 0x320   /**< Local vector table: timer. */
#define MK_LAPIC_LVT_THERMAL 0x330 /**< Local vector table: thermal sensor. */
#define MK_LAPIC_LVT_PERF 0x340    /**< Local vector table: performance counters. */
#define MK_LAPIC_LVT_LINT0 0x350   /**< Local vector table: LINT0. */
#define MK_LAPIC_LVT_LINT1 0x360   /**< Local vector table: LINT1. */
#define MK_LAPIC_LVT_ERROR 0x370   /**< Local vector table: errors. */
#define MK_LAPIC_TIMER_INIT 0x380  /**< Timer: initial count. */
#define MK_LAPIC_TIMER_NOW 0x390   /**< Timer: current count. */
#define MK_LAPIC_TIMER_DIV 0x3e0   /**< Timer: divide configuration. */
#define MK_LAPIC_SELF_IPI 0x3f0    /**< Self IPI, in x2APIC mode only. */

/** Vector of a table entry, of ICR and of SVR. */
#define MK_LAPIC_VECTOR UINT32_C(0xff)
/** SVR: software-enabled (SDM 3, 11.9). */
#define MK_LAPIC_SVR_ENABLE UINT32_C(0x100)
/** Local vector table: masked (SDM 3, 11.5.1). */
#define MK_LAPIC_LVT_MASKED UINT32_C(0x10000)

/** ESR: a message with an illegal vector was to be sent (SDM 3, 11.5.3). */
#define MK_LAPIC_ERROR_SEND UINT32_C(0x20)
/** ESR: a message with an illegal vector came, also from the local vector table. */
#define MK_LAPIC_ERROR_RECEIVE UINT32_C(0x40)
/** ESR: access to a register that does not exist, in xAPIC mode. */
#define MK_LAPIC_ERROR_REGISTER UINT32_C(0x80)

/** IA32_APIC_BASE: bootstrap processor (SDM 3, 11.4.4). */
#define MK_LAPIC_BASE_BSP UINT64_C(0x100)
/** IA32_APIC_BASE: x2APIC mode (SDM 3, 11.12.1). */
#define MK_LAPIC_BASE_X2 UINT64_C(0x400)
/** IA32_APIC_BASE: enabled. */
#define MK_LAPIC_BASE_ENABLE UINT64_C(0x800)

/**
 * Whether the mode is x2APIC.
 * @param lapic the local APIC
 * @return whether
 */
static inline bool mk_lapic_is_x2(const struct mk_lapic *lapic)
{
    return (lapic->base & MK_LAPIC_BASE_X2) != 0;
}

/**
 * Reads a register's state.
 * @param lapic the local APIC
 * @param offset offset in the page
 * @return value
 */
static inline uint32_t mk_lapic_get(const struct mk_lapic *lapic, uint32_t offset)
{
    return lapic->page[offset % MK_LAPIC_BYTES / 4];
}

/**
 * Writes a register's state.
 * @param lapic the local APIC
 * @param offset offset in the page
 * @param value value
 */
static inline void mk_lapic_set(struct mk_lapic *lapic, uint32_t offset, uint32_t value)
{
    lapic->page[offset % MK_LAPIC_BYTES / 4] = value;
}

/**
 * Finds the highest vector of ISR, TMR or IRR.
 * @param lapic the local APIC
 * @param bank offset of the first of its eight registers
 * @return vector, or -1 for none
 */
int mk_lapic_highest(const struct mk_lapic *lapic, uint32_t bank);

/**
 * Whether a vector's bit is set in ISR, TMR or IRR.
 * @param lapic the local APIC
 * @param bank offset of the first of its eight registers
 * @param vector vector
 * @return whether
 */
bool mk_lapic_bit(const struct mk_lapic *lapic, uint32_t bank, uint8_t vector);

/**
 * Computes PPR anew, after TPR or ISR changed (SDM 3, 11.8.3.1).
 * @param lapic the local APIC
 */
void mk_lapic_ppr_update(struct mk_lapic *lapic);

/**
 * Ends the highest interrupt in service (SDM 3, 11.8.5).
 * @param lapic the local APIC
 */
void mk_lapic_eoi(struct mk_lapic *lapic);

/**
 * Delivers to this processor what was sent to it.
 * @param lapic the local APIC
 * @param mode delivery mode, enum mk_irq_mode
 * @param vector vector
 * @param level whether it is level-triggered
 * @return whether it was accepted
 */
bool mk_lapic_deliver(struct mk_lapic *lapic, uint8_t mode, uint8_t vector, bool level);

/**
 * Delivers an interrupt of the local vector table, unless it is masked.
 * @param lapic the local APIC
 * @param entry offset of the table's entry
 */
void mk_lapic_raise(struct mk_lapic *lapic, uint32_t entry);

/**
 * Records errors.
 * @param lapic the local APIC
 * @param errors bits of ESR
 */
void mk_lapic_error(struct mk_lapic *lapic, uint32_t errors);

/**
 * Sends what the interrupt command register says (SDM 3, 11.6.1).
 * @param lapic the local APIC
 */
void mk_lapic_send(struct mk_lapic *lapic);

/**
 * Sends a vector to this processor (SDM 3, 11.12.11).
 * @param lapic the local APIC
 * @param vector vector
 */
void mk_lapic_send_self(struct mk_lapic *lapic, uint8_t vector);

/**
 * Starts the timer by its initial count; in TSC-deadline mode nothing happens (SDM 3, 11.5.4).
 * @param lapic the local APIC
 * @param now TSC value
 * @param count initial count; 0 stops it
 */
void mk_lapic_timer_start(struct mk_lapic *lapic, uint64_t now, uint32_t count);

/**
 * Computes the current count.
 * @param lapic the local APIC
 * @param now TSC value
 * @return the count; 0 in TSC-deadline mode
 */
uint32_t mk_lapic_timer_count(const struct mk_lapic *lapic, uint64_t now);

/**
 * Changes the divide configuration; a running timer keeps its current count.
 * @param lapic the local APIC
 * @param now TSC value
 * @param divide divide configuration
 */
void mk_lapic_timer_divide(struct mk_lapic *lapic, uint64_t now, uint32_t divide);

/**
 * Changes the timer's entry in the local vector table; into and out of TSC-deadline mode that
 * disarms it (SDM 3, 11.5.4.1).
 * @param lapic the local APIC
 * @param entry the entry
 */
void mk_lapic_timer_entry(struct mk_lapic *lapic, uint32_t entry);

/**
 * Reads IA32_TSC_DEADLINE.
 * @param lapic the local APIC
 * @return value; 0 when the mode is another one
 */
uint64_t mk_lapic_timer_deadline_read(const struct mk_lapic *lapic);

/**
 * Writes IA32_TSC_DEADLINE; nothing happens when the mode is another one.
 * @param lapic the local APIC
 * @param now TSC value
 * @param deadline TSC value; 0 disarms
 */
void mk_lapic_timer_deadline_write(struct mk_lapic *lapic, uint64_t now, uint64_t deadline);

/**
 * Reads a register in xAPIC mode.
 * @param lapic the local APIC
 * @param now TSC value
 * @param offset offset, a multiple of 16
 * @return value
 */
uint32_t mk_lapic_register_read(struct mk_lapic *lapic, uint64_t now, uint32_t offset);

/**
 * Writes a register in xAPIC mode.
 * @param lapic the local APIC
 * @param now TSC value
 * @param offset offset, a multiple of 16
 * @param value value
 */
void mk_lapic_register_write(struct mk_lapic *lapic, uint64_t now, uint32_t offset, uint32_t value);

/**
 * Reads a register in x2APIC mode.
 * @param lapic the local APIC
 * @param now TSC value
 * @param offset offset, a multiple of 16
 * @param value receives the value
 * @return whether the guest may
 */
bool mk_lapic_register_read_x2(struct mk_lapic *lapic, uint64_t now, uint32_t offset,
                               uint64_t *value);

/**
 * Writes a register in x2APIC mode.
 * @param lapic the local APIC
 * @param now TSC value
 * @param offset offset, a multiple of 16
 * @param value value
 * @return whether the guest may
 */
bool mk_lapic_register_write_x2(struct mk_lapic *lapic, uint64_t now, uint32_t offset,
                                uint64_t value);

#endif
