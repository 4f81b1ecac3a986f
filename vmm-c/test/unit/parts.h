/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A component in a unit test: its channels, and the far end of each.
 */
#ifndef MAKATEA_TEST_PARTS_H
#define MAKATEA_TEST_PARTS_H

#include "link/link.h"
#include "platform/host/host_component.h"

/** Channels of a component, at most. */
#define PARTS_CHANNELS 6
/** Bytes of a region, as in the plan. */
#define PARTS_BYTES 4096

/** A component and what surrounds it. */
struct parts {
    struct host_component host;                 /**< Ports of the machine, clock. */
    struct mk_component component;              /**< The component. */
    struct mk_resources resources;              /**< Its plan. */
    struct mk_channel channels[PARTS_CHANNELS]; /**< Channels; an event's bit is its number. */
    struct mk_port ports[PARTS_CHANNELS];       /**< As the component sees them. */
    struct mk_port far[PARTS_CHANNELS];         /**< As the peers see them. */
    uint32_t signals[PARTS_CHANNELS];           /**< How often a peer was signalled. */
    /** The regions: those of the component, those of the peers. */
    uint8_t regions[2][PARTS_CHANNELS][PARTS_BYTES] __attribute__((aligned(64)));
};

/**
 * Surrounds a component.
 * @param parts receives it; the plan has no interrupts and ports yet
 * @param kinds kinds of its channels
 * @param count how many
 */
void parts_make(struct parts *parts, const enum mk_channel_kind *kinds, uint32_t count);

#endif
