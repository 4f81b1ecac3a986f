/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * FIFOs of a serial port.
 */
#include "makatea/uart16550_registers.h"

bool mk_uart_fifo_put(struct mk_uart_fifo *fifo, uint32_t room, uint8_t byte, bool broken)
{
    if (fifo->count >= room) {
        return false;
    }
    uint32_t at = ((uint32_t)fifo->head + fifo->count) % MK_UART_FIFO;
    fifo->bytes[at] = byte;
    fifo->broken[at] = broken;
    fifo->count++;
    return true;
}

void mk_uart_fifo_drop(struct mk_uart_fifo *fifo)
{
    fifo->head = (uint8_t)((fifo->head + 1) % MK_UART_FIFO);
    fifo->count--;
}

bool mk_uart_fifo_broken(const struct mk_uart_fifo *fifo)
{
    for (uint32_t i = 0; i < fifo->count; i++) {
        if (fifo->broken[(fifo->head + i) % MK_UART_FIFO]) {
            return true;
        }
    }
    return false;
}
