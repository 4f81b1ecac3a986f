/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * For tests of the serial port: a port, its peer and its interrupt line.
 */
#ifndef MAKATEA_TEST_UART_H
#define MAKATEA_TEST_UART_H

#include "devices.h"
#include "makatea/uart16550.h"

/** Offsets. */
enum { DATA, IER, IIR, LCR, MCR, LSR, MSR, SCRATCH };

/** What the peer got. */
struct peer {
    uint32_t room;     /**< Characters that it still takes. */
    uint32_t count;    /**< Characters that it has. */
    uint8_t bytes[64]; /**< The characters. */
};

/** The interrupt line. */
static struct device_line line;
/** The peer. */
static struct peer peer;
/** The port. */
static struct mk_uart uart;

/** Takes a character, while there is room. */
static inline bool send(void *to, uint8_t byte)
{
    struct peer *p = to;
    if (p->room == 0) {
        return false;
    }
    p->room--;
    p->bytes[p->count++ % sizeof(p->bytes)] = byte;
    return true;
}

/** Reads a register. */
static inline uint8_t in(uint64_t offset)
{
    return (uint8_t)mk_uart_ops.read(&uart, 0, offset, 1);
}

/** Writes a register. */
static inline void out(uint64_t offset, uint8_t value)
{
    mk_uart_ops.write(&uart, 0, offset, 1, value);
}

/** A port as Linux has it when it is open, with some interrupts: FIFOs, trigger level 8. */
static inline void start(uint8_t enabled)
{
    struct mk_irq_out irq = device_irq(&line);
    peer = (struct peer){.room = UINT32_MAX};
    mk_uart_init(&uart, &irq, 4, send, &peer);
    out(LCR, 0x03);
    out(IIR, 0x81);
    out(MCR, 0x0b);
    out(IER, enabled);
}

#endif
