/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A monitor that has the capabilities of its plan.
 */
#include "platform/sel4/monitor.h"

#include "makatea/guest_memory.h"
#include "makatea/passthrough.h"
#include "platform/sel4/seal.h"
#include "platform/sel4/slots.h"

/** Where the frames of the guest's memory are seen: CAMkES' programs stand far below. */
#define WINDOW UINT64_C(0x8000000000)

#ifdef CONFIG_PRINTING
/**
 * Writes to the kernel's debug output.
 * @param byte the byte
 */
static void debug(uint8_t byte)
{
    seL4_DebugPutChar((char)byte);
}
#endif

/**
 * Gives the waist the slots of the plan.
 * @param m the monitor
 * @param r the plan
 * @return whether there is room for all of them
 */
static bool take_slots(struct mk_monitor *m, const struct mk_resources *r)
{
    struct mk_platform *p = &m->platform;
    p->tcb = r->own.tcb;
    p->cnode = r->own.cnode;
    p->vspace = r->own.vspace;
    p->asid_pool = r->own.asid_pool;
    p->notification = r->own.notification;
    p->untyped = m->untyped;
    p->untyped_count = r->own.untyped.count;
    p->next = r->own.free.first;
    p->last = p->next + r->own.free.count;
    p->frames = r->memory.frames.first;
    p->frame_count = r->memory.frames.count;
    p->small_frames = r->memory.frame_bits != MK_FRAME_BITS;
    p->window = WINDOW;
    for (uint32_t i = 0; i < r->own.untyped.count && i < MK_MONITOR_UNTYPED; i++) {
        m->untyped[i] = r->own.untyped.first + i;
    }
#ifdef CONFIG_PRINTING
    p->debug = debug;
#endif
    return r->own.untyped.count <= MK_MONITOR_UNTYPED;
}

/**
 * Makes all objects and mappings of the VM, then gives up the means to make others.
 * @param vm the VM
 * @return a null pointer, or what is wrong
 */
static const char *prepare(struct mk_vm *vm)
{
    if (mk_sel4_start(vm->platform) != MK_OK) {
        return "no VCPU or EPT could be made";
    }
    if (mk_guest_map(vm) != MK_OK) {
        return "the guest's memory could not be mapped";
    }
    const char *why = vm->devices != (const struct mk_host_devices *)0 ? mk_passthrough_prepare(vm)
                                                                       : (const char *)0;
    if (why != (const char *)0) {
        return why;
    }
    vm->mapped = true;
    vm->clean = true; /* the kernel clears frames when it makes them */
    if (mk_sel4_seal(vm->platform, &vm->config->resources.own) != MK_OK) {
        return "the monitor could not give up its rights";
    }
    mk_sel4_show_slots(&vm->config->resources, &vm->console);
    return (const char *)0;
}

void mk_monitor_run(struct mk_monitor *m, const struct mk_vm_config *config,
                    const struct mk_storage *storage, const struct mk_port *ports,
                    const struct mk_system_image *images)
{
    static const struct mk_life_hooks hooks = {.prepare = prepare,
                                               .report = MK_REPORT_EXITS ? mk_vm_report : NULL};
    const struct mk_resources *r = &config->resources;
    if (!take_slots(m, r)) {
        return;
    }
    m->platform.ports = ports;
    m->platform.port_count = r->channel_count;
    m->platform.images = images;
    m->platform.image_count = config->image_count;
    m->platform.budgeted = config->budgeted;
    m->vm.platform = &m->platform;
    m->vm.config = config;
    m->vm.storage = storage;
    m->vm.devices = m->devices;
    mk_sel4_time_start(&m->platform, mk_channel_of(r, MK_CHANNEL_TIMER));
    mk_life_run(&m->vm, &hooks);
}
