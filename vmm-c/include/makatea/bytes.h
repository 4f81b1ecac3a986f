/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Wide accesses to devices whose registers are a byte wide: they become accesses to one byte after
 * the other, lowest address first, as the ISA bus splits them.
 */
#ifndef MAKATEA_BYTES_H
#define MAKATEA_BYTES_H

#include <stdint.h>

/**
 * Reads a register.
 * @param device the device
 * @param now TSC value
 * @param offset which register
 * @return value
 */
typedef uint8_t mk_byte_read(void *device, uint64_t now, uint64_t offset);

/**
 * Writes a register.
 * @param device the device
 * @param now TSC value
 * @param offset which register
 * @param value value
 */
typedef void mk_byte_write(void *device, uint64_t now, uint64_t offset, uint8_t value);

/**
 * Reads some registers.
 * @param read reads one
 * @param device the device
 * @param now TSC value
 * @param offset the first register
 * @param bytes how many, 1 to 8
 * @return value, the first register in the lowest byte
 */
uint64_t mk_bytes_read(mk_byte_read *read, void *device, uint64_t now, uint64_t offset,
                       uint32_t bytes);

/**
 * Writes some registers.
 * @param write writes one
 * @param device the device
 * @param now TSC value
 * @param offset the first register
 * @param bytes how many, 1 to 8
 * @param value value, the first register in the lowest byte
 */
void mk_bytes_write(mk_byte_write *write, void *device, uint64_t now, uint64_t offset,
                    uint32_t bytes, uint64_t value);

#endif
