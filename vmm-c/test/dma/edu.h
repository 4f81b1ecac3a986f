/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * QEMU's teaching device (docs/specs/edu.rst of QEMU): a PCI function that copies between memory
 * and a buffer of its own.
 */
#ifndef MAKATEA_TEST_DMA_EDU_H
#define MAKATEA_TEST_DMA_EDU_H

#include <sel4/sel4.h>
#include <stdbool.h>
#include <stdint.h>

/** The device. */
struct edu {
    seL4_CPtr ports;         /**< Right to the ports of configuration mechanism 1. */
    uint8_t device;          /**< Device number on bus 0. */
    uint64_t bar;            /**< Physical address of its registers. */
    volatile uint8_t *place; /**< Where the registers are mapped. */
};

/**
 * Finds the device on bus 0 and lets it be bus master.
 * @param edu the device, with the right to the ports
 * @return whether there is one
 */
bool edu_find(struct edu *edu);

/**
 * Copies by DMA and waits for the end. A refused access is no error for the device.
 * @param edu the device, mapped
 * @param address address, as the device sees it
 * @param bytes how many, at most 4096
 * @param to_memory from the buffer to memory, else from memory to the buffer
 */
void edu_copy(const struct edu *edu, uint64_t address, uint32_t bytes, bool to_memory);

/**
 * Lets the device want an interrupt, or no longer.
 * @param edu the device, mapped
 * @param on whether it wants one
 */
void edu_interrupt(const struct edu *edu, bool on);

#endif
