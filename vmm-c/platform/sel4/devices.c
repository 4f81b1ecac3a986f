/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The machine's devices: rights to ports and interrupts.
 */
#include "platform/sel4/devices.h"

/** Depth of a slot's address. */
#define DEPTH 64
/** Input of the I/O APIC to which the interval timer is wired (ACPI: override of ISA 0). */
#define TIMER_PIN 2
/** Input of COM1. */
#define UART_PIN 4
/** Number of the timer's interrupt. */
#define TIMER_IRQ 10
/** Number of COM1's interrupt. */
#define UART_IRQ 11

/**
 * Gets a right to ports.
 * @param cnode CNode
 * @param slot receives it
 * @param first first port
 * @param last last port
 * @return whether it worked
 */
static bool get_ports(seL4_CPtr cnode, seL4_CPtr slot, seL4_Word first, seL4_Word last)
{
    return seL4_X86_IOPortControl_Issue(seL4_CapIOPortControl, first, last, cnode, slot, DEPTH) ==
           seL4_NoError;
}

/**
 * Gets an edge-triggered interrupt and lets it signal.
 * @param d the devices, with the notification
 * @param cnode CNode
 * @param slot receives the handler; the one after it the badged notification
 * @param pin input of the I/O APIC
 * @param irq number of the interrupt
 * @param badge badge
 * @return whether it worked
 */
static bool get_irq(const struct mk_sel4_devices *d, seL4_CPtr cnode, seL4_CPtr slot, seL4_Word pin,
                    seL4_Word irq, seL4_Word badge)
{
    return seL4_IRQControl_GetIOAPIC(seL4_CapIRQControl, cnode, slot, DEPTH, 0, pin, 0, 0, irq) ==
               seL4_NoError &&
           seL4_CNode_Mint(cnode, slot + 1, DEPTH, cnode, d->notification, DEPTH, seL4_AllRights,
                           badge) == seL4_NoError &&
           seL4_IRQHandler_SetNotification(slot, slot + 1) == seL4_NoError;
}

enum mk_status mk_sel4_devices_start(struct mk_sel4_devices *d, seL4_CPtr cnode, seL4_CPtr *next)
{
    d->timer_ports = *next;
    d->uart_ports = *next + 1;
    d->clock_ports = *next + 2;
    d->timer_irq = *next + 3;
    d->uart_irq = *next + 5;
    *next += 7;
    if (!get_ports(cnode, d->uart_ports, 0x3f8, 0x3ff) ||
        !get_ports(cnode, d->timer_ports, 0x40, 0x43) ||
        !get_ports(cnode, d->clock_ports, 0x70, 0x71) ||
        !get_irq(d, cnode, d->timer_irq, TIMER_PIN, TIMER_IRQ, MK_BADGE_TIMER) ||
        !get_irq(d, cnode, d->uart_irq, UART_PIN, UART_IRQ, MK_BADGE_CONSOLE)) {
        return MK_DENIED;
    }
    mk_sel4_timer_measure(d);
    d->unix_time = mk_sel4_clock_read(d);
    mk_sel4_uart_start(d);
    return MK_OK;
}
