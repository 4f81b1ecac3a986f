/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The channels of a component on libsel4.
 */
#ifndef MAKATEA_PLATFORM_SEL4_PORTS_H
#define MAKATEA_PLATFORM_SEL4_PORTS_H

#include "makatea/channel.h"
#include "makatea/config_common.h"

/** Where the regions of a channel are mapped. */
struct mk_sel4_regions {
    void *tx; /**< Region that this end writes. */
    void *rx; /**< Region that the peer writes. */
};

/**
 * Makes the ports of a component.
 * @param ports receives them, by row of mk_resources::channels
 * @param r the plan; it must stay
 * @param regions where they are, by the same row
 */
void mk_sel4_ports(struct mk_port *ports, const struct mk_resources *r,
                   const struct mk_sel4_regions *regions);

#endif
