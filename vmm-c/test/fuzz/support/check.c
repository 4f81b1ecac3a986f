/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A check of a fuzz target: what must hold does, or the run ends.
 */
#include <stdio.h>
#include <stdlib.h>

#include "unit.h"

void unit_check(bool good, const char *text, const char *file, int line)
{
    if (!good) {
        fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, text);
        abort();
    }
}
