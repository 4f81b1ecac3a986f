/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Contract: making objects, copying and deleting capabilities, EPT and address space.
 */
#include "contract.h"

/** CNode of the program. */
#define CNODE seL4_CapInitThreadCNode
/** Default attributes of an EPT mapping (write-back). */
#define EPT_ATTR seL4_X86_EPT_Default_VMAttributes
/** Default attributes of a mapping. */
#define ATTR seL4_X86_Default_VMAttributes

/**
 * Errors of Retype.
 * @param c the program
 */
static void retype_errors(struct contract *c)
{
    contract_result(c, "retype: no such type",
                    seL4_Untyped_Retype(c->untyped, 99, 0, CNODE, 0, 0, c->next, 1));
    contract_result(
        c, "retype: full slot",
        seL4_Untyped_Retype(c->untyped, seL4_NotificationObject, 0, CNODE, 0, 0, c->frames[0], 1));
    contract_result(
        c, "retype: too big",
        seL4_Untyped_Retype(c->untyped, seL4_UntypedObject, 46, CNODE, 0, 0, c->next, 1));
    contract_result(
        c, "retype: size out of range",
        seL4_Untyped_Retype(c->untyped, seL4_UntypedObject, 60, CNODE, 0, 0, c->next, 1));
    contract_result(
        c, "retype: untyped too small",
        seL4_Untyped_Retype(c->untyped, seL4_UntypedObject, 3, CNODE, 0, 0, c->next, 1));
    contract_result(
        c, "retype: none",
        seL4_Untyped_Retype(c->untyped, seL4_NotificationObject, 0, CNODE, 0, 0, c->next, 0));
    contract_result(
        c, "retype: too many",
        seL4_Untyped_Retype(c->untyped, seL4_NotificationObject, 0, CNODE, 0, 0, c->next, 257));
    contract_result(
        c, "retype: from a frame",
        seL4_Untyped_Retype(c->frames[0], seL4_NotificationObject, 0, CNODE, 0, 0, c->next, 1));
    contract_result(
        c, "retype: from an empty slot",
        seL4_Untyped_Retype(c->next, seL4_NotificationObject, 0, CNODE, 0, 0, c->next, 1));
}

/**
 * Capabilities: copy, delete.
 * @param c the program
 */
static void slots(struct contract *c)
{
    seL4_CPtr to = c->next;
    contract_result(
        c, "copy: from an empty slot",
        seL4_CNode_Copy(CNODE, to, SLOT_DEPTH, CNODE, to + 1, SLOT_DEPTH, seL4_AllRights));
    contract_result(c, "copy: to a full slot",
                    seL4_CNode_Copy(CNODE, c->frames[1], SLOT_DEPTH, CNODE, c->frames[0],
                                    SLOT_DEPTH, seL4_AllRights));
    contract_result(
        c, "copy",
        seL4_CNode_Copy(CNODE, to, SLOT_DEPTH, CNODE, c->frames[0], SLOT_DEPTH, seL4_AllRights));
    contract_result(c, "delete", seL4_CNode_Delete(CNODE, to, SLOT_DEPTH));
    contract_result(c, "delete: empty slot", seL4_CNode_Delete(CNODE, to, SLOT_DEPTH));
    contract_result(c, "delete: through a frame", seL4_CNode_Delete(c->frames[0], to, SLOT_DEPTH));
}

/**
 * The EPT: every level, every refusal.
 * @param c the program
 */
static void ept(struct contract *c)
{
    seL4_CPtr pdpt = contract_make(c, seL4_X86_EPTPDPTObject, 0);
    seL4_CPtr pdpt2 = contract_make(c, seL4_X86_EPTPDPTObject, 0);
    seL4_CPtr pd = contract_make(c, seL4_X86_EPTPDObject, 0);
    seL4_CPtr pd2 = contract_make(c, seL4_X86_EPTPDObject, 0);
    seL4_CPtr pt = contract_make(c, seL4_X86_EPTPTObject, 0);
    seL4_CPtr pt2 = contract_make(c, seL4_X86_EPTPTObject, 0);
    seL4_CPtr frame = c->frames[0];
    contract_result(c, "ept pdpt: root without ASID",
                    seL4_X86_EPTPDPT_Map(pdpt, c->ept, 0, EPT_ATTR));
    contract_result(c, "ept page: root without ASID",
                    seL4_X86_Page_MapEPT(frame, c->ept, 0, seL4_AllRights, EPT_ATTR));
    contract_result(c, "SetEPTRoot: root without ASID",
                    seL4_TCB_SetEPTRoot(seL4_CapInitThreadTCB, c->ept));
    contract_result(c, "asid: a frame",
                    seL4_X86_ASIDPool_Assign(seL4_CapInitThreadASIDPool, frame));
    contract_result(c, "asid", seL4_X86_ASIDPool_Assign(seL4_CapInitThreadASIDPool, c->ept));
    contract_result(c, "asid: again", seL4_X86_ASIDPool_Assign(seL4_CapInitThreadASIDPool, c->ept));
    contract_result(c, "ept pd: no pdpt", seL4_X86_EPTPD_Map(pd, c->ept, 0, EPT_ATTR));
    contract_result(c, "ept pdpt: into a frame", seL4_X86_EPTPDPT_Map(pdpt, frame, 0, EPT_ATTR));
    contract_result(c, "ept pdpt", seL4_X86_EPTPDPT_Map(pdpt, c->ept, 0, EPT_ATTR));
    contract_result(c, "ept pdpt: again", seL4_X86_EPTPDPT_Map(pdpt, c->ept, 0, EPT_ATTR));
    contract_result(c, "ept pdpt: other, same place",
                    seL4_X86_EPTPDPT_Map(pdpt2, c->ept, 0, EPT_ATTR));
    contract_result(c, "ept page: no pd",
                    seL4_X86_Page_MapEPT(frame, c->ept, 0, seL4_AllRights, EPT_ATTR));
    contract_result(c, "ept pt: no pd", seL4_X86_EPTPT_Map(pt, c->ept, 0, EPT_ATTR));
    contract_result(c, "ept pd", seL4_X86_EPTPD_Map(pd, c->ept, 0, EPT_ATTR));
    contract_result(c, "ept pd: other, same place", seL4_X86_EPTPD_Map(pd2, c->ept, 0, EPT_ATTR));
    contract_result(c, "ept page: unaligned",
                    seL4_X86_Page_MapEPT(frame, c->ept, 0x1000, seL4_AllRights, EPT_ATTR));
    contract_result(
        c, "ept page: into an address space",
        seL4_X86_Page_MapEPT(frame, seL4_CapInitThreadVSpace, 0, seL4_AllRights, EPT_ATTR));
    contract_result(c, "ept page",
                    seL4_X86_Page_MapEPT(frame, c->ept, 0, seL4_AllRights, EPT_ATTR));
    contract_result(c, "ept page: again",
                    seL4_X86_Page_MapEPT(frame, c->ept, 0, seL4_AllRights, EPT_ATTR));
    contract_result(c, "ept page: other, same place",
                    seL4_X86_Page_MapEPT(c->frames[1], c->ept, 0, seL4_AllRights, EPT_ATTR));
    contract_result(c, "ept pt: over a large page", seL4_X86_EPTPT_Map(pt, c->ept, 0, EPT_ATTR));
    contract_result(c, "ept page, read-only",
                    seL4_X86_Page_MapEPT(c->frames[1], c->ept, 0x200000, seL4_CanRead, EPT_ATTR));
    contract_result(c, "ept 4K: no pt",
                    seL4_X86_Page_MapEPT(c->frames[2], c->ept, 0x400000, seL4_AllRights, EPT_ATTR));
    contract_result(c, "ept pt", seL4_X86_EPTPT_Map(pt, c->ept, 0x400000, EPT_ATTR));
    contract_result(c, "ept pt: other, same place",
                    seL4_X86_EPTPT_Map(pt2, c->ept, 0x400000, EPT_ATTR));
    contract_result(c, "ept 4K",
                    seL4_X86_Page_MapEPT(c->frames[2], c->ept, 0x400000, seL4_AllRights, EPT_ATTR));
    contract_result(c, "ept 4K: unmap", seL4_X86_Page_Unmap(c->frames[2]));
    contract_result(c, "ept 4K: map again",
                    seL4_X86_Page_MapEPT(c->frames[2], c->ept, 0x400000, seL4_AllRights, EPT_ATTR));
}

/**
 * Mapping guest memory into the program's own address space.
 * @param c the program
 */
static void vspace(struct contract *c)
{
    seL4_CPtr pdpt = contract_make(c, seL4_X86_PDPTObject, 0);
    seL4_CPtr pd = contract_make(c, seL4_X86_PageDirectoryObject, 0);
    seL4_CPtr copy = c->next++;
    seL4_CNode_Copy(CNODE, copy, SLOT_DEPTH, CNODE, c->frames[0], SLOT_DEPTH, seL4_AllRights);
    contract_result(
        c, "page: no pd",
        seL4_X86_Page_Map(copy, seL4_CapInitThreadVSpace, WINDOW, seL4_AllRights, ATTR));
    contract_result(c, "pd: no pdpt",
                    seL4_X86_PageDirectory_Map(pd, seL4_CapInitThreadVSpace, WINDOW, ATTR));
    contract_result(c, "pdpt", seL4_X86_PDPT_Map(pdpt, seL4_CapInitThreadVSpace, WINDOW, ATTR));
    contract_result(c, "pd",
                    seL4_X86_PageDirectory_Map(pd, seL4_CapInitThreadVSpace, WINDOW, ATTR));
    contract_result(
        c, "page: unaligned",
        seL4_X86_Page_Map(copy, seL4_CapInitThreadVSpace, WINDOW + 4096, seL4_AllRights, ATTR));
    contract_result(c, "page: into an EPT",
                    seL4_X86_Page_Map(copy, c->ept, WINDOW, seL4_AllRights, ATTR));
    contract_result(
        c, "page: mapped in the EPT",
        seL4_X86_Page_Map(c->frames[0], seL4_CapInitThreadVSpace, WINDOW, seL4_AllRights, ATTR));
    contract_result(
        c, "page", seL4_X86_Page_Map(copy, seL4_CapInitThreadVSpace, WINDOW, seL4_AllRights, ATTR));
    const volatile uint64_t *memory = (const volatile uint64_t *)WINDOW;
    seL4_Word sum = 0;
    for (seL4_Word i = 0; i < 0x200000 / 8; i++) {
        sum |= memory[i];
    }
    contract_result(c, "page: its bytes or'd together", sum);
}

/**
 * The VCPU and what it belongs to.
 * @param c the program
 */
static void vcpu(struct contract *c)
{
    contract_result(c, "SetTCB: not a TCB", seL4_X86_VCPU_SetTCB(c->vcpu, c->frames[0]));
    contract_result(c, "SetTCB: of a frame",
                    seL4_X86_VCPU_SetTCB(c->frames[0], seL4_CapInitThreadTCB));
    contract_result(c, "SetTCB: of an empty slot",
                    seL4_X86_VCPU_SetTCB(c->next, seL4_CapInitThreadTCB));
    contract_result(c, "SetTCB", seL4_X86_VCPU_SetTCB(c->vcpu, seL4_CapInitThreadTCB));
    contract_result(c, "SetEPTRoot: not an EPT",
                    seL4_TCB_SetEPTRoot(seL4_CapInitThreadTCB, c->frames[0]));
    contract_result(c, "SetEPTRoot", seL4_TCB_SetEPTRoot(seL4_CapInitThreadTCB, c->ept));
}

void contract_objects(struct contract *c)
{
    c->frames[0] = contract_make(c, seL4_X86_LargePageObject, 0);
    c->frames[1] = contract_make(c, seL4_X86_LargePageObject, 0);
    c->frames[2] = contract_make(c, seL4_X86_4K, 0);
    c->vcpu = contract_make(c, seL4_X86_VCPUObject, 0);
    c->ept = contract_make(c, seL4_X86_EPTPML4Object, 0);
    retype_errors(c);
    slots(c);
    ept(c);
    vspace(c);
    vcpu(c);
}
