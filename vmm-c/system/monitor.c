/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A monitor as a program of the bench: its objects and its life.
 */
#include "bench_programs.h"
#include "makatea/guest_memory.h"
#include "platform/sel4/platform.h"
#include "platform/sel4/seal.h"
#include "system/system.h"

/** Depth of a slot's address. */
#define DEPTH 64
/** Log2 of a frame's size. */
#define FRAME_BITS 21
/** Where the first program sees its VM's memory; the others follow. */
#define WINDOW UINT64_C(0x8000000000)
/** Room for each: more than the bench has memory. */
#define WINDOW_BYTES (UINT64_C(1) << 36)
/** Most pieces of untyped memory that are used. */
#define UNTYPED_MAX 256

/**
 * Lists the untyped memory of a program.
 * @param info boot information
 * @param slots receives the slots
 * @return how many
 */
static uint32_t list_untyped(const seL4_BootInfo *info, seL4_CPtr slots[UNTYPED_MAX])
{
    uint32_t count = 0;
    for (seL4_SlotPos i = 0; i < info->untyped.end - info->untyped.start; i++) {
        if (!info->untypedList[i].isDevice && count < UNTYPED_MAX) {
            slots[count++] = info->untyped.start + i;
        }
    }
    return count;
}

/**
 * Gives up the means to make other objects and mappings, as under CAMkES, and what a program of the
 * bench has beyond that.
 * @param p the state
 * @return #MK_OK or #MK_DENIED
 */
static enum mk_status seal(struct mk_platform *p)
{
    static const seL4_CPtr control[] = {seL4_CapIRQControl, seL4_CapIOPortControl};
    const struct mk_own_slots own = {.tcb = (uint32_t)p->tcb,
                                     .cnode = (uint32_t)p->cnode,
                                     .vspace = (uint32_t)p->vspace,
                                     .asid_pool = (uint32_t)p->asid_pool,
                                     .untyped = {(uint32_t)p->untyped[0], p->untyped_count}};
    for (uint32_t i = 0; i < MK_COUNT(control); i++) {
        if (seL4_CNode_Delete(p->cnode, control[i], DEPTH) != seL4_NoError) {
            return MK_DENIED;
        }
    }
    return mk_sel4_seal(p, &own);
}

/**
 * Makes all objects and mappings of the VM, then gives up the means to make others.
 * @param vm the VM
 * @return a null pointer, or what is wrong
 */
static const char *prepare(struct mk_vm *vm)
{
    const struct mk_memory *memory = &vm->config->resources.memory;
    if (memory->frame_bits != FRAME_BITS ||
        mk_sel4_make_frames(vm->platform, memory->frames.count) != MK_OK) {
        return "too little memory";
    }
    if (mk_sel4_start(vm->platform) != MK_OK || mk_guest_map(vm) != MK_OK) {
        return "no VCPU or EPT could be made";
    }
    vm->mapped = true;
    vm->clean = true; /* frames are cleared when they are made */
    return seal(vm->platform) == MK_OK ? (const char *)0
                                       : "the monitor could not give up its rights";
}

void mk_system_monitor(const struct mk_system_program *program, const seL4_BootInfo *info,
                       seL4_CPtr next)
{
    static const struct mk_life_hooks hooks = {.prepare = prepare,
                                               .report = MK_REPORT_EXITS ? mk_vm_report : NULL};
    const struct mk_resources *r = program->resources;
    seL4_CPtr untyped[UNTYPED_MAX];
    struct mk_platform p = {
        .tcb = seL4_CapInitThreadTCB,
        .cnode = seL4_CapInitThreadCNode,
        .vspace = seL4_CapInitThreadVSpace,
        .asid_pool = seL4_CapInitThreadASIDPool,
        .untyped = untyped,
        .untyped_count = list_untyped(info, untyped),
        .notification = r->own.notification,
        .next = next,
        .last = info->empty.end,
        .window = WINDOW + WINDOW_BYTES * (uint64_t)(program - mk_system_programs),
        .images = program->images,
        .image_count = program->config->image_count,
        .ports = program->ports,
        .port_count = r->channel_count,
        .iommu = mk_sel4_iommu(info),
        .debug = bench_debug,
    };
    program->vm->platform = &p;
    program->vm->config = program->config;
    program->vm->storage = program->storage;
    if (seL4_TCB_BindNotification(p.tcb, p.notification) == seL4_NoError) {
        mk_sel4_time_start(&p, mk_channel_of(r, MK_CHANNEL_TIMER));
        mk_life_run(program->vm, &hooks);
    }
}
