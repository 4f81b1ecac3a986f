/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Contract: what deleting a capability ends, and what a program can no longer do that has deleted
 * its untyped memory, ASID pool, address space, thread and CNode, as a monitor does before its
 * guest runs.
 */
#include "contract.h"
#include "makatea/vmx.h"
#include "sel4/arch/vmenter.h"

/** CNode of the program. */
#define CNODE seL4_CapInitThreadCNode
/** Default attributes of an EPT mapping. */
#define EPT_ATTR seL4_X86_EPT_Default_VMAttributes
/** Default attributes of a mapping. */
#define ATTR seL4_X86_Default_VMAttributes
/** A guest-physical address without a page table. */
#define PLACE UINT64_C(0x600000)

/** What is made before, to be tried afterwards. */
struct made {
    seL4_CPtr frame;   /**< A frame that is mapped nowhere. */
    seL4_CPtr table;   /**< A page table that is mapped nowhere. */
    seL4_CPtr ept;     /**< Root of an EPT, without an ASID. */
    seL4_CPtr untyped; /**< Slot of untyped memory. */
};

/**
 * Deletes a capability, and prints what came back.
 * @param c the program
 * @param what what is deleted
 * @param slot its slot
 */
static void drop(struct contract *c, const char *what, seL4_CPtr slot)
{
    contract_result(c, what, seL4_CNode_Delete(CNODE, slot, SLOT_DEPTH));
}

/**
 * Copies a capability, and prints what came back.
 * @param c the program
 * @param what what is copied
 * @param slot its slot
 */
static void keep(struct contract *c, const char *what, seL4_CPtr slot)
{
    contract_result(
        c, what,
        seL4_CNode_Copy(CNODE, c->next++, SLOT_DEPTH, CNODE, slot, SLOT_DEPTH, seL4_AllRights));
}

/**
 * Deleting the last capability to an object ends the object.
 * @param c the program
 * @param m what was made
 */
static void last_capability(struct contract *c, const struct made *m)
{
    seL4_CPtr table = contract_make(c, seL4_X86_EPTPTObject, 0);
    contract_result(c, "ept pt, to be deleted", seL4_X86_EPTPT_Map(table, c->ept, PLACE, EPT_ATTR));
    drop(c, "delete: ept pt", table);
    contract_result(c, "ept 4K: its pt is deleted",
                    seL4_X86_Page_MapEPT(m->frame, c->ept, PLACE, seL4_AllRights, EPT_ATTR));
    table = contract_make(c, seL4_X86_EPTPTObject, 0);
    contract_result(c, "ept pt: again", seL4_X86_EPTPT_Map(table, c->ept, PLACE, EPT_ATTR));
    contract_result(c, "ept 4K: again",
                    seL4_X86_Page_MapEPT(m->frame, c->ept, PLACE, seL4_AllRights, EPT_ATTR));
    seL4_CPtr frame = contract_make(c, seL4_X86_4K, 0);
    contract_result(c, "ept 4K: other, same place",
                    seL4_X86_Page_MapEPT(frame, c->ept, PLACE, seL4_AllRights, EPT_ATTR));
    drop(c, "delete: mapped frame", m->frame);
    contract_result(c, "ept 4K: other, the first is deleted",
                    seL4_X86_Page_MapEPT(frame, c->ept, PLACE, seL4_AllRights, EPT_ATTR));
    seL4_CPtr vcpu = contract_make(c, seL4_X86_VCPUObject, 0);
    drop(c, "delete: vcpu", vcpu);
}

/**
 * Tries to make and to copy.
 * @param c the program
 * @param m what was made
 */
static void make_and_copy(struct contract *c, const struct made *m)
{
    contract_result(
        c, "sealed: retype",
        seL4_Untyped_Retype(m->untyped, seL4_NotificationObject, 0, CNODE, 0, 0, c->next, 1));
    contract_result(
        c, "sealed: copy",
        seL4_CNode_Copy(CNODE, c->next, SLOT_DEPTH, CNODE, m->frame, SLOT_DEPTH, seL4_AllRights));
    contract_result(c, "sealed: mint",
                    seL4_CNode_Mint(CNODE, c->next, SLOT_DEPTH, CNODE, c->notification, SLOT_DEPTH,
                                    seL4_AllRights, 4));
    contract_result(c, "sealed: delete", seL4_CNode_Delete(CNODE, m->frame, SLOT_DEPTH));
    contract_result(c, "sealed: delete through a frame",
                    seL4_CNode_Delete(m->frame, m->frame, SLOT_DEPTH));
}

/**
 * Tries to map, and to give its thread another EPT, VCPU or notification.
 * @param c the program
 * @param m what was made
 */
static void map_and_bind(struct contract *c, const struct made *m)
{
    contract_result(c, "sealed: page",
                    seL4_X86_Page_Map(m->frame, seL4_CapInitThreadVSpace, WINDOW + (1 << 30),
                                      seL4_AllRights, ATTR));
    contract_result(
        c, "sealed: page table",
        seL4_X86_PageTable_Map(m->table, seL4_CapInitThreadVSpace, WINDOW + (1 << 30), ATTR));
    contract_result(c, "sealed: ept page, root without ASID",
                    seL4_X86_Page_MapEPT(m->frame, m->ept, 0, seL4_AllRights, EPT_ATTR));
    contract_result(c, "sealed: asid",
                    seL4_X86_ASIDPool_Assign(seL4_CapInitThreadASIDPool, m->ept));
    contract_result(c, "sealed: SetEPTRoot", seL4_TCB_SetEPTRoot(seL4_CapInitThreadTCB, c->ept));
    contract_result(c, "sealed: SetTCB", seL4_X86_VCPU_SetTCB(c->vcpu, seL4_CapInitThreadTCB));
    contract_result(c, "sealed: bind",
                    seL4_TCB_BindNotification(seL4_CapInitThreadTCB, c->notification));
}

/**
 * The guest goes on, and what monitors of a sealed VM do still works.
 * @param c the program
 */
static void guest_goes_on(struct contract *c)
{
    seL4_Word badge = 0;
    seL4_Word result = contract_enter(contract_prepare(c, "cpuid"), MK_PRIMARY_HLT, 0, &badge);
    contract_exit(c, "sealed: cpuid", result);
    seL4_Signal(c->badged[0]);
    seL4_Wait(c->notification, &badge);
    contract_result(c, "sealed: badge of a signal", badge);
}

void contract_seal(struct contract *c, seL4_SlotRegion untyped)
{
    struct made m = {.frame = contract_make(c, seL4_X86_4K, 0), .untyped = untyped.start};
    last_capability(c, &m);
    m.frame = contract_make(c, seL4_X86_4K, 0);
    m.table = contract_make(c, seL4_X86_PageTableObject, 0);
    m.ept = contract_make(c, seL4_X86_EPTPML4Object, 0);
    /* Somebody else's: with the last capability to them seL4 ends the thread, or all ASIDs. */
    keep(c, "copy: tcb", seL4_CapInitThreadTCB);
    keep(c, "copy: asid pool", seL4_CapInitThreadASIDPool);
    seL4_Error error = seL4_NoError;
    for (seL4_CPtr slot = untyped.start; slot < untyped.end && error == seL4_NoError; slot++) {
        error = seL4_CNode_Delete(CNODE, slot, SLOT_DEPTH);
    }
    contract_result(c, "delete: untyped", error);
    drop(c, "delete: asid pool", seL4_CapInitThreadASIDPool);
    drop(c, "delete: address space", seL4_CapInitThreadVSpace);
    drop(c, "delete: tcb", seL4_CapInitThreadTCB);
    drop(c, "delete: cnode", CNODE);
    make_and_copy(c, &m);
    map_and_bind(c, &m);
    guest_goes_on(c);
}
