/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Interrupt messages: what I/O APICs and devices with MSI send to local APICs, and how a write to
 * the interrupt address range becomes one (SDM 3, 11.11).
 */
#ifndef MAKATEA_MSI_H
#define MAKATEA_MSI_H

#include <stdbool.h>
#include <stdint.h>

/** Destination of all local APICs, in every mode (SDM 3, 11.6.2.1 and 11.12.10). */
#define MK_IRQ_BROADCAST UINT32_MAX

/** Lowest vector that a message may carry (SDM 3, 11.5.2). */
#define MK_IRQ_VECTOR_MIN 16

/** Delivery modes (SDM 3, 11.6.1 and 11.11.2). The numbers that are missing are reserved. */
enum mk_irq_mode {
    MK_IRQ_FIXED = 0,  /**< The vector, to all destinations. */
    MK_IRQ_LOWEST = 1, /**< The vector, to the destination of the lowest priority. */
    MK_IRQ_SMI = 2,    /**< System management interrupt. */
    MK_IRQ_NMI = 4,    /**< Non-maskable interrupt. */
    MK_IRQ_INIT = 5,   /**< INIT. */
    MK_IRQ_SIPI = 6,   /**< Start-up; processors send it, devices can not. */
    MK_IRQ_EXTINT = 7  /**< The vector comes from an 8259A. */
};

/** An interrupt message. */
struct mk_irq_message {
    uint32_t destination; /**< APIC id, or logical destination, or #MK_IRQ_BROADCAST. */
    bool logical;         /**< The destination is a logical one. */
    uint8_t mode;         /**< Delivery mode, enum mk_irq_mode; 0 to 7. */
    uint8_t vector;       /**< Vector. */
    bool level;           /**< Level-triggered: its end is told to the I/O APICs. */
};

/**
 * Widens the destination of an I/O APIC or MSI, which has eight bits in every mode of the local
 * APIC; 255 means all (SDM 3, 11.6.2.1).
 * @param destination the eight bits
 * @return destination of a message
 */
static inline uint32_t mk_irq_destination(uint8_t destination)
{
    return destination == UINT8_MAX ? MK_IRQ_BROADCAST : destination;
}

/**
 * Says which interrupt message a write of a device is.
 * @param address where it writes to
 * @param data what it writes
 * @param message receives the message
 * @return whether it is one: no, when the address is not of the interrupt range, or when it says
 *         that a level-triggered interrupt has ended
 */
bool mk_msi_decode(uint64_t address, uint32_t data, struct mk_irq_message *message);

#endif
