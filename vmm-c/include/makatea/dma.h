/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Guest memory as a device reaches it. Addresses come from the guest; what is not wholly memory is
 * refused before anything is done (makatea/guest_memory.h).
 */
#ifndef MAKATEA_DMA_H
#define MAKATEA_DMA_H

#include <stdbool.h>
#include <stdint.h>

/** How a device reaches guest memory. */
struct mk_dma {
    void *context; /**< Handed to the functions. */
    /**
     * Copies out of guest memory, each byte once.
     * @param context context
     * @param gpa guest-physical address
     * @param to room
     * @param bytes how many
     * @return whether all of it is memory; if not, nothing is copied
     */
    bool (*read)(void *context, uint64_t gpa, volatile void *to, uint64_t bytes);
    /**
     * Copies into guest memory. The source may be shared with a peer: each byte is read once.
     * @param context context
     * @param gpa guest-physical address
     * @param from the bytes
     * @param bytes how many
     * @return whether all of it is memory; if not, nothing is copied
     */
    bool (*write)(void *context, uint64_t gpa, const volatile void *from, uint64_t bytes);
    /**
     * Says whether a range is memory.
     * @param context context
     * @param gpa guest-physical address
     * @param bytes how many
     * @return whether all of it is
     */
    bool (*has)(void *context, uint64_t gpa, uint64_t bytes);
};

#endif
