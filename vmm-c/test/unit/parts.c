/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A component in a unit test.
 */
#include "parts.h"

#include <string.h>

/** Notes a signal to the component. */
static void to_component(void *context)
{
    struct parts *parts = context;
    parts->host.events |= parts->resources.event_mask;
}

/** Counts a signal to a peer. */
static void to_peer(void *context)
{
    uint32_t *counter = context;
    (*counter)++;
}

void parts_make(struct parts *parts, const enum mk_channel_kind *kinds, uint32_t count)
{
    memset(parts, 0, sizeof(*parts));
    for (uint32_t i = 0; i < count; i++) {
        uint8_t *own = parts->regions[0][i];
        uint8_t *other = parts->regions[1][i];
        parts->channels[i] = (struct mk_channel){
            .kind = kinds[i], .event = i, .tx_bytes = PARTS_BYTES, .rx_bytes = PARTS_BYTES};
        parts->ports[i] = (struct mk_port){.tx = own,
                                           .rx = other,
                                           .tx_bytes = PARTS_BYTES,
                                           .rx_bytes = PARTS_BYTES,
                                           .signal = to_peer,
                                           .context = &parts->signals[i]};
        parts->far[i] = (struct mk_port){.tx = other,
                                         .rx = own,
                                         .tx_bytes = PARTS_BYTES,
                                         .rx_bytes = PARTS_BYTES,
                                         .signal = to_component,
                                         .context = parts};
    }
    parts->resources = (struct mk_resources){.channels = parts->channels,
                                             .channel_count = count,
                                             .event_mask = (UINT64_C(1) << (count + 1)) - 1};
    parts->component = (struct mk_component){
        .resources = &parts->resources, .ports = parts->ports, .context = &parts->host};
    parts->host.step = 1;
}
