/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The one way into guest memory: range and overflow are checked first, then each byte is copied
 * once.
 */
#include "makatea/guest_memory.h"

/** Small frames, log2: those of VMs with devices of the machine (decision 5). */
#define SMALL_FRAME_BITS 12

/**
 * Says how large the VM's frames are.
 * @param vm the VM
 * @return log2 of the size
 */
static uint32_t frame_bits(const struct mk_vm *vm)
{
    return vm->config->resources.memory.frame_bits == SMALL_FRAME_BITS ? SMALL_FRAME_BITS
                                                                       : MK_FRAME_BITS;
}

/**
 * Finds the bank of an address.
 * @param vm the VM
 * @param gpa address
 * @return the bank, or a null pointer
 */
static const struct mk_ram_bank *find_bank(const struct mk_vm *vm, uint64_t gpa)
{
    for (uint32_t i = 0; i < vm->config->ram_bank_count; i++) {
        const struct mk_ram_bank *bank = &vm->config->ram_banks[i];
        if (gpa >= bank->gpa && gpa - bank->gpa < bank->frames << frame_bits(vm)) {
            return bank;
        }
    }
    return (const struct mk_ram_bank *)0;
}

/**
 * Finds what of a range lies in one frame.
 * @param vm the VM
 * @param gpa first address
 * @param bytes size, not 0; becomes what lies in the first frame
 * @return where the monitor sees it; a null pointer when it is no mapped memory
 */
static volatile uint8_t *find(struct mk_vm *vm, uint64_t gpa, uint64_t *bytes)
{
    const struct mk_ram_bank *bank = find_bank(vm, gpa);
    if (bank == (const struct mk_ram_bank *)0) {
        return (volatile uint8_t *)0;
    }
    uint64_t offset = gpa - bank->gpa;
    uint64_t size = UINT64_C(1) << frame_bits(vm);
    uint64_t within = offset & (size - 1);
    volatile uint8_t *frame =
        mk_platform_ram(vm->platform, (uint32_t)(bank->first_frame + (offset >> frame_bits(vm))));
    if (*bytes > size - within) {
        *bytes = size - within;
    }
    return frame == (volatile uint8_t *)0 ? frame : frame + within;
}

bool mk_guest_is_ram(struct mk_vm *vm, uint64_t gpa, uint64_t bytes)
{
    while (bytes != 0) {
        uint64_t part = bytes;
        if (find(vm, gpa, &part) == (volatile uint8_t *)0 || part > UINT64_MAX - gpa) {
            return false;
        }
        gpa += part;
        bytes -= part;
    }
    return true;
}

/* What the address and memory sanitizers do not look into, they shall not miss. */
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif

/** Most bytes that are copied by words: a descriptor, a header. */
#define SMALL 16

/**
 * Copies, each byte once. Small things, of which rings are made, by themselves; all others by the
 * processor's own string move, which is as fast as wide registers and needs none of them (decision
 * 22).
 * @param to where to
 * @param from where from
 * @param bytes how many
 */
static inline void copy(volatile uint8_t *to, const volatile uint8_t *from, uint64_t bytes)
{
    if (bytes == sizeof(uint16_t) && (((uintptr_t)to | (uintptr_t)from) & 1) == 0) {
        *(volatile uint16_t *)to = *(const volatile uint16_t *)from;
        return;
    }
    /* In the largest pieces: a load of more than was stored at once would wait for the stores. */
    if (bytes <= SMALL && bytes % sizeof(uint64_t) == 0 &&
        (((uintptr_t)to | (uintptr_t)from) & 7) == 0) {
        for (uint64_t i = 0; i < bytes; i += sizeof(uint64_t)) {
            *(volatile uint64_t *)(to + i) = *(const volatile uint64_t *)(from + i);
        }
        return;
    }
    if (bytes <= SMALL && bytes % sizeof(uint32_t) == 0 &&
        (((uintptr_t)to | (uintptr_t)from) & 3) == 0) {
        for (uint64_t i = 0; i < bytes; i += sizeof(uint32_t)) {
            *(volatile uint32_t *)(to + i) = *(const volatile uint32_t *)(from + i);
        }
        return;
    }
#ifdef SANITIZED
    for (uint64_t i = 0; i < bytes; i++) {
        to[i] = from[i];
    }
#else
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes) : : "memory");
#endif
}

enum mk_status mk_guest_write(struct mk_vm *vm, uint64_t gpa, const volatile void *from,
                              uint64_t bytes)
{
    const volatile uint8_t *in = from;
    uint64_t part = bytes;
    volatile uint8_t *to = bytes != 0 ? find(vm, gpa, &part) : (volatile uint8_t *)0;
    if (to != (volatile uint8_t *)0 && part == bytes) {
        copy(to, in, bytes); /* most of them lie in one frame */
        return MK_OK;
    }
    if (!mk_guest_is_ram(vm, gpa, bytes)) {
        return MK_BAD_RANGE;
    }
    while (bytes != 0) {
        part = bytes;
        copy(find(vm, gpa, &part), in, part);
        in += part;
        gpa += part;
        bytes -= part;
    }
    return MK_OK;
}

enum mk_status mk_guest_read(struct mk_vm *vm, uint64_t gpa, volatile void *to, uint64_t bytes)
{
    volatile uint8_t *out = to;
    uint64_t part = bytes;
    const volatile uint8_t *from = bytes != 0 ? find(vm, gpa, &part) : (const volatile uint8_t *)0;
    if (from != (const volatile uint8_t *)0 && part == bytes) {
        copy(out, from, bytes);
        return MK_OK;
    }
    if (!mk_guest_is_ram(vm, gpa, bytes)) {
        return MK_BAD_RANGE;
    }
    while (bytes != 0) {
        part = bytes;
        from = find(vm, gpa, &part);
        copy(out, from, part);
        out += part;
        gpa += part;
        bytes -= part;
    }
    return MK_OK;
}

enum mk_status mk_guest_map(struct mk_vm *vm)
{
    for (uint32_t i = 0; i < vm->config->ram_bank_count; i++) {
        const struct mk_ram_bank *bank = &vm->config->ram_banks[i];
        for (uint64_t j = 0; j < bank->frames; j++) {
            enum mk_status status = mk_platform_map_ram(
                vm->platform, (uint32_t)(bank->first_frame + j), bank->gpa + (j << frame_bits(vm)));
            mk_turn_pause(vm);
            if (status != MK_OK) {
                return status;
            }
        }
    }
    return MK_OK;
}

/** Words that are cleared before others may have the processor. */
#define CLEAR_STEP 8192

/**
 * Fills a frame with zeros.
 * @param vm the VM
 * @param frame its first word
 */
static void clear(struct mk_vm *vm, volatile uint64_t *frame)
{
    const uint64_t words = (UINT64_C(1) << frame_bits(vm)) / sizeof(uint64_t);
    for (uint64_t i = 0; i < words; i++) {
        frame[i] = 0;
        if (i % CLEAR_STEP == 0) {
            mk_turn_pause(vm);
        }
    }
}

enum mk_status mk_guest_clear(struct mk_vm *vm)
{
    for (uint32_t i = 0; i < vm->config->ram_bank_count; i++) {
        const struct mk_ram_bank *bank = &vm->config->ram_banks[i];
        for (uint64_t j = 0; j < bank->frames; j++) {
            volatile uint64_t *frame = (volatile uint64_t *)mk_platform_ram(
                vm->platform, (uint32_t)(bank->first_frame + j));
            if (frame == (volatile uint64_t *)0) {
                return MK_BAD_RANGE;
            }
            clear(vm, frame);
        }
    }
    return MK_OK;
}
