/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What the image for the bench is told: a program for each component of the plan, and what an
 * initialiser would give them. The tables are generated from the description.
 */
#ifndef MAKATEA_SYSTEM_H
#define MAKATEA_SYSTEM_H

#include "components/component.h"
#include "makatea/config_component.h"
#include "makatea/vm.h"

/** An image: a guest's kernel or initial RAM disk. */
struct mk_system_image {
    const uint8_t *data; /**< First byte. */
    uint64_t bytes;      /**< Size. */
};

/** An end of a channel. */
struct mk_system_end {
    uint8_t *tx;       /**< Region that it writes. */
    const uint8_t *rx; /**< Region that the peer writes. */
    uint32_t peer;     /**< Program at the other end, or MK_NONE. */
    uint32_t bit;      /**< Bit of the badge that the signal sets there. */
};

/** An interrupt of the machine. */
struct mk_system_irq {
    uint32_t vector; /**< Number. */
    uint32_t pin;    /**< Input of the I/O APIC. */
    bool level;      /**< Level-triggered. */
    bool active_low; /**< Active low. */
};

/** A program: a monitor, or another component. */
struct mk_system_program {
    const struct mk_resources *resources; /**< Its plan. */
    uint8_t priority;                     /**< As on seL4. */
    const struct mk_system_end *ends;     /**< By row of mk_resources::channels. */
    struct mk_port *ports;                /**< Room for them. */
    const struct mk_system_irq *irqs;     /**< By row of mk_resources::irqs. */

    const struct mk_vm_config *config;    /**< A monitor: its plan; else a null pointer. */
    const struct mk_storage *storage;     /**< A monitor: memory as its plan asks for it. */
    struct mk_vm *vm;                     /**< A monitor: room for its state. */
    const struct mk_system_image *images; /**< A monitor: by row of mk_vm_config::images. */

    void (*run)(struct mk_component *c); /**< Another component: its body. */
};

/** The programs. */
extern const struct mk_system_program mk_system_programs[];

/** How many. */
extern const uint32_t mk_system_program_count;

#endif
