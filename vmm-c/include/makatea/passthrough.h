/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Devices of the machine that are passed through to a VM: PCI functions, and memory, ports and
 * interrupts that are given by themselves.
 *
 * - **Configuration space.** The guest has the registers that `pci/` makes. What it writes there
 *   never reaches the machine as it is: from the state of these registers follows what the function
 *   is to do (be bus master, use its pin, send messages), and that is asked of the component that
 *   has the configuration space, which judges it again.
 * - **Base address registers** stand where the plan has them, in the machine and for the guest. A
 *   guest may write others, and then nothing answers; its firmware tells it not to
 *   (decision 26). While the guest does not decode, its mapping is gone; the machine's
 *   function goes on decoding, for an access that nobody answers can stop a machine
 *   (CVE-2020-12888).
 * - **MSI-X.** The pages of the table are the monitor's: into the real one it writes the plan's
 *   messages and the guest's masks; the guest's addresses and data are messages to its own APIC.
 * - **A wire** is level-triggered for the guest as in the machine: asserted when the machine's
 *   interrupt comes; when the guest has served it, the line is lowered and the machine's let
 *   through, which comes again at once while the device still asserts it.
 * - **A life.** Before and after it the function is silent: no DMA, no interrupts. It is reset
 * where it can be.
 */
#ifndef MAKATEA_PASSTHROUGH_H
#define MAKATEA_PASSTHROUGH_H

#include "makatea/pci.h"

struct mk_vm;

/** A base address register of a function that is passed through. */
struct mk_passed_bar {
    uint32_t row; /**< Its row of mk_resources::device_frames, or of io_ports. */
    bool shown;   /**< The guest reaches it. */
};

/** A function that is passed through. */
struct mk_passed {
    struct mk_pci_found found;             /**< What it has. */
    struct mk_passed_bar bars[MK_BAR_MAX]; /**< By row of mk_pci_function::bars. */
    uint32_t kept_first;                   /**< First frame of the MSI-X table, in its BAR. */
    uint32_t kept;                         /**< How many of them are the monitor's; 0: none. */
    volatile uint8_t *table;               /**< Where the monitor sees the MSI-X table. */
    uint32_t command;                      /**< Command register that was asked for last. */
    uint32_t msi;                          /**< Message control of MSI that was asked for last. */
    uint32_t msix;                         /**< Message control of MSI-X that was asked for last. */
    bool silent;                           /**< It does nothing. */
    bool broken;                           /**< Something that was asked for it was not done. */
};

/**
 * Finds the devices of the plan and makes all mappings that they will need. To be called once,
 * before the monitor seals itself.
 * @param vm the VM, connected
 * @return a null pointer, or what is wrong
 */
const char *mk_passthrough_prepare(struct mk_vm *vm);

/**
 * Connects with the component that has the configuration space, anew.
 * @param vm the VM
 */
void mk_passthrough_connect(struct mk_vm *vm);

/**
 * How the machine's functions are looked at.
 * @param vm the VM
 * @return a way for mk_pci_init()
 */
struct mk_pci_host mk_passthrough_host(struct mk_vm *vm);

/**
 * Makes the functions ready for a guest, before the hierarchy is made. Says what is wrong.
 * @param vm the VM
 * @return whether all of them are there
 */
bool mk_passthrough_start(struct mk_vm *vm);

/**
 * Silences and resets all functions, and takes everything of them away from the guest, which does
 * not run: nothing reaches its memory any more.
 * @param vm the VM
 */
void mk_passthrough_stop(struct mk_vm *vm);

/**
 * Hands on what the machine's interrupts told.
 * @param vm the VM
 * @param events bits of notifications
 */
void mk_passthrough_serve(struct mk_vm *vm, uint64_t events);

/**
 * The guest has served a level-triggered interrupt (struct mk_irq_served).
 * @param context the VM
 * @param gsi global system interrupt
 */
void mk_passthrough_served(void *context, uint32_t gsi);

/**
 * A function's decoding may have changed (struct mk_pci_events).
 * @param context the VM
 * @param function row of the function
 */
void mk_passthrough_decode(void *context, uint32_t function);

/**
 * Something of a function has changed (struct mk_pci_events).
 * @param context the VM
 * @param function row of the function
 */
void mk_passthrough_changed(void *context, uint32_t function);

#endif
