/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A serial port: its state, what interrupts, and its two directions. Section numbers are those of
 * the PC16550D data sheet.
 */
#include "makatea/uart16550_registers.h"

/** 9600 baud from the PC's 1.8432 MHz, as firmware leaves it: early consoles divide by it. */
#define DIVISOR_9600 12

uint32_t mk_uart_depth(const struct mk_uart *uart)
{
    return (uart->fcr & MK_UART_FCR_ENABLE) != 0 ? MK_UART_FIFO : 1;
}

uint8_t mk_uart_line_status(const struct mk_uart *uart)
{
    uint32_t lsr = uart->overrun ? MK_UART_LSR_OVERRUN : 0;
    if (uart->rx.count > 0) {
        lsr |= MK_UART_LSR_READY;
        lsr |= uart->rx.broken[uart->rx.head] ? MK_UART_LSR_BREAK : 0;
    }
    if (uart->tx.count == 0) {
        lsr |= MK_UART_LSR_TX_EMPTY;
    }
    if ((uart->fcr & MK_UART_FCR_ENABLE) != 0 && mk_uart_fifo_broken(&uart->rx)) {
        lsr |= MK_UART_LSR_FIFO_ERROR;
    }
    return (uint8_t)lsr;
}

uint8_t mk_uart_modem_lines(uint8_t mcr)
{
    if ((mcr & MK_UART_MCR_LOOP) == 0) {
        return MK_UART_MSR_CTS | MK_UART_MSR_DSR | MK_UART_MSR_DCD;
    }
    return (uint8_t)(((mcr & MK_UART_MCR_RTS) != 0 ? MK_UART_MSR_CTS : 0) |
                     ((mcr & MK_UART_MCR_DTR) != 0 ? MK_UART_MSR_DSR : 0) |
                     ((mcr & MK_UART_MCR_OUT1) != 0 ? MK_UART_MSR_RI : 0) |
                     ((mcr & MK_UART_MCR_OUT2) != 0 ? MK_UART_MSR_DCD : 0));
}

uint8_t mk_uart_interrupt(const struct mk_uart *uart)
{
    static const uint8_t levels[] = {1, 4, 8, 14}; /* 8.5, trigger level */
    uint8_t level = mk_uart_depth(uart) == 1 ? 1 : levels[uart->fcr >> 6];
    if ((uart->ier & MK_UART_IER_LINE_STATUS) != 0 &&
        (mk_uart_line_status(uart) & (MK_UART_LSR_OVERRUN | MK_UART_LSR_BREAK)) != 0) {
        return MK_UART_IIR_LINE_STATUS;
    }
    if ((uart->ier & MK_UART_IER_RECEIVED) != 0 && uart->rx.count > 0) {
        return uart->rx.count >= level ? MK_UART_IIR_RECEIVED : MK_UART_IIR_TIMEOUT;
    }
    if ((uart->ier & MK_UART_IER_TRANSMITTER) != 0 && uart->thre_pending) {
        return MK_UART_IIR_TRANSMITTER;
    }
    if ((uart->ier & MK_UART_IER_MODEM) != 0 && uart->msr_delta != 0) {
        return MK_UART_IIR_MODEM;
    }
    return MK_UART_IIR_NONE;
}

void mk_uart_update_line(struct mk_uart *uart)
{
    bool connected = (uart->mcr & (MK_UART_MCR_OUT2 | MK_UART_MCR_LOOP)) == MK_UART_MCR_OUT2;
    bool line = connected && mk_uart_interrupt(uart) != MK_UART_IIR_NONE;
    if (line != uart->line) {
        uart->line = line;
        uart->irq.line(uart->irq.chip, uart->gsi, line);
    }
}

/**
 * Sends what the peer takes.
 * @param uart the port
 */
static void drain(struct mk_uart *uart)
{
    while (uart->tx.count > 0 && uart->send(uart->peer, uart->tx.bytes[uart->tx.head])) {
        mk_uart_fifo_drop(&uart->tx);
        uart->thre_pending = uart->tx.count == 0;
    }
}

void mk_uart_loop_back(struct mk_uart *uart, uint8_t byte, bool broken)
{
    if (mk_uart_fifo_put(&uart->rx, mk_uart_depth(uart), byte, broken)) {
        return;
    }
    uart->overrun = true;
    if (mk_uart_depth(uart) == 1) {
        uart->rx.bytes[uart->rx.head] = byte;
        uart->rx.broken[uart->rx.head] = broken;
    }
}

void mk_uart_transmit(struct mk_uart *uart, uint8_t byte)
{
    uart->thre_pending = false;
    if ((uart->mcr & MK_UART_MCR_LOOP) != 0) {
        mk_uart_loop_back(uart, byte, false);
        uart->thre_pending = uart->tx.count == 0;
        return;
    }
    if (!mk_uart_fifo_put(&uart->tx, mk_uart_depth(uart), byte, false)) {
        uart->tx.bytes[((uint32_t)uart->tx.head + uart->tx.count - 1) % MK_UART_FIFO] = byte;
    }
    drain(uart);
}

void mk_uart_init(struct mk_uart *uart, const struct mk_irq_out *irq, uint32_t gsi,
                  bool (*send)(void *peer, uint8_t byte), void *peer)
{
    *uart = (struct mk_uart){
        .irq = *irq, .gsi = gsi, .send = send, .peer = peer, .divisor = {DIVISOR_9600, 0}};
}

uint32_t mk_uart_room(const struct mk_uart *uart)
{
    if ((uart->mcr & MK_UART_MCR_LOOP) != 0) {
        return 0;
    }
    return mk_uart_depth(uart) - uart->rx.count;
}

/**
 * Receives a character or a break.
 * @param uart the port
 * @param byte the character
 * @param broken whether it is a break
 * @return whether it was taken
 */
static bool receive(struct mk_uart *uart, uint8_t byte, bool broken)
{
    if (mk_uart_room(uart) == 0) {
        return false;
    }
    mk_uart_fifo_put(&uart->rx, mk_uart_depth(uart), byte, broken);
    mk_uart_update_line(uart);
    return true;
}

bool mk_uart_receive(struct mk_uart *uart, uint8_t byte)
{
    return receive(uart, byte, false);
}

bool mk_uart_receive_break(struct mk_uart *uart)
{
    return receive(uart, 0, true);
}

void mk_uart_tx_ready(struct mk_uart *uart)
{
    drain(uart);
    mk_uart_update_line(uart);
}
