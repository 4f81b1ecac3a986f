/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The machine's devices of a plain root task: rights to ports and interrupts, and typing.
 */
#include "platform/sel4/devices.h"

#include "components/clock.h"

/** Depth of a slot's address. */
#define DEPTH 64
/** Number of the timer's interrupt; COM1's follows. */
#define FIRST_IRQ 10
/** Baud of COM1. */
#define BAUD 115200
/** How often the transmitter is asked at most: at 115200 baud it needs 87 us for a byte, and
 * reading a port takes about 1 us. */
#define TRIES 20000

/** Rows of the ports. */
enum range {
    RANGE_TIMER, /**< Interval timer. */
    RANGE_CLOCK, /**< Real-time clock. */
    RANGE_COM    /**< COM1. */
};

/** Rows of the interrupts, which are the bits of their badges, too. */
enum interrupt {
    INTERRUPT_TIMER, /**< Interval timer. */
    INTERRUPT_COM    /**< COM1. */
};

/** The ports. */
static const struct mk_port_range ranges[MK_SEL4_DEVICE_RANGES] = {
    {"pit", 0x40, 0x43, 0}, {"clock", 0x70, 0x71, 0}, {"com1", 0x3f8, 0x3ff, 0}};

/** Inputs of the I/O APIC: the timer's is 2 (ACPI: override of ISA 0). */
static const uint8_t pins[MK_SEL4_DEVICE_IRQS] = {2, 4};

/**
 * Gets a right to ports.
 * @param range the ports, with their slot
 * @param cnode CNode
 * @return whether it worked
 */
static bool get_ports(const struct mk_port_range *range, seL4_CPtr cnode)
{
    return seL4_X86_IOPortControl_Issue(seL4_CapIOPortControl, range->first, range->last, cnode,
                                        range->slot, DEPTH) == seL4_NoError;
}

/**
 * Gets an edge-triggered interrupt and lets it signal.
 * @param d the devices, with the notification
 * @param cnode CNode
 * @param row which interrupt
 * @return whether it worked
 */
static bool get_irq(const struct mk_sel4_devices *d, seL4_CPtr cnode, uint32_t row)
{
    seL4_CPtr slot = d->irqs[row].slot;
    return seL4_IRQControl_GetIOAPIC(seL4_CapIRQControl, cnode, slot, DEPTH, 0, pins[row], 0, 0,
                                     FIRST_IRQ + row) == seL4_NoError &&
           seL4_CNode_Mint(cnode, slot + 1, DEPTH, cnode, d->notification, DEPTH, seL4_AllRights,
                           UINT64_C(1) << d->irqs[row].event) == seL4_NoError &&
           seL4_IRQHandler_SetNotification(slot, slot + 1) == seL4_NoError;
}

enum mk_status mk_sel4_devices_start(struct mk_sel4_devices *d, seL4_CPtr cnode, seL4_CPtr *next)
{
    bool good = true;
    d->resources = (struct mk_resources){.own = {.notification = (uint32_t)d->notification},
                                         .irqs = d->irqs,
                                         .irq_count = MK_SEL4_DEVICE_IRQS,
                                         .io_ports = d->ranges,
                                         .io_port_count = MK_SEL4_DEVICE_RANGES};
    d->component = (struct mk_component){.resources = &d->resources};
    for (uint32_t i = 0; i < MK_SEL4_DEVICE_RANGES; i++) {
        d->ranges[i] = ranges[i];
        d->ranges[i].slot = (uint32_t)(*next)++;
        good = get_ports(&d->ranges[i], cnode) && good;
    }
    for (uint32_t i = 0; i < MK_SEL4_DEVICE_IRQS; i++) {
        d->irqs[i] = (struct mk_irq){.slot = (uint32_t)*next, .event = i};
        *next += 2;
        good = get_irq(d, cnode, i) && good;
    }
    d->pit = (struct mk_pit){.c = &d->component, .range = RANGE_TIMER, .irq = INTERRUPT_TIMER};
    d->com = (struct mk_com){.c = &d->component, .range = RANGE_COM, .irq = INTERRUPT_COM};
    if (!good) {
        return MK_DENIED;
    }
    mk_pit_start(&d->pit);
    d->unix_time = mk_clock_read(&d->component, RANGE_CLOCK);
    mk_com_start(&d->com, BAUD);
    return MK_OK;
}

void mk_sel4_devices_listen(struct mk_sel4_devices *d)
{
    do {
        int32_t byte = 0;
        while (d->typed_count < MK_SEL4_TYPED && (byte = mk_com_get(&d->com)) >= 0) {
            d->typed[(d->typed_first + d->typed_count) % MK_SEL4_TYPED] = (uint8_t)byte;
            d->typed_count++;
        }
    } while (d->typed_count < MK_SEL4_TYPED && mk_com_listen(&d->com, true, false));
}

int32_t mk_sel4_devices_read(struct mk_sel4_devices *d)
{
    bool full = d->typed_count == MK_SEL4_TYPED;
    if (d->typed_count == 0) {
        return -1;
    }
    uint8_t byte = d->typed[d->typed_first];
    d->typed_first = (d->typed_first + 1) % MK_SEL4_TYPED;
    d->typed_count--;
    if (full) {
        mk_sel4_devices_listen(d);
    }
    return byte;
}

void mk_sel4_devices_put(struct mk_sel4_devices *d, uint8_t byte)
{
    for (int i = 0; i < TRIES; i++) {
        if (mk_com_empty(&d->com)) {
            mk_com_put(&d->com, byte);
            return;
        }
    }
}
