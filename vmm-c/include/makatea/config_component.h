/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What the components beside the monitors are told: consoles, time source, PCI configuration
 * space, lifecycle manager and RAM disks.
 *
 * The composer writes `makatea_config.h` for each component, which defines one constant named like
 * its type, for example `mk_console_config` of type struct mk_console_config.
 */
#ifndef MAKATEA_CONFIG_COMPONENT_H
#define MAKATEA_CONFIG_COMPONENT_H

#include "makatea/config.h"

/** Bytes of a sector: the unit in which the capacity of a disk is given (VirtIO 1.2, 5.2.4). */
#define MK_SECTOR_BYTES 512

/** How the output of several VMs is told apart. */
enum mk_console_output {
    MK_CONSOLE_COLOUR, /**< Each VM in its own colour. */
    MK_CONSOLE_PREFIX  /**< Each line after its VM's name. */
};

/** A VM's serial port at a console. */
struct mk_console_port {
    const char *vm;   /**< The VM. */
    const char *port; /**< Its serial port, `com1` to `com4`. */
    uint32_t channel; /**< Channel that carries the bytes. */
    uint32_t colour;  /**< Number of its colour, from 0. */
};

/** A multiplexer of one physical serial port. The UART's ports are resources.io_ports[0]. */
struct mk_console_config {
    const char *name;              /**< Name of the console. */
    struct mk_resources resources; /**< What the component is given. */
    const char *uart;              /**< The physical port, `com1` to `com4`. */
    uint32_t baud;                 /**< Line speed in bits per second. */
    uint8_t escape;                /**< Code of the character that introduces a command. */
    enum mk_console_output output; /**< How output is told apart. */

    const struct mk_console_port *ports; /**< Who is connected, in menu order. */
    uint32_t port_count;                 /**< Rows of `ports`. */
};

/** The time source: one channel for each VM that waits for deadlines. */
struct mk_time_config {
    struct mk_resources resources; /**< What the component is given. */
};

/** A message that raises an interrupt of the plan. */
struct mk_pci_message {
    uint32_t function; /**< The function, by the number by which its monitor asks. */
    uint32_t handle;   /**< The device's own number of the vector. */
    uint32_t vector;   /**< seL4's number of the interrupt, from its first user interrupt. */
};

/** Which functions of the machine one monitor may configure. */
struct mk_pci_client {
    const char *vm;                 /**< The VM. */
    uint32_t channel;               /**< Channel on which its monitor asks. */
    const struct mk_bdf *functions; /**< Its functions; the index is the number it asks by. */
    uint32_t function_count;        /**< Rows of `functions`. */

    const struct mk_pci_message *messages; /**< Messages of these functions. */
    uint32_t message_count;                /**< Rows of `messages`. */
};

/** The only component that reaches the machine's PCI configuration space. */
struct mk_pci_server_config {
    struct mk_resources resources; /**< What the component is given. */

    const struct mk_pci_client *clients; /**< Who may ask, and for what. */
    uint32_t client_count;               /**< Rows of `clients`. */
};

/** A VM as the lifecycle manager knows it. */
struct mk_lifecycle_vm {
    const char *name;        /**< The VM. */
    uint32_t channel;        /**< Channel to its monitor. */
    enum mk_start start;     /**< When it starts. */
    enum mk_restart restart; /**< When it starts again by itself. */
};

/** Somebody who may start, stop and restart VMs: a VM, or a person at a console. */
struct mk_lifecycle_client {
    const char *name;    /**< The VM or the console's component. */
    uint32_t channel;    /**< Channel on which it asks. */
    const uint32_t *vms; /**< Rows of mk_lifecycle_config::vms that it may ask for, ascending. */
    uint32_t vm_count;   /**< Rows of `vms`. */
};

/** The lifecycle manager. What no client row allows is refused. */
struct mk_lifecycle_config {
    struct mk_resources resources; /**< What the component is given. */

    const struct mk_lifecycle_vm *vms; /**< All VMs. */
    uint32_t vm_count;                 /**< Rows of `vms`. */

    const struct mk_lifecycle_client *clients; /**< Who may ask, and for what. */
    uint32_t client_count;                     /**< Rows of `clients`. */
};

/** A disk that a RAM disk component serves, at consecutive bytes of its memory. */
struct mk_disk {
    const char *vm;      /**< The VM that uses it. */
    const char *name;    /**< The description's entry. */
    uint64_t first_byte; /**< Where it begins in mk_resources::memory. */
    uint64_t sectors;    /**< Capacity in sectors of #MK_SECTOR_BYTES. */
    uint32_t channel;    /**< Channel on which requests come. */
    bool readonly;       /**< Writes are refused. */
};

/** A RAM disk. */
struct mk_ramdisk_config {
    struct mk_resources resources; /**< What the component is given. */

    const struct mk_disk *disks; /**< What it serves. */
    uint32_t disk_count;         /**< Rows of `disks`. */
};

#endif
