/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Guest memory as the monitor reaches it. All addresses come from the guest or the plan; what is
 * not wholly memory is refused before anything is done.
 */
#ifndef MAKATEA_GUEST_MEMORY_H
#define MAKATEA_GUEST_MEMORY_H

#include "makatea/vm.h"

/** A frame of guest memory, log2 of its size. */
#define MK_FRAME_BITS 21

/**
 * Maps all frames at the addresses of the plan.
 * @param vm the VM
 * @return #MK_OK or what is wrong
 */
enum mk_status mk_guest_map(struct mk_vm *vm);

/**
 * Fills all memory with zeros, so that nothing of an earlier run is left.
 * @param vm the VM
 * @return #MK_OK or what is wrong
 */
enum mk_status mk_guest_clear(struct mk_vm *vm);

/**
 * Whether a range is guest memory, all of it.
 * @param vm the VM
 * @param gpa first address
 * @param bytes size
 * @return whether
 */
bool mk_guest_is_ram(struct mk_vm *vm, uint64_t gpa, uint64_t bytes);

/**
 * Copies bytes into guest memory.
 * @param vm the VM
 * @param gpa guest-physical address
 * @param from the bytes
 * @param bytes how many
 * @return #MK_OK, or #MK_BAD_RANGE with nothing written
 */
enum mk_status mk_guest_write(struct mk_vm *vm, uint64_t gpa, const volatile void *from,
                              uint64_t bytes);

/**
 * Copies bytes out of guest memory, each exactly once.
 * @param vm the VM
 * @param gpa guest-physical address
 * @param to room for them
 * @param bytes how many
 * @return #MK_OK, or #MK_BAD_RANGE with nothing read
 */
enum mk_status mk_guest_read(struct mk_vm *vm, uint64_t gpa, volatile void *to, uint64_t bytes);

#endif
