/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What the files of the DMA program know of each other.
 */
#ifndef MAKATEA_TEST_DMA_DMA_H
#define MAKATEA_TEST_DMA_DMA_H

#include "edu.h"
#include "makatea/text.h"
#include "platform/sel4/platform.h"

/** Depth of a slot's address. */
#define DEPTH 64

/** What the program has. */
struct dma {
    struct mk_text log;    /**< The log. */
    struct mk_platform p;  /**< Slots and memory, for the monitor's code. */
    seL4_CPtr device;      /**< Untyped memory with the device's registers. */
    seL4_CPtr table;       /**< Whether the tables for WINDOW are there: the last one. */
    seL4_CPtr space;       /**< IO space of the device. */
    struct edu edu;        /**< The device. */
    uint64_t next_address; /**< Where the next frame is mapped. */
};

/**
 * Prints a line.
 * @param d the program
 * @param what what was tried
 * @param good whether it was as it has to be
 */
void dma_result(struct dma *d, const char *what, bool good);

/**
 * Tries interrupts by message: the message that the PCI configuration component writes, and one
 * that the device forges by DMA.
 * @param d the program, with the device found and its registers mapped
 * @param memory a frame, seen
 * @param address where the device sees it
 */
void dma_try_messages(struct dma *d, volatile uint8_t *memory, uint64_t address);

#endif
