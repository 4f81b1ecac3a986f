/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Inside a serial port: its registers, and what its files share. Section numbers are those of
 * National Semiconductor's PC16550D data sheet (June 1995).
 */
#ifndef MAKATEA_UART16550_REGISTERS_H
#define MAKATEA_UART16550_REGISTERS_H

#include "makatea/uart16550.h"

/** Registers, by offset (table I). Some offsets have more than one. */
enum mk_uart_register {
    MK_UART_REG_DATA = 0,   /**< RBR and THR; with DLAB the divisor's low byte. */
    MK_UART_REG_IER = 1,    /**< Interrupt enable; with DLAB the divisor's high byte. */
    MK_UART_REG_IIR = 2,    /**< Interrupt identification (read), FIFO control (write). */
    MK_UART_REG_LCR = 3,    /**< Line control. */
    MK_UART_REG_MCR = 4,    /**< Modem control. */
    MK_UART_REG_LSR = 5,    /**< Line status. */
    MK_UART_REG_MSR = 6,    /**< Modem status. */
    MK_UART_REG_SCRATCH = 7 /**< Scratch. */
};

#define MK_UART_IER_RECEIVED 0x01    /**< 8.7: received data available, time-out. */
#define MK_UART_IER_TRANSMITTER 0x02 /**< 8.7: transmitter holding register empty. */
#define MK_UART_IER_LINE_STATUS 0x04 /**< 8.7: receiver line status. */
#define MK_UART_IER_MODEM 0x08       /**< 8.7: modem status. */
#define MK_UART_IER_ALL 0x0f         /**< 8.7: the other bits are always 0. */

#define MK_UART_IIR_NONE 0x01        /**< 8.6, table IV: no interrupt pending. */
#define MK_UART_IIR_LINE_STATUS 0x06 /**< First priority. */
#define MK_UART_IIR_RECEIVED 0x04    /**< Second priority. */
#define MK_UART_IIR_TIMEOUT 0x0c     /**< Second priority. */
#define MK_UART_IIR_TRANSMITTER 0x02 /**< Third priority. */
#define MK_UART_IIR_MODEM 0x00       /**< Fourth priority. */
#define MK_UART_IIR_FIFOS 0xc0       /**< 8.6: FIFOs are enabled. */

#define MK_UART_FCR_ENABLE 0x01   /**< 8.5: FIFOs are enabled. */
#define MK_UART_FCR_RX_RESET 0x02 /**< 8.5: empties the receive FIFO; clears itself. */
#define MK_UART_FCR_TX_RESET 0x04 /**< 8.5: empties the transmit FIFO; clears itself. */
#define MK_UART_FCR_TRIGGER 0xc0  /**< 8.5: trigger level. */

#define MK_UART_LCR_BREAK 0x40 /**< 8.1: sends a break. */
#define MK_UART_LCR_DLAB 0x80  /**< 8.1: divisor latch access. */

#define MK_UART_MCR_DTR 0x01  /**< 8.8. */
#define MK_UART_MCR_RTS 0x02  /**< 8.8. */
#define MK_UART_MCR_OUT1 0x04 /**< 8.8. */
#define MK_UART_MCR_OUT2 0x08 /**< 8.8: in a PC it connects the interrupt. */
#define MK_UART_MCR_LOOP 0x10 /**< 8.8: loopback. */
#define MK_UART_MCR_ALL 0x1f  /**< 8.8: the other bits are always 0. */

#define MK_UART_LSR_READY 0x01      /**< 8.4: data ready. */
#define MK_UART_LSR_OVERRUN 0x02    /**< 8.4: a character was lost. */
#define MK_UART_LSR_BREAK 0x10      /**< 8.4: the oldest character is a break. */
#define MK_UART_LSR_TX_EMPTY 0x60   /**< 8.4: holding and shift register are empty. */
#define MK_UART_LSR_FIFO_ERROR 0x80 /**< 8.4: a break is somewhere in the receive FIFO. */

#define MK_UART_MSR_CTS 0x10 /**< 8.9: clear to send. */
#define MK_UART_MSR_DSR 0x20 /**< 8.9: data set ready. */
#define MK_UART_MSR_RI 0x40  /**< 8.9: ring indicator. */
#define MK_UART_MSR_DCD 0x80 /**< 8.9: data carrier detect. */

/**
 * Says how many characters each FIFO may hold: without FIFOs the chip has one register.
 * @param uart the port
 * @return characters
 */
uint32_t mk_uart_depth(const struct mk_uart *uart);

/**
 * The line status register.
 * @param uart the port
 * @return value
 */
uint8_t mk_uart_line_status(const struct mk_uart *uart);

/**
 * The modem's four lines: in loopback the port's own outputs (8.8), else a peer that is there.
 * @param mcr modem control register
 * @return bits 7:4 of the modem status register
 */
uint8_t mk_uart_modem_lines(uint8_t mcr);

/**
 * The interrupt of the highest priority (8.6, table IV).
 * @param uart the port
 * @return bits 3:0 of the interrupt identification register
 */
uint8_t mk_uart_interrupt(const struct mk_uart *uart);

/**
 * Sets the interrupt line. It follows the port's interrupt while OUT2 is active; in loopback the
 * pin OUT2 is inactive (8.8).
 * @param uart the port
 */
void mk_uart_update_line(struct mk_uart *uart);

/**
 * Receives what the port itself sends in loopback. A full FIFO keeps what it has; without FIFOs the
 * newer character replaces the older (8.4, overrun).
 * @param uart the port
 * @param byte the character
 * @param broken whether it is a break
 */
void mk_uart_loop_back(struct mk_uart *uart, uint8_t byte, bool broken);

/**
 * Takes a character of the guest. One that finds no room replaces the newest: the guest did not
 * wait for an empty transmitter.
 * @param uart the port
 * @param byte the character
 */
void mk_uart_transmit(struct mk_uart *uart, uint8_t byte);

/**
 * Adds a character.
 * @param fifo the FIFO
 * @param room how many it may hold, at most #MK_UART_FIFO
 * @param byte the character
 * @param broken whether it is a break
 * @return whether there was room
 */
bool mk_uart_fifo_put(struct mk_uart_fifo *fifo, uint32_t room, uint8_t byte, bool broken);

/**
 * Removes the oldest character.
 * @param fifo the FIFO, not empty
 */
void mk_uart_fifo_drop(struct mk_uart_fifo *fifo);

/**
 * Says whether a break is in the FIFO.
 * @param fifo the FIFO
 * @return whether
 */
bool mk_uart_fifo_broken(const struct mk_uart_fifo *fifo);

#endif
