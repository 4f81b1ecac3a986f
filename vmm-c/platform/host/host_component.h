/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The waist of components for tests: ports of the machine that a test plays, and a clock that it
 * sets.
 */
#ifndef MAKATEA_PLATFORM_HOST_COMPONENT_H
#define MAKATEA_PLATFORM_HOST_COMPONENT_H

#include <stdbool.h>

#include "components/component.h"

/** What a test plays; mk_component::context. */
struct host_component {
    uint64_t now;        /**< Clock. */
    uint64_t step;       /**< How far it goes with each look. */
    uint64_t events;     /**< What the next wait or poll returns. */
    uint32_t waits;      /**< How often the component waited. */
    uint32_t acks;       /**< How often an interrupt was acknowledged. */
    uint32_t last_port;  /**< Port of the last access. */
    uint32_t last_bytes; /**< Its size. */
    /**
     * Reads a port; may be a null pointer: 0.
     * @param h the test
     * @param port which
     * @return the value
     */
    uint32_t (*in)(struct host_component *h, uint32_t port);
    /**
     * Writes a port; may be a null pointer.
     * @param h the test
     * @param port which
     * @param value value
     */
    void (*out)(struct host_component *h, uint32_t port, uint32_t value);
};

#endif
