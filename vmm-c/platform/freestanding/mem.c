/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The four functions that a freestanding compiler may call by itself (GCC manual, 2.1, C
 * dialects), for programs without a C library. Compiled with -fno-builtin and without loop pattern
 * recognition, or they would call themselves.
 */
#include <stddef.h>
#include <stdint.h>

/**
 * C11 7.24.2.1.
 * @param to destination
 * @param from source
 * @param bytes how many
 * @return `to`
 */
void *memcpy(void *restrict to, const void *restrict from, size_t bytes)
{
    uint8_t *out = to;
    const uint8_t *in = from;
    for (size_t i = 0; i < bytes; i++) {
        out[i] = in[i];
    }
    return to;
}

/**
 * C11 7.24.2.2.
 * @param to destination
 * @param from source, may overlap
 * @param bytes how many
 * @return `to`
 */
void *memmove(void *to, const void *from, size_t bytes)
{
    uint8_t *out = to;
    const uint8_t *in = from;
    if ((uintptr_t)out <= (uintptr_t)in) {
        return memcpy(to, from, bytes);
    }
    for (size_t i = bytes; i > 0; i--) {
        out[i - 1] = in[i - 1];
    }
    return to;
}

/**
 * C11 7.24.6.1.
 * @param to destination
 * @param value byte to fill with
 * @param bytes how many
 * @return `to`
 */
void *memset(void *to, int value, size_t bytes)
{
    uint8_t *out = to;
    for (size_t i = 0; i < bytes; i++) {
        out[i] = (uint8_t)value;
    }
    return to;
}

/**
 * C11 7.24.4.1.
 * @param a one run of bytes
 * @param b the other
 * @param bytes how many
 * @return 0 when they are equal, else the sign of the first difference
 */
int memcmp(const void *a, const void *b, size_t bytes)
{
    const uint8_t *x = a;
    const uint8_t *y = b;
    for (size_t i = 0; i < bytes; i++) {
        if (x[i] != y[i]) {
            return x[i] < y[i] ? -1 : 1;
        }
    }
    return 0;
}
