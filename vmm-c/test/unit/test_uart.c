/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Tests of the serial port, by section of the PC16550D data sheet.
 */
#include "uart.h"
#include "unit.h"

static void pc16550_8_0_registers_after_reset(struct mk_vm *vm)
{
    struct mk_irq_out irq = device_irq(&line);
    (void)vm;
    mk_uart_init(&uart, &irq, 4, send, &peer);
    UNIT_CHECK(in(IER) == 0 && in(IIR) == 0x01 && in(LCR) == 0 && in(MCR) == 0);
    UNIT_CHECK(in(LSR) == 0x60 && in(MSR) == 0xb0 && in(DATA) == 0);
    UNIT_CHECK(line.rises == 0);
}

static void pc16550_8_1_dlab_selects_the_divisor_and_scratch_is_kept(struct mk_vm *vm)
{
    (void)vm;
    start(0x05);
    out(SCRATCH, 0x5a);
    out(LCR, 0x83);
    UNIT_CHECK(in(DATA) == 12 && in(IER) == 0);
    out(DATA, 0x01);
    out(IER, 0xc2);
    UNIT_CHECK(in(DATA) == 0x01 && in(IER) == 0xc2);
    out(LCR, 0x03);
    UNIT_CHECK(in(LCR) == 0x03 && in(IER) == 0x05 && in(SCRATCH) == 0x5a && peer.count == 0);
}

static void linux_autoconfig_finds_a_16550a(struct mk_vm *vm)
{
    struct mk_irq_out irq = device_irq(&line);
    (void)vm;
    mk_uart_init(&uart, &irq, 4, send, &peer);
    out(IER, 0);
    UNIT_CHECK((in(IER)&0x0f) == 0);
    out(IER, 0xff);
    UNIT_CHECK(in(IER) ==
               0x0f); /* bits 7:4 stay 0: neither an XScale nor an 8250 with power modes */
    out(IER, 0);
    out(MCR, 0x1a);
    UNIT_CHECK((in(MSR)&0xf0) == 0x90);
    out(MCR, 0);
    out(LCR, 0xbf);
    out(IIR, 0);
    out(LCR, 0);
    out(IIR, 0x01);
    UNIT_CHECK(in(IIR) >> 6 == 3);
    out(LCR, 0x80);
    UNIT_CHECK(in(IIR) != 0); /* no extended feature register */
    out(LCR, 0);
    out(IIR, 0x21);
    UNIT_CHECK((in(IIR)&0x20) == 0); /* not a 16750 */
}

static void linux_thre_and_txen_tests_find_no_bug(struct mk_vm *vm)
{
    (void)vm;
    start(0);
    out(IER, 0x02);
    UNIT_CHECK((in(IIR)&0x0f) == 0x02);
    out(IER, 0);
    out(IER, 0x02);
    UNIT_CHECK((in(IIR)&0x0f) == 0x02); /* raised again: not UART_BUG_THRE */
    out(IER, 0);
    out(IER, 0x02);
    UNIT_CHECK((in(LSR)&0x40) != 0 && (in(IIR)&0x01) == 0); /* not UART_BUG_TXEN */
}

static void pc16550_8_4_errors_end_when_the_line_status_is_read(struct mk_vm *vm)
{
    (void)vm;
    start(0x05);
    UNIT_CHECK(mk_uart_receive(&uart, 'a') && mk_uart_receive_break(&uart));
    UNIT_CHECK(in(LSR) == 0xe1 && (in(IIR)&0x0f) == 0x0c);
    UNIT_CHECK(in(DATA) == 'a');
    UNIT_CHECK((in(IIR)&0x0f) == 0x06);
    UNIT_CHECK(in(LSR) == 0xf1 && in(LSR) == 0x61);
    UNIT_CHECK(in(DATA) == 0 && in(LSR) == 0x60 && !line.asserted);
}

static void pc16550_8_4_overrun_keeps_the_fifo_and_replaces_the_register(struct mk_vm *vm)
{
    (void)vm;
    start(0x04);
    out(MCR, 0x1b);
    for (uint8_t i = 0; i <= MK_UART_FIFO; i++) {
        out(DATA, i);
    }
    UNIT_CHECK((in(IIR)&0x0f) == 0x06 && in(LSR) == 0x63 && in(LSR) == 0x61);
    for (uint8_t i = 0; i < MK_UART_FIFO; i++) {
        UNIT_CHECK(in(DATA) == i);
    }
    UNIT_CHECK(in(LSR) == 0x60 && peer.count == 0);
    out(IIR, 0);
    out(DATA, 1);
    out(DATA, 2);
    UNIT_CHECK(in(LSR) == 0x63 && in(DATA) == 2 && in(LSR) == 0x60);
}

static void pc16550_8_5_fifo_control_resets_and_sets_the_trigger(struct mk_vm *vm)
{
    static const uint8_t levels[4] = {1, 4, 8, 14};
    (void)vm;
    start(0x01);
    for (uint8_t i = 0; i < 4; i++) {
        out(IIR, (uint8_t)(0x03 | i << 6));
        UNIT_CHECK(in(IIR) == 0xc1);
        for (uint8_t n = 1; n <= MK_UART_FIFO; n++) {
            UNIT_CHECK(mk_uart_receive(&uart, n));
            UNIT_CHECK(in(IIR) == (n >= levels[i] ? 0xc4 : 0xcc));
        }
        UNIT_CHECK(!mk_uart_receive(&uart, 0) && mk_uart_room(&uart) == 0);
    }
    out(IIR, 0x06); /* bit 0 is 0: FIFOs off, and both are empty */
    UNIT_CHECK(in(IIR) == 0x01 && in(LSR) == 0x60 && mk_uart_room(&uart) == 1);
    UNIT_CHECK(mk_uart_receive(&uart, 'a') && !mk_uart_receive(&uart, 'b') && in(IIR) == 0x04);
    UNIT_CHECK(in(DATA) == 'a' && in(IIR) == 0x01);
}

static void pc16550_8_6_interrupts_have_priorities(struct mk_vm *vm)
{
    (void)vm;
    start(0x0f);
    out(MCR, 0x10);
    out(MCR, 0x0b); /* lines changed */
    UNIT_CHECK(mk_uart_receive_break(&uart));
    UNIT_CHECK(in(IIR) == 0xc6);
    in(LSR);
    UNIT_CHECK(in(IIR) == 0xcc);
    in(DATA);
    UNIT_CHECK(in(IIR) == 0xc2); /* reading it ends it */
    UNIT_CHECK(in(IIR) == 0xc0);
    in(MSR);
    UNIT_CHECK(in(IIR) == 0xc1 && !line.asserted && line.gsi == 4);
}

static void pc16550_8_6_only_the_reported_transmitter_interrupt_ends(struct mk_vm *vm)
{
    (void)vm;
    start(0x03);
    UNIT_CHECK(mk_uart_receive(&uart, 'a'));
    UNIT_CHECK(in(IIR) == 0xcc && in(IIR) == 0xcc);
    in(DATA);
    UNIT_CHECK(line.asserted && in(IIR) == 0xc2 && !line.asserted);
    out(DATA, 'x');
    UNIT_CHECK(line.asserted && line.rises == 2 && line.same == 0);
}

static void pc16550_8_8_loopback_joins_outputs_to_inputs(struct mk_vm *vm)
{
    (void)vm;
    start(0);
    for (uint8_t mcr = 0; mcr < 16; mcr++) {
        uint8_t expected = (uint8_t)((mcr & 2) << 3 | (mcr & 1) << 5 | (mcr & 0xc) << 4);
        out(MCR, mcr | 0xf0);
        UNIT_CHECK(in(MCR) == (mcr | 0x10) && (in(MSR)&0xf0) == expected);
    }
    out(DATA, 'l');
    UNIT_CHECK(peer.count == 0 && in(LSR) == 0x61 && in(DATA) == 'l');
    out(LCR, 0x43);
    UNIT_CHECK(in(LSR) == 0xf1 && in(DATA) == 0);
    UNIT_CHECK(!mk_uart_receive(&uart, 'x') && mk_uart_room(&uart) == 0);
}

static void pc16550_8_9_changes_of_the_modem_lines_are_noted_once(struct mk_vm *vm)
{
    (void)vm;
    start(0);
    out(MCR, 0x10);
    UNIT_CHECK(in(MSR) == 0x0b); /* CTS, DSR and DCD went */
    UNIT_CHECK(in(MSR) == 0x00);
    out(MCR, 0x14);
    UNIT_CHECK(in(MSR) == 0x40); /* a ring that begins is no change */
    out(MCR, 0x10);
    UNIT_CHECK(in(MSR) == 0x04);
}

static void pc16550_8_7_only_enabling_raises_the_transmitter_interrupt(struct mk_vm *vm)
{
    (void)vm;
    start(0x02);
    UNIT_CHECK(in(IIR) == 0xc2);
    out(IER, 0x02);
    out(IER, 0x07);
    UNIT_CHECK(in(IIR) == 0xc1);
}

static void pc16550_8_8_loopback_interrupts_and_begins_a_break_once(struct mk_vm *vm)
{
    (void)vm;
    start(0x02);
    out(MCR, 0x13);
    in(IIR);
    out(DATA, 'a');
    UNIT_CHECK(in(IIR) == 0xc2 && in(DATA) == 'a');
    out(LCR, 0x43);
    out(LCR, 0x43);
    out(LCR, 0x03);
    UNIT_CHECK(uart.rx.count == 1);
    out(IIR, 0x00);
    out(LCR, 0x43);
    out(DATA, 'b');
    UNIT_CHECK(in(LSR) == 0x63 && in(DATA) == 'b'); /* the character replaced the break */
    out(MCR, 0x0b);
    out(LCR, 0x03);
    out(LCR, 0x43);
    UNIT_CHECK(uart.rx.count == 0);
}

static void wide_accesses_go_byte_by_byte(struct mk_vm *vm)
{
    (void)vm;
    start(0);
    mk_uart_ops.write(&uart, 0, LCR, 2, 0x0803);
    UNIT_CHECK(in(LCR) == 0x03 && in(MCR) == 0x08);
    in(MSR);
    out(SCRATCH, 0x77);
    UNIT_CHECK(mk_uart_ops.read(&uart, 0, LCR, 4) == 0xb0600803);
    UNIT_CHECK(mk_uart_ops.read(&uart, 0, MSR, 2) == 0x77b0);
    mk_uart_ops.write(&uart, 0, LSR, 2, 0xffff);
    UNIT_CHECK(in(LSR) == 0x60 && in(MSR) == 0xb0);
}

const struct unit_test unit_uart[] = {
    UNIT_TEST(pc16550_8_0_registers_after_reset),
    UNIT_TEST(pc16550_8_1_dlab_selects_the_divisor_and_scratch_is_kept),
    UNIT_TEST(linux_autoconfig_finds_a_16550a),
    UNIT_TEST(linux_thre_and_txen_tests_find_no_bug),
    UNIT_TEST(pc16550_8_4_errors_end_when_the_line_status_is_read),
    UNIT_TEST(pc16550_8_4_overrun_keeps_the_fifo_and_replaces_the_register),
    UNIT_TEST(pc16550_8_5_fifo_control_resets_and_sets_the_trigger),
    UNIT_TEST(pc16550_8_6_interrupts_have_priorities),
    UNIT_TEST(pc16550_8_6_only_the_reported_transmitter_interrupt_ends),
    UNIT_TEST(pc16550_8_8_loopback_joins_outputs_to_inputs),
    UNIT_TEST(pc16550_8_9_changes_of_the_modem_lines_are_noted_once),
    UNIT_TEST(pc16550_8_7_only_enabling_raises_the_transmitter_interrupt),
    UNIT_TEST(pc16550_8_8_loopback_interrupts_and_begins_a_break_once),
    UNIT_TEST(wide_accesses_go_byte_by_byte),
    {NULL, NULL},
};
