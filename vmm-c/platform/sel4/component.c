/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The waist of components on libsel4: everything is at the slots of the plan.
 */
#include "components/component.h"

#include <sel4/sel4.h>

#include "platform/sel4/tsc.h"

uint64_t mk_component_wait(struct mk_component *c)
{
    seL4_Word badge = 0;
    if (c->hear != (uint64_t(*)(struct mk_component *))0) {
        return c->hear(c);
    }
    seL4_Wait(c->resources->own.notification, &badge);
    return badge;
}

uint64_t mk_component_poll(struct mk_component *c)
{
    seL4_Word badge = 0;
    seL4_Poll(c->resources->own.notification, &badge);
    return badge;
}

void mk_component_acknowledge(struct mk_component *c, uint32_t irq)
{
    seL4_IRQHandler_Ack(c->resources->irqs[irq].slot);
}

uint32_t mk_component_in(struct mk_component *c, uint32_t range, uint32_t offset, uint32_t bytes)
{
    const struct mk_port_range *ports = &c->resources->io_ports[range];
    uint16_t port = (uint16_t)(ports->first + offset);
    if (bytes == 1) {
        seL4_X86_IOPort_In8_t in = seL4_X86_IOPort_In8(ports->slot, port);
        return in.error == seL4_NoError ? in.result : UINT32_MAX;
    }
    if (bytes == 2) {
        seL4_X86_IOPort_In16_t in = seL4_X86_IOPort_In16(ports->slot, port);
        return in.error == seL4_NoError ? in.result : UINT32_MAX;
    }
    seL4_X86_IOPort_In32_t in = seL4_X86_IOPort_In32(ports->slot, port);
    return in.error == seL4_NoError ? in.result : UINT32_MAX;
}

void mk_component_out(struct mk_component *c, uint32_t range, uint32_t offset, uint32_t bytes,
                      uint32_t value)
{
    const struct mk_port_range *ports = &c->resources->io_ports[range];
    seL4_Word port = (seL4_Word)ports->first + offset;
    if (bytes == 1) {
        seL4_X86_IOPort_Out8(ports->slot, port, value);
    } else if (bytes == 2) {
        seL4_X86_IOPort_Out16(ports->slot, port, value);
    } else {
        seL4_X86_IOPort_Out32(ports->slot, port, value);
    }
}

uint64_t mk_component_now(struct mk_component *c)
{
    (void)c;
    return mk_sel4_tsc();
}
