/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The guest's side of a serial port: what reading and writing a register does. Section numbers are
 * those of the PC16550D data sheet.
 */
#include "makatea/bytes.h"
#include "makatea/uart16550_registers.h"

/**
 * Reads the data register.
 * @param uart the port
 * @return the oldest character; 0 when there is none
 */
static uint8_t read_data(struct mk_uart *uart)
{
    if (uart->rx.count == 0) {
        return 0;
    }
    uint8_t byte = uart->rx.bytes[uart->rx.head];
    mk_uart_fifo_drop(&uart->rx);
    return byte;
}

/**
 * Reads the interrupt identification register, which ends a transmitter's interrupt (8.6).
 * @param uart the port
 * @return value
 */
static uint8_t read_interrupt(struct mk_uart *uart)
{
    uint8_t iir = mk_uart_interrupt(uart);
    if (iir == MK_UART_IIR_TRANSMITTER) {
        uart->thre_pending = false;
    }
    return (uint8_t)(iir | ((uart->fcr & MK_UART_FCR_ENABLE) != 0 ? MK_UART_IIR_FIFOS : 0));
}

/**
 * Reads the line status register, which ends its errors (8.4).
 * @param uart the port
 * @return value
 */
static uint8_t read_line_status(struct mk_uart *uart)
{
    uint8_t lsr = mk_uart_line_status(uart);
    uart->overrun = false;
    uart->rx.broken[uart->rx.head] = false;
    return lsr;
}

/**
 * Reads the modem status register, which ends its changes (8.9).
 * @param uart the port
 * @return value
 */
static uint8_t read_modem_status(struct mk_uart *uart)
{
    uint8_t msr = (uint8_t)(mk_uart_modem_lines(uart->mcr) | uart->msr_delta);
    uart->msr_delta = 0;
    return msr;
}

/**
 * Writes the interrupt enable register (8.7). Enabling the transmitter's interrupt while it is
 * empty raises it.
 * @param uart the port
 * @param value value
 */
static void write_enable(struct mk_uart *uart, uint8_t value)
{
    if ((value & ~uart->ier & MK_UART_IER_TRANSMITTER) != 0 && uart->tx.count == 0) {
        uart->thre_pending = true;
    }
    uart->ier = value & MK_UART_IER_ALL;
}

/**
 * Writes the FIFO control register (8.5). Changing its bit 0 empties both FIFOs; other bits count
 * only when it is set.
 * @param uart the port
 * @param value value
 */
static void write_fifo_control(struct mk_uart *uart, uint8_t value)
{
    bool changed = ((value ^ uart->fcr) & MK_UART_FCR_ENABLE) != 0;
    bool enabled = (value & MK_UART_FCR_ENABLE) != 0;
    if (changed || (enabled && (value & MK_UART_FCR_RX_RESET) != 0)) {
        uart->rx.count = 0;
    }
    if ((changed || (enabled && (value & MK_UART_FCR_TX_RESET) != 0)) && uart->tx.count > 0) {
        uart->tx.count = 0;
        uart->thre_pending = true;
    }
    uart->fcr = enabled ? value & (MK_UART_FCR_ENABLE | MK_UART_FCR_TRIGGER) : 0;
}

/**
 * Writes the line control register. In loopback a break that begins is received.
 * @param uart the port
 * @param value value
 */
static void write_line_control(struct mk_uart *uart, uint8_t value)
{
    if ((value & ~uart->lcr & MK_UART_LCR_BREAK) != 0 && (uart->mcr & MK_UART_MCR_LOOP) != 0) {
        mk_uart_loop_back(uart, 0, true);
    }
    uart->lcr = value;
}

/**
 * Writes the modem control register and notes what changes (8.9): of the ring indicator its end
 * only, of the other lines each change.
 * @param uart the port
 * @param value value
 */
static void write_modem_control(struct mk_uart *uart, uint8_t value)
{
    uint32_t before = mk_uart_modem_lines(uart->mcr);
    uart->mcr = value & MK_UART_MCR_ALL;
    uint32_t after = mk_uart_modem_lines(uart->mcr);
    uint32_t changed = before ^ after;
    uint32_t delta = (changed & (MK_UART_MSR_CTS | MK_UART_MSR_DSR | MK_UART_MSR_DCD)) |
                     (before & ~after & MK_UART_MSR_RI);
    uart->msr_delta |= (uint8_t)(delta >> 4);
}

/**
 * Reads a register.
 * @param device the port
 * @param now TSC value
 * @param offset which register
 * @return value
 */
static uint8_t read_register(void *device, uint64_t now, uint64_t offset)
{
    struct mk_uart *uart = device;
    (void)now;
    if ((uart->lcr & MK_UART_LCR_DLAB) != 0 && offset <= MK_UART_REG_IER) {
        return uart->divisor[offset];
    }
    switch (offset) {
    case MK_UART_REG_DATA:
        return read_data(uart);
    case MK_UART_REG_IER:
        return uart->ier;
    case MK_UART_REG_IIR:
        return read_interrupt(uart);
    case MK_UART_REG_LCR:
        return uart->lcr;
    case MK_UART_REG_MCR:
        return uart->mcr;
    case MK_UART_REG_LSR:
        return read_line_status(uart);
    case MK_UART_REG_MSR:
        return read_modem_status(uart);
    default:
        return uart->scratch;
    }
}

/**
 * Writes a register. The status registers can not be written.
 * @param device the port
 * @param now TSC value
 * @param offset which register
 * @param value value
 */
static void write_register(void *device, uint64_t now, uint64_t offset, uint8_t value)
{
    struct mk_uart *uart = device;
    (void)now;
    if ((uart->lcr & MK_UART_LCR_DLAB) != 0 && offset <= MK_UART_REG_IER) {
        uart->divisor[offset] = value;
        return;
    }
    switch (offset) {
    case MK_UART_REG_DATA:
        mk_uart_transmit(uart, value);
        break;
    case MK_UART_REG_IER:
        write_enable(uart, value);
        break;
    case MK_UART_REG_IIR:
        write_fifo_control(uart, value);
        break;
    case MK_UART_REG_LCR:
        write_line_control(uart, value);
        break;
    case MK_UART_REG_MCR:
        write_modem_control(uart, value);
        break;
    case MK_UART_REG_SCRATCH:
        uart->scratch = value;
        break;
    default:
        break;
    }
}

/**
 * Reads.
 * @param device the port
 * @param now TSC value
 * @param offset from the first register
 * @param bytes size
 * @return value
 */
static uint64_t uart_read(void *device, uint64_t now, uint64_t offset, uint32_t bytes)
{
    uint64_t value = mk_bytes_read(read_register, device, now, offset, bytes);
    mk_uart_update_line(device);
    return value;
}

/**
 * Writes.
 * @param device the port
 * @param now TSC value
 * @param offset from the first register
 * @param bytes size
 * @param value value
 */
static void uart_write(void *device, uint64_t now, uint64_t offset, uint32_t bytes, uint64_t value)
{
    mk_bytes_write(write_register, device, now, offset, bytes, value);
    mk_uart_update_line(device);
}

const struct mk_device_ops mk_uart_ops = {uart_read, uart_write};
