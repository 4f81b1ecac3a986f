/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The waist on libsel4: objects and mappings.
 */
#include "platform/sel4/platform.h"

/** Depth of a slot's address. */
#define DEPTH 64
/** A large frame, log2. */
#define LARGE_BITS 21
/** A small frame, log2. */
#define SMALL_BITS 12
/** Levels of tables below a root. */
#define LEVELS 3

/** Tables below a root, from the lowest level, which large frames do without. */
struct tables {
    seL4_Word types[LEVELS]; /**< Types of tables, by level. */
    /**
     * Maps a table.
     * @param level its level
     * @param table table
     * @param root root of the tables
     * @param address address
     * @return error value
     */
    seL4_Error (*map)(uint32_t level, seL4_CPtr table, seL4_CPtr root, uint64_t address);
    /**
     * Maps a frame.
     * @param frame frame
     * @param root root of the tables
     * @param place where
     * @return error value
     */
    seL4_Error (*map_frame)(seL4_CPtr frame, seL4_CPtr root, const struct mk_sel4_place *place);
};

/**
 * Maps a table of an EPT.
 * @param level its level
 * @param table table
 * @param root root of the EPT
 * @param address address
 * @return error value
 */
static seL4_Error map_ept_table(uint32_t level, seL4_CPtr table, seL4_CPtr root, uint64_t address)
{
    return level == 0 ? seL4_X86_EPTPT_Map(table, root, address, seL4_X86_EPT_Default_VMAttributes)
           : level == 1
               ? seL4_X86_EPTPD_Map(table, root, address, seL4_X86_EPT_Default_VMAttributes)
               : seL4_X86_EPTPDPT_Map(table, root, address, seL4_X86_EPT_Default_VMAttributes);
}

/**
 * Maps a table of an address space.
 * @param level its level
 * @param table table
 * @param root address space
 * @param address address
 * @return error value
 */
static seL4_Error map_own_table(uint32_t level, seL4_CPtr table, seL4_CPtr root, uint64_t address)
{
    return level == 0 ? seL4_X86_PageTable_Map(table, root, address, seL4_X86_Default_VMAttributes)
           : level == 1
               ? seL4_X86_PageDirectory_Map(table, root, address, seL4_X86_Default_VMAttributes)
               : seL4_X86_PDPT_Map(table, root, address, seL4_X86_Default_VMAttributes);
}

/**
 * Maps a frame by an EPT.
 * @param frame frame
 * @param root root of the EPT
 * @param place where
 * @return error value
 */
static seL4_Error map_ept_frame(seL4_CPtr frame, seL4_CPtr root, const struct mk_sel4_place *place)
{
    return seL4_X86_Page_MapEPT(frame, root, place->address, seL4_AllRights, place->attributes);
}

/**
 * Maps a frame in an address space.
 * @param frame frame
 * @param root address space
 * @param place where
 * @return error value
 */
static seL4_Error map_own_frame(seL4_CPtr frame, seL4_CPtr root, const struct mk_sel4_place *place)
{
    return seL4_X86_Page_Map(frame, root, place->address, seL4_AllRights, place->attributes);
}

/** Tables of an EPT. */
static const struct tables ept_tables = {
    {seL4_X86_EPTPTObject, seL4_X86_EPTPDObject, seL4_X86_EPTPDPTObject},
    map_ept_table,
    map_ept_frame};
/** Tables of an address space. */
static const struct tables own_tables = {
    {seL4_X86_PageTableObject, seL4_X86_PageDirectoryObject, seL4_X86_PDPTObject},
    map_own_table,
    map_own_frame};

bool mk_sel4_iommu(const seL4_BootInfo *info)
{
    /* Levels of its tables: 0 without an IOMMU (seL4 manual, System Bootstrapping), all ones in a
     * kernel that is built without support for one (src/arch/x86/kernel/boot.c). */
    return info->numIOPTLevels != 0 && info->numIOPTLevels != (seL4_Word)-1;
}

bool mk_platform_iommu(struct mk_platform *platform)
{
    return platform->iommu;
}

enum mk_status mk_sel4_make(struct mk_platform *p, seL4_Word type, seL4_CPtr *slot)
{
    for (uint32_t i = 0; i < p->untyped_count && p->next < p->last; i++) {
        if (seL4_Untyped_Retype(p->untyped[i], type, 0, p->cnode, 0, 0, p->next, 1) ==
            seL4_NoError) {
            *slot = p->next++;
            return MK_OK;
        }
    }
    return MK_NO_MEMORY;
}

enum mk_status mk_sel4_start(struct mk_platform *p)
{
    enum mk_status status = mk_sel4_make(p, seL4_X86_VCPUObject, &p->vcpu);
    if (status == MK_OK) {
        status = mk_sel4_make(p, seL4_X86_EPTPML4Object, &p->ept);
    }
    if (status != MK_OK) {
        return status;
    }
    if (seL4_X86_ASIDPool_Assign(p->asid_pool, p->ept) != seL4_NoError ||
        seL4_X86_VCPU_SetTCB(p->vcpu, p->tcb) != seL4_NoError ||
        seL4_TCB_SetEPTRoot(p->tcb, p->ept) != seL4_NoError) {
        return MK_DENIED;
    }
    return MK_OK;
}

/**
 * Adds the tables that are missing for a frame, of the lowest level first: one that can not be
 * mapped yet waits for the one above.
 * @param p the state
 * @param tables which tables
 * @param root their root
 * @param frame the frame's place
 * @return #MK_OK or what is wrong
 */
static enum mk_status add_tables(struct mk_platform *p, const struct tables *tables, seL4_CPtr root,
                                 const struct mk_sel4_place *frame)
{
    const uint32_t lowest = frame->small ? 0 : 1;
    const uint64_t address = frame->address;
    seL4_CPtr made[LEVELS];
    for (uint32_t i = lowest; i < LEVELS; i++) {
        if (mk_sel4_make(p, tables->types[i], &made[i]) != MK_OK) {
            return MK_NO_MEMORY;
        }
        if (tables->map(i, made[i], root, address) != seL4_NoError) {
            continue;
        }
        while (i-- > lowest) {
            if (tables->map(i, made[i], root, address) != seL4_NoError) {
                return MK_BROKEN;
            }
        }
        return MK_OK;
    }
    return MK_BROKEN;
}

/**
 * Maps a frame, and the tables that are missing for it.
 * @param p the state
 * @param tables which tables
 * @param root their root
 * @param frame slot
 * @param place where
 * @return #MK_OK or what is wrong
 */
static enum mk_status map_frame(struct mk_platform *p, const struct tables *tables, seL4_CPtr root,
                                seL4_CPtr frame, const struct mk_sel4_place *place)
{
    seL4_Error error = tables->map_frame(frame, root, place);
    if (error == seL4_FailedLookup) {
        enum mk_status status = add_tables(p, tables, root, place);
        if (status != MK_OK) {
            return status;
        }
        error = tables->map_frame(frame, root, place);
    }
    return error == seL4_NoError ? MK_OK : MK_BROKEN;
}

enum mk_status mk_sel4_map_ept(struct mk_platform *p, seL4_CPtr frame,
                               const struct mk_sel4_place *place)
{
    return map_frame(p, &ept_tables, p->ept, frame, place);
}

enum mk_status mk_sel4_map_own(struct mk_platform *p, seL4_CPtr frame,
                               const struct mk_sel4_place *place)
{
    return map_frame(p, &own_tables, p->vspace, frame, place);
}

/**
 * Maps a copy of a frame's capability into the monitor's address space: one maps once.
 * @param p the state
 * @param frame slot
 * @param address address
 * @return #MK_OK or what is wrong
 */
static enum mk_status map_copy(struct mk_platform *p, seL4_CPtr frame, uint64_t address)
{
    const struct mk_sel4_place place = {address, p->small_frames, seL4_X86_Default_VMAttributes};
    if (p->next >= p->last || seL4_CNode_Copy(p->cnode, p->next, DEPTH, p->cnode, frame, DEPTH,
                                              seL4_AllRights) != seL4_NoError) {
        return MK_NO_MEMORY;
    }
    seL4_CPtr copy = p->next++;
    return mk_sel4_map_own(p, copy, &place);
}

enum mk_status mk_sel4_make_frames(struct mk_platform *p, uint32_t count)
{
    const seL4_Word type = p->small_frames ? seL4_X86_4K : seL4_X86_LargePageObject;
    p->frames = p->next;
    for (uint32_t i = 0; i < p->untyped_count; i++) {
        while (p->frame_count < count && p->next < p->last &&
               seL4_Untyped_Retype(p->untyped[i], type, 0, p->cnode, 0, 0, p->next, 1) ==
                   seL4_NoError) {
            p->next++;
            p->frame_count++;
        }
    }
    return p->frame_count == count ? MK_OK : MK_NO_MEMORY;
}

/**
 * Says where a frame is seen.
 * @param p the state
 * @param frame its number
 * @return address
 */
static uint64_t seen_at(const struct mk_platform *p, uint32_t frame)
{
    return p->window + ((uint64_t)frame << (p->small_frames ? SMALL_BITS : LARGE_BITS));
}

enum mk_status mk_platform_map_ram(struct mk_platform *platform, uint32_t frame, uint64_t gpa)
{
    if (frame >= platform->frame_count || frame != platform->mapped) {
        return MK_BAD_RANGE;
    }
    const struct mk_sel4_place place = {gpa, platform->small_frames,
                                        seL4_X86_EPT_Default_VMAttributes};
    enum mk_status status = mk_sel4_map_ept(platform, platform->frames + frame, &place);
    if (status == MK_OK) {
        status = map_copy(platform, platform->frames + frame, seen_at(platform, frame));
    }
    platform->mapped += status == MK_OK;
    return status;
}

volatile uint8_t *mk_platform_ram(struct mk_platform *platform, uint32_t frame)
{
    if (frame >= platform->mapped) {
        return (volatile uint8_t *)0;
    }
    /* NOLINTNEXTLINE(performance-no-int-to-ptr): seL4 maps at numbers. */
    return (volatile uint8_t *)seen_at(platform, frame);
}
