/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Bench: address spaces and EPTs. Both are trees of four levels that differ in the bits of an
 * entry only (SDM 3, 4.5.4 and 29.3.2).
 */
#include "bench.h"

/** Address bits of an entry. */
#define ADDRESS UINT64_C(0x000ffffffffff000)
/** An entry for a large page. */
#define LARGE UINT64_C(0x80)
/** Any of these: the entry is in use. */
#define PRESENT UINT64_C(0x7)
/** Write-back memory, in a leaf of an EPT. */
#define EPT_WRITE_BACK UINT64_C(0x30)
/** One past the last address of a program. */
#define USER_TOP UINT64_C(0x00007ffffffff000)

/**
 * Walks down to the entry for an address.
 * @param root root of the tree
 * @param address address
 * @param level level of the table that has the entry: 3 for PDPT, 2 for PD, 1 for PT
 * @return the entry; a null pointer when a table on the way is missing
 */
static uint64_t *walk(uint64_t root, uint64_t address, unsigned int level)
{
    uint64_t *table = (uint64_t *)root;
    for (unsigned int at = 4; at > level; at--) {
        uint64_t entry = table[address >> (12 + 9 * (at - 1)) & 511];
        if ((entry & PRESENT) == 0 || (entry & LARGE) != 0) {
            return NULL;
        }
        table = (uint64_t *)(entry & ADDRESS);
    }
    return &table[address >> (12 + 9 * (level - 1)) & 511];
}

/**
 * Forgets translations.
 * @param ept of EPTs, else of the address space
 */
static void forget(bool ept)
{
    if (ept) {
        bench_invept();
    } else {
        __asm__ volatile("movq %0, %%cr3" ::"r"(bench_pml4) : "memory");
    }
}

/**
 * Maps a table.
 * @param slot slot of the table
 * @param root_slot slot of the root
 * @param address address
 * @param type CAP_TABLE or CAP_EPT
 * @param level level of the table
 * @return error value
 */
static seL4_Error map_table(seL4_CPtr slot, seL4_CPtr root_slot, uint64_t address,
                            enum cap_type type, uint8_t level)
{
    struct cap *table = bench_slot(slot);
    const struct cap *root = bench_slot(root_slot);
    if (table->type != type || table->bits != level) {
        return bench_wrong(table);
    }
    if (table->root != 0 || root->type != type || root->bits != 4) {
        return seL4_InvalidCapability;
    }
    uint64_t *entry = root->root == 0 ? NULL : walk(root->object, address, level + 1U);
    if (entry == NULL) {
        return seL4_FailedLookup;
    }
    if ((*entry & PRESENT) != 0) {
        return seL4_DeleteFirst;
    }
    bench_lock();
    *entry = table->object | PRESENT;
    table->root = root->object;
    table->extra = address;
    forget(type == CAP_EPT);
    bench_unlock();
    return seL4_NoError;
}

/**
 * Maps a frame.
 * @param frame the frame
 * @param root root of the tree, known to be good
 * @param address address
 * @param flags bits of the entry
 * @return error value
 */
static seL4_Error map_frame(struct cap *frame, const struct cap *root, uint64_t address,
                            uint64_t flags)
{
    bool ept = root->type == CAP_EPT;
    if ((address & ((UINT64_C(1) << frame->bits) - 1)) != 0) {
        return seL4_AlignmentError;
    }
    uint64_t *entry = walk(root->object, address, frame->bits == 12 ? 1 : 2);
    if (entry == NULL) {
        return seL4_FailedLookup;
    }
    if ((*entry & PRESENT) != 0) {
        return seL4_DeleteFirst;
    }
    bench_lock();
    *entry = frame->object | flags | (frame->bits == 21 ? LARGE : 0);
    frame->root = root->object;
    frame->extra = address;
    frame->ept = ept;
    forget(ept);
    bench_unlock();
    return seL4_NoError;
}

void bench_unmap(struct cap *cap)
{
    const bool frame = cap->type == CAP_FRAME;
    if (cap->root == 0 || (!frame && cap->bits == 4)) {
        return;
    }
    unsigned int level = !frame ? cap->bits + 1U : cap->bits == 12 ? 1 : 2;
    uint64_t *entry = walk(cap->root, cap->extra, level);
    bench_lock();
    if (entry != NULL && (*entry & ADDRESS) == cap->object) {
        *entry = 0;
    }
    cap->root = 0;
    forget(frame ? cap->ept : cap->type == CAP_EPT);
    bench_unlock();
}

seL4_Error seL4_X86_Page_Unmap(seL4_CPtr slot)
{
    struct cap *frame = bench_slot(slot);
    if (frame->type != CAP_FRAME) {
        return bench_wrong(frame);
    }
    bench_unmap(frame);
    return seL4_NoError;
}

seL4_Error seL4_X86_Page_MapEPT(seL4_CPtr slot, seL4_CPtr root_slot, seL4_Word address,
                                seL4_CapRights_t rights, seL4_Word attributes)
{
    struct cap *frame = bench_slot(slot);
    const struct cap *root = bench_slot(root_slot);
    bool write = !frame->read_only && (rights.words[0] & 1) != 0;
    (void)attributes;
    if (frame->type != CAP_FRAME) {
        return bench_wrong(frame);
    }
    if (frame->root != 0 || root->type != CAP_EPT || root->bits != 4 || root->root == 0) {
        return seL4_InvalidCapability;
    }
    return map_frame(frame, root, address & ~UINT64_C(4095), 5 | EPT_WRITE_BACK | (write ? 2 : 0));
}

seL4_Error seL4_X86_Page_Map(seL4_CPtr slot, seL4_CPtr root_slot, seL4_Word address,
                             seL4_CapRights_t rights, seL4_Word attributes)
{
    struct cap *frame = bench_slot(slot);
    const struct cap *root = bench_slot(root_slot);
    bool write = !frame->read_only && (rights.words[0] & 1) != 0;
    (void)attributes;
    if (frame->type != CAP_FRAME) {
        return bench_wrong(frame);
    }
    if (root->type != CAP_TABLE || root->bits != 4 ||
        (frame->root != 0 && frame->root != root->object)) {
        return seL4_InvalidCapability;
    }
    if (frame->root != 0 || address + (UINT64_C(1) << frame->bits) > USER_TOP) {
        return seL4_InvalidArgument;
    }
    return map_frame(frame, root, address, write ? 3 : 1);
}

seL4_Error seL4_X86_ASIDPool_Assign(seL4_CPtr pool, seL4_CPtr root_slot)
{
    struct cap *root = bench_slot(root_slot);
    if (bench_slot(pool)->type != CAP_ASID_POOL) {
        return bench_wrong(bench_slot(pool));
    }
    if (root->type != CAP_EPT || root->bits != 4 || root->root != 0) {
        return seL4_InvalidCapability;
    }
    root->root = root->object;
    return seL4_NoError;
}

seL4_Error seL4_TCB_SetEPTRoot(seL4_CPtr tcb, seL4_CPtr root_slot)
{
    const struct cap *root = bench_slot(root_slot);
    if (bench_slot(tcb)->type != CAP_TCB) {
        return bench_wrong(bench_slot(tcb));
    }
    if (root->type != CAP_EPT || root->bits != 4 || root->root == 0) {
        return seL4_IllegalOperation;
    }
    bench_current->ept = root->object;
    return seL4_NoError;
}

/** Defines the call that maps one kind of table: its name, CAP_TABLE or CAP_EPT, its level. */
#define MAP_TABLE(name, type, level)                                                               \
    seL4_Error seL4_X86_##name##_Map(seL4_CPtr table, seL4_CPtr root, seL4_Word address,           \
                                     seL4_Word attributes)                                         \
    {                                                                                              \
        (void)attributes;                                                                          \
        return map_table(table, root, address, type, level);                                       \
    }
MAP_TABLE(PDPT, CAP_TABLE, 3)
MAP_TABLE(PageDirectory, CAP_TABLE, 2)
MAP_TABLE(PageTable, CAP_TABLE, 1)
MAP_TABLE(EPTPDPT, CAP_EPT, 3)
MAP_TABLE(EPTPD, CAP_EPT, 2)
MAP_TABLE(EPTPT, CAP_EPT, 1)
