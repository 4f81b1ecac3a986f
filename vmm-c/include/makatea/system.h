/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What the system program is told: the VMs of the image and their guests' images. The tables are
 * generated from the description.
 */
#ifndef MAKATEA_SYSTEM_H
#define MAKATEA_SYSTEM_H

#include "makatea/config.h"
#include "makatea/storage.h"

/** An image: a guest's kernel or initial RAM disk. */
struct mk_system_image {
    const uint8_t *data; /**< First byte. */
    uint64_t bytes;      /**< Size. */
};

/** A VM. */
struct mk_system_vm {
    const struct mk_vm_config *config;    /**< Its plan. */
    const struct mk_storage *storage;     /**< Its monitor's storage. */
    const struct mk_system_image *images; /**< By row of mk_vm_config::images. */
};

/** The VMs. */
extern const struct mk_system_vm mk_system_vms[];

/** How many. */
extern const uint32_t mk_system_vm_count;

#endif
