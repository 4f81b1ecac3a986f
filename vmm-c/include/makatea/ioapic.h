/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * An I/O APIC: inputs become interrupt messages (82093AA data sheet; version 20H with its EOI
 * register as in Intel's later ones).
 *
 * - "Asserted" is what a device says; the polarity bit is kept for the guest and changes nothing.
 * - An edge on a masked input is lost (82093AA, 3.2.4, interrupt mask).
 * - A level-triggered input is sent once, until its end is told; then again if still asserted.
 *   Remote IRR is set only when a local APIC accepted the message, so one that nobody took is sent
 *   again when the guest rewrites the entry.
 * - An entry that is made edge-triggered loses its remote IRR: without the EOI register Linux has
 *   no other way to clear it.
 * - Registers are accessed with 32 bits (82093AA, 3.0); other sizes read 0 and write nothing.
 */
#ifndef MAKATEA_IOAPIC_H
#define MAKATEA_IOAPIC_H

#include "makatea/bus.h"
#include "makatea/msi.h"

/** Size of the registers' range. */
#define MK_IOAPIC_BYTES 4096
/** Most inputs: the index register has 8 bits, entries start at 10H and take two indices. */
#define MK_IOAPIC_PINS_MAX 120

/** Where an I/O APIC sends messages. */
struct mk_irq_sink {
    void *receiver; /**< The local APICs. */
    /**
     * Sends a message.
     * @param receiver the local APICs
     * @param message the message
     * @return whether one accepted it
     */
    bool (*send)(void *receiver, const struct mk_irq_message *message);
    /**
     * A level-triggered interrupt was served. What is lowered here is not sent again. May be a null
     * pointer.
     * @param receiver the local APICs
     * @param base GSI of the I/O APIC's first input, as mk_irq_sink::base has it
     * @param pin input
     */
    void (*served)(void *receiver, uint32_t base, uint32_t pin);
    uint32_t base; /**< Handed to `served`. */
};

/** State of an I/O APIC. (What the plan says of one is struct mk_ioapic.) */
struct mk_ioapic_unit {
    uint32_t pins;                        /**< Inputs. */
    uint32_t id;                          /**< Id register. */
    uint8_t select;                       /**< Index register. */
    uint64_t entries[MK_IOAPIC_PINS_MAX]; /**< Redirection table. */
    bool lines[MK_IOAPIC_PINS_MAX];       /**< Which inputs are asserted. */
    struct mk_irq_sink sink;              /**< Where messages go. */
};

/** Registers as a device of #MK_IOAPIC_BYTES; the device is the mk_ioapic_unit. */
extern const struct mk_device_ops mk_ioapic_ops;

/**
 * Makes an I/O APIC: all inputs masked, none asserted.
 * @param unit the I/O APIC
 * @param id APIC id
 * @param pins inputs, 1 to #MK_IOAPIC_PINS_MAX
 * @param sink where messages go
 * @return whether the number of inputs is possible
 */
bool mk_ioapic_init(struct mk_ioapic_unit *unit, uint8_t id, uint32_t pins,
                    struct mk_irq_sink sink);

/**
 * Masks all inputs and forgets what was sent. What is asserted is the devices' matter and stays.
 * @param unit the I/O APIC
 * @param id APIC id
 */
void mk_ioapic_reset(struct mk_ioapic_unit *unit, uint8_t id);

/**
 * Sets an input.
 * @param unit the I/O APIC
 * @param pin input; one that does not exist changes nothing
 * @param asserted whether it is asserted
 */
void mk_ioapic_line(struct mk_ioapic_unit *unit, uint32_t pin, bool asserted);

/**
 * Says that a level-triggered interrupt was served.
 * @param unit the I/O APIC
 * @param vector vector
 */
void mk_ioapic_eoi(struct mk_ioapic_unit *unit, uint8_t vector);

#endif
