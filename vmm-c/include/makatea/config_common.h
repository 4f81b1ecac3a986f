/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What every component of a composed system is told about itself: its channels, events, interrupts
 * and memory.
 *
 * The composer writes one header for each component, with the tables and one constant that points
 * to them. Everything here is read-only, and nothing is found at run time: what is not in the
 * tables does not exist for the component.
 *
 * Four rules hold for all of it:
 * - A table is a pointer and a count. A table without rows is a null pointer and 0.
 * - The index of a row is its number: a channel's index is the channel's number, everywhere.
 * - A slot is an index into the component's CNode; several slots are neighbours.
 * - Nothing here depends on what other components are given, so a component's header does not
 *   change when the rest of the system does. (That is why there is no interrupt vector and no VT-d
 *   domain: seL4's capabilities stand for them.)
 */
#ifndef MAKATEA_CONFIG_COMMON_H
#define MAKATEA_CONFIG_COMMON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Version of these types. A generated header checks that it was made for this one. */
#define MK_CONFIG_VERSION 1

/** In place of an index, a channel number or an interrupt number: there is none. */
#define MK_NONE UINT32_MAX

/** Number of rows of a table; for arrays, not for pointers. */
#define MK_COUNT(table) ((uint32_t)(sizeof(table) / sizeof((table)[0])))

/** One past the highest event bit: a notification's badge is one machine word. */
#define MK_EVENT_BITS 64

/** Neighbouring slots of the component's CNode with capabilities of one kind. */
struct mk_slots {
    uint32_t first; /**< First slot. */
    uint32_t count; /**< Number of slots; 0 for none. */
};

/** What a channel carries. */
enum mk_channel_kind {
    MK_CHANNEL_NET,        /**< Ethernet frames, between two VMs. */
    MK_CHANNEL_SERIAL,     /**< Bytes of a null-modem cable, between two VMs. */
    MK_CHANNEL_VSOCK,      /**< VirtIO socket packets, between two VMs. */
    MK_CHANNEL_CONSOLE,    /**< Bytes of a serial port, between a VM and a console. */
    MK_CHANNEL_TIMER,      /**< Deadlines, from a VM to the time source. */
    MK_CHANNEL_LIFECYCLE,  /**< Start, stop and restart, between a VM and the lifecycle manager. */
    MK_CHANNEL_PCI_CONFIG, /**< Accesses to the configuration space of passed-through functions. */
    MK_CHANNEL_DISK        /**< Block requests, from a VM to whoever stores the blocks. */
};

/**
 * A channel as one end sees it: two regions of memory shared with one peer, and a signal each way.
 * The peer can write the region that is received from, and only that one. What it writes there is
 * hostile: copy it once, then judge the copy.
 */
struct mk_channel {
    const char *port;          /**< Prefix of the channel's dataports in CAMkES. */
    const char *peer;          /**< The VM or component at the other end. */
    enum mk_channel_kind kind; /**< What it carries. */
    uint32_t event;            /**< Bit of the badge (0 to 63) that the peer's signal sets. */
    uint32_t signal;           /**< Slot of the right to signal the peer. */
    uint64_t tx_bytes;         /**< Size of the region that this end writes. */
    uint64_t rx_bytes;         /**< Size of the region that this end reads. */
    struct mk_slots tx;        /**< Frames of the region that this end writes, of equal size. */
    struct mk_slots rx;        /**< Frames of the region that this end reads, of equal size. */
};

/** Where an event comes from. */
enum mk_event_source {
    MK_EVENT_CHANNEL, /**< The peer of a channel signalled. */
    MK_EVENT_IRQ      /**< A device of the machine interrupted. */
};

/**
 * One meaning of one bit of the component's notification badge. When there are more sources than
 * bits, several rows have the same bit: then look at all of them.
 */
struct mk_event {
    uint32_t bit;                /**< Bit of the badge, 0 to 63. */
    enum mk_event_source source; /**< Which table `index` is for. */
    uint32_t index;              /**< Row of mk_resources::channels or mk_resources::irqs. */
};

/** How a device of the machine interrupts. */
enum mk_irq_kind {
    MK_IRQ_IOAPIC, /**< By a wire to an I/O APIC. To be acknowledged before the next one comes. */
    MK_IRQ_MSI     /**< By a message (MSI, or one vector of MSI-X). */
};

/** An interrupt of the machine. */
struct mk_irq {
    const char *name;      /**< What interrupts, for people. */
    enum mk_irq_kind kind; /**< How. */
    uint32_t slot;         /**< Slot of its handler. */
    uint32_t event;        /**< Bit of the badge (0 to 63) that it sets. */
    uint32_t gsi;          /**< Guest's global system interrupt that it becomes, or #MK_NONE. */
    uint32_t function;     /**< Row of mk_pci::functions that it belongs to, or #MK_NONE. */
    uint32_t handle;       /**< MSI: the device's own number of the vector. */
};

/** A range of the machine's I/O ports. */
struct mk_port_range {
    const char *name; /**< What it is for, for people. */
    uint16_t first;   /**< First port. */
    uint16_t last;    /**< Last port, inclusive. */
    uint32_t slot;    /**< Slot of the right to use them. */
};

/** Memory of a device, contiguous in the machine. */
struct mk_device_frames {
    const char *name;       /**< What it is, for people. */
    uint64_t paddr;         /**< Machine's physical address of the first frame. */
    uint32_t frame_bits;    /**< Log2 of the size of one frame: 12 or 21. */
    struct mk_slots frames; /**< The frames, by address. */
};

/** Zeroed memory that the component hands out; not contiguous in the machine. */
struct mk_memory {
    uint32_t frame_bits;    /**< Log2 of the size of one frame: 12 or 21. */
    struct mk_slots frames; /**< The frames. */
};

/** What a component holds of itself: slots, or #MK_NONE. */
struct mk_own_slots {
    uint32_t tcb;            /**< Its thread. */
    uint32_t cnode;          /**< Its CNode: the right to change the slots. */
    uint32_t vspace;         /**< Its address space: the right to map. */
    uint32_t notification;   /**< Its bound notification, to wait on. */
    uint32_t faults;         /**< Where it hears of others' faults. */
    uint32_t reply;          /**< MCS: object for answers to what it hears. */
    uint32_t asid_pool;      /**< The ASID pool for its guest's EPT. */
    struct mk_slots untyped; /**< Untyped memory, in the order of mk_resources::untyped_bits. */
    struct mk_slots free;    /**< Empty, for what it makes. */
};

/** PCI address of a function of the machine. */
struct mk_bdf {
    uint16_t segment; /**< Segment group, 0 on most machines. */
    uint8_t bus;      /**< Bus. */
    uint8_t device;   /**< Device, 0 to 31. */
    uint8_t function; /**< Function, 0 to 7. */
};

/** What every component is given. */
struct mk_resources {
    const char *component;   /**< Name of the CAMkES instance. */
    uint32_t cnode_bits;     /**< Log2 of the number of slots of the component's CNode. */
    struct mk_own_slots own; /**< Slots of what it holds of itself. */
    uint64_t event_mask;     /**< The bits of the badge that mean something. */
    struct mk_memory memory; /**< Memory to hand out: guest RAM, or blocks of a disk. */

    const uint8_t *untyped_bits; /**< Log2 of the size of each untyped memory. */
    uint32_t untyped_count;      /**< Rows of `untyped_bits`. */

    const struct mk_channel *channels; /**< Who this component talks to. */
    uint32_t channel_count;            /**< Rows of `channels`. */

    const struct mk_irq *irqs; /**< Interrupts of the machine that it serves. */
    uint32_t irq_count;        /**< Rows of `irqs`. */

    const struct mk_event *events; /**< Meaning of the badge, by bit. */
    uint32_t event_count;          /**< Rows of `events`. */

    const struct mk_port_range *io_ports; /**< I/O ports of the machine that it may use; a monitor
                                               lets its guest use them, at the same numbers. */
    uint32_t io_port_count;               /**< Rows of `io_ports`. */

    const struct mk_device_frames *device_frames; /**< Device memory that it may map. */
    uint32_t device_frame_count;                  /**< Rows of `device_frames`. */
};

#endif
