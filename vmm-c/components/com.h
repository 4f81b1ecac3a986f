/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A serial port of the machine (16550). Both directions interrupt.
 */
#ifndef MAKATEA_COMPONENTS_COM_H
#define MAKATEA_COMPONENTS_COM_H

#include <stdbool.h>

#include "components/component.h"

/** Bytes of the transmitter's FIFO (PC16550D, 8.11). */
#define MK_COM_FIFO 16

/** The port. */
struct mk_com {
    struct mk_component *c; /**< Who has it. */
    uint32_t range;         /**< Row of its eight ports. */
    uint32_t irq;           /**< Row of its interrupt. */
};

/**
 * Sets the port up: speed, 8 data bits, FIFOs, an interrupt for what is received.
 * @param com the port
 * @param baud bits per second; a divisor of 115200
 */
void mk_com_start(const struct mk_com *com, uint32_t baud);

/**
 * Takes a received byte.
 * @param com the port
 * @return the byte, or -1
 */
int32_t mk_com_get(const struct mk_com *com);

/**
 * Whether the transmitter takes #MK_COM_FIFO bytes.
 * @param com the port
 * @return whether
 */
bool mk_com_empty(const struct mk_com *com);

/**
 * Sends a byte. Up to #MK_COM_FIFO of them may follow each other after mk_com_empty().
 * @param com the port
 * @param byte the byte
 */
void mk_com_put(const struct mk_com *com, uint8_t byte);

/**
 * Lets the port interrupt again. To be called when what interrupted has been dealt with, before
 * waiting.
 * @param com the port
 * @param receiver when something was received
 * @param transmitter when the transmitter is empty
 * @return whether there is something to be dealt with already, for which no interrupt comes
 */
bool mk_com_listen(const struct mk_com *com, bool receiver, bool transmitter);

#endif
