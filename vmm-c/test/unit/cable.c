/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Two ends of a channel in one program.
 */
#include "cable.h"

#include <string.h>

#include "unit.h"

/**
 * Counts a signal.
 * @param context its counter
 */
static void count(void *context)
{
    uint32_t *counter = context;
    __atomic_fetch_add(counter, 1, __ATOMIC_SEQ_CST);
}

void cable_lay(struct cable *cable)
{
    memset(cable, 0, sizeof(*cable));
    for (uint32_t end = 0; end < 2; end++) {
        cable->ports[end] = (struct mk_port){.tx = cable->regions[end].bytes,
                                             .rx = cable->regions[1 - end].bytes,
                                             .tx_bytes = CABLE_BYTES,
                                             .rx_bytes = CABLE_BYTES,
                                             .signal = count,
                                             .context = &cable->signals[1 - end]};
    }
}

struct mk_link_header *cable_header(struct cable *cable, uint32_t end)
{
    return (struct mk_link_header *)(void *)cable->regions[end].bytes;
}

void cable_connect(struct cable *cable, struct mk_link *links)
{
    mk_link_start(&links[0], &cable->ports[0]);
    mk_link_start(&links[1], &cable->ports[1]);
    mk_link_update(&links[0]);
    UNIT_CHECK(mk_link_update(&links[1]));
    UNIT_CHECK(mk_link_update(&links[0]));
}

bool cable_sound(const struct cable *cable)
{
    for (uint32_t end = 0; end < 2; end++) {
        for (uint32_t i = 0; i < 64; i++) {
            if ((cable->regions[end].before[i] | cable->regions[end].after[i]) != 0) {
                return false;
            }
        }
    }
    return true;
}
