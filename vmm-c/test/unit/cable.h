/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Two ends of a channel in one program, with guards around the regions.
 */
#ifndef MAKATEA_TEST_CABLE_H
#define MAKATEA_TEST_CABLE_H

#include "link/link.h"

/** Bytes of a region. */
#define CABLE_BYTES 256

/** A region between guards. */
struct cable_region {
    uint8_t before[64];                                      /**< Stays zero. */
    uint8_t bytes[CABLE_BYTES] __attribute__((aligned(64))); /**< The region. */
    uint8_t after[64];                                       /**< Stays zero. */
};

/** A channel. Regions and ports by end. */
struct cable {
    struct cable_region regions[2]; /**< Written by end 0, by end 1. */
    uint32_t signals[2];            /**< How often each end was signalled. */
    struct mk_port ports[2];        /**< As each end sees it. */
};

/**
 * Lays a cable.
 * @param cable receives it
 */
void cable_lay(struct cable *cable);

/**
 * The header of an end's region, for a hostile end.
 * @param cable the cable
 * @param end which
 * @return it
 */
struct mk_link_header *cable_header(struct cable *cable, uint32_t end);

/**
 * Starts both ends and lets them see each other.
 * @param cable the cable
 * @param links both ends
 */
void cable_connect(struct cable *cable, struct mk_link *links);

/**
 * Whether the guards are still zero.
 * @param cable the cable
 * @return whether
 */
bool cable_sound(const struct cable *cable);

#endif
