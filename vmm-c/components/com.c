/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A serial port of the machine (16550). Section numbers are those of the PC16550D data sheet.
 */
#include "components/com.h"

/** Data; with the divisor latch open, its low byte. */
#define DATA 0
/** Interrupt enable (8.7); with the divisor latch open, its high byte. */
#define INTERRUPT_ENABLE 1
/** Received data. */
#define RECEIVED 0x01
/** Transmitter empty. */
#define TRANSMITTER 0x02
/** FIFO control (8.5). */
#define FIFO_CONTROL 2
/** On, both empty; interrupt from the first byte. */
#define FIFOS 0x07
/** Line control (8.1). */
#define LINE_CONTROL 3
/** 8 data bits, no parity, one stop bit. */
#define EIGHT_BITS 0x03
/** Opens the divisor latch. */
#define DIVISOR_LATCH 0x80
/** Modem control (8.6). */
#define MODEM_CONTROL 4
/** DTR, RTS, and OUT2, which lets the interrupt through on a PC. */
#define MODEM_ON 0x0b
/** Line status (8.4). */
#define LINE_STATUS 5
/** A byte was received. */
#define DATA_READY 0x01
/** The transmitter's FIFO is empty. */
#define TRANSMITTER_EMPTY 0x20
/** Highest speed: divisor 1. */
#define FASTEST 115200

/**
 * Writes a register.
 * @param com the port
 * @param offset which
 * @param value value
 */
static void set(const struct mk_com *com, uint32_t offset, uint32_t value)
{
    mk_component_out(com->c, com->range, offset, 1, value);
}

/**
 * Reads the line status.
 * @param com the port
 * @return it; a port that is denied has nothing received
 */
static uint32_t status(const struct mk_com *com)
{
    uint32_t value = mk_component_in(com->c, com->range, LINE_STATUS, 1);
    return value > UINT8_MAX ? TRANSMITTER_EMPTY : value;
}

void mk_com_start(const struct mk_com *com, uint32_t baud)
{
    uint32_t divisor = baud == 0 || baud > FASTEST ? 1 : FASTEST / baud;
    set(com, LINE_CONTROL, DIVISOR_LATCH | EIGHT_BITS);
    set(com, DATA, divisor & 0xff);
    set(com, INTERRUPT_ENABLE, divisor >> 8 & 0xff);
    set(com, LINE_CONTROL, EIGHT_BITS);
    set(com, FIFO_CONTROL, FIFOS);
    set(com, MODEM_CONTROL, MODEM_ON);
    mk_com_listen(com, true, false);
}

int32_t mk_com_get(const struct mk_com *com)
{
    if ((status(com) & DATA_READY) == 0) {
        return -1;
    }
    return (int32_t)(mk_component_in(com->c, com->range, DATA, 1) & 0xff);
}

bool mk_com_empty(const struct mk_com *com)
{
    return (status(com) & TRANSMITTER_EMPTY) != 0;
}

void mk_com_put(const struct mk_com *com, uint8_t byte)
{
    set(com, DATA, byte);
}

bool mk_com_listen(const struct mk_com *com, bool receiver, bool transmitter)
{
    set(com, INTERRUPT_ENABLE, (receiver ? RECEIVED : 0U) | (transmitter ? TRANSMITTER : 0U));
    mk_component_acknowledge(com->c, com->irq);
    /* The interrupt is an edge, and was masked until now: an edge that came in between was lost. */
    return (status(com) &
            ((receiver ? DATA_READY : 0U) | (transmitter ? TRANSMITTER_EMPTY : 0U))) != 0;
}
