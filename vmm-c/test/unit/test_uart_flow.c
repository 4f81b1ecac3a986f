/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Tests of the serial port: what flows through it, its bounds, and its interrupt line.
 */
#include "uart.h"
#include "unit.h"

static void cve_2016_8669_divisor_zero_is_only_a_number(struct mk_vm *vm)
{
    (void)vm;
    start(0);
    out(LCR, 0x83);
    out(DATA, 0);
    out(IER, 0);
    UNIT_CHECK(in(DATA) == 0 && in(IER) == 0);
    out(LCR, 0x03);
    out(DATA, 'x');
    UNIT_CHECK(peer.count == 1 && peer.bytes[0] == 'x');
    UNIT_CHECK(mk_uart_receive(&uart, 'y') && in(DATA) == 'y');
}

static void pc16550_8_5_transmit_reset_drops_what_the_peer_did_not_take(struct mk_vm *vm)
{
    (void)vm;
    start(0);
    peer.room = 0;
    out(DATA, 'a');
    UNIT_CHECK((in(LSR)&0x60) == 0);
    out(IIR, 0x85);
    UNIT_CHECK((in(LSR)&0x60) == 0x60);
    peer.room = 1;
    mk_uart_tx_ready(&uart);
    UNIT_CHECK(peer.count == 0);
}

static void pc_out2_connects_the_interrupt(struct mk_vm *vm)
{
    (void)vm;
    start(0x02);
    UNIT_CHECK(line.asserted);
    out(MCR, 0x03);
    UNIT_CHECK(!line.asserted);
    out(MCR, 0x1b);
    UNIT_CHECK(!line.asserted);
    out(MCR, 0x0b);
    UNIT_CHECK(line.asserted && line.same == 0);
}

static void pc16550_8_5_only_reset_bits_empty_the_fifos(struct mk_vm *vm)
{
    (void)vm;
    start(0x02);
    in(IIR);
    out(IIR, 0x87);
    UNIT_CHECK(in(IIR) == 0xc1); /* an empty transmitter does not become empty */
    peer.room = 0;
    out(DATA, 'a');
    UNIT_CHECK(mk_uart_receive(&uart, 'b'));
    out(IIR, 0x41);
    UNIT_CHECK(uart.tx.count == 1 && uart.rx.count == 1);
    out(IIR, 0x43);
    UNIT_CHECK(uart.tx.count == 1 && uart.rx.count == 0);
    out(IIR, 0x45);
    UNIT_CHECK(uart.tx.count == 0 && in(IIR) == 0xc2);
}

static void the_line_rises_without_an_access_of_the_guest(struct mk_vm *vm)
{
    (void)vm;
    start(0x03);
    in(IIR);
    peer.room = 0;
    out(DATA, 'a');
    UNIT_CHECK(!line.asserted);
    UNIT_CHECK(mk_uart_receive(&uart, 'b') && line.asserted && line.rises == 2);
    in(DATA);
    UNIT_CHECK(!line.asserted);
    peer.room = 1;
    mk_uart_tx_ready(&uart);
    UNIT_CHECK(line.asserted && line.rises == 3);
}

static void a_break_that_was_read_is_forgotten(struct mk_vm *vm)
{
    (void)vm;
    start(0);
    UNIT_CHECK(mk_uart_receive_break(&uart));
    in(DATA);
    for (uint32_t i = 1; i < MK_UART_FIFO; i++) {
        UNIT_CHECK(mk_uart_receive(&uart, 'a'));
        UNIT_CHECK(in(LSR) == 0x61 && in(DATA) == 'a');
    }
    UNIT_CHECK(in(LSR) == 0x60);
    UNIT_CHECK(mk_uart_receive_break(&uart) && in(DATA) == 0);
    for (uint32_t i = 1; i < MK_UART_FIFO; i++) {
        UNIT_CHECK(mk_uart_receive(&uart, 'a'));
    }
    UNIT_CHECK(in(LSR) == 0x61);
}

static void backpressure_loses_nothing_and_holds_thre(struct mk_vm *vm)
{
    (void)vm;
    start(0x02);
    in(IIR);
    peer.room = 5;
    for (uint8_t i = 0; i < MK_UART_FIFO; i++) {
        out(DATA, i);
    }
    UNIT_CHECK(peer.count == 5 && in(LSR) == 0 && in(IIR) == 0xc1);
    peer.room = 3;
    mk_uart_tx_ready(&uart);
    UNIT_CHECK(peer.count == 8 && in(LSR) == 0 && !line.asserted);
    peer.room = 100;
    mk_uart_tx_ready(&uart);
    UNIT_CHECK(peer.count == 16 && in(LSR) == 0x60 && line.asserted && in(IIR) == 0xc2);
    for (uint8_t i = 0; i < MK_UART_FIFO; i++) {
        UNIT_CHECK(peer.bytes[i] == i);
    }
}

static void unbounded_buffer_a_flood_of_output_stays_in_sixteen_characters(struct mk_vm *vm)
{
    (void)vm;
    start(0);
    peer.room = 0;
    for (uint32_t i = 0; i < 100000; i++) {
        out(DATA, (uint8_t)i);
    }
    UNIT_CHECK(uart.tx.count == MK_UART_FIFO);
    peer.room = 64;
    mk_uart_tx_ready(&uart);
    UNIT_CHECK(peer.count == MK_UART_FIFO && peer.bytes[0] == 0 && peer.bytes[14] == 14);
}

static void cve_2015_3456_fifo_index_stays_inside(struct mk_vm *vm)
{
    (void)vm;
    start(0);
    for (uint32_t i = 0; i < 1000; i++) {
        uint32_t n = i % 19;
        for (uint32_t k = 0; k < n; k++) {
            UNIT_CHECK(mk_uart_receive(&uart, (uint8_t)(i + k)) == (k < MK_UART_FIFO));
        }
        UNIT_CHECK(uart.rx.head < MK_UART_FIFO && uart.rx.count <= MK_UART_FIFO);
        for (uint32_t k = 0; k < n && k < MK_UART_FIFO; k++) {
            UNIT_CHECK(in(DATA) == (uint8_t)(i + k));
        }
        UNIT_CHECK(in(DATA) == 0 && uart.rx.count == 0);
    }
}

const struct unit_test unit_uart_flow[] = {
    UNIT_TEST(cve_2016_8669_divisor_zero_is_only_a_number),
    UNIT_TEST(pc16550_8_5_transmit_reset_drops_what_the_peer_did_not_take),
    UNIT_TEST(pc_out2_connects_the_interrupt),
    UNIT_TEST(pc16550_8_5_only_reset_bits_empty_the_fifos),
    UNIT_TEST(the_line_rises_without_an_access_of_the_guest),
    UNIT_TEST(a_break_that_was_read_is_forgotten),
    UNIT_TEST(backpressure_loses_nothing_and_holds_thre),
    UNIT_TEST(unbounded_buffer_a_flood_of_output_stays_in_sixteen_characters),
    UNIT_TEST(cve_2015_3456_fifo_index_stays_inside),
    {NULL, NULL},
};
