/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The guest's PCI Express hierarchy: the configuration space of all functions, what their base
 * address registers decode, and their interrupts.
 *
 * A function's space is a register file with masks: which bits can be written, which are cleared by
 * writing ones. Whatever a guest writes, other bits stay. Registers with an effect (command, bus
 * numbers, windows, MSI, MSI-X) act after the file has changed.
 *
 * The guest reaches it by ECAM and by ports; BARs by windows, which are ranges of a bus: where in
 * them a BAR stands is looked up at each access, so a guest can move BARs as it likes.
 *
 * Memory for functions and MSI-X tables is given by whoever starts: their number has no limit here.
 */
#ifndef MAKATEA_PCI_H
#define MAKATEA_PCI_H

#include "makatea/bus.h"
#include "makatea/config.h"
#include "makatea/pci_registers.h"
#include "makatea/platform.h"

/** Double words of a function's configuration space. */
#define MK_PCI_DWORDS 64
/** Buses of a segment. */
#define MK_PCI_BUSES 256

/** BAR with the MSI-X table of VirtIO functions, as planned. */
#define MK_PCI_VIRTIO_MSIX_BAR 4
/** Offset of the pending bits in it; the table is at 0. */
#define MK_PCI_VIRTIO_PBA 0x800

/** A vector of an MSI-X table (PCIe 5.0, 7.7.2). */
struct mk_pci_vector {
    uint32_t word[4]; /**< Address, upper address, data, control (bit 0: masked). */
    bool pending;     /**< Raised while it could not be sent. */
    bool open;        /**< Passed through: the machine's vector is not masked. */
};

/** Where something stands in a BAR. */
struct mk_pci_place {
    uint8_t bar;     /**< Number of the BAR. */
    uint64_t offset; /**< Where in it. */
    uint64_t bytes;  /**< How long it is. */
};

/** Who answers for a BAR. */
struct mk_pci_bar {
    uint64_t bytes;                  /**< Size; 0: no such BAR. */
    enum mk_bar_type type;           /**< Kind. */
    const struct mk_device_ops *ops; /**< How it answers; a null pointer: it does not. */
    void *device;                    /**< The device. */
};

/** State of a function. */
struct mk_pci_fn {
    const struct mk_pci_function *plan;   /**< What it is. */
    uint32_t value[MK_PCI_DWORDS];        /**< Registers. */
    uint32_t writable[MK_PCI_DWORDS];     /**< Bits that can be written. */
    uint32_t clear[MK_PCI_DWORDS];        /**< Bits that writing ones clears. */
    struct mk_pci_bar bars[MK_BAR_MAX];   /**< Base address registers. */
    uint32_t port;                        /**< Row of the root port above, or MK_NONE. */
    uint8_t link;                         /**< Register that points to the next capability added. */
    uint8_t end;                          /**< Where the next capability goes, 0 when it is full. */
    uint8_t msi;                          /**< Offset of the MSI capability, or 0. */
    uint8_t msix;                         /**< Offset of the MSI-X capability, or 0. */
    uint8_t hook_first;                   /**< First register of the hook. */
    uint8_t hook_bytes;                   /**< Registers of the hook; 0 for none. */
    const struct mk_device_ops *hook_ops; /**< How the hook answers. */
    void *hook;                           /**< Who answers. */
    struct mk_pci_place table;            /**< MSI-X table. */
    struct mk_pci_place pba;              /**< MSI-X pending bits. */
    struct mk_pci_vector *vectors;        /**< Its vectors. */
    uint32_t vector_count;                /**< How many. */
    bool intx;                            /**< The device asserts its interrupt pin. */
};

/** What is found in the configuration space of a function of the machine. */
struct mk_pci_found {
    uint8_t msi;               /**< Offset of its MSI capability, or 0. */
    uint8_t msix;              /**< Offset of its MSI-X capability, or 0. */
    uint32_t vectors;          /**< Vectors of its MSI-X table. */
    struct mk_pci_place table; /**< The table, all of it. */
    struct mk_pci_place pba;   /**< Its pending bits. */
};

/** How the configuration space of the machine's functions is reached. */
struct mk_pci_host {
    void *context; /**< Handed to the functions. */
    /**
     * Reads a register.
     * @param context context
     * @param number mk_passthrough::number
     * @param offset register
     * @param bytes 1, 2 or 4
     * @return value
     */
    uint32_t (*read)(void *context, uint32_t number, uint32_t offset, uint32_t bytes);
};

/** Who wants to know what the guest changed. Each function may be a null pointer. */
struct mk_pci_events {
    void *context; /**< Handed to the functions. */
    /**
     * Where a function's BARs are decoded may have changed: ask with mk_pci_bar_gpa().
     * @param context context
     * @param function row of the function
     */
    void (*decode)(void *context, uint32_t function);
    /**
     * A function was reset by the port above it.
     * @param context context
     * @param function row of the function
     */
    void (*reset)(void *context, uint32_t function);
    /**
     * A register of a function that is passed through has changed, or its MSI-X table: whether it
     * may reach memory, how it interrupts.
     * @param context context
     * @param function row of the function
     */
    void (*changed)(void *context, uint32_t function);
};

/** State of the hierarchy. A function's row is its row in mk_pci::functions. */
struct mk_pci_root {
    const struct mk_pci *plan;    /**< What it is. */
    struct mk_irq_out irq;        /**< Where interrupts go. */
    struct mk_pci_host host;      /**< The machine's functions. */
    struct mk_pci_events events;  /**< Who wants to know. */
    struct mk_pci_fn *fns;        /**< Functions. */
    uint32_t fn_count;            /**< How many. */
    uint32_t ports[MK_PCI_BUSES]; /**< Root port of a guest's bus number, or MK_NONE. */
    uint32_t recent;              /**< Function that the last access to a BAR went to. */
};

/** What mk_pci_init() is given. */
struct mk_pci_parts {
    const struct mk_pci *plan;     /**< The hierarchy. */
    struct mk_irq_out irq;         /**< Where interrupts go. */
    struct mk_pci_host host;       /**< The machine's functions; needed with pass-through only. */
    struct mk_pci_events events;   /**< Who wants to know. */
    struct mk_pci_fn *fns;         /**< Room for functions: one for each of the plan. */
    uint32_t fn_room;              /**< How many fit. */
    struct mk_pci_vector *vectors; /**< Room for MSI-X tables, all together. */
    uint32_t vector_room;          /**< How many vectors fit. */
};

/** A range of guest-physical memory or of ports in which BARs stand: a device of a bus. */
struct mk_pci_window {
    struct mk_pci_root *root; /**< The hierarchy. */
    uint64_t first;           /**< First address of the range. */
    bool io;                  /**< I/O ports. */
};

/** Configuration mechanism 1: a device at #MK_PCI_PORT, #MK_PCI_PORTS long. */
struct mk_pci_ports {
    struct mk_pci_root *root;        /**< The hierarchy. */
    uint32_t address;                /**< Address register. */
    const struct mk_device_ops *ops; /**< Who gets accesses to the address register that are not of
                                          four bytes (0xCF9); may be a null pointer. */
    void *device;                    /**< That device; offsets count from #MK_PCI_PORT. */
};

/** ECAM (PCIe 5.0, 7.2.2): the device is a struct mk_pci_root. */
extern const struct mk_device_ops mk_pci_ecam_ops;
/** Ports: the device is a struct mk_pci_ports. */
extern const struct mk_device_ops mk_pci_port_ops;
/** Window: the device is a struct mk_pci_window. */
extern const struct mk_device_ops mk_pci_window_ops;

/**
 * Sets all functions up, with the plan's addresses, decoding nothing yet.
 * @param root the hierarchy
 * @param parts what it is made of
 * @return #MK_OK; #MK_NO_MEMORY when the room is too small; #MK_DENIED when a function is passed
 *         through and there is no mk_pci_host::read; #MK_BAD_RANGE when the plan is not sound
 */
enum mk_status mk_pci_init(struct mk_pci_root *root, const struct mk_pci_parts *parts);

/**
 * Looks at a function of the machine.
 * @param host how it is reached
 * @param number mk_passthrough::number
 * @param found receives what is there
 * @return whether anything is
 */
bool mk_pci_look(const struct mk_pci_host *host, uint32_t number, struct mk_pci_found *found);

/**
 * Says who answers for a BAR, but for the MSI-X table in it.
 * @param root the hierarchy
 * @param function row of the function
 * @param bar number of the BAR
 * @param ops how it answers; offsets count from the BAR's beginning
 * @param device the device
 * @return whether there is such a BAR
 */
bool mk_pci_set_bar(struct mk_pci_root *root, uint32_t function, uint32_t bar,
                    const struct mk_device_ops *ops, void *device);

/**
 * Reads from a BAR, wherever it is decoded.
 * @param root the hierarchy
 * @param function row of the function
 * @param bar number of the BAR
 * @param now TSC value
 * @param offset where in it
 * @param bytes 1, 2, 4 or 8
 * @return value; all ones where nothing answers
 */
uint64_t mk_pci_bar_read(struct mk_pci_root *root, uint32_t function, uint32_t bar, uint64_t now,
                         uint64_t offset, uint32_t bytes);

/**
 * Writes to a BAR, wherever it is decoded.
 * @param root the hierarchy
 * @param function row of the function
 * @param bar number of the BAR
 * @param now TSC value
 * @param offset where in it
 * @param bytes 1, 2, 4 or 8
 * @param value value
 */
void mk_pci_bar_write(struct mk_pci_root *root, uint32_t function, uint32_t bar, uint64_t now,
                      uint64_t offset, uint32_t bytes, uint64_t value);

/**
 * Adds a capability to a function, before the guest starts. Its first two bytes (ID and link) are
 * filled in.
 * @param root the hierarchy
 * @param function row of the function
 * @param id capability ID
 * @param body what follows the first two bytes
 * @param bytes size with the first two bytes, at least 2
 * @return its offset, or 0 when there is no room
 */
uint8_t mk_pci_add_capability(struct mk_pci_root *root, uint32_t function, uint8_t id,
                              const uint8_t *body, uint32_t bytes);

/**
 * Hands registers of a function over to a device (VirtIO's configuration access capability).
 * @param root the hierarchy
 * @param function row of the function
 * @param first first register, a multiple of 4, not in the header
 * @param bytes how many, a multiple of 4
 * @param ops how they answer; offsets count from `first`
 * @param device the device
 * @return whether they could be handed over
 */
bool mk_pci_set_hook(struct mk_pci_root *root, uint32_t function, uint32_t first, uint32_t bytes,
                     const struct mk_device_ops *ops, void *device);

/**
 * Finds a function as the guest addresses it.
 * @param root the hierarchy
 * @param bus bus, by the guest's numbers
 * @param device device
 * @param function function
 * @return its row, or MK_NONE
 */
uint32_t mk_pci_find(const struct mk_pci_root *root, uint32_t bus, uint32_t device,
                     uint32_t function);

/**
 * Reads configuration space.
 * @param root the hierarchy
 * @param row row of the function, or MK_NONE
 * @param offset register, below 4096
 * @param bytes size
 * @return value; all ones where there is no function, or for an access across double words
 */
uint32_t mk_pci_config_read(struct mk_pci_root *root, uint32_t row, uint32_t offset,
                            uint32_t bytes);

/**
 * Writes configuration space.
 * @param root the hierarchy
 * @param row row of the function, or MK_NONE
 * @param offset register, below 4096
 * @param bytes size
 * @param value value
 */
void mk_pci_config_write(struct mk_pci_root *root, uint32_t row, uint32_t offset, uint32_t bytes,
                         uint32_t value);

/**
 * Finds the BAR that decodes an address of memory.
 * @param root the hierarchy
 * @param gpa guest-physical address
 * @param bytes size of the access
 * @param function receives the function's row
 * @param bar receives the BAR's number
 * @param offset receives the offset in the BAR
 * @return whether one BAR decodes all of it
 */
bool mk_pci_mmio(struct mk_pci_root *root, uint64_t gpa, uint32_t bytes, uint32_t *function,
                 uint32_t *bar, uint64_t *offset);

/**
 * Says where a BAR is decoded.
 * @param root the hierarchy
 * @param function row of the function
 * @param bar number of the BAR
 * @param gpa receives the address, a port for I/O
 * @return whether it is decoded now
 */
bool mk_pci_bar_gpa(const struct mk_pci_root *root, uint32_t function, uint32_t bar, uint64_t *gpa);

/**
 * Says whether a function may reach memory by itself.
 * @param root the hierarchy
 * @param function row of the function
 * @return whether
 */
bool mk_pci_is_master(const struct mk_pci_root *root, uint32_t function);

/**
 * Sets the interrupt pin of a function. It reaches the line while neither the command register nor
 * MSI nor MSI-X forbids it (PCIe 5.0, 6.1.4).
 * @param root the hierarchy
 * @param function row of the function
 * @param asserted whether the device asserts it
 */
void mk_pci_intx(struct mk_pci_root *root, uint32_t function, bool asserted);

/**
 * Raises MSI. While it can not be sent it is pending.
 * @param root the hierarchy
 * @param function row of the function
 */
void mk_pci_msi_raise(struct mk_pci_root *root, uint32_t function);

/**
 * Raises a vector of MSI-X. While it can not be sent it is pending.
 * @param root the hierarchy
 * @param function row of the function
 * @param vector number of the vector
 */
void mk_pci_msix_raise(struct mk_pci_root *root, uint32_t function, uint32_t vector);

/**
 * Says whether the guest has MSI-X in use.
 * @param root the hierarchy
 * @param function row of the function
 * @return whether
 */
bool mk_pci_msix_enabled(const struct mk_pci_root *root, uint32_t function);

#endif
