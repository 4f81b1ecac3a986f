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

/** Most I/O APICs of a VM. */
#define MK_IRQCHIP_IOAPICS 8

/** The interrupt controllers. */
struct mk_irqchip {
    struct mk_lapic lapic;                             /**< The local APIC. */
    const struct mk_ioapic *plan;                      /**< I/O APICs as they were planned. */
    uint32_t ioapic_count;                             /**< How many. */
    struct mk_ioapic_unit ioapics[MK_IRQCHIP_IOAPICS]; /**< Their state. */
};

/**
 * Makes the interrupt controllers.
 * @param chip the interrupt controllers
 * @param config the plan: I/O APICs and interrupts in use. It must outlive the controllers
 * @param apic_id APIC id of the processor
 * @param tsc_hz ticks of the TSC in a second
 * @return whether they can be as planned: not too many I/O APICs or inputs, their ranges of GSIs
 *         without overlap, every GSI in use one of their inputs
 */
bool mk_irqchip_init(struct mk_irqchip *chip, const struct mk_vm_config *config, uint8_t apic_id,
                     uint64_t tsc_hz);

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
