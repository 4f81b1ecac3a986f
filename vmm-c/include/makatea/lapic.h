/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The local APIC of a virtual processor (SDM 3, 11), in software, in xAPIC and x2APIC mode.
 *
 * Its registers stand in a page laid out as the virtual-APIC page (SDM 3, 30.1.1): what a processor
 * with APIC virtualisation would keep is kept at the same place. In x2APIC mode the interrupt
 * command register is 64 bits wide at offset 300H there.
 *
 * What a guest can see of the choices that the SDM leaves to a processor:
 * - The registers stay at FEE00000H; moving them gives a general protection fault.
 * - The APIC id can not be changed (11.4.6: depends on the model).
 * - In xAPIC mode registers are read and written with aligned 32-bit accesses; others read 0 and
 *   write nothing (11.4.1: undefined).
 * - No suppression of EOI broadcasts, no CMCI; six entries in the local vector table. Nothing is
 *   wired to LINT0, LINT1, thermal and performance counter entries.
 * - INIT, SMI and start-up messages have no effect: the only processor there is can neither be
 *   restarted by itself nor has it a system management mode.
 * - The timer's clock is the TSC, as CPUID leaf 15H says. A periodic timer has at least
 *   1/#MK_LAPIC_PERIODS_PER_SECOND of a second; periods that passed unseen are one interrupt.
 */
#ifndef MAKATEA_LAPIC_H
#define MAKATEA_LAPIC_H

#include "makatea/bus.h"
#include "makatea/msi.h"

/** Where the registers are in xAPIC mode (SDM 3, 11.4.1). */
#define MK_LAPIC_GPA UINT64_C(0xfee00000)
/** Size of the registers, and of the page with their state. */
#define MK_LAPIC_BYTES 4096
/** Most interrupts a second of a periodic timer: an exit for less would be all that is done. */
#define MK_LAPIC_PERIODS_PER_SECOND 10000

/** How a local APIC says that a level-triggered interrupt was served. */
struct mk_lapic_eoi {
    void *chip; /**< The I/O APICs. */
    /**
     * Tells all I/O APICs.
     * @param chip the I/O APICs
     * @param vector vector
     */
    void (*broadcast)(void *chip, uint8_t vector);
};

/** A local APIC. */
struct mk_lapic {
    uint32_t page[MK_LAPIC_BYTES / 4]; /**< Registers: offset / 4 is the index. */
    uint64_t base;                     /**< IA32_APIC_BASE: mode and address. */
    uint8_t id;                        /**< APIC id. */
    bool nmi;                          /**< A non-maskable interrupt has come. */
    uint32_t errors;                   /**< Errors since ESR was last written. */
    uint64_t deadline;                 /**< TSC value at which the timer ends; 0 for none. */
    uint64_t period_min;               /**< Least period of a periodic timer, in TSC ticks. */
    struct mk_lapic_eoi eoi;           /**< Where ends of interrupts are told. */
};

/** xAPIC registers as a device of #MK_LAPIC_BYTES at #MK_LAPIC_GPA; the device is the mk_lapic. */
extern const struct mk_device_ops mk_lapic_ops;

/**
 * Makes a local APIC as it is after power-up: xAPIC mode, software-disabled.
 * @param lapic the local APIC
 * @param id APIC id
 * @param tsc_hz ticks of the TSC in a second
 * @param eoi where ends of interrupts are told
 */
void mk_lapic_init(struct mk_lapic *lapic, uint8_t id, uint64_t tsc_hz, struct mk_lapic_eoi eoi);

/**
 * Puts it back into the state after power-up (SDM 3, 11.4.7.1).
 * @param lapic the local APIC
 */
void mk_lapic_reset(struct mk_lapic *lapic);

/**
 * Whether it is globally enabled; the CPUID flag of leaf 1 follows this (SDM 3, 11.4.3).
 * @param lapic the local APIC
 * @return whether
 */
bool mk_lapic_enabled(const struct mk_lapic *lapic);

/**
 * Reads IA32_APIC_BASE, IA32_TSC_DEADLINE or an x2APIC register (800H to 8FFH).
 * @param lapic the local APIC
 * @param now TSC value
 * @param msr number
 * @param value receives the value
 * @return whether the guest may; otherwise it gets a general protection fault
 */
bool mk_lapic_msr_read(struct mk_lapic *lapic, uint64_t now, uint32_t msr, uint64_t *value);

/**
 * Writes IA32_APIC_BASE, IA32_TSC_DEADLINE or an x2APIC register (800H to 8FFH).
 * @param lapic the local APIC
 * @param now TSC value
 * @param msr number
 * @param value value
 * @return whether the guest may; otherwise it gets a general protection fault, and nothing changed
 */
bool mk_lapic_msr_write(struct mk_lapic *lapic, uint64_t now, uint32_t msr, uint64_t value);

/**
 * Reads the task priority as CR8 (SDM 3, 11.8.6).
 * @param lapic the local APIC
 * @return CR8
 */
uint64_t mk_lapic_cr8_read(const struct mk_lapic *lapic);

/**
 * Writes the task priority as CR8.
 * @param lapic the local APIC
 * @param value value
 * @return whether the guest may; otherwise it gets a general protection fault
 */
bool mk_lapic_cr8_write(struct mk_lapic *lapic, uint64_t value);

/**
 * Takes a message, if it is for this local APIC.
 * @param lapic the local APIC
 * @param message the message
 * @return whether it was accepted
 */
bool mk_lapic_receive(struct mk_lapic *lapic, const struct mk_irq_message *message);

/**
 * Which interrupt may be delivered now: the highest requested one, when its priority class is above
 * that of the processor and the local APIC is software-enabled. What was requested before it was
 * disabled waits. As this is asked immediately before delivery, there is no spurious interrupt.
 * @param lapic the local APIC
 * @return vector, or -1 for none
 */
int mk_lapic_next(const struct mk_lapic *lapic);

/**
 * Says that an interrupt is being delivered: it moves from requested to in service. A vector that
 * is not requested changes nothing.
 * @param lapic the local APIC
 * @param vector what #mk_lapic_next said
 */
void mk_lapic_accept(struct mk_lapic *lapic, uint8_t vector);

/**
 * Takes the pending non-maskable interrupt.
 * @param lapic the local APIC
 * @return whether there was one
 */
bool mk_lapic_nmi_take(struct mk_lapic *lapic);

/**
 * Whether anything waits for delivery that would end a HLT.
 * @param lapic the local APIC
 * @return whether
 */
bool mk_lapic_pending(const struct mk_lapic *lapic);

/**
 * When the timer wants to be looked at again. A masked timer does not: its expiry changes nothing
 * that can not be computed later.
 * @param lapic the local APIC
 * @return TSC value, 0 for never
 */
uint64_t mk_lapic_deadline(const struct mk_lapic *lapic);

/**
 * Lets time pass: fires the timer if it is due. To be called before #mk_lapic_next.
 * @param lapic the local APIC
 * @param now TSC value
 */
void mk_lapic_tick(struct mk_lapic *lapic, uint64_t now);

#endif
