/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Wide accesses to devices whose registers are a byte wide.
 */
#include "makatea/bytes.h"

/** Bytes of the widest access. */
#define WIDEST 8

uint64_t mk_bytes_read(mk_byte_read *read, void *device, uint64_t now, uint64_t offset,
                       uint32_t bytes)
{
    uint64_t value = 0;
    for (uint32_t i = 0; i < bytes && i < WIDEST; i++) {
        value |= (uint64_t)read(device, now, offset + i) << (8 * i);
    }
    return value;
}

void mk_bytes_write(mk_byte_write *write, void *device, uint64_t now, uint64_t offset,
                    uint32_t bytes, uint64_t value)
{
    for (uint32_t i = 0; i < bytes && i < WIDEST; i++) {
        write(device, now, offset + i, (uint8_t)(value >> (8 * i)));
    }
}
