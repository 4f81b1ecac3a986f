/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What a component beside the monitors asks of the system below it: the waist of the services. The
 * same bodies run under CAMkES, on the bench and in unit tests.
 *
 * Numbers are those of the plan: a channel, an interrupt and a range of ports are rows of the
 * tables in struct mk_resources, an event is a bit of its event_mask.
 */
#ifndef MAKATEA_COMPONENTS_COMPONENT_H
#define MAKATEA_COMPONENTS_COMPONENT_H

#include "makatea/channel.h"
#include "makatea/config_common.h"

/** In what mk_component_wait() returns: no events, but the number (#MK_COMPONENT_FAULT_NUMBER) of a
 * monitor whose program has faulted; mk_component::fault tells more. No event has this bit. */
#define MK_COMPONENT_FAULT (UINT64_C(1) << 40)
/** The monitor's number in it: its VM's row. */
#define MK_COMPONENT_FAULT_NUMBER UINT64_C(0xffff)

/** A fault of another component. It does not run any more. */
struct mk_fault {
    uint64_t kind;    /**< seL4_Fault_tag. */
    uint64_t ip;      /**< Where its program was. */
    uint64_t address; /**< VM faults: what it wanted to reach. */
};

/** A component at run time. */
struct mk_component {
    const struct mk_resources *resources; /**< What it is given. */
    const struct mk_port *ports;          /**< Its channels, by row of mk_resources::channels. */
    uint64_t tsc_hz;                      /**< Speed of the TSC, where the system below knows it;
                                               0 where the time source has to measure it. */
    void *context;                        /**< For the system below. */
    struct mk_fault fault;                /**< The last one that was heard of. */
    /**
     * Waits for events and faults, for who hears of others' faults; else a null pointer.
     * @param c the component
     * @return events, or #MK_COMPONENT_FAULT with a number
     */
    uint64_t (*hear)(struct mk_component *c);
};

/**
 * Waits for events.
 * @param c the component
 * @return their bits, at least one, or #MK_COMPONENT_FAULT with a number
 */
uint64_t mk_component_wait(struct mk_component *c);

/**
 * Takes the events that are there.
 * @param c the component
 * @return their bits; 0 for none
 */
uint64_t mk_component_poll(struct mk_component *c);

/**
 * Lets an interrupt come again.
 * @param c the component
 * @param irq row of mk_resources::irqs
 */
void mk_component_acknowledge(struct mk_component *c, uint32_t irq);

/**
 * Reads a port of the machine.
 * @param c the component
 * @param range row of mk_resources::io_ports
 * @param offset from the first port of the range
 * @param bytes 1, 2 or 4; all of them in the range
 * @return the value; all bits set when it is denied
 */
uint32_t mk_component_in(struct mk_component *c, uint32_t range, uint32_t offset, uint32_t bytes);

/**
 * Writes a port of the machine.
 * @param c the component
 * @param range row of mk_resources::io_ports
 * @param offset from the first port of the range
 * @param bytes 1, 2 or 4; all of them in the range
 * @param value value
 */
void mk_component_out(struct mk_component *c, uint32_t range, uint32_t offset, uint32_t bytes,
                      uint32_t value);

/**
 * Reads the time-stamp counter.
 * @param c the component
 * @return its value
 */
uint64_t mk_component_now(struct mk_component *c);

#endif
