/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Bench: slots, and making objects. The order of the checks is seL4's: it decides which error
 * comes back when several are true.
 */
#include "bench.h"

/** Biggest and smallest untyped memory, log2 (seL4_MaxUntypedBits, seL4_MinUntypedBits). */
#define UNTYPED_MAX 47
/** Smallest. */
#define UNTYPED_MIN 4
/** Most objects that are made at once. */
#define RETYPE_MAX 256

/** What each type of object becomes. Types without a row can not be made here. */
static const struct {
    uint8_t size;       /**< Size of the object, log2; 0: cannot be made. */
    enum cap_type type; /**< What the slot then holds. */
    uint8_t bits;       /**< cap::bits. */
} kinds[seL4_ObjectTypeCount] = {
    [seL4_NotificationObject] = {6, CAP_NOTIFICATION, 0},
    [seL4_X86_PDPTObject] = {12, CAP_TABLE, 3},
    [seL4_X86_PageDirectoryObject] = {12, CAP_TABLE, 2},
    [seL4_X86_PageTableObject] = {12, CAP_TABLE, 1},
    [seL4_X86_4K] = {12, CAP_FRAME, 12},
    [seL4_X86_LargePageObject] = {21, CAP_FRAME, 21},
    [seL4_X86_VCPUObject] = {14, CAP_VCPU, 0},
    [seL4_X86_EPTPML4Object] = {12, CAP_EPT, 4},
    [seL4_X86_EPTPDPTObject] = {12, CAP_EPT, 3},
    [seL4_X86_EPTPDObject] = {12, CAP_EPT, 2},
    [seL4_X86_EPTPTObject] = {12, CAP_EPT, 1},
};

struct cap *bench_slot(seL4_CPtr slot)
{
    static struct cap nothing;
    nothing.type = CAP_NULL;
    return slot < BENCH_SLOTS ? &bench_current->slots[slot] : &nothing;
}

seL4_Error bench_wrong(const struct cap *cap)
{
    return cap->type == CAP_NULL ? seL4_InvalidCapability : seL4_IllegalOperation;
}

/**
 * Zeroes memory, eight bytes at a time.
 * @param from first byte
 * @param bytes how many
 */
static void zero(uint64_t from, uint64_t bytes)
{
    uint64_t words = bytes / 8;
    __asm__ volatile("rep stosq" : "+D"(from), "+c"(words) : "a"(0) : "memory");
}

/**
 * Makes one object.
 * @param u untyped memory with enough room
 * @param to slot
 * @param type type
 * @param bits size, log2
 */
static void make(struct cap *u, struct cap *to, seL4_Word type, seL4_Word bits)
{
    uint64_t size = UINT64_C(1) << bits;
    uint64_t at = (u->extra + size - 1) & ~(size - 1);
    u->extra = at + size;
    *to = (struct cap){.type = type == seL4_UntypedObject ? CAP_UNTYPED : kinds[type].type,
                       .bits = type == seL4_UntypedObject ? (uint8_t)bits : kinds[type].bits,
                       .object = u->object + at};
    if (type != seL4_UntypedObject) {
        zero(to->object, size);
    }
    if (type == seL4_X86_VCPUObject) {
        bench_lock();
        bench_vcpu_init((struct vcpu *)to->object);
        bench_unlock();
    }
}

seL4_Error seL4_Untyped_Retype(seL4_CPtr untyped, seL4_Word type, seL4_Word bits, seL4_CPtr root,
                               seL4_Word index, seL4_Word depth, seL4_Word offset, seL4_Word count)
{
    struct cap *u = bench_slot(untyped);
    (void)index;
    (void)depth;
    if (u->type != CAP_UNTYPED) {
        return bench_wrong(u);
    }
    if (type >= seL4_ObjectTypeCount) {
        return seL4_InvalidArgument;
    }
    seL4_Word size = type == seL4_UntypedObject ? bits : kinds[type].size;
    if (size > UNTYPED_MAX) {
        return seL4_RangeError;
    }
    if (size == 0 || (type == seL4_UntypedObject && size < UNTYPED_MIN)) {
        return seL4_InvalidArgument;
    }
    if (bench_slot(root)->type != CAP_CNODE) {
        return seL4_FailedLookup;
    }
    if (offset >= BENCH_SLOTS || count < 1 || count > RETYPE_MAX || count > BENCH_SLOTS - offset) {
        return seL4_RangeError;
    }
    for (seL4_Word i = 0; i < count; i++) {
        if (bench_slot(offset + i)->type != CAP_NULL) {
            return seL4_DeleteFirst;
        }
    }
    uint64_t mask = (UINT64_C(1) << size) - 1;
    if (((u->extra + mask) & ~mask) + (count << size) > UINT64_C(1) << u->bits) {
        return seL4_NotEnoughMemory;
    }
    for (seL4_Word i = 0; i < count; i++) {
        make(u, bench_slot(offset + i), type, size);
    }
    return seL4_NoError;
}

seL4_Error seL4_CNode_Mint(seL4_CPtr root, seL4_Word index, uint8_t depth, seL4_CPtr from_root,
                           seL4_Word from, uint8_t from_depth, seL4_CapRights_t rights,
                           seL4_Word badge)
{
    struct cap *to = bench_slot(index);
    const struct cap *source = bench_slot(from);
    (void)depth;
    (void)from_root;
    (void)from_depth;
    if (bench_slot(root)->type != CAP_CNODE) {
        return bench_wrong(bench_slot(root));
    }
    if (to->type != CAP_NULL) {
        return seL4_DeleteFirst;
    }
    if (source->type == CAP_NULL) {
        return seL4_FailedLookup;
    }
    *to = *source;
    to->read_only |= (rights.words[0] & 1) == 0;
    if (to->type == CAP_NOTIFICATION && badge != 0) {
        to->extra = badge;
    }
    if (to->type == CAP_FRAME) {
        to->root = 0;
    }
    return seL4_NoError;
}

seL4_Error seL4_CNode_Copy(seL4_CPtr root, seL4_Word index, uint8_t depth, seL4_CPtr from_root,
                           seL4_Word from, uint8_t from_depth, seL4_CapRights_t rights)
{
    return seL4_CNode_Mint(root, index, depth, from_root, from, from_depth, rights, 0);
}

/**
 * Whether a slot holds the only capability of the program to an object.
 * @param cap the slot
 * @return whether
 */
static bool is_last(const struct cap *cap)
{
    for (size_t i = 0; i < BENCH_SLOTS; i++) {
        const struct cap *other = &bench_current->slots[i];
        if (other != cap && other->type == cap->type && other->object == cap->object) {
            return false;
        }
    }
    return true;
}

/**
 * Ends what a capability that is deleted stands for, as seL4 does: the mapping of a frame; with the
 * last capability a table's mapping, too, and a VCPU or notification that is bound. CNode
 * and root of the address space stay, since a thread has capabilities of its own to them; thread
 * and ASID pool, since whoever started the program has. So does the root of an EPT that a thread
 * has.
 * @param cap the slot
 */
static void finalise(struct cap *cap)
{
    switch (cap->type) {
    case CAP_FRAME:
        bench_unmap(cap);
        break;
    case CAP_TABLE:
    case CAP_EPT:
        if (is_last(cap)) {
            bench_unmap(cap);
        }
        break;
    case CAP_VCPU:
        if (is_last(cap)) {
            bench_vcpu_forget((struct vcpu *)cap->object);
        }
        break;
    case CAP_NOTIFICATION:
        if (bench_current->bound == (struct notification *)cap->object && is_last(cap)) {
            bench_current->bound = NULL;
        }
        break;
    default:
        break;
    }
}

seL4_Error seL4_CNode_Delete(seL4_CPtr root, seL4_Word index, uint8_t depth)
{
    struct cap *cap = bench_slot(index);
    (void)depth;
    if (bench_slot(root)->type != CAP_CNODE) {
        return bench_wrong(bench_slot(root));
    }
    finalise(cap);
    *cap = (struct cap){.type = CAP_NULL};
    return seL4_NoError;
}
