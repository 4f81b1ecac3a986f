/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Fuzz target: the console multiplexer with three guests that print anything, somebody who types
 * anything, and monitors that start anew. The terminal gets nothing but text, colours of the
 * console's own and erasures; each row that is complete is of one VM, or the console's own.
 */
#include <stdlib.h>
#include <string.h>

#include "console_fixture.h"
#include "link/stream.h"
#include "unit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct console_fixture f;

/** Lets somebody do something, with the bytes that follow. */
static void act(uint8_t what, const uint8_t *bytes, size_t count)
{
    uint32_t vm = what % CONSOLE_VMS;
    switch (what / CONSOLE_VMS % 8) {
    case 0:
        f.typed_count = count < sizeof(f.typed) ? (uint32_t)count : sizeof(f.typed);
        f.typed_taken = 0;
        memcpy(f.typed, bytes, f.typed_count);
        break;
    case 1:
        mk_link_start(&f.far[vm], &f.parts.far[vm]);
        break;
    case 2:
        f.parts.host.now += 1000000;
        break;
    case 3:
        mk_stream_put(&f.lifecycle, bytes, count);
        break;
    case 4:
        f.slow = !f.slow;
        break;
    default:
        mk_stream_put(&f.far[vm], bytes, count);
        break;
    }
    console_settle(&f);
    UNIT_CHECK(f.console.out_count <= MK_CONSOLE_OUT);
}

/** Whether a row has one colour only, but for the reset at its end. */
static bool is_one(const struct screen_row *row)
{
    for (uint32_t i = 1; i < row->length; i++) {
        if (row->colour[i] != row->colour[0]) {
            return false;
        }
    }
    return true;
}

/**
 * Plays an input: what, a length, as many bytes.
 * @param data the input
 * @param size its size
 * @return 0
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    console_make(&f, MK_CONSOLE_COLOUR, CONSOLE_VMS);
    while (size >= 2) {
        size_t count = data[1] < size - 2 ? data[1] : size - 2;
        act(data[0], data + 2, count);
        data += 2 + count;
        size -= 2 + count;
    }
    f.slow = false;
    console_settle(&f);
    UNIT_CHECK(f.screen.strange == 0);
    for (uint64_t i = 1; i < SCREEN_ROWS && i <= f.screen.row; i++) {
        UNIT_CHECK(is_one(&f.screen.rows[(f.screen.row - i) % SCREEN_ROWS]));
    }
    return 0;
}
