/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The interrupt controllers of a VM and the ways between them: a local APIC, all I/O APICs of the
 * plan, and the messages of devices.
 *
 * The parts point to each other, so the structure stays where it was made.
 */
#ifndef MAKATEA_IRQCHIP_H
#define MAKATEA_IRQCHIP_H

#include "makatea/config.h"
#include "makatea/ioapic.h"
#include "makatea/lapic.h"

/** Who wants to know when the guest has served a level-triggered interrupt. */
struct mk_irq_served {
    void *context; /**< Handed to `tell`. */
    /**
     * Tells; a null pointer when nobody wants to know. It may set lines.
     * @param context context
     * @param gsi global system interrupt
     */
    void (*tell)(void *context, uint32_t gsi);
};

/** The interrupt controllers. */
struct mk_irqchip {
    struct mk_lapic lapic;          /**< The local APIC. */
    const struct mk_ioapic *plan;   /**< I/O APICs as they were planned. */
    uint32_t ioapic_count;          /**< How many. */
    struct mk_ioapic_unit *ioapics; /**< Their state. */
    struct mk_irq_served served;    /**< Who wants to know what was served. */
};

/** What mk_irqchip_init() is given. */
struct mk_irqchip_parts {
    const struct mk_vm_config *config; /**< The plan: I/O APICs and interrupts in use. It must
                                            outlive the controllers. */
    struct mk_ioapic_unit *ioapics;    /**< Room for I/O APICs: one for each of the plan. */
    uint32_t ioapic_room;              /**< How many fit. */
    uint8_t apic_id;                   /**< APIC id of the processor. */
    uint64_t tsc_hz;                   /**< Ticks of the TSC in a second. */
    struct mk_irq_served served;       /**< Who wants to know what the guest has served. */
};

/**
 * Makes the interrupt controllers.
 * @param chip the interrupt controllers
 * @param parts what they are made of
 * @return whether they can be as planned: room for the I/O APICs, not too many inputs, their ranges
 * of GSIs without overlap, every GSI in use one of their inputs
 */
bool mk_irqchip_init(struct mk_irqchip *chip, const struct mk_irqchip_parts *parts);

/**
 * Puts all of them back into their state after power-up.
 * @param chip the interrupt controllers
 */
void mk_irqchip_reset(struct mk_irqchip *chip);

/**
 * Adds their registers to the guest's memory.
 * @param chip the interrupt controllers
 * @param bus the bus
 * @return whether there was room for all
 */
bool mk_irqchip_attach(struct mk_irqchip *chip, struct mk_bus *bus);

/**
 * Where devices send their interrupts. A line or message that leads nowhere changes nothing.
 * @param chip the interrupt controllers
 * @return a copy for a device
 */
struct mk_irq_out mk_irqchip_out(struct mk_irqchip *chip);

#endif
