/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * COM1 (16550): bytes out by polling, bytes in by interrupt.
 */
#include "platform/sel4/devices.h"

/** Data. */
#define DATA 0x3f8
/** Interrupt enable: bit 0, received data. */
#define INTERRUPT_ENABLE 0x3f9
/** FIFO control: bit 0 on, bits 1 and 2 empty both, bits 7:6 = 0 interrupt from the first byte. */
#define FIFO_CONTROL 0x3fa
/** Modem control: DTR, RTS, and OUT2, which lets the interrupt through on a PC. */
#define MODEM_CONTROL 0x3fc
/** Line status. */
#define LINE_STATUS 0x3fd
/** A byte was received. */
#define DATA_READY 0x01
/** The transmitter takes a byte. */
#define TRANSMITTER_EMPTY 0x20
/** How often the transmitter is asked at most: at 115200 baud it needs 87 us for a byte, and
 * reading a port takes about 1 us. */
#define TRIES 20000

/**
 * Reads the line status.
 * @param d the devices
 * @return it
 */
static uint8_t line_status(const struct mk_sel4_devices *d)
{
    return seL4_X86_IOPort_In8(d->uart_ports, LINE_STATUS).result;
}

void mk_sel4_uart_start(struct mk_sel4_devices *d)
{
    seL4_X86_IOPort_Out8(d->uart_ports, FIFO_CONTROL, 0x07);
    seL4_X86_IOPort_Out8(d->uart_ports, MODEM_CONTROL, 0x0b);
    seL4_X86_IOPort_Out8(d->uart_ports, INTERRUPT_ENABLE, 0x01);
    seL4_IRQHandler_Ack(d->uart_irq);
}

void mk_sel4_uart_put(struct mk_sel4_devices *d, uint8_t byte)
{
    for (int i = 0; i < TRIES; i++) {
        if ((line_status(d) & TRANSMITTER_EMPTY) != 0) {
            seL4_X86_IOPort_Out8(d->uart_ports, DATA, byte);
            return;
        }
    }
}

int32_t mk_sel4_uart_get(struct mk_sel4_devices *d)
{
    if ((line_status(d) & DATA_READY) == 0) {
        /* The interrupt is an edge and was masked until now: look again, or a byte that came in
         * between is never told. */
        seL4_IRQHandler_Ack(d->uart_irq);
        if ((line_status(d) & DATA_READY) == 0) {
            return -1;
        }
    }
    return seL4_X86_IOPort_In8(d->uart_ports, DATA).result;
}
