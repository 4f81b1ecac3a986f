/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Contract: notifications, I/O ports, interrupt handlers.
 */
#include "contract.h"

/** CNode of the program. */
#define CNODE seL4_CapInitThreadCNode

/**
 * Prints a badge.
 * @param c the program
 * @param what where it is from
 * @param badge the badge
 */
static void show_badge(struct contract *c, const char *what, seL4_Word badge)
{
    mk_text_string(&c->log, "| ");
    mk_text_pair(&c->log, what, badge);
    mk_text_string(&c->log, "\n");
}

/**
 * Notifications.
 * @param c the program
 */
static void notifications(struct contract *c)
{
    static const seL4_Word badges[2] = {1, UINT64_C(1) << 40};
    seL4_Word badge = 0;
    c->notification = contract_make(c, seL4_NotificationObject, 0);
    for (int i = 0; i < 2; i++) {
        c->badged[i] = c->next++;
        contract_result(c, "mint",
                        seL4_CNode_Mint(CNODE, c->badged[i], SLOT_DEPTH, CNODE, c->notification,
                                        SLOT_DEPTH, seL4_AllRights, badges[i]));
    }
    contract_result(c, "bind: not a notification",
                    seL4_TCB_BindNotification(seL4_CapInitThreadTCB, c->frames[0]));
    contract_result(c, "bind", seL4_TCB_BindNotification(seL4_CapInitThreadTCB, c->notification));
    contract_result(c, "bind: again",
                    seL4_TCB_BindNotification(seL4_CapInitThreadTCB, c->notification));
    seL4_Signal(c->badged[0]);
    seL4_Wait(c->notification, &badge);
    show_badge(c, "wait: badge", badge);
    seL4_Signal(c->badged[0]);
    seL4_Signal(c->badged[1]);
    seL4_Signal(c->badged[0]);
    seL4_Wait(c->notification, &badge);
    show_badge(c, "wait: badges together", badge);
    seL4_Signal(c->badged[1]);
    badge = 99;
    seL4_Poll(c->notification, &badge);
    show_badge(c, "poll: badge", badge);
    seL4_Poll(c->notification, &badge);
    show_badge(c, "poll: nothing there", badge);
}

/**
 * Ports.
 * @param c the program
 */
static void ports(struct contract *c)
{
    seL4_CPtr spare = c->next;
    contract_result(
        c, "ports: reversed",
        seL4_X86_IOPortControl_Issue(seL4_CapIOPortControl, 0x50, 0x4f, CNODE, spare, SLOT_DEPTH));
    contract_result(c, "ports: taken",
                    seL4_X86_IOPortControl_Issue(seL4_CapIOPortControl, 0x3f0, 0x3f8, CNODE, spare,
                                                 SLOT_DEPTH));
    contract_result(c, "ports: full slot",
                    seL4_X86_IOPortControl_Issue(seL4_CapIOPortControl, 0x40, 0x43, CNODE,
                                                 c->console, SLOT_DEPTH));
    c->timer_ports = c->next++;
    contract_result(c, "ports",
                    seL4_X86_IOPortControl_Issue(seL4_CapIOPortControl, 0x40, 0x43, CNODE,
                                                 c->timer_ports, SLOT_DEPTH));
    contract_result(c, "in: outside", (seL4_Word)seL4_X86_IOPort_In8(c->timer_ports, 0x44).error);
    contract_result(c, "in: over the end",
                    (seL4_Word)seL4_X86_IOPort_In32(c->timer_ports, 0x41).error);
    contract_result(c, "out: outside", seL4_X86_IOPort_Out8(c->timer_ports, 0x3f, 0));
    contract_result(c, "out: of a frame", seL4_X86_IOPort_Out8(c->frames[0], 0x40, 0));
    contract_result(c, "out", seL4_X86_IOPort_Out8(c->timer_ports, 0x43, 0x30));
    contract_result(c, "guest ports: outside",
                    seL4_X86_VCPU_EnableIOPort(c->vcpu, c->timer_ports, 0x40, 0x44));
    contract_result(c, "guest ports: not a port",
                    seL4_X86_VCPU_EnableIOPort(c->vcpu, c->frames[0], 0x40, 0x43));
    contract_result(c, "guest ports: enable",
                    seL4_X86_VCPU_EnableIOPort(c->vcpu, c->timer_ports, 0x40, 0x43));
    contract_result(c, "guest ports: disable", seL4_X86_VCPU_DisableIOPort(c->vcpu, 0x40, 0x43));
}

/**
 * Interrupt handlers: the interval timer is ISA interrupt 0, I/O APIC pin 2.
 * @param c the program
 */
static void interrupts(struct contract *c)
{
    seL4_CPtr spare = c->next;
    contract_result(
        c, "irq: vector out of range",
        seL4_IRQControl_GetIOAPIC(seL4_CapIRQControl, CNODE, spare, SLOT_DEPTH, 0, 2, 0, 0, 108));
    contract_result(
        c, "irq: no such I/O APIC",
        seL4_IRQControl_GetIOAPIC(seL4_CapIRQControl, CNODE, spare, SLOT_DEPTH, 9, 2, 0, 0, 10));
    contract_result(
        c, "irq: no such pin",
        seL4_IRQControl_GetIOAPIC(seL4_CapIRQControl, CNODE, spare, SLOT_DEPTH, 0, 99, 0, 0, 10));
    contract_result(
        c, "irq: neither level nor edge",
        seL4_IRQControl_GetIOAPIC(seL4_CapIRQControl, CNODE, spare, SLOT_DEPTH, 0, 2, 2, 0, 10));
    c->timer_irq = c->next++;
    contract_result(c, "irq",
                    seL4_IRQControl_GetIOAPIC(seL4_CapIRQControl, CNODE, c->timer_irq, SLOT_DEPTH,
                                              0, 2, 0, 0, 10));
    contract_result(
        c, "irq: vector taken",
        seL4_IRQControl_GetIOAPIC(seL4_CapIRQControl, CNODE, c->next, SLOT_DEPTH, 0, 3, 0, 0, 10));
    contract_result(c, "irq: notify a frame",
                    seL4_IRQHandler_SetNotification(c->timer_irq, c->frames[0]));
    contract_result(c, "irq: notify", seL4_IRQHandler_SetNotification(c->timer_irq, c->badged[1]));
    contract_result(c, "irq: acknowledge", seL4_IRQHandler_Ack(c->timer_irq));
    seL4_X86_IOPort_Out8(c->timer_ports, 0x43, 0x30);
    seL4_X86_IOPort_Out8(c->timer_ports, 0x40, 0x00);
    seL4_X86_IOPort_Out8(c->timer_ports, 0x40, 0x10);
    seL4_Word badge = 0;
    seL4_Wait(c->notification, &badge);
    show_badge(c, "irq: badge", badge);
    contract_result(c, "irq: acknowledge", seL4_IRQHandler_Ack(c->timer_irq));
}

void contract_signals(struct contract *c)
{
    notifications(c);
    ports(c);
    interrupts(c);
}
