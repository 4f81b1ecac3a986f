/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The one way into guest memory: range and overflow are checked first, then each byte is copied
 * once.
 */
#include "makatea/vm.h"

/** Offset bits within a frame. */
#define OFFSET_MASK ((UINT64_C(1) << MK_FRAME_BITS) - 1)

/**
 * Whether a range is guest memory.
 * @param vm the VM
 * @param gpa first address
 * @param bytes size
 * @return whether
 */
static bool in_range(const struct mk_vm *vm, uint64_t gpa, uint64_t bytes)
{
    uint64_t size = (uint64_t)vm->frames << MK_FRAME_BITS;
    return gpa <= size && bytes <= size - gpa;
}

/**
 * Finds a byte of guest memory.
 * @param vm the VM
 * @param gpa its address, in range
 * @return where the monitor sees it; a null pointer when the frame is not mapped
 */
static volatile uint8_t *find(struct mk_vm *vm, uint64_t gpa)
{
    volatile uint8_t *frame = mk_platform_ram(vm->platform, (uint32_t)(gpa >> MK_FRAME_BITS));
    return frame == (volatile uint8_t *)0 ? frame : frame + (gpa & OFFSET_MASK);
}

enum mk_status mk_guest_write(struct mk_vm *vm, uint64_t gpa, const void *from, uint64_t bytes)
{
    const uint8_t *in = from;
    if (!in_range(vm, gpa, bytes)) {
        return MK_BAD_RANGE;
    }
    for (uint64_t i = 0; i < bytes; i++) {
        volatile uint8_t *to = find(vm, gpa + i);
        if (to == (volatile uint8_t *)0) {
            return MK_BAD_RANGE;
        }
        *to = in[i];
    }
    return MK_OK;
}

enum mk_status mk_guest_read(struct mk_vm *vm, uint64_t gpa, void *to, uint64_t bytes)
{
    uint8_t *out = to;
    if (!in_range(vm, gpa, bytes)) {
        return MK_BAD_RANGE;
    }
    for (uint64_t i = 0; i < bytes; i++) {
        const volatile uint8_t *from = find(vm, gpa + i);
        if (from == (const volatile uint8_t *)0) {
            return MK_BAD_RANGE;
        }
        out[i] = *from;
    }
    return MK_OK;
}
