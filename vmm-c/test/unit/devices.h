/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * For tests of devices: an interrupt controller that counts.
 */
#ifndef MAKATEA_TEST_DEVICES_H
#define MAKATEA_TEST_DEVICES_H

#include "makatea/bus.h"

/** What became of a line. */
struct device_line {
    uint32_t gsi;   /**< GSI that was named last. */
    bool asserted;  /**< State. */
    uint32_t rises; /**< How often it was asserted. */
    uint32_t same;  /**< How often it was set to the state that it had. */
};

/**
 * Sets a line.
 * @param chip struct device_line
 * @param gsi its number
 * @param asserted state
 */
static inline void device_line_set(void *chip, uint32_t gsi, bool asserted)
{
    struct device_line *line = chip;
    line->gsi = gsi;
    line->rises += asserted && !line->asserted ? 1 : 0;
    line->same += asserted == line->asserted ? 1 : 0;
    line->asserted = asserted;
}

/**
 * Makes the way to a line.
 * @param line the line
 * @return the way
 */
static inline struct mk_irq_out device_irq(struct device_line *line)
{
    *line = (struct device_line){.gsi = UINT32_MAX};
    return (struct mk_irq_out){.chip = line, .line = device_line_set};
}

#endif
