/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A serial port: National Semiconductor PC16550D, wired as in a PC.
 *
 * A channel carries its bytes, not a wire, so baud rate, parity and word length are kept for the
 * guest but have no effect, and characters take no time. A character in the receive FIFO below the
 * trigger level has thus waited its four character times at once: the time-out interrupt needs no
 * clock.
 *
 * Nothing is lost and nothing grows: what the peer can not take stays in the transmit FIFO, whose
 * emptiness the guest waits for; what the receive FIFO can not take stays with the peer. Only a
 * guest that writes without looking loses characters, as on the chip.
 */
#ifndef MAKATEA_UART16550_H
#define MAKATEA_UART16550_H

#include "makatea/bus.h"

/** I/O ports of a serial port. */
#define MK_UART_PORTS 8
/** Characters of each FIFO (PC16550D, 8.11). */
#define MK_UART_FIFO 16

/** A FIFO of characters. */
struct mk_uart_fifo {
    uint8_t head;                /**< Index of the oldest character, below #MK_UART_FIFO. */
    uint8_t count;               /**< Characters in it, at most #MK_UART_FIFO. */
    uint8_t bytes[MK_UART_FIFO]; /**< The characters. */
    bool broken[MK_UART_FIFO];   /**< Whether a character is a break, which is not yet seen. */
};

/** A serial port. */
struct mk_uart {
    struct mk_irq_out irq; /**< Where its interrupt goes. */
    uint32_t gsi;          /**< Its interrupt. */
    bool line;             /**< State of its interrupt line. */
    /**
     * Sends a character to the peer.
     * @param peer the peer
     * @param byte the character
     * @return whether the peer took it; if not, mk_uart_tx_ready() is called when it can
     */
    bool (*send)(void *peer, uint8_t byte);
    void *peer;             /**< Argument of `send`. */
    struct mk_uart_fifo rx; /**< Received. */
    struct mk_uart_fifo tx; /**< To be sent, while the peer is full. */
    bool thre_pending;      /**< The transmitter became empty and the guest was not told. */
    bool overrun;           /**< A character was lost; until the line status is read. */
    uint8_t ier;            /**< Interrupt enable register. */
    uint8_t fcr;            /**< FIFO control register: enable and trigger level. */
    uint8_t lcr;            /**< Line control register. */
    uint8_t mcr;            /**< Modem control register. */
    uint8_t msr_delta;      /**< Modem status register, bits 3:0: what changed. */
    uint8_t scratch;        /**< Scratch register. */
    uint8_t divisor[2];     /**< Divisor latch, low byte first. Nothing is divided by it. */
};

/** How a serial port answers at its #MK_UART_PORTS ports. Wide accesses go byte by byte. */
extern const struct mk_device_ops mk_uart_ops;

/**
 * Sets a serial port up as after power-on.
 * @param uart the port
 * @param irq where its interrupt goes
 * @param gsi its interrupt
 * @param send sends a character to the peer
 * @param peer argument of `send`
 */
void mk_uart_init(struct mk_uart *uart, const struct mk_irq_out *irq, uint32_t gsi,
                  bool (*send)(void *peer, uint8_t byte), void *peer);

/**
 * Says how many characters mk_uart_receive() would take now. It can change whenever the guest has
 * accessed the port.
 * @param uart the port
 * @return characters; 0 while the port is looped back
 */
uint32_t mk_uart_room(const struct mk_uart *uart);

/**
 * Receives a character.
 * @param uart the port
 * @param byte the character
 * @return whether it was taken; if not, it stays with the peer
 */
bool mk_uart_receive(struct mk_uart *uart, uint8_t byte);

/**
 * Receives a break.
 * @param uart the port
 * @return whether it was taken; if not, it stays with the peer
 */
bool mk_uart_receive_break(struct mk_uart *uart);

/**
 * Goes on sending: the peer has room again.
 * @param uart the port
 */
void mk_uart_tx_ready(struct mk_uart *uart);

#endif
