/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The waist on libsel4: objects and mappings.
 */
#include "platform/sel4/platform.h"

/** Depth of a slot's address. */
#define DEPTH 64
/** A frame, log2. */
#define FRAME_BITS 21
/** Attempts to map: the frame itself, and once more after each of two tables. */
#define ATTEMPTS 3

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
 * Adds the table of the EPT that is missing for an address.
 * @param p the state
 * @param gpa address
 * @return #MK_OK or what is wrong
 */
static enum mk_status add_ept_table(struct mk_platform *p, uint64_t gpa)
{
    const seL4_Word attr = seL4_X86_EPT_Default_VMAttributes;
    seL4_CPtr pd;
    seL4_CPtr pdpt;
    enum mk_status status = mk_sel4_make(p, seL4_X86_EPTPDObject, &pd);
    if (status != MK_OK || seL4_X86_EPTPD_Map(pd, p->ept, gpa, attr) == seL4_NoError) {
        return status;
    }
    status = mk_sel4_make(p, seL4_X86_EPTPDPTObject, &pdpt);
    if (status != MK_OK) {
        return status;
    }
    return seL4_X86_EPTPDPT_Map(pdpt, p->ept, gpa, attr) == seL4_NoError &&
                   seL4_X86_EPTPD_Map(pd, p->ept, gpa, attr) == seL4_NoError
               ? MK_OK
               : MK_BROKEN;
}

/**
 * Adds the table of the address space that is missing for an address.
 * @param p the state
 * @param address address
 * @return #MK_OK or what is wrong
 */
static enum mk_status add_table(struct mk_platform *p, uint64_t address)
{
    const seL4_Word attr = seL4_X86_Default_VMAttributes;
    seL4_CPtr pd;
    seL4_CPtr pdpt;
    enum mk_status status = mk_sel4_make(p, seL4_X86_PageDirectoryObject, &pd);
    if (status != MK_OK ||
        seL4_X86_PageDirectory_Map(pd, p->vspace, address, attr) == seL4_NoError) {
        return status;
    }
    status = mk_sel4_make(p, seL4_X86_PDPTObject, &pdpt);
    if (status != MK_OK) {
        return status;
    }
    return seL4_X86_PDPT_Map(pdpt, p->vspace, address, attr) == seL4_NoError &&
                   seL4_X86_PageDirectory_Map(pd, p->vspace, address, attr) == seL4_NoError
               ? MK_OK
               : MK_BROKEN;
}

/**
 * Maps a frame into the EPT.
 * @param p the state
 * @param frame slot
 * @param gpa address
 * @return #MK_OK or what is wrong
 */
static enum mk_status map_ept(struct mk_platform *p, seL4_CPtr frame, uint64_t gpa)
{
    for (int i = 0; i < ATTEMPTS; i++) {
        seL4_Error error = seL4_X86_Page_MapEPT(frame, p->ept, gpa, seL4_AllRights,
                                                seL4_X86_EPT_Default_VMAttributes);
        if (error != seL4_FailedLookup) {
            return error == seL4_NoError ? MK_OK : MK_BROKEN;
        }
        enum mk_status status = add_ept_table(p, gpa);
        if (status != MK_OK) {
            return status;
        }
    }
    return MK_BROKEN;
}

/**
 * Maps a copy of a frame's capability into the monitor's address space.
 * @param p the state
 * @param frame slot
 * @param address address
 * @return #MK_OK or what is wrong
 */
static enum mk_status map_own(struct mk_platform *p, seL4_CPtr frame, uint64_t address)
{
    if (p->next >= p->last || seL4_CNode_Copy(p->cnode, p->next, DEPTH, p->cnode, frame, DEPTH,
                                              seL4_AllRights) != seL4_NoError) {
        return MK_NO_MEMORY;
    }
    seL4_CPtr copy = p->next++;
    for (int i = 0; i < ATTEMPTS; i++) {
        seL4_Error error = seL4_X86_Page_Map(copy, p->vspace, address, seL4_AllRights,
                                             seL4_X86_Default_VMAttributes);
        if (error != seL4_FailedLookup) {
            return error == seL4_NoError ? MK_OK : MK_BROKEN;
        }
        enum mk_status status = add_table(p, address);
        if (status != MK_OK) {
            return status;
        }
    }
    return MK_BROKEN;
}

enum mk_status mk_sel4_make_frames(struct mk_platform *p, uint32_t count)
{
    p->frames = p->next;
    for (uint32_t i = 0; i < p->untyped_count; i++) {
        while (p->frame_count < count && p->next < p->last &&
               seL4_Untyped_Retype(p->untyped[i], seL4_X86_LargePageObject, 0, p->cnode, 0, 0,
                                   p->next, 1) == seL4_NoError) {
            p->next++;
            p->frame_count++;
        }
    }
    return p->frame_count == count ? MK_OK : MK_NO_MEMORY;
}

enum mk_status mk_platform_map_ram(struct mk_platform *platform, uint32_t frame, uint64_t gpa)
{
    if (frame >= platform->frame_count || frame != platform->mapped) {
        return MK_BAD_RANGE;
    }
    enum mk_status status = map_ept(platform, platform->frames + frame, gpa);
    if (status == MK_OK) {
        status = map_own(platform, platform->frames + frame,
                         platform->window + ((uint64_t)frame << FRAME_BITS));
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
    return (volatile uint8_t *)(platform->window + ((uint64_t)frame << FRAME_BITS));
}
