/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The VirtIO devices of a guest's machine: one for each such function of the plan.
 */
#ifndef MAKATEA_MACHINE_VIRTIO_H
#define MAKATEA_MACHINE_VIRTIO_H

#include "makatea/virtio_console.h"
#include "makatea/virtio_net.h"

struct mk_vm;

/** A device. */
struct mk_virtio_slot {
    struct mk_vm *vm;         /**< Whose it is; a null pointer: no device. */
    uint32_t function;        /**< Row of its function. */
    uint64_t events;          /**< Event bits of its channels. */
    struct mk_virtio *virtio; /**< Its transport. */
    union {
        struct mk_virtio_net net;         /**< A network device. */
        struct mk_virtio_console console; /**< The console device. */
    };
};

/**
 * Makes all VirtIO devices, behind functions that are made.
 * @param vm the VM
 * @return whether they could be made
 */
bool mk_machine_add_virtio(struct mk_vm *vm);

/**
 * Lets devices look at their channels, and go on with work that they did not finish. Whether some
 * is left over is in mk_machine::busy then.
 * @param vm the VM
 * @param events event bits of channels that were signalled
 */
void mk_machine_serve_virtio(struct mk_vm *vm, uint64_t events);

/**
 * Resets a device, because the port above its function was told to (struct mk_pci_events).
 * @param context the VM
 * @param function row of the function
 */
void mk_machine_reset_virtio(void *context, uint32_t function);

/**
 * Resets all devices, so that their peers see that nobody is there.
 * @param vm the VM
 */
void mk_machine_stop_virtio(struct mk_vm *vm);

#endif
